// pgo_put of objects with a block device behind them. See uvm_object_store.h.
#include "kernel/vm/uvm_cluster.h"
#include "kernel/vm/uvm_object_impl.h"
#include "kernel/vm/uvm_object_store.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

constexpr uint64_t piece = uint64_t{uvm_cluster_pages} << machine::page_shift;

voff_t behind(const vm_page& page) { return page.offset + vsize_t(page_size); }

bool is_dirty(vm_page& page) { return !has(page.flags, pg_flag::clean) || pmap_is_modified(page); }

class put_range {
public:
    put_range(uvm_object& obj, uvm_blockdev& store, voff_t start, voff_t end, pgo flags)
        : obj_(obj), store_(store), start_(start), end_(end), flags_(flags) {}
    errno_t run();

private:
    [[nodiscard]] bool in_range(const vm_page& page) const {
        return start_ <= page.offset && page.offset < end_;
    }
    bool goes_along(vm_page& page) const;
    page_cluster collect(vm_page& page) const;
    void begin_write(vm_page& page) const;
    void end_write(vm_page& page, bool written) const;
    void dispose(vm_page& page) const;
    errno_t write(vm_page& page, voff_t* next);

    uvm_object& obj_;
    uvm_blockdev& store_;
    voff_t start_, end_;
    pgo flags_;
};

// Whether a neighbour of a page that is written is written with it.
bool put_range::goes_along(vm_page& page) const {
    return !has(page.flags, pg_flag::busy) && (in_range(page) || !uvm_page_is_kept(page)) && is_dirty(page);
}

page_cluster put_range::collect(vm_page& page) const {
    uint64_t const begin = page.offset.value / piece * piece;
    vm_page* first = &page;
    while (first->offset.value > begin) {
        vm_page* const before = decltype(obj_.memt)::prev(*first);
        if (!before || behind(*before) != first->offset || !goes_along(*before))
            break;
        first = before;
    }
    page_cluster cluster;
    for (vm_page* at = first; at; at = decltype(obj_.memt)::next(*at)) {
        bool const follows = cluster.empty() || behind(*cluster.pages().back()) == at->offset;
        if (!follows || at->offset.value >= begin + piece || (at != &page && !goes_along(*at)))
            break;
        begin_write(*at);
        cluster.add(*at);
    }
    return cluster;
}

// From here on a change of the page makes it dirty again.
void put_range::begin_write(vm_page& page) const {
    if (has(flags_, pgo::free) && in_range(page) && !uvm_page_is_wired(page))
        pmap_page_protect(page, vm_prot_t::none); // it will go: nobody shall change it any more
    page.flags |= pg_flag::clean;
    pmap_clear_modify(page);
    uvm_object_zero_behind_end(obj_, page);
}

void put_range::end_write(vm_page& page, bool written) const {
    if (!written)
        page.flags = without(page.flags, pg_flag::clean);
    else
        uvm_probe(uvm_event::object_page_out, obj_.uo_id, page.offset.value, page.phys_addr.value);
    uvm_page_unbusy(page);
    if (in_range(page))
        dispose(page);
}

// What is to become of a page of the range, written if it was to be.
void put_range::dispose(vm_page& page) const {
    if (uvm_page_is_wired(page))
        return;
    if (has(flags_, pgo::deactivate))
        uvm_pagedeactivate(page);
    if (!has(flags_, pgo::free))
        return;
    pmap_page_protect(page, vm_prot_t::none);
    if (has(flags_, pgo::cleanit) && is_dirty(page))
        return; // not written, or changed meanwhile: not to be thrown away
    uvm_pagefree(page);
}

// Writes the page with its neighbours; *next is where to go on. Locks: vmobjlock, given up meanwhile; the
// pages are busy, which keeps the object alive.
errno_t put_range::write(vm_page& page, voff_t* next) UVM_NO_THREAD_SAFETY_ANALYSIS {
    page_cluster const cluster = collect(page);
    auto const number = [](const vm_page& p) { return uint32_t(p.offset.value >> machine::page_shift); };
    obj_.vmobjlock.unlock();
    errno_t error = uvm_cluster_write(store_, number(*cluster.pages().front()), cluster.pages());
    bool const alone = error == errno_t::enomem && cluster.count() > 1;
    if (alone) {
        vm_page* const one[] = {&page};
        error = uvm_cluster_write(store_, number(page), one);
    }
    obj_.vmobjlock.lock();
    *next = alone ? behind(page) : behind(*cluster.pages().back());
    for (vm_page* const p : cluster.pages())
        end_write(*p, error == errno_t::ok && (!alone || p == &page));
    return error;
}

errno_t put_range::run() UVM_NO_THREAD_SAFETY_ANALYSIS {
    errno_t first_error = errno_t::ok;
    voff_t at = start_;
    while (vm_page* const page = uvm_object_first_page(obj_, at)) {
        if (page->offset >= end_)
            break;
        if (has(page->flags, pg_flag::busy) && has(flags_, pgo::syncio)) {
            uvm_page_wait(*page, obj_.vmobjlock);
            obj_.vmobjlock.lock();
            continue;
        }
        at = behind(*page);
        if (has(page->flags, pg_flag::busy))
            continue;
        if (!has(flags_, pgo::cleanit) || !is_dirty(*page)) {
            dispose(*page);
            continue;
        }
        errno_t const error = write(*page, &at);
        first_error = first_error == errno_t::ok ? error : first_error;
    }
    obj_.vmobjlock.unlock();
    return first_error;
}

} // namespace

errno_t uvm_object_put(uvm_object& obj, uvm_blockdev& store, voff_t start, voff_t end, pgo flags) {
    pgo_range const range = uvm_object_put_range(start, end, flags);
    return put_range(obj, store, range.start, range.end, flags).run();
}

} // namespace uvm
