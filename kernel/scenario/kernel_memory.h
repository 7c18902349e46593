// What a scenario has allocated in the kernel's maps, by name: a wrong address cannot be given back.
#pragma once

#include <string_view>

#include "kernel/vm/uvm_km.h"

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
    // Frees one and forgets it / all, newest first, and what the kernel's maps keep.
    void free(kernel_allocation& which);
    void clear();

private:
    kernel_allocation table_[limit];
    uint32_t count_{};
};

} // namespace uvm
