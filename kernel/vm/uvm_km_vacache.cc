#include "kernel/vm/uvm_km_vacache.h"

#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_map_lock.h"

namespace uvm {

namespace {

constexpr vm_prot_t read_write = vm_prot_t::read | vm_prot_t::write;
constexpr uint32_t kernel_invariant = 10;

// The row of a size. False: such ranges are not kept.
bool row_of(vsize_t size, uint32_t* row) {
    if (!size || !is_aligned(size.value, page_size) || bytes_to_pages(size) > uvm_km_vacache_pages)
        return false;
    *row = bytes_to_pages(size) - 1;
    return true;
}

va_range range_of(uint32_t row, vaddr_t start) { return {start, start + pages_to_bytes(row + 1)}; }

// Locks: the cache's, as the next two.
vaddr_t take_at(uvm_km_vacache& cache, uint32_t row, uint32_t at) {
    vaddr_t const start = cache.starts[row][at];
    for (uint32_t const last = --cache.counts[row]; at < last; ++at)
        cache.starts[row][at] = cache.starts[row][at + 1];
    return start;
}

bool put_in(uvm_km_vacache& cache, uint32_t row, vaddr_t start) {
    if (cache.counts[row] == uvm_km_vacache_depth)
        return false;
    cache.starts[row][cache.counts[row]++] = start;
    return true;
}

bool take_any(uvm_km_vacache& cache, va_range* range) {
    spin_guard const guard(cache.lock);
    cache.passes_one = true;
    for (uint32_t row = 0; row < uvm_km_vacache_pages; ++row)
        if (cache.counts[row] > 0) {
            *range = range_of(row, take_at(cache, row, cache.counts[row] - 1));
            return true;
        }
    return false;
}

// After it could not be freed in the map.
void put_back(uvm_km_vacache& cache, va_range range) {
    spin_guard const guard(cache.lock);
    uint32_t row;
    if (!row_of(range.size(), &row) || !put_in(cache, row, range.start))
        panic("address cache: a part of an allocation, and no memory to split it");
}

bool has_executable(vm_map& map) {
    map_exclusive_guard const guard(map);
    for (vm_map_entry const* e = map.first(); e != &map.header; e = e->next)
        if (!e->is_submap() && has(e->protection, vm_prot_t::execute))
            return true;
    return false;
}

bool is_executable(vm_map& map, va_range range) {
    map_exclusive_guard const guard(map);
    vm_map_entry* entry;
    return uvm_map_lookup_entry(map, range.start, &entry) && has(entry->protection, vm_prot_t::execute);
}

bool drain(void* map) { return uvm_km_vacache_drain(*static_cast<vm_map*>(map)); }

// One range against the map and the ranges behind it.
struct checker {
    vm_map& map;
    uvm_map_violation* violation;

    bool same(const char* what, uint64_t expected, uint64_t found, const vm_map_entry* entry) {
        if (expected == found)
            return true;
        *violation = {kernel_invariant, what, expected, found, entry};
        return false;
    }

    uint32_t mapped_pages(va_range range) {
        uint32_t count = 0;
        for (vaddr_t va = range.start; va < range.end; va += vsize_t(page_size)) {
            paddr_t pa;
            count += pmap_extract(*map.pm, va, &pa) ? 1 : 0;
        }
        return count;
    }

    bool range(va_range range) {
        vm_map_entry* entry;
        bool const found = uvm_map_lookup_entry(map, range.start, &entry);
        if (!same("idle range that is allocated in the map", 1, found ? 1 : 0, nullptr))
            return false;
        bool const plain = entry->etype == uvm_etype::none && !entry->aref.ar_amap &&
                           !has(entry->flags, uvm_entry_flag::chunk_header);
        return same("end of the entry that an idle range lies in, not before the range's", 1,
                    range.end <= entry->end ? 1 : 0, entry) &&
               same("idle range in an entry that has nothing behind it", 1, plain ? 1 : 0, entry) &&
               same("protection of an idle range", uint64_t(read_write), uint64_t(entry->protection),
                    entry) &&
               same("pages in an idle range", 0, mapped_pages(range), entry);
    }

    // How many ranges of the cache a page lies in. Locks: the cache's.
    static uint32_t covering(const uvm_km_vacache& cache, vaddr_t va) {
        uint32_t count = 0;
        for (uint32_t row = 0; row < uvm_km_vacache_pages; ++row)
            for (uint32_t i = 0; i < cache.counts[row]; ++i)
                count += range_of(row, cache.starts[row][i]).contains(va) ? 1 : 0;
        return count;
    }

    bool apart(const uvm_km_vacache& cache, va_range range) {
        for (vaddr_t va = range.start; va < range.end; va += vsize_t(page_size))
            if (!same("idle ranges that a page lies in", 1, covering(cache, va), nullptr))
                return false;
        return true;
    }
};

} // namespace

void uvm_km_vacache_init(vm_map& map, uvm_km_vacache& cache) {
    kassert(map.kernel && !map.kernel->vacache, "address cache: not a kernel map that has none");
    cache.passes_one = false; // it may have been another map's
    cache.executable = has_executable(map) ? 1 : 0;
    cache.hook = {.drain = drain, .context = &map};
    map.kernel->vacache = &cache;
    uvm_map_drain_register(map, cache.hook);
}

errno_t uvm_km_vacache_destroy(vm_map& map) {
    (void)uvm_km_vacache_drain(map);
    if (uvm_km_vacache_count(map) > 0)
        return errno_t::enomem;
    uvm_map_drain_unregister(map, map.kernel->vacache->hook);
    map.kernel->vacache = nullptr;
    return errno_t::ok;
}

bool uvm_km_vacache_take(vm_map& map, vsize_t size, vsize_t align, vaddr_t* start) {
    uvm_km_vacache& cache = *map.kernel->vacache;
    uint32_t row;
    if (!row_of(size, &row))
        return false;
    spin_guard const guard(cache.lock);
    for (uint32_t at = cache.counts[row]; at-- > 0;)
        if (!align || is_aligned(cache.starts[row][at].value, align.value)) {
            *start = take_at(cache, row, at);
            return true;
        }
    return false;
}

bool uvm_km_vacache_keep(vm_map& map, va_range range) {
    uvm_km_vacache& cache = *map.kernel->vacache;
    uint32_t row;
    if (!row_of(range.size(), &row))
        return false;
    if (atomic::load_relaxed(cache.executable) != 0 && is_executable(map, range))
        return false;
    spin_guard const guard(cache.lock);
    if (!cache.passes_one)
        return put_in(cache, row, range.start);
    cache.passes_one = false;
    return false;
}

void uvm_km_vacache_expect_executable(vm_map& map) {
    atomic::store_relaxed(map.kernel->vacache->executable, 1);
}

bool uvm_km_vacache_drain(vm_map& map) {
    uvm_change const change;
    bool gave = false;
    for (va_range range; take_any(*map.kernel->vacache, &range); gave = true)
        if (uvm_unmap(map, range.start, range.end, uvm_flag::vaonly) != errno_t::ok) {
            put_back(*map.kernel->vacache, range);
            break;
        }
    return gave;
}

bool uvm_km_vacache_check(vm_map& map, uvm_map_violation* violation) {
    if (!map.kernel->vacache)
        return true;
    uvm_km_vacache& cache = *map.kernel->vacache;
    checker check{.map = map, .violation = violation};
    spin_guard const guard(cache.lock);
    for (uint32_t row = 0; row < uvm_km_vacache_pages; ++row)
        for (uint32_t i = 0; i < cache.counts[row]; ++i) {
            va_range const range = range_of(row, cache.starts[row][i]);
            if (!check.range(range) || !check.apart(cache, range))
                return false;
        }
    return true;
}

uint32_t uvm_km_vacache_count(vm_map& map) {
    if (!map.kernel->vacache)
        return 0;
    spin_guard const guard(map.kernel->vacache->lock);
    uint32_t sum = 0;
    for (uint32_t const count : map.kernel->vacache->counts)
        sum += count;
    return sum;
}

} // namespace uvm
