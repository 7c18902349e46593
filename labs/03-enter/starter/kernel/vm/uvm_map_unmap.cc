// Lab 3. Yours: uvm_unmap_remove, uvm_unmap_detach. The rest is given.
//
// Taking mappings away: uvm_unmap_remove under the lock, uvm_unmap_detach without it.
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_fault.h"
#include "kernel/vm/uvm_history.h"
#include "kernel/vm/uvm_km.h"
#include "kernel/vm/uvm_kmapent.h"
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_map_tree.h"
#include "kernel/vm/uvm_map_wait.h"
#include "kernel/vm/uvm_mapent_reserve.h"

namespace uvm {

namespace {

// Given: takes away what the hardware has entered for a linked entry, and in the kernel's map what is behind
// it.
[[maybe_unused]] void take_translations(vm_map& map, vm_map_entry& entry, uvm_flag flags) {
    if (map.kernel) [[unlikely]]
        uvm_km_unmap_entry(map, entry, flags);
    else if (!has(flags, uvm_flag::vaonly))
        pmap_remove(*map.pm, entry.range());
}

} // namespace

vm_map_entry* uvm_unmap_remove(vm_map& map, vaddr_t start, vaddr_t end, uvm_flag flags,
                               uvm_mapent_reservation& reserved) {
    static_cast<void>(map);
    static_cast<void>(start);
    static_cast<void>(end);
    static_cast<void>(flags);
    static_cast<void>(reserved);
    panic("lab 3: uvm_unmap_remove is not written yet");
}

namespace {
// Given: how an entry with uvm_entry_flag::kernel is freed; every other one by uvm_mapent_free.
[[maybe_unused, gnu::cold, gnu::noinline]] void free_kernel(vm_map_entry& entry) {
    if (entry.is_submap())
        --entry.object.sub_map->ref_count;
    map_exclusive_guard const guard(uvm_kmapent_map(entry));
    uvm_mapent_free(entry);
}
} // namespace

void uvm_unmap_detach(vm_map_entry* first) {
    static_cast<void>(first);
    panic("lab 3: uvm_unmap_detach is not written yet");
}

errno_t uvm_unmap(vm_map& map, vaddr_t start, vaddr_t end, uvm_flag flags) {
    uvm_change const change;
    uvm_map_called(map, uvm_map_function::unmap, start, end);
    vm_map_entry* dead;
    {
        map_exclusive_guard guard(map);
        uvm_mapent_reservation reserved(map);
        if (errno_t const error = reserved.reserve_for(uvm_map_clamp(map, start, end)); error != errno_t::ok)
            return error;
        dead = uvm_unmap_remove(map, start, end, flags, reserved);
    }
    uvm_unmap_detach(dead);
    return errno_t::ok;
}

void uvm_unmap_whole(vm_map& map, vaddr_t start, vaddr_t end) {
    if (uvm_unmap(map, start, end) != errno_t::ok)
        panic("unmap: a range of whole entries asked for memory to split one");
}

} // namespace uvm
