#include "kernel/vm/uvm_kmapent.h"

#include <new>

#include <machine/memory.h>

#include "kernel/vm/uvm_map_kernel.h"
#include "kernel/vm/uvm_map_tree.h"
#include "kernel/vm/uvm_map_wait.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_pool.h"

namespace uvm {

namespace {

// Ids of kernel entries, apart from those of user entries, which should not depend on what the kernel does.
constexpr uint32_t kernel_ids = 0x80000000;
constinit uint32_t last_id; // atomic: several maps take theirs from it

uint32_t new_id() { return kernel_ids | atomic::add(last_id, 1); }

uvm_kmapent_chunk& chunk_of(const vm_map_entry& entry) {
    vm_map_entry const* const inside = &entry; // the chunk begins its page
    return *reinterpret_cast<uvm_kmapent_chunk*>(reinterpret_cast<uintptr_t>(inside) & ~page_mask);
}

void enlist(uvm_map_kernel& kernel, uvm_kmapent_chunk& chunk) {
    chunk.prev = nullptr;
    chunk.next = kernel.partial;
    if (kernel.partial)
        kernel.partial->prev = &chunk;
    kernel.partial = &chunk;
}

void delist(uvm_map_kernel& kernel, uvm_kmapent_chunk& chunk) {
    (chunk.prev ? chunk.prev->next : kernel.partial) = chunk.next;
    if (chunk.next)
        chunk.next->prev = chunk.prev;
    chunk.prev = chunk.next = nullptr;
}

// The lowest place for a page that is not in `avoid`; the entry before it, or null.
vm_map_entry* place_for_chunk(vm_map& map, va_range avoid, vaddr_t* va) {
    vsize_t const page{page_size};
    vm_map_entry* before = uvm_map_findspace(map, map.min(), page, va, vsize_t(0), uvm_flag::none);
    if (before && avoid.contains(*va))
        before = uvm_map_findspace(map, avoid.end, page, va, vsize_t(0), uvm_flag::none);
    return before;
}

// A new chunk, kept: none of its entries is used. Fails: ENOMEM.
errno_t make_chunk(vm_map& map, va_range avoid) {
    uvm_map_kernel& kernel = *map.kernel;
    vaddr_t va;
    vm_map_entry* const before = place_for_chunk(map, avoid, &va);
    if (!before || uvm_allocation_fails("kernel entry chunk"))
        return errno_t::enomem;
    vm_page* const page = uvm_pagealloc(nullptr, voff_t(0), nullptr, pagealloc_flag::none);
    if (!page)
        return errno_t::enomem;
    constexpr vm_prot_t read_write = vm_prot_t::read | vm_prot_t::write;
    pmap_kenter_pa(va, page->phys_addr, read_write);
    auto& chunk = *new (machine::phys_to_ptr(page->phys_addr)) uvm_kmapent_chunk{};
    chunk.map = &map;
    for (uint32_t i = uvm_kmapent_per_chunk; i-- > 1;) {
        chunk.entries[i].next = chunk.free;
        chunk.free = &chunk.entries[i];
    }
    vm_map_entry& first = chunk.entries[0];
    first.start = va;
    first.end = va + vsize_t(page_size);
    first.protection = first.max_protection = read_write;
    first.inheritance = vm_inherit_t::none;
    first.advice = vm_advice_t::random;
    first.flags = uvm_entry_flag::kernel | uvm_entry_flag::chunk_header | uvm_entry_flag::first |
                  uvm_entry_flag::nomerge;
    first.entry_id = new_id();
    uvm_map_entry_link(map, *before, first);
    ++kernel.nchunks;
    kernel.free_entries += uvm_kmapent_per_chunk - 1;
    kernel.kept = &chunk;
    return errno_t::ok;
}

void destroy_chunk(uvm_kmapent_chunk& chunk) {
    vm_map& map = *chunk.map;
    uvm_map_kernel& kernel = *map.kernel;
    vm_map_entry& first = chunk.entries[0];
    va_range const range = first.range();
    --kernel.nchunks;
    kernel.free_entries -= uvm_kmapent_per_chunk - 1;
    uvm_map_entry_unlink(map, first);
    vm_page& page = *phys_to_vm_page(machine::ptr_to_phys(&chunk));
    pmap_kremove(range.start, range.size());
    pmap_update(*map.pm);
    uvm_pagefree(page);
    uvm_map_room_made(map);
}

} // namespace

vm_map_entry* uvm_kmapent_alloc(vm_map& map, va_range avoid) {
    uvm_map_kernel& kernel = *map.kernel;
    kassert(vm_map_locked_p(map), "kernel entry: the map is not locked");
    if (kernel.free_entries == 0 && make_chunk(map, avoid) != errno_t::ok)
        return nullptr;
    if (!kernel.partial) {
        enlist(kernel, *kernel.kept);
        kernel.kept = nullptr;
    }
    uvm_kmapent_chunk& chunk = *kernel.partial;
    vm_map_entry* const place = chunk.free;
    chunk.free = place->next;
    ++chunk.use;
    --kernel.free_entries;
    if (!chunk.free)
        delist(kernel, chunk);
    auto* const entry = new (place) vm_map_entry{};
    entry->flags = uvm_entry_flag::kernel;
    entry->entry_id = new_id();
    return entry;
}

void uvm_kmapent_free(vm_map_entry& entry) {
    uvm_kmapent_chunk& chunk = chunk_of(entry);
    kassert(!has(entry.flags, uvm_entry_flag::chunk_header), "kernel entry: that of a chunk's page");
    kassert(chunk.use > 0 && vm_map_locked_p(*chunk.map), "kernel entry: given back, but not in use");
    uvm_map_kernel& kernel = *chunk.map->kernel;
    if (!chunk.free)
        enlist(kernel, chunk);
    entry.flags = uvm_entry_flag::none;
    entry.next = chunk.free;
    chunk.free = &entry;
    ++kernel.free_entries;
    if (--chunk.use != 0)
        return;
    delist(kernel, chunk);
    if (kernel.kept)
        destroy_chunk(chunk);
    else
        kernel.kept = &chunk;
}

vm_map& uvm_kmapent_map(const vm_map_entry& entry) {
    kassert(has(entry.flags, uvm_entry_flag::kernel), "kernel entry: it is none");
    return *chunk_of(entry).map;
}

bool uvm_kmapent_drain(vm_map& map) {
    uvm_kmapent_chunk* const chunk = map.kernel->kept;
    if (!chunk)
        return false;
    map.kernel->kept = nullptr;
    destroy_chunk(*chunk);
    return true;
}

vsize_t uvm_mapent_overhead(vsize_t size) {
    constexpr uint32_t usable = uvm_kmapent_per_chunk - 1;
    uint32_t const entries = bytes_to_pages(size) + 1;
    return pages_to_bytes((entries + usable - 1) / usable);
}

} // namespace uvm
