// Devices with memory that programs map: the pager does the whole fault itself (pgo_fault).
//
// The device's memory are pages of its object, there from the first access to the object's end, filled with
// byte 0xd0 + i mod 16 in page i at first. They are wired from the beginning: a device's memory has no other
// place where it could go. It is never lent, nor copied into anons.
#include <machine/memory.h>

#include "kernel/vm/uvm_fault_impl.h"
#include "kernel/vm/uvm_object_impl.h"
#include "kernel/vm/uvm_pool.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

struct uvm_device {
    uvm_object obj;
};
static_assert(offsetof(uvm_device, obj) == 0);

constinit object_pool<uvm_device> device_pool{"device"};

void detach(uvm_object& obj) {
    if (uvm_object_unreference(obj))
        device_pool.destroy(reinterpret_cast<uvm_device&>(obj));
}

// There is nowhere to write to, and nothing to free.
errno_t put(uvm_object& obj, voff_t, voff_t, pgo) {
    obj.vmobjlock.unlock();
    return errno_t::ok;
}

// A page of the device that was not accessed yet, busy, or null. Locks: vmobjlock.
vm_page* new_page(uvm_object& obj, voff_t offset) {
    vm_page* const page = uvm_pagealloc(&obj, offset, nullptr, pagealloc_flag::none);
    if (!page)
        return nullptr;
    auto const index = uint32_t(offset.value >> machine::page_shift);
    __builtin_memset(machine::phys_to_ptr(page->phys_addr), int(0xd0 + index % 16), page_size);
    uvm_pagewire(*page);
    uvm_probe(uvm_event::object_page_in, obj.uo_id, offset.value, page->phys_addr.value);
    return page;
}

// Locks: vmobjlock; given up.
errno_t give_up(uvm_faultinfo& fault, uvm_object& obj, errno_t error) UVM_NO_THREAD_SAFETY_ANALYSIS {
    obj.vmobjlock.unlock();
    uvm_fault_unlockall(fault);
    return error;
}

errno_t fault_in(uvm_faultinfo& fault, uvm_object& obj, pgo_window window) UVM_NO_THREAD_SAFETY_ANALYSIS {
    voff_t const offset = fault.object_offset(fault.va);
    if (offset.value >= obj.uo_size)
        return give_up(fault, obj, errno_t::einval);
    bool const private_mapping = fault.entry->is_copy_on_write();
    if (private_mapping && fault.cow_now)
        return give_up(fault, obj, errno_t::eio); // what is the device's cannot be copied into an anon
    bool const resident = uvm_object_get_resident(obj, window) == errno_t::ok;
    uvm_fault_ahead_object(fault);
    if (!resident) {
        if (vm_page* const busy = uvm_pagelookup(obj, offset)) { // another thread is entering it
            uvm_fault_unlockall(fault);
            uvm_page_wait(*busy, obj.vmobjlock);
            return errno_t::restart;
        }
        window.pages[window.center] = new_page(obj, offset);
    }
    vm_page* const page = window.pages[window.center];
    if (!page)
        return give_up(fault, obj, errno_t::enomem);
    obj.vmobjlock.unlock();
    vm_prot_t const prot = private_mapping ? without(fault.enter_prot, vm_prot_t::write) : fault.enter_prot;
    (void)uvm_fault_enter(fault, *page, prot); // says how it went in fault.error
    obj.vmobjlock.lock();
    uvm_page_unbusy(*page);
    return give_up(fault, obj, fault.error);
}

constinit const uvm_pagerops device_ops{"device", uvm_object_reference, detach, nullptr, put, fault_in};

} // namespace

uvm_object* udev_create(uint64_t size, const char* name) {
    uvm_device* const device = device_pool.create();
    if (!device)
        return nullptr;
    uvm_object_setup(device->obj, uvm_object_kind::device, device_ops, size, name);
    return &device->obj;
}

} // namespace uvm
