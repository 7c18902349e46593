#include "kernel/vm/uvm_page.h"

#include <new>

#include <machine/memory.h>

#include "kernel/vm/uvm_anon.h"
#include "kernel/vm/uvm_loan.h"
#include "kernel/vm/uvm_object.h"
#include "kernel/vm/uvm_page_queue.h"
#include "kernel/vm/uvm_pdtargets.h"
#include "kernel/vm/uvm_pdthread.h"
#include "kernel/vm/uvm_pool.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

constinit uvmexp_t uvmexp;
constinit uvm_pages_t uvm_pages;

namespace {

// Pages that the kernel may take on the way to one page for an object or an anon: for the anon itself, a
// chunk of its amap, a page table. A wait for memory ends only when there are as many beyond the reserve;
// otherwise they go to the kernel, come back with the failure of the rest, and the wait ends at once for
// ever.
constexpr uint32_t kernel_share = 4;

// Locks: the free queue's.
bool at_limit() { return uvm_pages.owned_limit != 0 && uvmexp.owned >= uvm_pages.owned_limit; }

// Whether one of the last pages may go: to the kernel, and the very last to the page daemon alone. Locks: the
// free queue's.
[[gnu::cold]] bool may_take_reserve(bool for_kernel) {
    uint32_t const left = uvm_pages.free.count;
    if (left <= uvm_daemon_reserve)
        return left > 0 && atomic::load_relaxed(uvm_daemon.scanner) == machine::current_thread();
    return for_kernel;
}

// The frame where the page array itself lives: the first run of frames that holds it.
uint32_t count_frames() {
    uint32_t frames = 0;
    for (machine::physical_range const& range : machine::physical_memory())
        frames += bytes_to_pages(range.end - range.start);
    return frames;
}

void insert_into_object(vm_page& page, uvm_object& obj) {
    using side = decltype(obj.memt)::side;
    vm_page* parent = nullptr;
    auto where = side::left;
    for (vm_page* at = obj.memt.root; at;) {
        parent = at;
        where = page.offset < at->offset ? side::left : side::right;
        at = where == side::left ? at->treeq.left : at->treeq.right;
    }
    obj.memt.insert(page, parent, where);
    ++obj.uo_npages;
}

} // namespace

void uvm_page_init() {
    uvmexp = {};
    uint32_t const frames = count_frames();
    vsize_t const array_bytes = round_page(vsize_t(frames * sizeof(vm_page)));
    vm_page* next = nullptr;
    uint32_t npages = 0;
    uvm_pages.free = uvm_pages.active = uvm_pages.inactive = {};
    uvm_pages.owned_limit = 0;
    uvm_pages.longest = {};
    for (machine::physical_range range : machine::physical_memory()) {
        if (!next && range.end - range.start > array_bytes) {
            next = static_cast<vm_page*>(machine::phys_to_ptr(range.start));
            uvm_pages.pages = next;
            range.start = range.start + array_bytes;
        }
        kassert(next != nullptr, "no memory for the page array");
        page_run const run{range.start, bytes_to_pages(range.end - range.start), next};
        if (run.count > uvm_pages.longest.count)
            uvm_pages.longest = run;
        for (paddr_t pa = range.start; pa < range.end; pa = pa + vsize_t(page_size)) {
            vm_page* page = new (next++) vm_page{};
            page->phys_addr = pa;
            uvm_pageq_enqueue(*page, pg_queue::free);
            ++npages;
        }
    }
    uvmexp.npages = npages;
    uvmexp.free = npages;
}

vm_page* uvm_page_search(paddr_t pa) {
    uint32_t low = 0;
    uint32_t high = uvmexp.npages;
    while (low < high) {
        uint32_t const middle = (low + high) / 2;
        uintptr_t const at = uvm_pages.pages[middle].phys_addr.value;
        if (at == (pa.value & ~page_mask))
            return &uvm_pages.pages[middle];
        if (at < pa.value)
            low = middle + 1;
        else
            high = middle;
    }
    return nullptr;
}

vm_page* uvm_pagealloc(uvm_object* obj, voff_t offset, vm_anon* anon, pagealloc_flag flags) {
    bool const owned = obj || anon;
    if (owned && uvm_allocation_fails("page"))
        return nullptr;
    vm_page* page;
    uint32_t below;
    {
        spin_guard guard(uvm_pages.fpageqlock);
        page = uvm_pages.free.head;
        bool const reserve = !owned || has(flags, pagealloc_flag::use_reserve);
        bool const scarce = uvm_pages.free.count <= uvm_kernel_reserve;
        if ((scarce && !may_take_reserve(reserve)) || (owned && at_limit())) {
            ++uvmexp.fault_noram;
            atomic::add(uvm_pages.shortages, 1);
            return nullptr;
        }
        uvm_pageq_take_first(uvm_pages.free, *page);
        uvmexp.free = uvm_pages.free.count;
        uvmexp.owned += owned ? 1 : 0;
        below = atomic::load_relaxed(uvm_daemon.wake_below);
        below = below != 0 && uvm_pages_free_within_limit() < below;
    }
    if (below) [[unlikely]]
        uvm_pagedaemon_maybe_wake();
    page->offset = offset;
    page->uobject = obj;
    page->uanon = anon;
    page->flags = owned ? pg_flag::busy | pg_flag::fake : pg_flag::none;
    if (obj && !has(flags, pagealloc_flag::replace))
        insert_into_object(*page, *obj);
    if (anon)
        anon->an_page = page;
    if (uvm_probe_is_watched(uvm_event_class::page)) [[unlikely]]
        uvm_probe(uvm_event::page_alloc, page->phys_addr.value, anon ? anon->an_id : 0, obj ? obj->uo_id : 0,
                  offset.value);
    if (has(flags, pagealloc_flag::zero)) {
        pmap_zero_page(page->phys_addr);
        uvm_probe(uvm_event::page_zero, page->phys_addr.value);
    }
    return page;
}

void uvm_pagefree(vm_page& page) {
    if (uvm_page_is_on_loan(page)) [[unlikely]] {
        uvm_loan_owner_gone(page);
        return;
    }
    bool const owned = page.uobject || page.uanon;
    // Off the queue first: who finds a page on a queue may rely on its owner. One without an owner never was
    // on a queue, and nobody else has it.
    if (owned || page.wire_count) {
        mutex_guard guard(uvm_pages.pageqlock);
        kassert(page.queue != pg_queue::free, "page freed twice");
        if (page.queue != pg_queue::none)
            uvm_pageq_dequeue(page);
        if (page.wire_count) {
            page.wire_count = 0;
            --uvmexp.wired;
        }
        uvmexp.active = uvm_pages.active.count;
        atomic::store_relaxed(uvmexp.inactive, uvm_pages.inactive.count);
    }
    if (page.uobject) {
        uvm_page_remove(page);
        page.uobject = nullptr;
    }
    if (page.uanon) {
        page.uanon->an_page = nullptr;
        page.uanon = nullptr;
    }
    uvm_page_release(page, page_had_owner(owned));
}

void uvm_page_release(vm_page& page, page_had_owner owned) {
    kassert(page.queue == pg_queue::none, "page freed twice");
    page.flags = pg_flag::none;
    uvm_probe(uvm_event::page_free, page.phys_addr.value);
    {
        spin_guard guard(uvm_pages.fpageqlock);
        uvm_pageq_enqueue(page, pg_queue::free);
        uvmexp.free = uvm_pages.free.count;
        uvmexp.owned -= owned == page_had_owner::yes ? 1 : 0;
    }
    uvm_feed();
}

void uvm_page_remove(vm_page& page) {
    page.uobject->memt.erase(page);
    --page.uobject->uo_npages;
}

void uvm_page_replace(vm_page& page, vm_page& fresh) {
    uvm_object& obj = *page.uobject;
    uvm_page_remove(page);
    insert_into_object(fresh, obj);
}

void uvm_page_dequeue(vm_page& page) {
    if (page.queue != pg_queue::none)
        uvm_pageq_dequeue(page);
    uvmexp.active = uvm_pages.active.count;
    atomic::store_relaxed(uvmexp.inactive, uvm_pages.inactive.count);
}

void uvm_page_limit(uint32_t pages) {
    {
        spin_guard guard(uvm_pages.fpageqlock);
        uvm_pages.owned_limit = pages;
    }
    uvm_pagedaemon_tune();
    uvm_feed();
}

uint32_t uvm_pages_free_within_limit() {
    uint32_t const free = uvm_pages.free.count;
    uint32_t const limit = uvm_pages.owned_limit;
    if (limit == 0)
        return free;
    uint32_t const room = limit > uvmexp.owned ? limit - uvmexp.owned : 0;
    return room < free ? room : free;
}

bool uvm_page_available() {
    spin_guard guard(uvm_pages.fpageqlock);
    return uvm_pages.free.count > uvm_kernel_reserve + kernel_share && !at_limit();
}

vm_page* uvm_pagealloc_contig(uint32_t count) {
    spin_guard guard(uvm_pages.fpageqlock);
    uint32_t run = 0;
    for (uint32_t i = 0; i < uvmexp.npages; ++i) {
        vm_page const& page = uvm_pages.pages[i];
        bool const follows = run && page.phys_addr == uvm_pages.pages[i - 1].phys_addr + vsize_t(page_size);
        run = page.queue != pg_queue::free ? 0 : follows ? run + 1 : 1;
        if (run < count)
            continue;
        vm_page* first = &uvm_pages.pages[i + 1 - count];
        for (uint32_t k = 0; k < count; ++k)
            uvm_pageq_dequeue(first[k]);
        uvmexp.free = uvm_pages.free.count;
        return first;
    }
    return nullptr;
}

void uvm_pagefree_contig(vm_page& first, uint32_t count) {
    for (uint32_t k = 0; k < count; ++k)
        uvm_pagefree((&first)[k]);
}

void uvm_pageq_change(vm_page& page, pg_queue which) {
    if (page.queue != pg_queue::none)
        uvm_pageq_dequeue(page);
    uvm_pageq_enqueue(page, which);
    uvmexp.active = uvm_pages.active.count;
    atomic::store_relaxed(uvmexp.inactive, uvm_pages.inactive.count);
}

void uvm_pageactivate(vm_page& page) {
    mutex_guard guard(uvm_pages.pageqlock);
    if (page.wire_count == 0)
        uvm_pageq_move(page, pg_queue::active);
}

void uvm_pagedeactivate(vm_page& page) {
    mutex_guard guard(uvm_pages.pageqlock);
    if (page.wire_count != 0 || page.queue == pg_queue::inactive)
        return;
    pmap_clear_reference(page);
    uvm_pageq_move(page, pg_queue::inactive);
}

void uvm_pagewire(vm_page& page) {
    mutex_guard guard(uvm_pages.pageqlock);
    if (page.wire_count++ == 0) {
        if (page.queue != pg_queue::none)
            uvm_pageq_dequeue(page);
        ++uvmexp.wired;
    }
    uvm_probe(uvm_event::page_wire, page.phys_addr.value, page.wire_count);
}

void uvm_pageunwire(vm_page& page) {
    mutex_guard guard(uvm_pages.pageqlock);
    kassert(page.wire_count > 0, "page unwired more often than wired");
    if (--page.wire_count == 0) {
        --uvmexp.wired;
        uvm_pageq_move(page, pg_queue::active);
        uvm_feed(); // it can be taken again
    }
    uvm_probe(uvm_event::page_wire, page.phys_addr.value, page.wire_count);
}

bool uvm_page_is_kept(const vm_page& page) { return uvm_page_is_on_loan(page) || uvm_page_is_wired(page); }

bool uvm_page_is_wired(const vm_page& page) {
    mutex_guard guard(uvm_pages.pageqlock);
    return page.wire_count != 0;
}

void uvm_page_wait(vm_page& page, mutex& owner) UVM_NO_THREAD_SAFETY_ANALYSIS {
    page.flags |= pg_flag::wanted;
    uint32_t const before = atomic::load(uvm_pages.unbusied);
    owner.unlock();
    sleep_while(uvm_pages.unbusied, before, "busy page");
}

void uvm_page_wake() {
    atomic::add(uvm_pages.unbusied, 1);
    wakeup(uvm_pages.unbusied);
}

vm_page* uvm_pagelookup(uvm_object& obj, voff_t offset) {
    vm_page* at = obj.memt.root;
    while (at && at->offset != offset)
        at = offset < at->offset ? at->treeq.left : at->treeq.right;
    return at;
}

} // namespace uvm
