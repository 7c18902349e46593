#include "kernel/scenario/kernel_memory.h"

#include "kernel/vm/uvm_map_kernel.h"

namespace uvm {

kernel_allocation* kernel_memory::find(std::string_view name) {
    for (uint32_t i = 0; i < count_; ++i)
        if (table_[i].name == name)
            return &table_[i];
    return nullptr;
}

void kernel_memory::add(std::string_view name, vm_map& map, vaddr_t start, vsize_t size, uvm_km_flag kind) {
    kassert(!full(), "kernel_memory: full");
    kernel_allocation& place = table_[count_++];
    place = {.map = &map, .start = start, .size = size, .kind = kind};
    name.substr(0, sizeof place.name - 1).copy(place.name, sizeof place.name - 1);
}

void kernel_memory::free(kernel_allocation& which) {
    uvm_km_free(*which.map, which.start, which.size, which.kind);
    which = table_[--count_];
}

void kernel_memory::clear() {
    while (count_ > 0)
        free(table_[count_ - 1]);
    for (uint32_t map = 0; map < uvm_kernel_map_count; ++map)
        (void)end_cache(map);
    for (uvm_kernel_map_name const& named : uvm_kernel_maps)
        (void)uvm_map_drain(*named.map);
}

errno_t kernel_memory::begin_cache(uint32_t map) {
    if (uvm_kernel_maps[map].map->kernel->vacache)
        return errno_t::eexist;
    uvm_km_vacache_init(*uvm_kernel_maps[map].map, caches_[map]);
    return errno_t::ok;
}

errno_t kernel_memory::end_cache(uint32_t map) {
    if (!uvm_kernel_maps[map].map->kernel->vacache)
        return errno_t::enoent;
    // A scenario frees whole allocations, which needs no memory.
    return uvm_km_vacache_destroy(*uvm_kernel_maps[map].map);
}

} // namespace uvm
