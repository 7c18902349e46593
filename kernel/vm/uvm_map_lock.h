// RAII guards for map locks.
#pragma once

#include "kernel/vm/uvm_map.h"

namespace uvm {

class map_exclusive_guard {
public:
    explicit map_exclusive_guard(vm_map& map, lock_site where = lock_site::here()) : map_(map) {
        vm_map_lock(map, where);
    }
    ~map_exclusive_guard() { vm_map_unlock(map_); }
    map_exclusive_guard(const map_exclusive_guard&) = delete;
    map_exclusive_guard& operator=(const map_exclusive_guard&) = delete;

private:
    vm_map& map_;
};

class map_shared_guard {
public:
    explicit map_shared_guard(vm_map& map, lock_site where = lock_site::here()) : map_(map) {
        vm_map_lock_read(map, where);
    }
    ~map_shared_guard() { vm_map_unlock_read(map_); }
    map_shared_guard(const map_shared_guard&) = delete;
    map_shared_guard& operator=(const map_shared_guard&) = delete;

private:
    vm_map& map_;
};

// Marks the map busy for a scope, in which this thread may lock it again and again and nobody else changes
// it. Not locked before or after.
class map_busy_guard {
public:
    explicit map_busy_guard(vm_map& map) : map_(map) {
        map_exclusive_guard const guard(map);
        vm_map_busy(map);
    }
    ~map_busy_guard() { vm_map_unbusy(map_); }
    map_busy_guard(const map_busy_guard&) = delete;
    map_busy_guard& operator=(const map_busy_guard&) = delete;

private:
    vm_map& map_;
};

} // namespace uvm
