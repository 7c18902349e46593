// The queues of pages: linking, and moves from one to another. Locks: pageqlock; of the free queue, its own.
#pragma once

#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

inline page_queue& uvm_page_queue(pg_queue which) {
    return which == pg_queue::active     ? uvm_pages.active
           : which == pg_queue::inactive ? uvm_pages.inactive
                                         : uvm_pages.free;
}

// To the end of a queue.
inline void uvm_pageq_enqueue(vm_page& page, pg_queue which) {
    page_queue& queue = uvm_page_queue(which);
    page.queue = which;
    page.pageq = {queue.tail, nullptr};
    (queue.tail ? queue.tail->pageq.next : queue.head) = &page;
    queue.tail = &page;
    ++queue.count;
}

// Out of the queue that it is on.
inline void uvm_pageq_dequeue(vm_page& page) {
    page_queue& queue = uvm_page_queue(page.queue);
    (page.pageq.prev ? page.pageq.prev->pageq.next : queue.head) = page.pageq.next;
    (page.pageq.next ? page.pageq.next->pageq.prev : queue.tail) = page.pageq.prev;
    --queue.count;
    page.queue = pg_queue::none;
    page.pageq = {};
}

// The same of the first page of a queue, which nobody has to ask for.
inline void uvm_pageq_take_first(page_queue& queue, vm_page& page) {
    vm_page* const next = page.pageq.next;
    queue.head = next;
    (next ? next->pageq.prev : queue.tail) = nullptr;
    --queue.count;
    page.queue = pg_queue::none;
    page.pageq = {};
}

// To the end of another queue, of none perhaps.
void uvm_pageq_change(vm_page& page, pg_queue which);

// To the end of a queue, untold: page_queue_move is the caller's to pass. False: it was there.
[[gnu::always_inline]] inline bool uvm_pageq_move_untold(vm_page& page, pg_queue which) {
    if (page.queue != which) {
        uvm_pageq_change(page, which);
        return true;
    }
    vm_page* const next = page.pageq.next;
    if (!next)
        return false;
    // Out and in again without what these two ask: there is a page behind this one.
    page_queue& queue = uvm_page_queue(which);
    vm_page* const before = page.pageq.prev;
    next->pageq.prev = before;
    (before ? before->pageq.next : queue.head) = next;
    page.pageq = {queue.tail, nullptr};
    queue.tail->pageq.next = &page;
    queue.tail = &page;
    return true;
}

// The same, told.
[[gnu::always_inline]] inline void uvm_pageq_move(vm_page& page, pg_queue which) {
    if (uvm_pageq_move_untold(page, which))
        uvm_probe(uvm_event::page_queue_move, page.phys_addr.value, uint32_t(which));
}

} // namespace uvm
