// Pages to and from swap. A device stays while a slot of it is used, and who transfers a slot uses it.
#include <machine/memory.h>

#include "kernel/vm/uvm_cluster.h"
#include "kernel/vm/uvm_probe.h"
#include "kernel/vm/uvm_swap.h"

namespace uvm {

namespace {

struct place {
    uvm_blockdev* dev;
    uint32_t page; // of the device
};

place place_of(uint32_t slot) {
    mutex_guard const guard(uvm_swap.lock);
    for (uvm_swapdev const* at = uvm_swap.devices; at; at = at->next)
        if (slot >= at->first && slot < at->first + at->npages) {
            kassert(at->slots[slot - at->first] == swap_slot_state::used, "transfer of an unused swap slot");
            return {at->dev, slot - at->first};
        }
    panic("swap slot out of range");
}

bool transfer_fails() {
    mutex_guard const guard(uvm_swap.lock);
    if (uvm_swap.fail_next == 0)
        return false;
    --uvm_swap.fail_next;
    return true;
}

errno_t read(uint32_t slot, vm_page& page) {
    place const from = place_of(slot);
    vm_page* const one[] = {&page};
    return uvm_cluster_read(*from.dev, from.page, one);
}

errno_t write(uint32_t slot, std::span<vm_page* const> pages) {
    place const to = place_of(slot);
    return uvm_cluster_write(*to.dev, to.page, pages);
}

} // namespace

errno_t uvm_swap_get(vm_page& page, uint32_t slot) {
    errno_t const error = transfer_fails() ? errno_t::eio : read(slot, page);
    uvm_probe(uvm_event::swap_page_in, slot, page.phys_addr.value, uint32_t(error));
    return error;
}

errno_t uvm_swap_put(uint32_t slot, std::span<vm_page* const> pages) {
    errno_t const error = transfer_fails() ? errno_t::eio : write(slot, pages);
    uvm_probe(uvm_event::swap_page_out, slot, uint32_t(pages.size()), uint32_t(error));
    return error;
}

errno_t uvm_swap_peek(uint32_t slot, uint8_t* byte) {
    vm_page* const page = uvm_pagealloc(nullptr, voff_t(0), nullptr, pagealloc_flag::none);
    if (!page)
        return errno_t::enomem;
    errno_t const error = read(slot, *page);
    if (error == errno_t::ok)
        *byte = *static_cast<const uint8_t*>(machine::phys_to_ptr(page->phys_addr));
    uvm_pagefree(*page);
    return error;
}

} // namespace uvm
