// The drum: slots handed out and taken back. What moves data is in uvm_swap_io.cc.
#include "kernel/vm/uvm_swap_impl.h"

#include "kernel/vm/uvm_pdthread.h"
#include "kernel/vm/uvm_pool.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

constinit uvm_swap_t uvm_swap;

namespace {

constinit object_pool<uvm_swapdev> swapdev_pool{"swap device"};

// The device of a slot. Locks: the swap's, as all below.
uvm_swapdev& device_of(uint32_t slot) {
    uvm_swapdev* at = uvm_swap.devices;
    while (at && (slot < at->first || slot >= at->first + at->npages))
        at = at->next;
    kassert(slot > 0 && at, "swap slot out of range");
    return *at;
}

uvm_swapdev* find(const uvm_blockdev& dev) {
    uvm_swapdev* at = uvm_swap.devices;
    while (at && at->dev != &dev)
        at = at->next;
    return at;
}

// Behind all of its priority.
void link(uvm_swapdev& device) {
    uvm_swapdev** place = &uvm_swap.devices;
    while (*place && (*place)->priority <= device.priority)
        place = &(*place)->next;
    device.next = *place;
    *place = &device;
}

void unlink(const uvm_swapdev& device) {
    uvm_swapdev** place = &uvm_swap.devices;
    while (*place != &device)
        place = &(*place)->next;
    *place = device.next;
}

// The lowest number from which `npages` numbers are nobody's, or 0.
uint32_t room_on_drum(uint32_t npages) {
    uint64_t first = 1;
    for (bool moved = true; moved;) {
        moved = false;
        for (uvm_swapdev const* at = uvm_swap.devices; at; at = at->next)
            if (first < uint64_t(at->first) + at->npages && at->first < first + npages) {
                first = uint64_t(at->first) + at->npages;
                moved = true;
            }
    }
    return first + npages - 1 <= uvm_swap_most_slots ? uint32_t(first) : 0;
}

// The first of `count` free slots in a row on a device, or 0.
uint32_t find_run(const uvm_swapdev& device, uint32_t count) {
    uint32_t run = 0;
    for (uint32_t i = 0; i < device.npages; ++i) {
        run = device.slots[i] == swap_slot_state::free ? run + 1 : 0;
        if (run == count)
            return device.first + i + 1 - count;
    }
    return 0;
}

void change(uvm_swapdev& device, uint32_t slot, uint32_t count, swap_slot_state from, swap_slot_state to) {
    kassert(slot - device.first + count <= device.npages, "swap slot out of range");
    for (uint32_t i = slot - device.first; i < slot - device.first + count; ++i) {
        kassert(device.slots[i] == from, "swap slot is in another state than its owner believes");
        device.slots[i] = to;
    }
}

// Takes a run from the first device that has it, whose turn is over then. 0: none has.
uint32_t take_run(uint32_t count) {
    for (uvm_swapdev* device = uvm_swap.devices; device; device = device->next) {
        uint32_t const slot = device->leaving ? 0 : find_run(*device, count);
        if (slot == 0)
            continue;
        change(*device, slot, count, swap_slot_state::free, swap_slot_state::used);
        device->npginuse += count;
        uvm_swap.swpginuse += count;
        unlink(*device);
        link(*device);
        uvm_probe(uvm_event::swap_slot_alloc, slot, count);
        return slot;
    }
    return 0;
}

// Slots of the device that can hold something.
uint32_t available(const uvm_swapdev& device) { return device.leaving ? 0 : device.npages - device.npgbad; }

void set_leaving(uvm_swapdev& device, bool leaving) {
    uvm_swap.swpgavail -= available(device);
    device.leaving = leaving;
    uvm_swap.swpgavail += available(device);
}

void take_out(uvm_swapdev& device) {
    kassert(device.npginuse == 0, "swap removed while slots are in use");
    uvm_probe(uvm_event::swap_device_off, device.first, device.npages, 0u);
    unlink(device);
    uvm_swap.swpages -= device.npages;
    uvm_swap.swpgbad -= device.npgbad;
    uvm_swap.swpgavail -= available(device);
    uvm_kmem_free(device.slots, device.npages);
    swapdev_pool.destroy(device);
    if (!uvm_swap.devices)
        uvm_swap.fail_next = 0;
}

} // namespace

errno_t uvm_swap_add(uvm_blockdev& dev, int32_t priority) {
    mutex_guard const guard(uvm_swap.lock);
    if (find(dev))
        return errno_t::ebusy;
    if (dev.npages == 0)
        return errno_t::einval;
    uint32_t const first = room_on_drum(dev.npages);
    if (first == 0)
        return errno_t::enospc;
    uvm_swapdev* const device = swapdev_pool.create();
    if (!device)
        return errno_t::enomem;
    device->slots = static_cast<swap_slot_state*>(uvm_kmem_alloc(dev.npages));
    if (!device->slots) {
        swapdev_pool.destroy(*device);
        return errno_t::enomem;
    }
    device->dev = &dev;
    device->first = first;
    device->npages = dev.npages;
    device->priority = priority;
    link(*device);
    uvm_swap.swpages += dev.npages;
    uvm_swap.swpgavail += available(*device);
    uvm_probe(uvm_event::swap_device_on, first, dev.npages, priority);
    uvm_feed();
    return errno_t::ok;
}

uvm_blockdev* uvm_swap_remove() {
    mutex_guard const guard(uvm_swap.lock);
    if (!uvm_swap.devices)
        return nullptr;
    uvm_blockdev* const dev = uvm_swap.devices->dev;
    take_out(*uvm_swap.devices);
    return dev;
}

uvm_blockdev* uvm_swap_find(std::string_view name) {
    mutex_guard const guard(uvm_swap.lock);
    for (uvm_swapdev const* at = uvm_swap.devices; at; at = at->next)
        if (name == at->dev->name)
            return at->dev;
    return nullptr;
}

errno_t uvm_swap_disable(const uvm_blockdev& dev, uvm_swap_range* range) {
    mutex_guard const guard(uvm_swap.lock);
    uvm_swapdev* const device = find(dev);
    if (!device)
        return errno_t::enodev;
    set_leaving(*device, true);
    *range = {device->first, device->first + device->npages};
    return errno_t::ok;
}

void uvm_swap_enable(const uvm_blockdev& dev) {
    mutex_guard const guard(uvm_swap.lock);
    set_leaving(*find(dev), false);
}

uint32_t uvm_swap_in_use(const uvm_blockdev& dev) {
    mutex_guard const guard(uvm_swap.lock);
    return find(dev)->npginuse;
}

void uvm_swap_take_out(const uvm_blockdev& dev) {
    mutex_guard const guard(uvm_swap.lock);
    take_out(*find(dev));
}

uint32_t uvm_swap_alloc(uint32_t* count, uvm_swap_less less) {
    mutex_guard const guard(uvm_swap.lock);
    uint32_t slot = take_run(*count);
    if (slot == 0 && less == uvm_swap_less::ok) {
        slot = take_run(1);
        *count = slot != 0 ? 1 : *count;
    }
    return slot;
}

void uvm_swap_free(uint32_t slot, uint32_t count) {
    mutex_guard const guard(uvm_swap.lock);
    uvm_swapdev& device = device_of(slot);
    change(device, slot, count, swap_slot_state::used, swap_slot_state::free);
    device.npginuse -= count;
    uvm_swap.swpginuse -= count;
    uvm_probe(uvm_event::swap_slot_free, slot, count);
}

void uvm_swap_markbad(uint32_t slot, uint32_t count) {
    mutex_guard const guard(uvm_swap.lock);
    uvm_swapdev& device = device_of(slot);
    change(device, slot, count, swap_slot_state::used, swap_slot_state::bad);
    device.npginuse -= count;
    device.npgbad += count;
    uvm_swap.swpgavail -= device.leaving ? 0 : count;
    uvm_swap.swpginuse -= count;
    uvm_swap.swpgbad += count;
    uvm_probe(uvm_event::swap_slot_bad, slot, count);
}

void uvm_swap_only() {
    mutex_guard const guard(uvm_swap.lock);
    ++uvm_swap.swpgonly;
}

void uvm_swap_not_only() {
    mutex_guard const guard(uvm_swap.lock);
    kassert(uvm_swap.swpgonly > 0, "fewer pages only in swap than come back");
    --uvm_swap.swpgonly;
}

} // namespace uvm
