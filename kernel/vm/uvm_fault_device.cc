// Handing a fault over to an object that does the rest itself.
#include "kernel/vm/uvm_fault_impl.h"

namespace uvm {

uvm_fault_next uvm_fault_hand_over(uvm_faultinfo& fault) UVM_NO_THREAD_SAFETY_ANALYSIS {
    uvm_object& obj = *fault.obj();
    uvm_probe(uvm_event::fault_case, fault, fault.va.value, uint32_t(uvm_fault_case::object_2a));
    pgo_window const window = uvm_fault_object_window(fault);
    ++uvmexp.fault_object;
    ++uvmexp.fault_lget;
    obj.vmobjlock.lock();
    errno_t const error = obj.pgops->fault(fault, obj, window);
    fault.error = error == errno_t::restart ? errno_t::ok : error;
    return error == errno_t::restart ? uvm_fault_next::again : uvm_fault_next::done;
}

} // namespace uvm
