// Do user_read and user_write use the processor's page tables? Mappings are changed behind the VM's back, and
// what the processor makes of them is looked at: referenced and modified bits, faults, and whose bytes come
// back.
#include <array>
#include <cstddef>

#include <machine/memory.h>
#include <machine/user_access.h>

#include "kernel/core/console.h"
#include "kernel/core/self_test.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_vmspace.h"

namespace uvm {

namespace {

constexpr vaddr_t space_min{0x10000}, space_max{0x100000};
constexpr vm_prot_t read_write = vm_prot_t::read | vm_prot_t::write;
constexpr va_range page_of(vaddr_t va) { return {va, va + vsize_t(page_size)}; }

class user_access_test {
public:
    explicit user_access_test(vmspace& vm) : vm_(vm) {}

    int run() {
        uvm_mapping const how{
            .prot = read_write, .max = vm_prot_t::all, .flags = uvm_flag::copyonw | uvm_flag::nomerge};
        expect(uvm_map(vm_.vm_map, va_, vsize_t(page_size), nullptr, uvm_unknown_offset, vsize_t(0), how) ==
                   errno_t::ok,
               "map a page");
        expect(store(0x5a) == errno_t::ok, "store to fresh memory");
        paddr_t pa;
        if (!expect(pmap_extract(pm(), va_, &pa), "the fault entered a page"))
            return 1;
        vm_page& page = *phys_to_vm_page(pa);
        bits_are_set_by_the_processor(page);
        what_is_not_entered_faults();
        what_is_read_only_faults_on_a_store();
        what_the_tables_say_is_what_is_read(page);
        console().text("useraccess: ").dec(failures_).text(" failures\n");
        return failures_ == 0 ? 0 : 1;
    }

private:
    pmap& pm() { return *vm_.vm_map.pm; }
    bool expect(bool holds, const char* what) {
        if (!holds) {
            console().text("useraccess: wrong: ").text(what).text("\n");
            ++failures_;
        }
        return holds;
    }
    errno_t store(uint8_t value) {
        std::array<std::byte, 1> const bytes{std::byte(value)};
        return machine::user_write(vm_, va_, bytes);
    }
    uint8_t load() {
        std::array<std::byte, 1> bytes{};
        expect(machine::user_read(vm_, va_, bytes) == errno_t::ok, "load");
        return std::to_integer<uint8_t>(bytes[0]);
    }
    // Faults that `f` causes.
    template <class F>
    uint64_t faults(F&& f) {
        uint64_t const before = uvmexp.faults;
        f();
        return uvmexp.faults - before;
    }

    void bits_are_set_by_the_processor(vm_page& page) {
        pmap_clear_modify(page);
        pmap_clear_reference(page);
        expect(!pmap_is_referenced(page) && !pmap_is_modified(page), "bits are clear once cleared");
        expect(faults([&] { load(); }) == 0, "a load of an entered page does not fault");
        expect(pmap_is_referenced(page) && !pmap_is_modified(page),
               "a load sets referenced, and not modified");
        expect(faults([&] { expect(store(0x5b) == errno_t::ok, "store"); }) == 0,
               "a store to a writable page does not fault");
        expect(pmap_is_modified(page), "a store sets modified");
    }
    void what_is_not_entered_faults() {
        pmap_remove(pm(), page_of(va_));
        pmap_update(pm());
        uint8_t value = 0;
        expect(faults([&] { value = load(); }) == 1, "a load of a removed mapping faults once");
        expect(value == 0x5b, "and then reads what was written");
        expect(faults([&] { load(); }) == 0, "and is entered again");
    }
    void what_is_read_only_faults_on_a_store() {
        pmap_protect(pm(), page_of(va_), vm_prot_t::read);
        pmap_update(pm());
        expect(faults([&] { load(); }) == 0, "a load of a read-only page does not fault");
        expect(faults([&] { expect(store(0x5c) == errno_t::ok, "store"); }) == 1,
               "a store to a read-only page faults once, though the kernel makes it");
        expect(uvm_map_protect(vm_.vm_map, va_, va_ + vsize_t(page_size), vm_prot_t::read,
                               uvm_protect_what::current) == errno_t::ok,
               "protect");
        expect(store(0x5d) == errno_t::eacces, "a store that the map forbids is EACCES");
        expect(load() == 0x5c, "and changes nothing");
        expect(uvm_map_protect(vm_.vm_map, va_, va_ + vsize_t(page_size), read_write,
                               uvm_protect_what::current) == errno_t::ok,
               "protect");
    }
    void what_the_tables_say_is_what_is_read(vm_page& page) {
        vm_page* const other = uvm_pagealloc(nullptr, voff_t(0), nullptr, pagealloc_flag::zero);
        if (!expect(other != nullptr, "a page of the kernel's"))
            return;
        auto& first = *static_cast<volatile uint8_t*>(machine::phys_to_ptr(other->phys_addr));
        first = 0x77;
        expect(pmap_enter(pm(), va_, other->phys_addr, read_write, pmap_flag::canfail) == errno_t::ok,
               "enter");
        expect(load() == 0x77, "a load reads the page that the tables name");
        expect(store(0x78) == errno_t::ok && first == 0x78, "a store changes the page that the tables name");
        expect(*static_cast<volatile uint8_t*>(machine::phys_to_ptr(page.phys_addr)) == 0x5c,
               "and not the one that the map knows");
        pmap_remove(pm(), page_of(va_));
        pmap_update(pm());
        uvm_pagefree(*other);
        expect(load() == 0x5c, "a fault brings the map's page back");
    }

    vmspace& vm_;
    vaddr_t va_ = space_min;
    uint32_t failures_ = 0;
};

} // namespace

int self_test_user_access() {
    vmspace* const vm = uvmspace_alloc(space_min, space_max, vmspace_direction::bottom_up);
    if (!vm)
        return 1;
    int const status = user_access_test(*vm).run();
    uvmspace_free(*vm);
    return status;
}

} // namespace uvm
