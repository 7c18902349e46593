// Life of vmspaces: create, share, replace, end. Fork is in uvm_vmspace_fork.cc.
#include "kernel/vm/uvm_vmspace.h"

#include "kernel/sync/counter.h"
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_pool.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

constinit object_pool<vmspace> vmspace_pool{"vmspace"};
constinit serial_numbers vmspace_ids;

void remove_all(vmspace& vm) { uvm_unmap_whole(vm.vm_map, vm.vm_map.min(), vm.vm_map.max()); }

} // namespace

vmspace* uvmspace_alloc(vaddr_t min, vaddr_t max, vmspace_direction direction) {
    uvm_change const change;
    vmspace* const vm = vmspace_pool.create();
    if (!vm)
        return nullptr;
    pmap* const pm = pmap_create();
    if (!pm) {
        vmspace_pool.destroy(*vm);
        return nullptr;
    }
    vm_map_flag flags = vm_map_flag::pageable;
    if (direction == vmspace_direction::top_down)
        flags |= vm_map_flag::topdown;
    uvm_map_setup(vm->vm_map, min, max, flags, pm);
    vm->vm_refcnt = 1;
    vm->vm_id = vmspace_ids.next();
    uvm_probe(uvm_event::space_create, vm->vm_id, reinterpret_cast<uintptr_t>(&vm->vm_map), min.value,
              max.value);
    return vm;
}

void uvmspace_addref(vmspace& vm) { __atomic_add_fetch(&vm.vm_refcnt, 1, __ATOMIC_RELAXED); }

void uvmspace_free(vmspace& vm) {
    uvm_change const change;
    kassert(vm.vm_refcnt > 0, "vmspace without a reference");
    if (__atomic_sub_fetch(&vm.vm_refcnt, 1, __ATOMIC_ACQ_REL) != 0)
        return;
    uvm_map_set_flags(vm.vm_map, vm.vm_map.flags | vm_map_flag::dying);
    remove_all(vm);
    kassert(vm.vm_map.nentries == 0 && vm.vm_map.size == vsize_t(0), "vmspace: not empty at its end");
    pmap_destroy(*vm.vm_map.pm);
    uvm_probe(uvm_event::space_destroy, vm.vm_id, reinterpret_cast<uintptr_t>(&vm.vm_map));
    vmspace_pool.destroy(vm);
}

vmspace* uvmspace_unshare(vmspace& vm) {
    if (__atomic_load_n(&vm.vm_refcnt, __ATOMIC_RELAXED) == 1)
        return &vm;
    vmspace* const own = uvmspace_fork(vm);
    if (own)
        uvmspace_free(vm);
    return own;
}

vmspace* uvmspace_exec(vmspace& vm, vaddr_t min, vaddr_t max) {
    uvm_change const change;
    bool const topdown = uvm_map_has(vm.vm_map, vm_map_flag::topdown);
    if (__atomic_load_n(&vm.vm_refcnt, __ATOMIC_RELAXED) != 1) {
        vmspace* const fresh =
            uvmspace_alloc(min, max, topdown ? vmspace_direction::top_down : vmspace_direction::bottom_up);
        if (fresh)
            uvmspace_free(vm);
        return fresh;
    }
    remove_all(vm);
    map_exclusive_guard guard(vm.vm_map);
    uvm_map_set_flags(vm.vm_map, without(vm.vm_map.flags, vm_map_flag::wirefuture));
    vm.vm_map.header.end = min;
    vm.vm_map.header.start = max;
    vm.vm_map.hint = vm.vm_map.first_free = &vm.vm_map.header;
    return &vm;
}

} // namespace uvm
