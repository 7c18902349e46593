// uvm_swap_off: everything that lies on a device comes back, then the device goes.
#include "kernel/vm/uvm_amap_impl.h"
#include "kernel/vm/uvm_aobj.h"
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_pdaemon.h"
#include "kernel/vm/uvm_probe.h"
#include "kernel/vm/uvm_swap_impl.h"

namespace uvm {

namespace {

// One device at a time: the walks mark what they are at.
constinit mutex off_lock{"swap off"};

// Once through everything that can have a slot.
errno_t bring_back(uvm_swap_range range) {
    errno_t const error = amap_swap_off(range);
    return error == errno_t::ok ? uao_swap_off(range) : error;
}

// What is brought back has no slot any more, and none of the device's is handed out. Only what moved from
// where was not looked yet to where was looked (anons to the amap of a copy) needs another round.
errno_t empty(const uvm_blockdev& dev, uvm_swap_range range) {
    uint32_t left = uvm_swap_in_use(dev);
    while (left > 0) {
        if (errno_t const error = bring_back(range); error != errno_t::ok)
            return error;
        uint32_t const before = left;
        left = uvm_swap_in_use(dev);
        if (left >= before)
            return errno_t::ebusy;
    }
    return errno_t::ok;
}

} // namespace

errno_t uvm_swap_off(uvm_blockdev& dev) {
    mutex_guard const guard(off_lock);
    uvm_change const change;
    uvm_swap_range range;
    if (errno_t const error = uvm_swap_disable(dev, &range); error != errno_t::ok)
        return error;
    uvm_pagedaemon_settle(); // slots that were handed out are their pages' now
    errno_t const error = empty(dev, range);
    if (error == errno_t::ok) {
        uvm_swap_take_out(dev);
        return error;
    }
    uvm_swap_enable(dev);
    uvm_probe(uvm_event::swap_device_off, range.first, range.end - range.first, uint32_t(error));
    return error;
}

} // namespace uvm
