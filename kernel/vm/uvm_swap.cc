#include "kernel/vm/uvm_swap.h"

#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_pool.h"

#include <machine/memory.h>

namespace uvm {

constinit uvm_swap_t uvm_swap;

namespace {

// The first of `count` free slots in a row, counted from 1, or 0. Locks: the swap's.
uint32_t find_run(uint32_t count) {
    uint32_t run = 0;
    for (uint32_t i = 0; i < uvm_swap.swpages; ++i) {
        run = uvm_swap.slots[i] == swap_slot_state::free ? run + 1 : 0;
        if (run == count)
            return i + 2 - count;
    }
    return 0;
}

void change(uint32_t slot, uint32_t count, swap_slot_state from, swap_slot_state to) {
    kassert(slot > 0 && slot - 1 + count <= uvm_swap.swpages, "swap slot out of range");
    for (uint32_t i = slot - 1; i < slot - 1 + count; ++i) {
        kassert(uvm_swap.slots[i] == from, "swap slot is in another state than its owner believes");
        uvm_swap.slots[i] = to;
    }
}

bool transfer_fails() {
    mutex_guard const guard(uvm_swap.lock);
    if (uvm_swap.fail_next == 0)
        return false;
    --uvm_swap.fail_next;
    return true;
}

} // namespace

errno_t uvm_swap_add(uvm_blockdev& dev) {
    mutex_guard const guard(uvm_swap.lock);
    if (uvm_swap.dev)
        return errno_t::ebusy;
    uvm_swap.slots = static_cast<swap_slot_state*>(uvm_kmem_alloc(dev.npages));
    if (!uvm_swap.slots)
        return errno_t::enomem;
    uvm_swap.dev = &dev;
    uvm_swap.swpages = dev.npages;
    return errno_t::ok;
}

uvm_blockdev* uvm_swap_remove() {
    mutex_guard const guard(uvm_swap.lock);
    kassert(uvm_swap.swpginuse == 0, "swap removed while slots are in use");
    uvm_blockdev* const dev = uvm_swap.dev;
    if (dev)
        uvm_kmem_free(uvm_swap.slots, uvm_swap.swpages);
    uvm_swap.dev = nullptr;
    uvm_swap.slots = nullptr;
    uvm_swap.swpages = uvm_swap.swpgbad = uvm_swap.fail_next = 0;
    return dev;
}

uint32_t uvm_swap_alloc(uint32_t* count) {
    mutex_guard const guard(uvm_swap.lock);
    uint32_t slot = find_run(*count);
    if (slot == 0) {
        *count = 1;
        slot = find_run(1);
    }
    if (slot == 0)
        return 0;
    change(slot, *count, swap_slot_state::free, swap_slot_state::used);
    uvm_swap.swpginuse += *count;
    return slot;
}

void uvm_swap_free(uint32_t slot, uint32_t count) {
    mutex_guard const guard(uvm_swap.lock);
    change(slot, count, swap_slot_state::used, swap_slot_state::free);
    uvm_swap.swpginuse -= count;
}

void uvm_swap_markbad(uint32_t slot, uint32_t count) {
    mutex_guard const guard(uvm_swap.lock);
    change(slot, count, swap_slot_state::used, swap_slot_state::bad);
    uvm_swap.swpginuse -= count;
    uvm_swap.swpgbad += count;
}

void uvm_swap_only() {
    mutex_guard const guard(uvm_swap.lock);
    ++uvm_swap.swpgonly;
}

void uvm_swap_not_only() {
    mutex_guard const guard(uvm_swap.lock);
    kassert(uvm_swap.swpgonly > 0, "fewer pages only in swap than come back");
    --uvm_swap.swpgonly;
}

errno_t uvm_swap_get(vm_page& page, uint32_t slot) {
    if (transfer_fails())
        return errno_t::eio;
    return uvm_swap.dev->ops->read(*uvm_swap.dev, slot - 1, {&page.phys_addr, 1});
}

errno_t uvm_swap_put(uint32_t slot, std::span<vm_page* const> pages) {
    if (transfer_fails())
        return errno_t::eio;
    paddr_t frames[uvm_swap_cluster];
    kassert(pages.size() <= uvm_swap_cluster, "page-out of more than a cluster");
    for (size_t i = 0; i < pages.size(); ++i)
        frames[i] = pages[i]->phys_addr;
    return uvm_swap.dev->ops->write(*uvm_swap.dev, slot - 1, {frames, pages.size()});
}

errno_t uvm_swap_peek(uint32_t slot, uint8_t* byte) {
    vm_page* const page = uvm_pagealloc(nullptr, voff_t(0), nullptr, pagealloc_flag::none);
    if (!page)
        return errno_t::enomem;
    errno_t const error = uvm_swap.dev->ops->read(*uvm_swap.dev, slot - 1, {&page->phys_addr, 1});
    if (error == errno_t::ok)
        *byte = *static_cast<const uint8_t*>(machine::phys_to_ptr(page->phys_addr));
    uvm_pagefree(*page);
    return error;
}

} // namespace uvm
