#include "kernel/vm/uvm_aobj.h"

#include "kernel/vm/uvm_aobj_slots.h"
#include "kernel/vm/uvm_object_impl.h"
#include "kernel/vm/uvm_pdaemon.h"
#include "kernel/vm/uvm_pool.h"
#include "kernel/vm/uvm_probe.h"
#include "kernel/vm/uvm_swap_impl.h"

namespace uvm {

namespace {

struct uvm_aobj {
    uvm_object obj;
    uao_slots slots;       // [o]
    uvm_aobj* list_prev{}; // [list lock]
    uvm_aobj* list_next{}; // [list lock]
};
static_assert(offsetof(uvm_aobj, obj) == 0);

constinit object_pool<uvm_aobj> aobj_pool{"anonymous object"};
constinit mutex list_lock{"anonymous objects"};
constinit uvm_aobj* list_head;

// Pages are numbered with 32 bits.
constexpr uint64_t uao_largest = uint64_t(UINT32_MAX) << machine::page_shift;

uvm_aobj& aobj_of(uvm_object& obj) { return reinterpret_cast<uvm_aobj&>(obj); }
uint32_t index_of(voff_t offset) { return uint32_t(offset.value >> machine::page_shift); }
voff_t offset_of(uint32_t index) { return voff_t(uint64_t(index) << machine::page_shift); }

void enlist(uvm_aobj& aobj) {
    mutex_guard const guard(list_lock);
    aobj.list_next = list_head;
    if (list_head)
        list_head->list_prev = &aobj;
    list_head = &aobj;
}

void delist(uvm_aobj& aobj) {
    mutex_guard const guard(list_lock);
    (aobj.list_prev ? aobj.list_prev->list_next : list_head) = aobj.list_next;
    if (aobj.list_next)
        aobj.list_next->list_prev = aobj.list_prev;
}

// Frees the slots of pages [from, end), none of which is resident. Locks: vmobjlock, or nobody else knows the
// object.
void free_slots(uvm_aobj& aobj, uint32_t from, uint32_t end) {
    for (uint32_t at = uao_slots_next(aobj.slots, from, end); at < end;
         at = uao_slots_next(aobj.slots, at + 1, end)) {
        int32_t const slot = uao_slots_find(aobj.slots, at);
        if (slot > 0) {
            uvm_swap_not_only();
            uvm_swap_free(uint32_t(slot), 1);
        }
        if (uao_slots_set(aobj.slots, at, 0) != errno_t::ok)
            panic("giving up a swap slot cannot fail");
    }
}

void detach(uvm_object& obj) {
    if (!uvm_object_unreference(obj, uao_dropswap))
        return;
    uvm_aobj& aobj = aobj_of(obj);
    delist(aobj);
    free_slots(aobj, 0, aobj.slots.npages);
    uao_slots_destroy(aobj.slots);
    aobj_pool.destroy(aobj);
}

// Reads the page's slot, with the object unlocked meanwhile: the page is busy. Locks: vmobjlock.
errno_t read_back(uvm_object& obj, vm_page& page, uint32_t slot) UVM_NO_THREAD_SAFETY_ANALYSIS {
    obj.vmobjlock.unlock();
    errno_t const error = uvm_swap_get(page, slot);
    obj.vmobjlock.lock();
    uvm_swap_not_only();
    if (error == errno_t::ok) {
        pmap_clear_modify(page);
        page.flags |= pg_flag::clean;
        return error;
    }
    uvm_swap_markbad(slot, 1);
    if (uao_set_swslot(obj, page.offset, uao_bad_slot) != errno_t::ok)
        panic("a swap slot in place cannot lack memory");
    return error;
}

errno_t fill(uvm_object& obj, vm_page& page) {
    int32_t const slot = uao_find_swslot(obj, page.offset);
    if (slot == uao_bad_slot)
        return errno_t::eio;
    if (slot > 0)
        return read_back(obj, page, uint32_t(slot));
    pmap_zero_page(page.phys_addr);
    uvm_probe(uvm_event::page_zero, page.phys_addr.value);
    return errno_t::ok;
}

errno_t get(uvm_object& obj, pgo_window window, vm_prot_t, vm_advice_t, pgo flags) {
    if (has(flags, pgo::locked))
        return uvm_object_get_resident(obj, window);
    if (!has(flags, pgo::syncio)) { // what is in swap is not read before it is wanted
        obj.vmobjlock.unlock();
        return errno_t::ok;
    }
    return uvm_object_get_center(obj, window, [&](vm_page& page) { return fill(obj, page); });
}

// The data has no other home: with cleanit, pages are only aged; freeing without it throws data away.
errno_t put(uvm_object& obj, voff_t start, voff_t end, pgo flags) {
    bool const discard = has(flags, pgo::free) && !has(flags, pgo::cleanit);
    bool const age = has(flags, pgo::deactivate) || (has(flags, pgo::free) && !discard);
    pgo_range const range = uvm_object_put_range(start, end, flags);
    uvm_object_for_each(obj, range.start, range.end, [&](vm_page& page) {
        if (has(page.flags, pg_flag::busy) || uvm_page_is_wired(page))
            return;
        if (discard) {
            pmap_page_protect(page, vm_prot_t::none);
            uao_dropswap(obj, page);
            uvm_pagefree(page);
        } else if (age) {
            uvm_pagedeactivate(page);
        }
    });
    uvm_aobj& aobj = aobj_of(obj);
    uint32_t const last = range.end.value < obj.uo_size ? index_of(range.end) : aobj.slots.npages;
    for (uint32_t at = discard ? uao_slots_next(aobj.slots, index_of(range.start), last) : last; at < last;
         at = uao_slots_next(aobj.slots, at + 1, last))
        if (!uvm_pagelookup(obj, offset_of(at)))
            free_slots(aobj, at, at + 1);
    obj.vmobjlock.unlock();
    return errno_t::ok;
}

// A reference to the first object of the rest of the list that somebody refers to. Locks: the list's.
uvm_aobj* reference_next(uvm_aobj* from) {
    for (uvm_aobj* aobj = from; aobj; aobj = aobj->list_next) {
        mutex_guard const guard(aobj->obj.vmobjlock);
        if (aobj->obj.uo_refs == 0)
            continue; // on its way out; it waits for the list at most
        ++aobj->obj.uo_refs;
        uvm_probe(uvm_event::object_reference, aobj->obj.uo_id, aobj->obj.uo_refs);
        return aobj;
    }
    return nullptr;
}

// Makes the page resident and takes its slot away. Locks: vmobjlock; given up.
errno_t bring_back_page(uvm_object& obj, uint32_t index) UVM_NO_THREAD_SAFETY_ANALYSIS {
    vm_page* page = nullptr;
    errno_t const error = obj.pgops->get(obj, {.first = offset_of(index), .pages = {&page, 1}, .center = 0},
                                         vm_prot_t::read, vm_advice_t::normal, pgo::syncio);
    if (error != errno_t::ok)
        return error;
    obj.vmobjlock.lock();
    uao_dropswap(obj, *page);
    uvm_page_unbusy(*page);
    uvm_pageactivate(*page);
    obj.vmobjlock.unlock();
    return errno_t::ok;
}

// The first page at or behind *index with a slot in the range is dealt with. False: there was none.
bool bring_back_next(uvm_aobj& aobj, uint32_t* index, uvm_swap_range range,
                     errno_t* error) UVM_NO_THREAD_SAFETY_ANALYSIS {
    aobj.obj.vmobjlock.lock();
    uint32_t const end = aobj.slots.npages;
    uint32_t at = uao_slots_next(aobj.slots, *index, end);
    while (at < end && !range.has(uao_slots_find(aobj.slots, at)))
        at = uao_slots_next(aobj.slots, at + 1, end);
    *index = at;
    if (at < end) {
        *error = bring_back_page(aobj.obj, at);
        return true;
    }
    aobj.obj.vmobjlock.unlock();
    return false;
}

errno_t bring_back(uvm_aobj& aobj, uvm_swap_range range) {
    uint32_t index = 0;
    bool more = true;
    while (more) {
        errno_t const done = uvm_wait_while_short([&] {
            errno_t error = errno_t::ok;
            more = bring_back_next(aobj, &index, range, &error);
            return error;
        });
        // A page that cannot be read is lost, here as for who wants it; its slot is not in use any more.
        if (done != errno_t::ok && done != errno_t::eio && done != errno_t::eagain)
            return done;
    }
    return errno_t::ok;
}

constinit const uvm_pagerops aobj_ops{"anonymous", uvm_object_reference, detach, get, put};

} // namespace

uvm_object* uao_create(uint64_t size, const char* name) {
    if (size > uao_largest)
        return nullptr;
    uvm_aobj* const aobj = aobj_pool.create();
    if (!aobj)
        return nullptr;
    if (uao_slots_init(aobj->slots, uint32_t((size + page_mask) >> machine::page_shift)) != errno_t::ok) {
        aobj_pool.destroy(*aobj);
        return nullptr;
    }
    uvm_object_setup(aobj->obj, uvm_object_kind::anonymous, aobj_ops, size, name);
    enlist(*aobj);
    return &aobj->obj;
}

bool uvm_object_is_aobj(const uvm_object& obj) { return obj.pgops == &aobj_ops; }

int32_t uao_find_swslot(uvm_object& obj, voff_t offset) {
    return uao_slots_find(aobj_of(obj).slots, index_of(offset));
}

errno_t uao_set_swslot(uvm_object& obj, voff_t offset, int32_t slot) {
    return uao_slots_set(aobj_of(obj).slots, index_of(offset), slot);
}

void uao_dropswap(uvm_object& obj, vm_page& page) {
    int32_t const slot = uao_find_swslot(obj, page.offset);
    if (slot <= 0)
        return;
    uvm_swap_free(uint32_t(slot), 1);
    page.flags = without(page.flags, pg_flag::clean);
    if (uao_set_swslot(obj, page.offset, 0) != errno_t::ok)
        panic("giving up a swap slot cannot fail");
}

errno_t uao_swap_off(uvm_swap_range range) {
    errno_t error = errno_t::ok;
    uvm_aobj* aobj;
    {
        mutex_guard const guard(list_lock);
        aobj = reference_next(list_head);
    }
    while (aobj) {
        error = bring_back(*aobj, range);
        uvm_aobj* next = nullptr;
        if (error == errno_t::ok) {
            mutex_guard const guard(list_lock);
            next = reference_next(aobj->list_next);
        }
        detach(aobj->obj);
        aobj = next;
    }
    return error;
}

uao_account uao_count_slots() {
    uao_account sum;
    mutex_guard const guard(list_lock);
    for (uvm_aobj* aobj = list_head; aobj; aobj = aobj->list_next) {
        mutex_guard const object_guard(aobj->obj.vmobjlock);
        uint32_t const end = aobj->slots.npages;
        for (uint32_t at = uao_slots_next(aobj->slots, 0, end); at < end;
             at = uao_slots_next(aobj->slots, at + 1, end)) {
            if (uao_slots_find(aobj->slots, at) <= 0)
                continue;
            ++sum.slots;
            sum.only += uvm_pagelookup(aobj->obj, offset_of(at)) ? 0 : 1;
        }
    }
    return sum;
}

} // namespace uvm
