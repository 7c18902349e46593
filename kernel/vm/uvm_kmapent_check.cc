// The accounts of the kernel's maps: every entry of a chunk is in the map, aside for a merge, or free.
#include <machine/memory.h>

#include "kernel/vm/uvm_kmapent.h"
#include "kernel/vm/uvm_map_kernel.h"

namespace uvm {

namespace {

constexpr uint32_t kernel_invariant = 10;
constexpr uint32_t usable = uvm_kmapent_per_chunk - 1;

struct checker {
    vm_map& map;
    uvm_map_violation* violation;
    uint32_t chunks{}, used{}, free{}, empty{}, kernel_entries{};

    bool same(const char* what, uint64_t expected, uint64_t found, const vm_map_entry* entry) {
        if (expected == found)
            return true;
        *violation = {kernel_invariant, what, expected, found, entry};
        return false;
    }

    bool is_listed(const uvm_kmapent_chunk& chunk) const {
        uint32_t steps = 0;
        for (uvm_kmapent_chunk const* at = map.kernel->partial; at && steps <= map.kernel->nchunks;
             at = at->next, ++steps)
            if (at == &chunk)
                return true;
        return false;
    }

    // The chunk whose page this entry describes: it must be mapped where the entry says, and begin there.
    bool chunk(const vm_map_entry& first) {
        paddr_t pa;
        if (!same("page of kernel entries that is not mapped", 1, pmap_extract(*map.pm, first.start, &pa),
                  &first))
            return false;
        auto const& c = *static_cast<uvm_kmapent_chunk*>(machine::phys_to_ptr(pa));
        uint32_t length = 0;
        for (vm_map_entry const* e = c.free; e && length <= usable; e = e->next)
            ++length;
        ++chunks;
        used += c.use;
        free += length;
        empty += c.use == 0 ? 1 : 0;
        return same("first entry of a chunk, and the page mapped where it says",
                    reinterpret_cast<uintptr_t>(&c.entries[0]), reinterpret_cast<uintptr_t>(&first),
                    &first) &&
               same("map that a chunk belongs to", reinterpret_cast<uintptr_t>(&map),
                    reinterpret_cast<uintptr_t>(c.map), &first) &&
               same("free entries of a chunk", usable - c.use, length, &first) &&
               same("chunk on the list of those with free and used entries", c.use > 0 && length > 0,
                    is_listed(c), &first) &&
               same("chunk without a used entry that is not the kept one", c.use == 0, map.kernel->kept == &c,
                    &first);
    }

    bool entry(const vm_map_entry& e) {
        bool const kernel = has(e.flags, uvm_entry_flag::kernel);
        if (!same("entry from a chunk", map.kernel->chunked, kernel, &e))
            return false;
        if (has(e.flags, uvm_entry_flag::chunk_header))
            return chunk(e);
        kernel_entries += kernel ? 1 : 0;
        return true;
    }

    bool whole() {
        uvm_map_kernel const& kernel = *map.kernel;
        for (vm_map_entry const* e = map.first(); e != &map.header; e = e->next)
            if (!entry(*e))
                return false;
        uint32_t merged = 0;
        for (vm_map_entry const* e = kernel.merged; e && merged <= kernel.nmerged; e = e->next)
            ++merged;
        return same("entries that merged away", kernel.nmerged, merged, nullptr) &&
               same("chunks", chunks, kernel.nchunks, nullptr) &&
               same("free entries of all chunks", free, kernel.free_entries, nullptr) &&
               same("chunks without a used entry", kernel.kept ? 1 : 0, empty, nullptr) &&
               same("used entries of all chunks", kernel_entries + (kernel.chunked ? merged : 0), used,
                    nullptr) &&
               same("spare entry outside uvm_map", 0, reinterpret_cast<uintptr_t>(kernel.spare), nullptr);
    }
};

} // namespace

bool uvm_kmapent_check(vm_map& map, uvm_map_violation* violation) {
    return checker{.map = map, .violation = violation}.whole();
}

} // namespace uvm
