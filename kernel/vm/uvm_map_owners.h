// The owners of what an entry shows.
#pragma once

#include "kernel/vm/uvm_amap.h"
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_object.h"

namespace uvm {

// Locks an entry's amap, then its object, as far as it has them. Held around every change of an entry's
// translations that is made by address: a page that is found in the entry, or entered for it, keeps its place
// meanwhile, also where other maps show the same amap or object.
// Locks: the entry's map; takes am_lock and vmobjlock.
class entry_owners_guard {
public:
    explicit entry_owners_guard(const vm_map_entry& entry,
                                lock_site where = lock_site::here()) UVM_NO_THREAD_SAFETY_ANALYSIS
        : amap_(entry.aref.ar_amap),
          obj_(entry.obj()) {
        if (amap_)
            amap_->am_lock.lock(where);
        if (obj_)
            obj_->vmobjlock.lock(where);
    }
    ~entry_owners_guard() UVM_NO_THREAD_SAFETY_ANALYSIS {
        if (obj_)
            obj_->vmobjlock.unlock();
        if (amap_)
            amap_->am_lock.unlock();
    }
    entry_owners_guard(const entry_owners_guard&) = delete;
    entry_owners_guard& operator=(const entry_owners_guard&) = delete;

private:
    vm_amap* amap_;
    uvm_object* obj_;
};

} // namespace uvm
