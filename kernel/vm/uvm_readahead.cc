#include "kernel/vm/uvm_readahead.h"

#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

uint64_t larger(uint64_t a, uint64_t b) { return a > b ? a : b; }
uint64_t smaller(uint64_t a, uint64_t b) { return a < b ? a : b; }

// One pgo_get without waiting for its result. False: there was no page for all of it.
bool ask(uvm_object& obj, vm_advice_t advice, uint64_t start, uint64_t end) UVM_NO_THREAD_SAFETY_ANALYSIS {
    vm_page* pages[uvm_ra_piece >> machine::page_shift]{};
    uint32_t const count = uint32_t((end - start) >> machine::page_shift);
    uvmexp.read_ahead_asked += count;
    uvm_probe(uvm_event::object_read_ahead, obj.uo_id, start, end - start);
    obj.vmobjlock.lock();
    return obj.pgops->get(obj, {voff_t(start), {pages, count}, 0}, vm_prot_t::read, advice, pgo::none) ==
           errno_t::ok;
}

} // namespace

uvm_ra_range uvm_ra_window(uvm_ractx& ra, vm_advice_t advice, uint64_t offset, uint64_t size) {
    uint64_t const behind = offset + size;
    if (advice == vm_advice_t::random)
        return {};
    bool const hit = ra.valid && offset >= ra.winstart && offset <= ra.winstart + ra.winsize;
    // Who goes back, or elsewhere, needs everything from there on.
    ra.next = hit ? larger(ra.next, behind) : behind;
    ra.winstart = behind;
    if (advice == vm_advice_t::sequential)
        ra.winsize = uvm_ra_most;
    else
        ra.winsize = hit ? smaller(ra.winsize + size, uvm_ra_most) : uvm_ra_piece;
    ra.valid = true;
    uint64_t const end = ra.winstart + ra.winsize;
    if (end < ra.next + uvm_ra_least)
        return {};
    uvm_ra_range const range{ra.next, end};
    ra.next = end;
    return range;
}

void uvm_ra_request(uvm_object& obj, vm_advice_t advice, voff_t offset, vsize_t size) {
    if (!obj.uo_ractx)
        return;
    uvm_ra_range range;
    {
        mutex_guard const guard(obj.vmobjlock);
        range = uvm_ra_window(*obj.uo_ractx, advice, offset.value, size.value);
    }
    if (range.start < range.end)
        uvm_ra_start(obj, advice, voff_t(range.start), range.end - range.start);
}

void uvm_ra_start(uvm_object& obj, vm_advice_t advice, voff_t first, uint64_t size) {
    if (!obj.uo_ractx)
        return;
    uvm_change const change;
    uint64_t const file_end = (obj.uo_size + page_mask) & ~uint64_t{page_mask};
    uint64_t const end = smaller(first.value + size, file_end);
    for (uint64_t at = first.value; at < end;) {
        uint64_t const piece_end = smaller((at / uvm_ra_piece + 1) * uvm_ra_piece, end);
        if (!ask(obj, advice, at, piece_end))
            return;
        at = piece_end;
    }
}

} // namespace uvm
