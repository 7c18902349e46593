// Telling who waits for room in a map (uvm_map with waitva). Internal to the map layer.
#pragma once

#include "kernel/vm/uvm_map.h"

namespace uvm {

// Wakes who waits for room. Locks: map exclusive.
void uvm_map_wake_for_room(vm_map& map);
// Room was made in the map. Locks: map exclusive.
inline void uvm_map_room_made(vm_map& map) {
    if (has(map.flags, vm_map_flag::wantva)) [[unlikely]]
        uvm_map_wake_for_room(map);
}

} // namespace uvm
