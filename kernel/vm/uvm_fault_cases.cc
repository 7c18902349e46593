// The cases of the fault routine, one function each, and fault-ahead.
//
//                        anon over the page                 no anon
//   read, or sole owner  1A enter the anon's page           2A enter the object's page
//   write, shared        1B copy into a new anon            2B copy the object's page (or zeros) into a new
//   anon
#include "kernel/vm/uvm_aobj.h"
#include "kernel/vm/uvm_fault_impl.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

uintptr_t id_of(const vm_map& map) { return reinterpret_cast<uintptr_t>(&map); }

uvm_fault_next fail(uvm_faultinfo& fault, errno_t error) {
    fault.error = error;
    return uvm_fault_next::done;
}

void took_case(const uvm_faultinfo& fault, uvm_fault_case which) {
    uvm_probe(uvm_event::fault_case, id_of(fault.map), fault.va.value, uint32_t(which));
}

// A new anon with a page of unknown content, or null without memory.
vm_anon* new_anon_with_page(pagealloc_flag flags) {
    vm_anon* const anon = uvm_analloc();
    if (!anon)
        return nullptr;
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

void copy_page(const vm_page& from, const vm_page& to) {
    pmap_copy_page(from.phys_addr, to.phys_addr);
    ++uvmexp.fault_copy;
    uvm_probe(uvm_event::page_copy, from.phys_addr.value, to.phys_addr.value);
}

// Enters one neighbour unless it is there already. A failure is ignored: it was only meant well.
void enter_neighbour(uvm_faultinfo& fault, vaddr_t va, vm_page& page, vm_prot_t prot, uint32_t source) {
    // Memory that may only be written, where writes have to fault first: nothing is left to enter.
    if (prot == vm_prot_t::none)
        return;
    if (pmap_enter(*fault.map.pm, va, page.phys_addr, prot, pmap_flag::canfail) != errno_t::ok)
        return;
    uvm_pageactivate(page);
    uvm_probe(uvm_event::fault_ahead, id_of(fault.map), va.value, page.phys_addr.value, source);
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

void uvm_fault_drop_spare(uvm_faultinfo& fault) {
    if (fault.spare)
        uvm_anon_unref(*fault.spare);
    fault.spare = nullptr;
}

void uvm_fault_ahead_anons(uvm_faultinfo& fault) {
    uint32_t const mapped = mapped_pages(fault);
    for (uint32_t i = 0; i < fault.npages; ++i) {
        vm_anon* const anon = fault.anons[i];
        vaddr_t const va = fault.window_start + pages_to_bytes(i);
        if (i == fault.center || !anon || (mapped >> i & 1))
            continue;
        mutex_guard guard(anon->an_lock);
        if (!anon->an_page)
            continue;
        vm_page& page = *anon->an_page;
        if (has(page.flags, pg_flag::busy) || page.loan_count)
            continue;
        vm_prot_t const prot =
            anon->an_ref > 1 ? without(fault.enter_prot, vm_prot_t::write) : fault.enter_prot;
        enter_neighbour(fault, va, page, prot, 1);
        ++uvmexp.fault_ahead_anon;
    }
}

void uvm_fault_ahead_object(uvm_faultinfo& fault) {
    vm_prot_t const prot =
        fault.entry->is_copy_on_write() ? without(fault.enter_prot, vm_prot_t::write) : fault.enter_prot;
    for (uint32_t i = 0; i < fault.npages; ++i) {
        vm_page* const page = fault.pages[i];
        if (i == fault.center || !page || page == pgo_dont_care)
            continue;
        enter_neighbour(fault, fault.window_start + pages_to_bytes(i), *page, prot, 2);
        ++uvmexp.fault_ahead_object;
        uvm_page_unbusy(*page);
    }
}

namespace {

// No memory for entering a page that may be new: it has its place in the amap already, so it stays, where the
// page daemon finds it.
uvm_fault_next keep(uvm_faultinfo& fault, vm_page& page) {
    uvm_pageactivate(page);
    return fail(fault, errno_t::enomem);
}

} // namespace

uvm_fault_next uvm_fault_enter(uvm_faultinfo& fault, vm_page& page, vm_prot_t prot) {
    bool const wire = fault.kind != uvm_fault_kind::normal;
    vsize_t const offset = fault.entry_offset(fault.va);
    if (wire && fault.amap() && amap_wire(fault.entry->aref, offset) != errno_t::ok)
        return keep(fault, page);
    pmap_flag flags = pmap_flag::canfail;
    if (fault.wired)
        flags |= pmap_flag::wired;
    flags |= has(fault.access, vm_prot_t::write) ? pmap_flag::access_write : pmap_flag::access_read;
    // A wired entry that was closed by protection none has nothing to enter, only pages to keep.
    if (prot != vm_prot_t::none &&
        pmap_enter(*fault.map.pm, fault.va, page.phys_addr, prot, flags) != errno_t::ok) {
        if (wire && fault.amap())
            amap_unwire(fault.entry->aref, offset);
        return keep(fault, page);
    }
    if (wire) {
        // Wired memory does not go out, so it needs no place there.
        if (page.uanon)
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
    copy_page(*old_page, *copy->an_page);
    // Another thread of this space must not go on reading the old page after the new one was written.
    pmap_remove(*fault.map.pm, {fault.va, fault.va + vsize_t(page_size)});
    pmap_update(*fault.map.pm);
    if (amap_add(fault.entry->aref, fault.entry_offset(fault.va), *copy, amap_slot::replace) != errno_t::ok)
        panic("replacing an anon cannot fail");
    amap_move_wires(fault.entry->aref, fault.entry_offset(fault.va), *old_page, *copy->an_page);
    *replaced = true;
    return uvm_fault_enter(fault, *copy->an_page, fault.enter_prot);
}

} // namespace

uvm_fault_next uvm_fault_case1(uvm_faultinfo& fault, vm_anon& anon) UVM_NO_THREAD_SAFETY_ANALYSIS {
    ++uvmexp.fault_anon;
    anon.an_lock.lock();
    errno_t const error = uvm_anon_get(anon);
    if (error == errno_t::eagain)
        return uvm_fault_next::again;
    if (error != errno_t::ok)
        return fail(fault, error);
    bool replaced = false;
    uvm_fault_next const next = enter_anon(fault, anon, &replaced);
    anon.an_lock.unlock();
    if (replaced)
        uvm_anon_unref(anon);
    return next;
}

namespace {

// Gets the object's page at the fault into fault.pages[center], busy, entering resident neighbours on the
// way.
errno_t get_object_page(uvm_faultinfo& fault) {
    uvm_object& obj = *fault.obj();
    uint32_t const mapped = mapped_pages(fault);
    for (uint32_t i = 0; i < fault.npages; ++i) {
        bool const wanted = i == fault.center || (!fault.anons[i] && !(mapped >> i & 1));
        fault.pages[i] = wanted ? nullptr : pgo_dont_care;
    }
    pgo_window const window{
        fault.object_offset(fault.window_start), {fault.pages, fault.npages}, fault.center};
    obj.vmobjlock.lock();
    errno_t error = obj.pgops->get(obj, window, fault.access, fault.entry->advice, pgo::locked);
    uvm_fault_ahead_object(fault);
    if (error == errno_t::ok) {
        obj.vmobjlock.unlock();
        return error;
    }
    ++uvmexp.fault_object;
    pgo_window const center{fault.object_offset(fault.va), {&fault.pages[fault.center], 1}, 0};
    return obj.pgops->get(obj, center, fault.access, fault.entry->advice, pgo::syncio);
}

uvm_fault_next case2a(uvm_faultinfo& fault) {
    took_case(fault, uvm_fault_case::object_2a);
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
    took_case(fault, source ? uvm_fault_case::object_2b : uvm_fault_case::zero_2b);
    vm_anon* const anon = anon_with_page(fault, source ? pagealloc_flag::none : pagealloc_flag::zero);
    errno_t error = anon ? errno_t::ok : errno_t::enomem;
    if (anon && source)
        copy_page(*source, *anon->an_page);
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
    uvm_fault_next const next = uvm_fault_enter(fault, *anon->an_page, fault.enter_prot);
    // The anon stays where it could not be entered; what may be entered there still is the object's page.
    if (fault.error != errno_t::ok && source)
        pmap_remove(*fault.map.pm, {fault.va, fault.va + vsize_t(page_size)});
    return next;
}

} // namespace

uvm_fault_next uvm_fault_case2(uvm_faultinfo& fault) {
    if (!fault.obj())
        return case2b(fault, nullptr);
    if (errno_t const error = get_object_page(fault); error != errno_t::ok)
        return fail(fault, error);
    bool const promote = fault.cow_now && fault.entry->is_copy_on_write();
    return promote ? case2b(fault, fault.pages[fault.center]) : case2a(fault);
}

} // namespace uvm
