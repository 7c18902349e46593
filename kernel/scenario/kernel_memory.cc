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
    for (uvm_kernel_map_name const& named : uvm_kernel_maps)
        (void)uvm_map_drain(*named.map);
}

} // namespace uvm
