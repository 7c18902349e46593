#include "kernel/vm/uvm_map_kernel.h"

#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_kmapent.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_map_wait.h"

namespace uvm {

void uvm_map_drain_register(vm_map& map, uvm_drain_hook& hook) {
    mutex_guard const guard(map.kernel->drain_lock);
    hook.next = map.kernel->hooks;
    map.kernel->hooks = &hook;
}

void uvm_map_drain_unregister(vm_map& map, uvm_drain_hook& hook) {
    mutex_guard const guard(map.kernel->drain_lock);
    for (uvm_drain_hook** link = &map.kernel->hooks; *link; link = &(*link)->next)
        if (*link == &hook) {
            *link = hook.next;
            return;
        }
    panic("drain hook: not registered");
}

bool uvm_map_drain(vm_map& map) {
    bool gave = false;
    {
        mutex_guard const guard(map.kernel->drain_lock);
        for (uvm_drain_hook* hook = map.kernel->hooks; hook; hook = hook->next)
            gave = hook->drain(hook->context) || gave;
    }
    uvm_change const change;
    map_exclusive_guard const guard(map);
    return (map.kernel->chunked && uvm_kmapent_drain(map)) || gave;
}

errno_t uvm_map_kernel_spare(vm_map& map, va_range wanted) {
    kassert(!map.kernel->spare, "kernel map: a spare entry from before");
    map.kernel->spare = map.kernel->chunked ? uvm_kmapent_alloc(map, wanted) : uvm_mapent_alloc(map);
    return map.kernel->spare ? errno_t::ok : errno_t::enomem;
}

void uvm_map_kernel_spare_done(vm_map& map, bool quantum) {
    vm_map_entry* const spare = map.kernel->spare;
    map.kernel->spare = nullptr;
    if (!spare)
        return;
    if (quantum)
        uvm_map_kernel_merged(map, *spare);
    else
        uvm_mapent_free(*spare);
}

void uvm_map_kernel_merged(vm_map& map, vm_map_entry& gone) {
    uvm_entry_flag const kernel = gone.flags & uvm_entry_flag::kernel;
    uint32_t const id = gone.entry_id;
    gone = {};
    gone.flags = kernel | uvm_entry_flag::quantum;
    gone.entry_id = id;
    gone.next = map.kernel->merged;
    map.kernel->merged = &gone;
    ++map.kernel->nmerged;
}

vm_map_entry* uvm_map_kernel_unmerge(vm_map& map) {
    vm_map_entry* const entry = map.kernel->merged;
    if (!entry)
        return nullptr;
    map.kernel->merged = entry->next;
    --map.kernel->nmerged;
    entry->next = nullptr;
    return entry;
}

void uvm_map_wake_for_room(vm_map& map) {
    map.flags = without(map.flags, vm_map_flag::wantva);
    atomic::add(map.room_made, 1);
    wakeup(map.room_made);
}

} // namespace uvm
