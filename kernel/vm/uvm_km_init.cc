// The kernel's maps as they are after boot, and submaps.
#include "kernel/vm/uvm_aobj.h"
#include "kernel/vm/uvm_km.h"
#include "kernel/vm/uvm_kmapent.h"
#include "kernel/vm/uvm_map_kernel.h"
#include "kernel/vm/uvm_map_lock.h"

namespace uvm {

constinit vm_map kernel_map, kmem_map, pager_map, exec_map, phys_map;
constinit uvm_object* kernel_object;

constinit const uvm_kernel_map_name uvm_kernel_maps[uvm_kernel_map_count] = {{"kernel", &kernel_map},
                                                                             {"kmem", &kmem_map},
                                                                             {"pager", &pager_map},
                                                                             {"exec", &exec_map},
                                                                             {"phys", &phys_map}};

namespace {

constinit uvm_map_kernel kernel_state, kmem_state, pager_state, exec_state, phys_state;

// The same on every machine, so that a kernel map looks the same everywhere.
constexpr vsize_t kmem_size{2u << 20}, pager_size{512u << 10}, exec_size{512u << 10}, phys_size{512u << 10};

bool is_blank(const vm_map_entry& entry) {
    return entry.etype == uvm_etype::none && !entry.aref.ar_amap && entry.wired_count == 0;
}

} // namespace

errno_t uvm_map_submap(vm_map& map, vaddr_t start, vaddr_t end, vm_map& submap) {
    kassert(map.kernel && map.pm == submap.pm, "submap: not of the kernel's map");
    map_exclusive_guard const guard(map);
    vm_map_entry* entry;
    if (!uvm_map_lookup_entry(map, start, &entry) || entry->start != start || entry->end != end ||
        !is_blank(*entry))
        return errno_t::einval;
    entry->etype = uvm_etype::submap;
    entry->object.sub_map = &submap;
    entry->offset = voff_t(0);
    ++submap.ref_count;
    return errno_t::ok;
}

void uvm_km_suballoc(vm_map& parent, vm_map& submap, uvm_map_kernel& kernel, vsize_t size,
                     vm_map_flag flags) {
    kernel.intrsafe = kernel.chunked = has(flags, vm_map_flag::intrsafe);
    if (kernel.chunked)
        size += uvm_mapent_overhead(size);
    uvm_mapping const how{.prot = vm_prot_t::all,
                          .max = vm_prot_t::all,
                          .inherit = vm_inherit_t::none,
                          .advice = vm_advice_t::random,
                          .flags = uvm_flag::nomerge};
    vaddr_t start = parent.min();
    errno_t const mapped = uvm_map(parent, start, size, nullptr, uvm_unknown_offset, vsize_t(0), how);
    kassert(mapped == errno_t::ok, "uvm_km_suballoc: no room in the parent");
    pmap_reference(*parent.pm);
    uvm_map_setup(submap, start, start + size, flags, parent.pm);
    submap.kernel = &kernel;
    errno_t const error = uvm_map_submap(parent, start, start + size, submap);
    kassert(error == errno_t::ok, "uvm_km_suballoc: its own entry is not blank");
}

vm_map& uvm_km_map_of(vm_map& map, vaddr_t va) {
    if (!has(map.flags, vm_map_flag::pageable))
        return map;
    map_shared_guard const guard(map);
    vm_map_entry* entry;
    return uvm_map_lookup_entry(map, va, &entry) && entry->is_submap() ? *entry->object.sub_map : map;
}

void uvm_km_init() {
    vaddr_t const min{machine::kernel_map_min};
    vsize_t const size{machine::kernel_map_size};
    pmap_growkernel({min, min + size});
    kernel_object = uao_create(size.value, "kernel");
    kassert(kernel_object != nullptr, "no memory for the kernel's object");
    kernel_object->uo_kind = uvm_object_kind::kernel;
    uvm_map_setup(kernel_map, min, min + size, vm_map_flag::pageable, &pmap_kernel());
    kernel_state.chunked = true;
    kernel_map.kernel = &kernel_state;
    uvm_km_suballoc(kernel_map, kmem_map, kmem_state, kmem_size, vm_map_flag::intrsafe);
    uvm_km_suballoc(kernel_map, pager_map, pager_state, pager_size, vm_map_flag::pageable);
    uvm_km_suballoc(kernel_map, exec_map, exec_state, exec_size, vm_map_flag::pageable);
    uvm_km_suballoc(kernel_map, phys_map, phys_state, phys_size, vm_map_flag::pageable);
}

} // namespace uvm
