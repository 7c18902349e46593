// What the tests of the VM share: a booted host machine, spaces that end with their scope, and the accounts.
#pragma once

#include <QString>
#include <random>
#include <vector>

#include "kernel/arch/host/host.h"
#include "kernel/vm/uvm_km.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_vmspace.h"

namespace uvm::test {

constexpr vsize_t pages(uintptr_t n) { return pages_to_bytes(n); }

// Everything that is counted and has to come back when what was made is gone again.
inline std::vector<uint64_t> accounts() {
    return {uvmexp.free,  uvmexp.active, uvmexp.inactive, uvmexp.wired,
            uvmexp.anons, uvmexp.amaps,  uvmexp.entries,  uint64_t(kernel_object->uo_refs)};
}

// A space of its own for a test.
class scoped_space {
public:
    scoped_space(vaddr_t min, vaddr_t max, vmspace_direction direction)
        : vm_(uvmspace_alloc(min, max, direction)) {
        kassert(vm_ != nullptr, "test: no space");
    }
    ~scoped_space() { uvmspace_free(*vm_); }
    scoped_space(const scoped_space&) = delete;
    scoped_space& operator=(const scoped_space&) = delete;
    vm_map& map() { return vm_->vm_map; }

private:
    vmspace* vm_;
};

// Random numbers that are the same on every machine, which the distributions of the library are not.
class dice {
public:
    explicit dice(uint32_t seed) : engine_(seed) {}
    // 0 <= result < n
    uint32_t below(uint32_t n) { return uint32_t(engine_()) % n; }
    bool chance(uint32_t percent) { return below(100) < percent; }
    template <class T, size_t N>
    T pick(const T (&choices)[N]) {
        return choices[below(uint32_t(N))];
    }

private:
    std::mt19937 engine_;
};

inline QString hex(uintptr_t value) { return "0x" + QString::number(value, 16); }

// The first broken invariant of the map in words, or "".
inline QString broken_invariant(vm_map& map) {
    uvm_map_violation violation{};
    vm_map_lock_read(map);
    bool const holds = uvm_map_check(map, &violation);
    vm_map_unlock_read(map);
    if (holds)
        return {};
    return QString("invariant %1: %2, expected %3, found %4")
        .arg(violation.invariant)
        .arg(violation.what, hex(violation.expected), hex(violation.found));
}

} // namespace uvm::test
