// What a scenario has of the kernel's maps: allocations by name, as a wrong address cannot be given back, and
// caches of addresses.
#pragma once

#include <string_view>

#include "kernel/vm/uvm_km.h"
#include "kernel/vm/uvm_km_vacache.h"

namespace uvm {

struct kernel_allocation {
    char name[32]{};
    vm_map* map{};
    vaddr_t start;
    vsize_t size;
    uvm_km_flag kind{uvm_km_flag::none};
};

class kernel_memory {
public:
    static constexpr uint32_t limit = 128;
    [[nodiscard]] kernel_allocation* find(std::string_view name);
    [[nodiscard]] bool full() const { return count_ == limit; }
    // Needs: not full.
    void add(std::string_view name, vm_map& map, vaddr_t start, vsize_t size, uvm_km_flag kind);
    // Frees one and forgets it / all, newest first, takes the caches away, and what the kernel's maps keep.
    void free(kernel_allocation& which);
    void clear();
    // Gives a map a cache, by its place in uvm_kernel_maps / takes it away. Fails: EEXIST (it has one);
    // ENOENT (it has none).
    [[nodiscard]] errno_t begin_cache(uint32_t map);
    [[nodiscard]] errno_t end_cache(uint32_t map);

private:
    uvm_km_vacache caches_[uvm_kernel_map_count];
    kernel_allocation table_[limit];
    uint32_t count_{};
};

} // namespace uvm
