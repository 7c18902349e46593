// The cases of the fault routine, one function each, and fault-ahead.
//
//                        anon over the page                 no anon
//   read, or sole owner  1A enter the anon's page           2A enter the object's page
//   write, shared        1B copy into a new anon            2B copy the object's page (or zeros) into a new
//   anon
#include "kernel/vm/uvm_aobj.h"
#include "kernel/vm/uvm_fault_impl.h"
#include "kernel/vm/uvm_loan_impl.h"
#include "kernel/vm/uvm_page_queue.h"

namespace uvm {

namespace {

uvm_fault_next fail(uvm_faultinfo& fault, errno_t error) {
    fault.error = error;
    return uvm_fault_next::done;
}

void took_case(const uvm_faultinfo& fault, uvm_fault_case which) {
    switch (which) {
    case uvm_fault_case::anon_1a:
        ++uvmexp.fault_anon;
        break;
    case uvm_fault_case::anon_1b:
        ++uvmexp.fault_anon_copy;
        break;
    case uvm_fault_case::object_2a:
        ++uvmexp.fault_object;
        break;
    case uvm_fault_case::object_2b:
        ++uvmexp.fault_object_copy;
        break;
    case uvm_fault_case::none:
    case uvm_fault_case::zero_2b: // counted with its page
        break;
    }
    uvm_probe(uvm_event::fault_case, fault, fault.va.value, uint32_t(which));
}

// A new anon with a page of unknown content, or null without memory.
vm_anon* new_anon_with_page(pagealloc_flag flags) {
    vm_anon* const anon = uvm_analloc();
    if (!anon) {
        ++uvmexp.fault_noanon;
        return nullptr;
    }
    vm_page* const page = uvm_pagealloc(nullptr, voff_t(0), anon, flags);
    if (!page) {
        // Nobody knows it yet. Giving up the reference would take its lock, below that of the anon at fault.
        anon->an_ref = 0;
        uvm_anon_destroy(*anon);
        return nullptr;
    }
    page->flags = pg_flag::none;
    return anon;
}

// The spare if there is one, else as new_anon_with_page.
vm_anon* anon_with_page(uvm_faultinfo& fault, pagealloc_flag flags) {
    vm_anon* const spare = fault.spare;
    if (!spare) {
        vm_anon* const anon = new_anon_with_page(flags);
        fault.wants_spare = !anon && !has(flags, pagealloc_flag::zero);
        return anon;
    }
    fault.spare = nullptr;
    if (has(flags, pagealloc_flag::zero)) {
        pmap_zero_page(spare->an_page->phys_addr);
        uvm_probe(uvm_event::page_zero, spare->an_page->phys_addr.value);
    }
    return spare;
}

// A neighbour was entered, the i-th page of the window: `source` says from an anon (1) or from the object
// (2). Whoever has several asks once whether the word of it is wanted. Locks: the page queues'.
bool ahead_is_watched() { return uvm_probe_is_watched(uvm_event_class::page | uvm_event_class::fault); }
[[gnu::noinline]] void activate_and_tell(const uvm_faultinfo& fault, uint32_t i, vm_page& page,
                                         uint32_t source) {
    if (page.wire_count == 0)
        uvm_pageq_move(page, pg_queue::active);
    uvm_probe(uvm_event::fault_ahead, fault, (fault.window_start + pages_to_bytes(i)).value,
              page.phys_addr.value, source);
}
[[gnu::always_inline]] inline void activate_untold(vm_page& page) {
    if (page.wire_count == 0)
        uvm_pageq_move_untold(page, pg_queue::active);
}

// The pages of the window that are mapped, as bits. Not asked for where there is no neighbour.
uint32_t mapped_pages(const uvm_faultinfo& fault) {
    static_assert(uvm_fault_max_window <= 32);
    return fault.npages > 1 ? pmap_mapped(*fault.map.pm, fault.window_start, fault.npages) : 0;
}

} // namespace

void uvm_fault_take_spare(uvm_faultinfo& fault) {
    if (fault.wants_spare && !fault.spare)
        fault.spare = new_anon_with_page(pagealloc_flag::none);
}

void uvm_fault_copy_page(const vm_page& from, const vm_page& to) {
    pmap_copy_page(from.phys_addr, to.phys_addr);
    uvm_probe(uvm_event::page_copy, from.phys_addr.value, to.phys_addr.value);
}

void uvm_fault_drop_spare(uvm_faultinfo& fault) {
    if (fault.spare)
        uvm_anon_unref(*fault.spare);
    fault.spare = nullptr;
}

void uvm_fault_ahead_anons(uvm_faultinfo& fault) {
    uint32_t neighbours = fault.anon_bits & ~(1u << fault.center);
    if (neighbours)
        neighbours &= ~mapped_pages(fault);
    if (!neighbours)
        return;
    for (; neighbours; neighbours &= neighbours - 1) {
        uint32_t const i = uint32_t(__builtin_ctz(neighbours));
        vaddr_t const va = fault.window_start + pages_to_bytes(i);
        vm_anon& anon = *amap_lookup(fault.entry->aref, fault.entry_offset(va));
        mutex_guard guard(anon.an_lock);
        if (!anon.an_page)
            continue;
        vm_page& page = *anon.an_page;
        if (page.uobject || uvm_page_is_on_loan(page) || has(page.flags, pg_flag::busy))
            continue;
        vm_prot_t const prot =
            anon.an_ref > 1 ? without(fault.enter_prot, vm_prot_t::write) : fault.enter_prot;
        // A failure is nobody's: it was only meant well. With none (memory that may only be written, where
        // writes have to fault first) nothing is left to enter.
        if (prot != vm_prot_t::none &&
            pmap_enter(*fault.map.pm, va, page.phys_addr, prot, pmap_flag::canfail) == errno_t::ok) {
            mutex_guard queues(uvm_pages.pageqlock);
            if (ahead_is_watched()) [[unlikely]]
                activate_and_tell(fault, i, page, 1);
            else
                activate_untold(page);
        }
        ++uvmexp.fault_ahead_anon;
    }
}

pgo_window uvm_fault_object_window(uvm_faultinfo& fault) {
    uint32_t const unwanted = (fault.anon_bits | mapped_pages(fault)) & ~(1u << fault.center);
    // First all, then the few: asking of each cost five instructions a page. And all that there is room for,
    // which is a number that the compiler knows.
    for (vm_page*& page : fault.pages)
        page = nullptr;
    for (uint32_t rest = unwanted; rest; rest &= rest - 1)
        fault.pages[__builtin_ctz(rest)] = pgo_dont_care;
    return {fault.object_offset(fault.window_start), {fault.pages, fault.npages}, fault.center};
}

void uvm_fault_ahead_object(uvm_faultinfo& fault) {
    vm_prot_t const prot =
        fault.entry->is_copy_on_write() ? without(fault.enter_prot, vm_prot_t::write) : fault.enter_prot;
    uint32_t neighbours = 0;
    uint32_t lent = 0; // of these, to be written by nobody
    uint32_t found = 0;
    for (uint32_t i = 0, bit = 1; i < fault.npages; ++i, bit *= 2) {
        vm_page const* const page = fault.pages[i];
        if (!page || page == pgo_dont_care)
            continue;
        neighbours |= bit;
        ++found;
        if (uvm_page_is_on_loan(*page)) [[unlikely]]
            lent |= bit;
    }
    uint32_t const center = neighbours & 1u << fault.center;
    neighbours ^= center;
    if (!neighbours)
        return;
    uvmexp.fault_ahead_object += center ? found - 1 : found;
    // Memory that may only be written, where writes have to fault first: nothing is left to enter.
    auto const enter = [&fault](uint32_t which, vm_prot_t rights) {
        return rights == vm_prot_t::none
                   ? 0
                   : pmap_enter_ahead(*fault.map.pm, fault.window_start, fault.pages, which, rights);
    };
    uint32_t entered = enter(neighbours & ~lent, prot);
    if (neighbours & lent) [[unlikely]]
        entered |= enter(neighbours & lent, without(prot, vm_prot_t::write));
    mutex_guard queues(uvm_pages.pageqlock); // once for all of them
    if (ahead_is_watched()) [[unlikely]] {
        for (; entered; entered &= entered - 1)
            activate_and_tell(fault, uint32_t(__builtin_ctz(entered)), *fault.pages[__builtin_ctz(entered)],
                              2);
    } else {
        for (; entered; entered &= entered - 1)
            activate_untold(*fault.pages[__builtin_ctz(entered)]);
    }
}

namespace {

// No memory for entering a page that may be new: it has its place in the amap already, so it stays, where the
// page daemon finds it. What may be entered there still is the page that it has replaced: that goes.
uvm_fault_next keep(uvm_faultinfo& fault, vm_page& page) {
    pmap_remove(*fault.map.pm, {fault.va, fault.va + vsize_t(page_size)});
    pmap_update(*fault.map.pm);
    uvm_pageactivate(page);
    return fail(fault, errno_t::enomem);
}

} // namespace

uvm_fault_next uvm_fault_enter(uvm_faultinfo& fault, vm_page& page, vm_prot_t prot) {
    bool const wire = fault.kind != uvm_fault_kind::normal;
    if (wire && fault.amap() && amap_wire(fault.entry->aref, fault.entry_offset(fault.va)) != errno_t::ok)
        [[unlikely]]
        return keep(fault, page);
    pmap_flag flags = pmap_flag::canfail;
    if (fault.wired)
        flags |= pmap_flag::wired;
    flags |= has(fault.access, vm_prot_t::write) ? pmap_flag::access_write : pmap_flag::access_read;
    // A wired entry that was closed by protection none has nothing to enter, only pages to keep.
    if (prot != vm_prot_t::none &&
        pmap_enter(*fault.map.pm, fault.va, page.phys_addr, prot, flags) != errno_t::ok) [[unlikely]] {
        if (wire && fault.amap())
            amap_unwire(fault.entry->aref, fault.entry_offset(fault.va));
        return keep(fault, page);
    }
    if (wire) [[unlikely]] {
        // Wired memory does not go out, so it needs no place there. Of a page that an anon has borrowed it is
        // the object that has one.
        if (!page.uobject)
            uvm_anon_dropswap(*page.uanon);
        else if (uvm_object_is_aobj(*page.uobject)) {
            mutex_guard const guard(page.uobject->vmobjlock);
            uao_dropswap(*page.uobject, page);
        }
        uvm_pagewire(page);
    } else {
        uvm_pageactivate(page);
    }
    fault.error = errno_t::ok;
    return uvm_fault_next::done;
}

namespace {

// Cases 1A and 1B with the page there. `replaced`: the fault's slot has another anon now. Locks: an_lock.
uvm_fault_next enter_anon(uvm_faultinfo& fault, vm_anon& anon, bool* replaced) {
    bool const write = fault.cow_now;
    if (!write || anon.an_ref == 1) {
        took_case(fault, uvm_fault_case::anon_1a);
        vm_prot_t const prot =
            anon.an_ref > 1 ? without(fault.enter_prot, vm_prot_t::write) : fault.enter_prot;
        return uvm_fault_enter(fault, *anon.an_page, prot);
    }
    took_case(fault, uvm_fault_case::anon_1b);
    vm_anon* const copy = anon_with_page(fault, pagealloc_flag::none);
    if (!copy)
        return fail(fault, errno_t::enomem);
    vm_page* const old_page = anon.an_page;
    uvm_fault_copy_page(*old_page, *copy->an_page);
    // Another thread of this space goes on reading the old page until uvm_fault_enter puts the copy in its
    // place, before which nobody can write to the copy: the content is the same. To remove the mapping here
    // and enter the other there would cost more than replacing it.
    if (amap_add(fault.entry->aref, fault.entry_offset(fault.va), *copy, amap_slot::replace) != errno_t::ok)
        panic("replacing an anon cannot fail");
    amap_move_wires(fault.entry->aref, fault.entry_offset(fault.va), *old_page, *copy->an_page);
    *replaced = true;
    return uvm_fault_enter(fault, *copy->an_page, fault.enter_prot);
}

} // namespace

uvm_fault_next uvm_fault_case1(uvm_faultinfo& fault, vm_anon& anon) UVM_NO_THREAD_SAFETY_ANALYSIS {
    anon.an_lock.lock();
    uvm_object* lender = nullptr; // locked while its page, on loan to the anon, is looked at
    if (uvm_anon_is_on_loan(anon)) [[unlikely]] {
        uvm_fault_next const next = uvm_fault_loaned_anon(fault, anon, &lender);
        if (next != uvm_fault_next::proceed)
            return next;
    } else if (!uvm_anon_is_idle(anon)) [[unlikely]] {
        if (uvm_fault_next const next = uvm_fault_sleep_for_anon(fault, anon);
            next != uvm_fault_next::proceed)
            return next;
    }
    bool replaced = false;
    uvm_fault_next const next = enter_anon(fault, anon, &replaced);
    anon.an_lock.unlock();
    if (lender) [[unlikely]]
        lender->vmobjlock.unlock();
    if (replaced)
        uvm_anon_unref(anon);
    return next;
}

namespace {

// Gets the object's page at the fault into fault.pages[center], busy, entering resident neighbours on the
// way.
uvm_fault_next get_object_page(uvm_faultinfo& fault) {
    uvm_object& obj = *fault.obj();
    pgo_window const window = uvm_fault_object_window(fault);
    ++uvmexp.fault_lget;
    obj.vmobjlock.lock();
    errno_t const error = obj.pgops->get(obj, window, fault.access, fault.entry->advice, pgo::locked);
    uvm_fault_ahead_object(fault);
    if (error == errno_t::ok) {
        obj.vmobjlock.unlock();
        return uvm_fault_next::proceed;
    }
    return uvm_fault_sleep_for_object(fault);
}

uvm_fault_next case2a(uvm_faultinfo& fault) {
    took_case(fault, uvm_fault_case::object_2a);
    if (uvm_page_is_on_loan(*fault.pages[fault.center])) [[unlikely]]
        if (uvm_fault_next const next = uvm_fault_loaned_page(fault); next != uvm_fault_next::proceed)
            return next;
    vm_page& page = *fault.pages[fault.center];
    vm_prot_t prot = fault.enter_prot;
    if (fault.entry->is_copy_on_write())
        prot = without(prot, vm_prot_t::write);
    uvm_fault_next const next = uvm_fault_enter(fault, page, prot);
    mutex_guard const guard(fault.obj()->vmobjlock);
    // Under the lock, though the page is ours while it is busy: who waits for it marks it meanwhile.
    if (has(fault.access, vm_prot_t::write) && !fault.entry->is_copy_on_write())
        page.flags = without(page.flags, pg_flag::clean);
    uvm_page_unbusy(page);
    return next;
}

// `source` null: zero fill.
uvm_fault_next case2b(uvm_faultinfo& fault, vm_page* source) {
    vm_anon* const anon = anon_with_page(fault, source ? pagealloc_flag::none : pagealloc_flag::zero);
    errno_t error = anon ? errno_t::ok : errno_t::enomem;
    if (anon && source)
        uvm_fault_copy_page(*source, *anon->an_page);
    if (anon && !source)
        ++uvmexp.fault_zero;
    if (anon && source && has(fault.amap()->am_flags, amap_flag::shared))
        pmap_page_protect(*source, vm_prot_t::none); // the sharers must fault to see the anon
    if (error == errno_t::ok)
        error = amap_add(fault.entry->aref, fault.entry_offset(fault.va), *anon, amap_slot::empty);
    if (error == errno_t::ok && source)
        amap_move_wires(fault.entry->aref, fault.entry_offset(fault.va), *source, *anon->an_page);
    if (source) {
        mutex_guard const guard(fault.obj()->vmobjlock);
        uvm_pageactivate(*source);
        uvm_page_unbusy(*source);
    }
    if (error != errno_t::ok) {
        if (anon)
            uvm_anon_unref(*anon);
        return fail(fault, error);
    }
    return uvm_fault_enter(fault, *anon->an_page, fault.enter_prot);
}

} // namespace

uvm_fault_next uvm_fault_case2(uvm_faultinfo& fault) {
    if (!fault.obj()) {
        took_case(fault, uvm_fault_case::zero_2b);
        return case2b(fault, nullptr);
    }
    if (fault.obj()->pgops->fault) [[unlikely]]
        return uvm_fault_hand_over(fault);
    if (uvm_fault_next const next = get_object_page(fault); next != uvm_fault_next::proceed)
        return next;
    if (!fault.cow_now || !fault.entry->is_copy_on_write())
        return case2a(fault);
    took_case(fault, uvm_fault_case::object_2b);
    return case2b(fault, fault.pages[fault.center]);
}

} // namespace uvm
