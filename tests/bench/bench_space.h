// The address space that the operations are measured on.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/vm/uvm_vmspace.h"

namespace uvm::bench {

inline constexpr vaddr_t space_min{uintptr_t{1} << 20};
inline constexpr vaddr_t space_max{uintptr_t{1} << 40};

// How memory is mapped here: private, to be copied on write, merging with nothing.
inline uvm_mapping private_mapping(uvm_flag more = uvm_flag::none) {
    return {vm_prot_t::read | vm_prot_t::write, vm_prot_t::all, vm_inherit_t::copy, vm_advice_t::normal,
            uvm_flag::copyonw | uvm_flag::nomerge | more};
}

// Random numbers that are the same in every program.
class dice {
public:
    explicit dice(uint64_t seed) : state_(seed) {}
    // 0 <= result < n
    uint32_t below(uint32_t n);

private:
    uint64_t state_;
};

// Every number below n once, in random order.
std::vector<uint32_t> shuffled(uint32_t n, dice& numbers);

// A space of `count` entries of `entry_pages` pages each, one page of gap behind each, made in random order.
class bench_space {
public:
    explicit bench_space(uint32_t count, uintptr_t entry_pages = 1);
    ~bench_space();
    bench_space(const bench_space&) = delete;
    bench_space& operator=(const bench_space&) = delete;

    [[nodiscard]] vmspace& space() const { return *space_; }
    [[nodiscard]] vm_map& map() const { return space_->vm_map; }
    [[nodiscard]] uint32_t count() const { return count_; }
    // Where the entry with this number begins, in address order.
    [[nodiscard]] vaddr_t entry_start(uint32_t number) const;
    [[nodiscard]] vsize_t entry_size() const { return pages_to_bytes(entry_pages_); }
    void map_entry(uint32_t number) const;
    // Starts of `n` random entries.
    [[nodiscard]] std::vector<vaddr_t> random_starts(uint32_t n, dice& numbers) const;

private:
    vmspace* space_;
    uint32_t count_;
    uintptr_t entry_pages_;
};

// Writes to a page as a program would: its first touch faults. Ends the program when the fault fails.
void write_fault(vm_map& map, vaddr_t va);
void read_fault(vm_map& map, vaddr_t va);
// Ends the program when an operation that has to succeed has not.
void must(bool succeeded, const char* what);

} // namespace uvm::bench
