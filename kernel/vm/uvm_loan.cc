// uvm_loan and uvm_unloan: memory of a map, page by page.
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_loan_impl.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_pdaemon.h"

namespace uvm {

namespace {

// What could not be read back cannot be lent.
errno_t as_unloanable(errno_t error) { return error == errno_t::eio ? errno_t::einval : error; }

// Locks: an_lock; given up.
errno_t lend_anon_to_anon(vm_anon& anon, uvm_loaned& out) UVM_NO_THREAD_SAFETY_ANALYSIS {
    bool const bad = anon.an_swslot == uvm_anon_bad_slot && !anon.an_page;
    bool const own = anon.an_page && !anon.an_page->uobject;
    errno_t const error = bad || (own && !uvm_page_may_lend(*anon.an_page)) ? errno_t::einval : errno_t::ok;
    if (error == errno_t::ok) {
        // Its amap may show it writable as long as it has one reference.
        if (anon.an_ref == 1 && anon.an_page)
            pmap_page_protect(*anon.an_page, vm_prot_t::read);
        uvm_loan_anon(anon);
        out.anon = &anon;
    }
    anon.an_lock.unlock();
    return error;
}

// Locks: an_lock; given up. `place` too before a sleep.
errno_t lend_anon_to_page(vm_anon& anon, uvm_loaned& out,
                          uvm_loan_place& place) UVM_NO_THREAD_SAFETY_ANALYSIS {
    uvm_object* const lender = uvm_anon_lockloanpg(anon);
    if (!lender && !uvm_anon_is_idle(anon)) {
        place.unlock();
        if (errno_t const error = uvm_anon_get(anon); error != errno_t::ok)
            return as_unloanable(error); // an_lock has been given up
        anon.an_lock.unlock();
        return errno_t::eagain;
    }
    if (vm_page& page = *anon.an_page; has(page.flags, pg_flag::busy)) {
        anon.an_lock.unlock();
        place.unlock();
        uvm_page_wait(page, lender->vmobjlock);
        return errno_t::eagain;
    }
    errno_t error = errno_t::ok;
    if (uvm_page_may_lend(*anon.an_page)) {
        uvm_loan_page(*anon.an_page, nullptr);
        out.page = anon.an_page;
    } else {
        error = errno_t::einval;
    }
    anon.an_lock.unlock();
    if (lender)
        lender->vmobjlock.unlock();
    return error;
}

// The page at `va` of an entry without an anon there. Locks: `place`.
errno_t lend_below(const vm_map_entry& entry, vaddr_t va, uvm_loaned& out, uvm_loan_to to,
                   uvm_loan_place& place) {
    if (uvm_object* const obj = entry.obj())
        return uvm_loan_object_page(*obj, entry.offset + (va - entry.start), out, to, place);
    if (!entry.aref.ar_amap && !entry.is_needs_copy())
        return errno_t::einval; // nothing would ever be behind it
    return uvm_loan_zeros(out, to, place);
}

// Fails: as uvm_loan, and EAGAIN: look again.
errno_t lend_one(vm_map& map, vaddr_t va, uvm_loaned& out, uvm_loan_to to) UVM_NO_THREAD_SAFETY_ANALYSIS {
    uvm_loan_place place(map);
    vm_map_entry* entry;
    if (!uvm_map_lookup_entry(map, va, &entry))
        return errno_t::enoent;
    if (entry->is_submap())
        return errno_t::einval;
    if (!has(entry->protection, vm_prot_t::read))
        return errno_t::eacces;
    place.lock_amap(entry->aref.ar_amap);
    vm_anon* const anon = entry->aref.ar_amap ? amap_lookup(entry->aref, va - entry->start) : nullptr;
    if (!anon)
        return lend_below(*entry, va, out, to, place);
    anon->an_lock.lock();
    return to == uvm_loan_to::anon ? lend_anon_to_anon(*anon, out) : lend_anon_to_page(*anon, out, place);
}

} // namespace

uvm_loan_place::uvm_loan_place(vm_map& map) : map_(&map) { vm_map_lock_read(map); }

void uvm_loan_place::lock_amap(vm_amap* amap) UVM_NO_THREAD_SAFETY_ANALYSIS {
    amap_ = amap;
    if (amap)
        amap->am_lock.lock();
}

bool uvm_loan_place::unlock() UVM_NO_THREAD_SAFETY_ANALYSIS {
    bool const any = map_ != nullptr;
    if (amap_)
        amap_->am_lock.unlock();
    if (map_)
        vm_map_unlock_read(*map_);
    amap_ = nullptr;
    map_ = nullptr;
    return any;
}

errno_t uvm_loan(vm_map& map, vaddr_t start, std::span<uvm_loaned> pages, uvm_loan_to to) {
    uvm_change const change;
    for (size_t i = 0; i < pages.size(); ++i) {
        vaddr_t const va = start + pages_to_bytes(i);
        errno_t error;
        do
            error = uvm_wait_while_short([&] { return lend_one(map, va, pages[i], to); });
        while (error == errno_t::eagain);
        if (error != errno_t::ok) {
            uvm_unloan(pages.first(i), to);
            return error;
        }
    }
    pmap_update(*map.pm);
    return errno_t::ok;
}

errno_t uvm_loanuobjpages(uvm_object& obj, voff_t start, std::span<uvm_loaned> pages) {
    uvm_change const change;
    uvm_loan_place nowhere; // the caller has a reference
    for (size_t i = 0; i < pages.size(); ++i) {
        voff_t const offset = start + pages_to_bytes(i);
        errno_t error;
        do
            error = uvm_wait_while_short(
                [&] { return uvm_loan_object_page(obj, offset, pages[i], uvm_loan_to::page, nowhere); });
        while (error == errno_t::eagain);
        if (error != errno_t::ok) {
            uvm_unloan(pages.first(i), uvm_loan_to::page);
            return error;
        }
    }
    return errno_t::ok;
}

} // namespace uvm
