#include "kernel/vm/uvm_pool.h"

#include <machine/memory.h>

#include "kernel/vm/uvm_page.h"

namespace uvm {

namespace {

std::string_view fail_kind; // "" for all

constinit uvm_pool array_pools[] = {
    {"array 16", 16},   {"array 32", 32},   {"array 64", 64},     {"array 128", 128},
    {"array 256", 256}, {"array 512", 512}, {"array 1024", 1024}, {"array 2000", 2000},
};

uvm_pool* array_pool(size_t bytes) {
    size_t size = 16;
    for (uvm_pool& pool : array_pools) {
        if (bytes <= (size < 2048 ? size : 2000))
            return &pool;
        size *= 2;
    }
    return nullptr;
}

} // namespace

constinit uint32_t uvm_failing_allocation;

void uvm_fail_allocation(uint32_t number, std::string_view kind) {
    uvm_failing_allocation = number;
    fail_kind = kind;
}

uint32_t uvm_fail_allocation_left() { return uvm_failing_allocation; }

bool uvm_allocation_chosen_to_fail(const char* kind) {
    return (fail_kind.empty() || fail_kind == kind) && --uvm_failing_allocation == 0;
}

// Makes partial_ a fresh page. Locks: what guards the pool.
[[gnu::noinline]] bool uvm_pool::add_page() {
    vm_page* const frame = uvm_pagealloc(nullptr, voff_t(0), nullptr, pagealloc_flag::none);
    if (!frame)
        return false;
    auto* const fresh = new (machine::phys_to_ptr(frame->phys_addr)) pool_page{};
    fresh->owner = this;
    link(*fresh);
    return true;
}

void* uvm_pool::take() {
    spin_guard guard(lock_);
    return take_guarded();
}

void uvm_pool::put(void* object) {
    spin_guard guard(lock_);
    put_guarded(object);
}

// Gives a page back in which nothing is in use. Locks: what guards the pool.
[[gnu::noinline]] void uvm_pool::remove_page(pool_page& page) {
    unlink(page);
    page.owner = nullptr;
    uvm_pagefree(*phys_to_vm_page(machine::ptr_to_phys(&page)));
}

void* uvm_kmem_alloc(size_t bytes) {
    if (uvm_allocation_fails("array") || bytes > (size_t{1} << 30))
        return nullptr;
    void* memory;
    if (uvm_pool* pool = array_pool(bytes)) {
        memory = pool->take();
    } else {
        uint32_t const pages = bytes_to_pages(round_page(vsize_t(bytes)));
        vm_page* run = pages == 1 ? uvm_pagealloc(nullptr, voff_t(0), nullptr, pagealloc_flag::none)
                                  : uvm_pagealloc_contig(pages);
        memory = run ? machine::phys_to_ptr(run->phys_addr) : nullptr;
    }
    if (memory)
        __builtin_memset(memory, 0, bytes);
    return memory;
}

void uvm_kmem_free(void* memory, size_t bytes) {
    if (uvm_pool* pool = array_pool(bytes)) {
        pool->put(memory);
        return;
    }
    vm_page* run = phys_to_vm_page(machine::ptr_to_phys(memory));
    kassert(run != nullptr, "kmem: not managed memory");
    uvm_pagefree_contig(*run, bytes_to_pages(round_page(vsize_t(bytes))));
}

} // namespace uvm
