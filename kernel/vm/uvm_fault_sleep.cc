// What a fault waits for, it waits for with nothing locked: others go on using the map, and changing it. Once
// awake it goes on where it was if the map's timestamp says that nobody has changed it, else it looks up
// anew. After C. D. Cranor, "Design and Implementation of the UVM Virtual Memory System", 1998,
// section 5.2.3.
#include "kernel/vm/uvm_fault_impl.h"
#include "kernel/vm/uvm_map_lock.h"

namespace uvm {

namespace {

// What a wait that ended in an error makes of the fault. `again_counts`: how often it ended in EAGAIN, which
// is no error of the fault's.
uvm_fault_next failed(uvm_faultinfo& fault, errno_t error, counter& again_counts) {
    if (error == errno_t::eagain) {
        ++again_counts;
        return uvm_fault_next::again;
    }
    fault.error = error;
    return uvm_fault_next::done;
}

vm_anon* anon_at_fault(const uvm_faultinfo& fault) {
    return fault.amap() ? amap_lookup(fault.entry->aref, fault.entry_offset(fault.va)) : nullptr;
}

} // namespace

void uvm_fault_unlockall(uvm_faultinfo& fault) UVM_NO_THREAD_SAFETY_ANALYSIS {
    if (fault.amap())
        fault.amap()->am_lock.unlock();
    fault.timestamp = fault.map.timestamp;
    vm_map_unlock_read(fault.map);
    fault.unlocked = true;
}

bool uvm_fault_relock(uvm_faultinfo& fault) UVM_NO_THREAD_SAFETY_ANALYSIS {
    ++uvmexp.fault_relck;
    vm_map_lock_read(fault.map);
    if (fault.map.timestamp != fault.timestamp) {
        vm_map_unlock_read(fault.map);
        return false;
    }
    ++uvmexp.fault_relckok;
    if (fault.amap())
        fault.amap()->am_lock.lock();
    fault.unlocked = false;
    return true;
}

uvm_fault_next uvm_fault_sleep_for_anon(uvm_faultinfo& fault, vm_anon& anon) UVM_NO_THREAD_SAFETY_ANALYSIS {
    // The anon cannot go before its lock is given up, and then its page is busy: its end waits for that.
    ++uvmexp.fault_anget;
    // A page that is there is busy, and waited for. One that is not is read, and may be given up meanwhile.
    counter& again_counts = anon.an_page ? uvmexp.fault_pgwait : uvmexp.fault_pgrele;
    uvm_fault_unlockall(fault);
    if (errno_t const error = uvm_anon_get(anon); error != errno_t::ok)
        return failed(fault, error, again_counts);
    anon.an_lock.unlock();
    if (uvm_fault_relock(fault) && anon_at_fault(fault) == &anon) {
        anon.an_lock.lock();
        if (uvm_anon_is_idle(anon) && !uvm_page_is_on_loan(*anon.an_page) && !anon.an_page->uobject)
            return uvm_fault_next::proceed;
        anon.an_lock.unlock();
    }
    ++uvmexp.fault_anretry;
    return uvm_fault_next::again;
}

uvm_fault_next uvm_fault_sleep_for_object(uvm_faultinfo& fault) {
    // The object cannot go before its lock is given up, and then the page is busy: its end waits for that.
    uvm_object& obj = *fault.obj();
    vm_page*& page = fault.pages[fault.center];
    pgo_window const center{fault.object_offset(fault.va), {&page, 1}, 0};
    vm_advice_t const advice = fault.entry->advice;
    ++uvmexp.fault_get;
    uvm_fault_unlockall(fault);
    if (errno_t const error = obj.pgops->get(obj, center, fault.access, advice, pgo::syncio);
        error != errno_t::ok)
        return failed(fault, error, uvmexp.fault_pgwait);
    if (uvm_fault_relock(fault) && !anon_at_fault(fault))
        return uvm_fault_next::proceed;
    mutex_guard const guard(obj.vmobjlock);
    uvm_pageactivate(*page); // somewhere the page daemon finds it
    uvm_page_unbusy(*page);
    return uvm_fault_next::again;
}

} // namespace uvm
