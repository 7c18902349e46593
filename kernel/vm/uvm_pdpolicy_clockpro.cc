// The policy that tells pages that are used again soon from those that are not. See uvm_clockpro.h.
#include <new>

#include <machine/memory.h>

#include "kernel/vm/uvm_clockpro_impl.h"
#include "kernel/vm/uvm_page_queue.h"
#include "kernel/vm/uvm_pdpolicy.h"
#include "kernel/vm/uvm_pdtargets.h"
#include "kernel/vm/uvm_pdthread.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

constexpr uint32_t share_of_newcomers = 8;

// Every page of a queue.
void settle_all(const page_queue& queue) {
    vm_page* page = queue.head;
    for (uint32_t left = queue.count; left > 0; --left) {
        vm_page* const next = page->pageq.next; // the page may go to the end
        clockpro_settle(*page);
        page = next;
    }
}

// The oldest active page of a kind.
vm_page* first_active(clockpro_standing is) {
    vm_page* page = uvm_pages.active.head;
    while (page && clockpro_know(*page).is != is)
        page = page->pageq.next;
    return page;
}

// Hand hot: makes the first hot page cold that was not referenced since it last came by, or null.
vm_page* run_hand_hot() {
    for (uint32_t left = uvm_pages.active.count + 1; left > 0; --left) {
        vm_page* const page = first_active(clockpro_standing::hot);
        if (!page)
            return nullptr;
        clockpro_record& rec = clockpro_record_of(*page);
        if (!clockpro_passed(rec.stamp))
            clockpro.hand_hot = rec.stamp;
        if (left == 1 || !pmap_clear_reference(*page)) {
            clockpro_make_cold(*page, rec, false);
            return page;
        }
        clockpro_make_hot(*page, rec);
    }
    return nullptr;
}

// One more page for hand cold; null when all are cold. Newcomers have not shown yet that they are worth it.
vm_page* find_cold() {
    vm_page* page = clockpro.newcomers > 0 ? first_active(clockpro_standing::newcomer) : nullptr;
    if (!page)
        page = run_hand_hot();
    if (!page)
        page = uvm_pages.active.head;
    if (!page)
        return nullptr;
    clockpro_settle(*page); // it may have come since the scan began
    clockpro_record& rec = clockpro_record_of(*page);
    if (page->queue == pg_queue::active)
        clockpro_make_cold(*page, rec, rec.is == clockpro_standing::newcomer);
    return page;
}

void balance() {
    uint32_t const most = clockpro.size > clockpro.cold_target ? clockpro.size - clockpro.cold_target : 0;
    while (clockpro.hot > most && run_hand_hot()) {
    }
}

// Newcomers are for a short time only.
void age_newcomers() {
    uint32_t const share = clockpro.size / share_of_newcomers;
    uint32_t const most = share < uvm_clockpro_newcomers ? share : uvm_clockpro_newcomers;
    vm_page* next = nullptr;
    for (vm_page* page = uvm_pages.active.head; page && clockpro.newcomers > most; page = next) {
        next = page->pageq.next;
        if (clockpro_record& rec = clockpro_know(*page); rec.is == clockpro_standing::newcomer)
            clockpro_make_cold(*page, rec, true);
    }
}

void forget_oldest() {
    clockpro.history.drop_oldest();
    clockpro_target_shrinks();
}

// No more than `most` are remembered, and none beyond its test period.
void trim_history(uint32_t most) {
    while (clockpro.history.ring() > 0 &&
           (clockpro.history.ring() > most || clockpro_passed(clockpro.history.oldest_stamp())))
        forget_oldest();
}

// Pages that went, or were wired, are hot or new no more.
void count_again() {
    clockpro.hot = clockpro.newcomers = 0;
    for (vm_page const* page = uvm_pages.active.head; page; page = page->pageq.next) {
        clockpro_standing const is = clockpro_know(*page).is;
        clockpro.hot += is == clockpro_standing::hot ? 1 : 0;
        clockpro.newcomers += is == clockpro_standing::newcomer ? 1 : 0;
    }
}

// It spares no kind: what is used again soon is hot, whatever it is.
bool begin(uvm_pd_limits) {
    ++clockpro.scan;
    atomic::store_relaxed(uvm_daemon.few_inactive, 0); // hand cold always finds some
    clockpro_set_size();
    trim_history(clockpro.size);
    settle_all(uvm_pages.inactive);
    count_again();
    settle_all(uvm_pages.active);
    age_newcomers();
    return false;
}

// Hand cold.
vm_page* select() {
    balance();
    uint32_t const all = uvm_pages.active.count + uvm_pages.inactive.count;
    for (uint32_t tried = 0; tried <= all; ++tried) {
        vm_page* page = uvm_pages.inactive.head;
        // All that are cold were offered in vain: they are in use just now.
        if (!page || clockpro_know(*page).offered == clockpro.scan)
            if (vm_page* const another = find_cold())
                page = another;
        if (!page)
            return nullptr;
        clockpro_settle(*page);
        clockpro_record& rec = clockpro_record_of(*page);
        if (tried < all && pmap_is_referenced(*page)) {
            clockpro_touch(*page, rec);
            balance();
            continue;
        }
        rec.offered = clockpro.scan;
        uvm_pageq_move(*page, pg_queue::inactive);
        return page;
    }
    return nullptr;
}

void evicted(const vm_page& page) {
    mutex_guard const guard(uvm_pages.pageqlock);
    clockpro_record& rec = clockpro_record_of(page);
    bool const in_test = rec.is == clockpro_standing::cold && rec.in_test;
    if (in_test && clockpro_passed(rec.stamp)) {
        clockpro_target_shrinks();
    } else if (in_test) {
        trim_history(clockpro.size - 1);
        clockpro.history.put(rec.name, rec.stamp);
    }
    rec = {};
}

uint32_t frames_needed() {
    vsize_t const records = vsize_t(uvmexp.npages * sizeof(clockpro_record));
    return bytes_to_pages(round_page(records + uvm_clockpro_history::size_of(uvmexp.npages)));
}

// Not where it would be what makes memory short.
bool enough_free(uint32_t frames) {
    spin_guard const guard(uvm_pages.fpageqlock);
    return uvm_pages.free.count >= frames + uvm_pdtargets_of(uvmexp.npages, false).freetarg;
}

errno_t prepare() {
    if (clockpro.memory)
        return errno_t::ok;
    vm_page* const memory = enough_free(frames_needed()) ? uvm_pagealloc_contig(frames_needed()) : nullptr;
    if (!memory)
        return errno_t::enomem;
    auto* const records = static_cast<clockpro_record*>(machine::phys_to_ptr(memory->phys_addr));
    for (uint32_t i = 0; i < uvmexp.npages; ++i)
        new (&records[i]) clockpro_record{};
    mutex_guard const guard(uvm_pages.pageqlock);
    clockpro.memory = memory;
    clockpro.records = records;
    clockpro.history.start(records + uvmexp.npages, uvmexp.npages);
    return errno_t::ok;
}

void retire() {
    vm_page* memory;
    {
        mutex_guard const guard(uvm_pages.pageqlock);
        memory = clockpro.memory;
        clockpro = {};
    }
    if (memory)
        uvm_pagefree_contig(*memory, frames_needed());
}

} // namespace

uvm_clockpro_counts uvm_clockpro_count() {
    mutex_guard const guard(uvm_pages.pageqlock);
    if (!clockpro.memory)
        return {};
    count_again();
    return {clockpro.size,      clockpro.cold_target,     clockpro.hot,
            clockpro.newcomers, uvm_pages.inactive.count, clockpro.history.count()};
}

constinit const uvm_pdpolicy uvm_pdpolicy_clockpro{.name = "clockpro",
                                                   .begin = begin,
                                                   .select = select,
                                                   .balance = balance,
                                                   .prepare = prepare,
                                                   .retire = retire,
                                                   .evicted = evicted};

} // namespace uvm
