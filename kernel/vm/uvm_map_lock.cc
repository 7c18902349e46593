#include "kernel/vm/uvm_map_lock.h"

#include <machine/thread.h>

#include "kernel/vm/uvm_map_kernel.h"

namespace uvm {

// The analysis cannot follow a busy mark, which outlives the lock under which it was set.
//
// Who finds the map busy gives the lock up before it waits for the mark's end: the mark's owner needs the
// lock to come back. A mark is set and looked at by who holds the lock, so none can appear between the look
// and the use of the lock.

namespace {

bool is_intrsafe(const vm_map& map) { return map.kernel && map.kernel->intrsafe; }

// Somebody has marked the map busy: gives the lock up until the mark is gone, unless it is this thread's.
[[gnu::noinline]] void wait_while_busy(vm_map& map, lock_site where) UVM_NO_THREAD_SAFETY_ANALYSIS {
    while (true) {
        {
            mutex_guard guard(map.busy_lock);
            if (map.busy_owner == 0 || map.busy_owner == machine::current_thread())
                return;
            map.lock.unlock_exclusive();
            while (map.busy_owner != 0)
                map.busy_cv.wait(map.busy_lock);
        }
        map.lock.lock_exclusive(where);
    }
}

} // namespace

void vm_map_lock(vm_map& map, lock_site where) UVM_NO_THREAD_SAFETY_ANALYSIS {
    if (is_intrsafe(map)) [[unlikely]] {
        map.kernel->spin.lock(where);
        ++map.timestamp;
        return;
    }
    map.lock.lock_exclusive(where);
    // A mark is set by who holds the map's lock: where there is none now, none will appear. Without busy_lock
    // that is 28 instructions less for each operation on a map. Where there was one, what its owner did to
    // the map comes before what follows here: the mark's end is a release, this its acquisition.
    if (__atomic_load_n(&map.busy_owner, __ATOMIC_ACQUIRE) != 0) [[unlikely]]
        wait_while_busy(map, where);
    ++map.timestamp;
}

bool vm_map_lock_try(vm_map& map, lock_site where) UVM_NO_THREAD_SAFETY_ANALYSIS {
    if (is_intrsafe(map)) [[unlikely]] {
        if (!map.kernel->spin.try_lock(where))
            return false;
        ++map.timestamp;
        return true;
    }
    if (!map.lock.try_lock_exclusive(where))
        return false;
    mutex_guard guard(map.busy_lock);
    if (map.busy_owner != 0 && map.busy_owner != machine::current_thread()) {
        map.lock.unlock_exclusive();
        return false;
    }
    ++map.timestamp;
    return true;
}

void vm_map_unlock(vm_map& map) UVM_NO_THREAD_SAFETY_ANALYSIS {
    if (is_intrsafe(map)) [[unlikely]]
        map.kernel->spin.unlock();
    else
        map.lock.unlock_exclusive();
}
void vm_map_lock_read(vm_map& map, lock_site where) UVM_NO_THREAD_SAFETY_ANALYSIS {
    kassert(!is_intrsafe(map), "map: an intrsafe map is never locked shared");
    map.lock.lock_shared(where);
}
void vm_map_unlock_read(vm_map& map) UVM_NO_THREAD_SAFETY_ANALYSIS { map.lock.unlock_shared(); }

void vm_map_busy(vm_map& map) {
    kassert(!is_intrsafe(map) && map.lock.held_exclusive(), "map marked busy without its lock");
    mutex_guard guard(map.busy_lock);
    uint32_t const self = machine::current_thread();
    kassert(map.busy_owner == 0 || map.busy_owner == self, "map is busy already");
    atomic::store_relaxed(map.busy_owner, self);
    ++map.busy_depth;
}

void vm_map_unbusy(vm_map& map) {
    mutex_guard guard(map.busy_lock);
    kassert(map.busy_owner == machine::current_thread(), "map is not busy by this thread");
    if (--map.busy_depth != 0)
        return;
    __atomic_store_n(&map.busy_owner, 0, __ATOMIC_RELEASE);
    map.busy_cv.wake_all();
}

bool vm_map_locked_p(const vm_map& map) {
    return is_intrsafe(map) ? map.kernel->spin.held() : map.lock.held_exclusive() || map.lock.held_shared();
}

} // namespace uvm
