// A small machine whose one program has more pages than there is memory, and what it may do with them.
#pragma once

#include <span>

#include <machine/user_access.h>

#include "kernel/vm/uvm_pdaemon.h"
#include "kernel/vm/uvm_swap.h"
#include "tests/vm/spy_disk.h"
#include "tests/vm/vm_fixture.h"

namespace uvm::test {

// Everything goes with it; the policy is the usual one again.
class paging_machine {
public:
    static constexpr vaddr_t area{0x100000};

    // `memory` pages of it, and an area of `count` anonymous pages with swap space for each.
    paging_machine(const uvm_pdpolicy& policy, uint32_t memory, uint32_t count) : disk_(count + 64) {
        kassert(uvm_swap_add(disk_) == errno_t::ok, "test: no swap");
        kassert(uvm_pdpolicy_use(policy) == errno_t::ok, "test: no memory for the policy");
        uvm_page_limit(memory);
        vm_ = uvmspace_alloc(vaddr_t(0x1000), vaddr_t(0x10000000), vmspace_direction::bottom_up);
        kassert(vm_ != nullptr, "test: no space");
        map_area(count);
    }
    ~paging_machine() {
        uvmspace_free(*vm_);
        uvm_page_limit(0);
        uvm_pdpolicy_use(uvm_pdpolicy_clock);
        kassert(uvm_swap_remove() == &disk_, "test: another device");
    }
    paging_machine(const paging_machine&) = delete;
    paging_machine& operator=(const paging_machine&) = delete;

    void map_area(uint32_t count) {
        vaddr_t at = area;
        uvm_mapping const how{.prot = vm_prot_t::read | vm_prot_t::write,
                              .max = vm_prot_t::all,
                              .flags = uvm_flag::fixed | uvm_flag::copyonw};
        kassert(uvm_map(vm_->vm_map, at, pages(count), nullptr, uvm_unknown_offset, vsize_t(0), how) ==
                    errno_t::ok,
                "test: no area");
    }
    // Writes a word to a page, as the program does. / Reads one.
    [[nodiscard]] errno_t put(uint32_t page, uint32_t word) {
        return machine::user_write(*vm_, area + pages(page), std::as_bytes(std::span(&word, 1)));
    }
    [[nodiscard]] errno_t get(uint32_t page, uint32_t* word) {
        return machine::user_read(*vm_, area + pages(page), std::as_writable_bytes(std::span(word, 1)));
    }
    void use(uint32_t page) {
        uint32_t word = 0;
        kassert(get(page, &word) == errno_t::ok, "test: a read failed");
    }
    void use(uint32_t first, uint32_t end) {
        for (uint32_t page = first; page < end; ++page)
            use(page);
    }
    void fill(uint32_t count) {
        for (uint32_t page = 0; page < count; ++page)
            kassert(put(page, page) == errno_t::ok, "test: a write failed");
    }
    vmspace& space() { return *vm_; }

    // Pages that were read from swap since it was last asked.
    uint32_t pages_in() {
        uint32_t sum = 0;
        for (spy_disk::transfer const& transfer : disk_.new_reads())
            sum += transfer.count;
        return sum;
    }

private:
    spy_disk disk_;
    vmspace* vm_{};
};

// Over all of it again and again.
inline uint32_t faults_of_loop(paging_machine& machine, uint32_t length, uint32_t rounds) {
    machine.fill(length);
    (void)machine.pages_in();
    for (uint32_t round = 0; round < rounds; ++round)
        machine.use(0, length);
    return machine.pages_in();
}

// A hot set that is used all the time; then everything else once, without it, and then the hot set again. The
// result: what of the hot set had to be read back.
inline uint32_t faults_of_hot_set(paging_machine& machine, uint32_t hot, uint32_t count, uint32_t rounds) {
    machine.fill(count);
    uint32_t faults = 0;
    for (uint32_t round = 0; round < rounds; ++round) {
        // So much between two uses of the hot set that what is used once is out by then.
        for (uint32_t at = hot; at < count; ++at) {
            machine.use(at);
            if ((at - hot) % (hot / 2 + 1) == 0)
                machine.use(0, hot);
        }
        machine.use(hot, count);
        (void)machine.pages_in();
        machine.use(0, hot);
        faults += machine.pages_in();
    }
    return faults;
}

inline uint32_t faults_of_random(paging_machine& machine, uint32_t count, uint32_t uses) {
    machine.fill(count);
    (void)machine.pages_in();
    dice random(1);
    for (uint32_t i = 0; i < uses; ++i)
        machine.use(random.below(count));
    return machine.pages_in();
}

} // namespace uvm::test
