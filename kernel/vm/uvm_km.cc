// uvm_km_alloc and uvm_km_free.
#include "kernel/vm/uvm_km.h"

#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_km_vacache.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_pdaemon.h"
#include "kernel/vm/uvm_pdthread.h"
#include "kernel/vm/uvm_pool.h"

namespace uvm {

namespace {

constexpr uvm_km_flag kinds = uvm_km_flag::wired | uvm_km_flag::pageable | uvm_km_flag::vaonly;

bool is_one_kind(uvm_km_flag flags) {
    return is_power_of_two(uintptr_t(flags & kinds)); // exactly one bit of them
}

uvm_flag map_flags(uvm_km_flag flags) {
    uvm_flag how = uvm_flag::quantum;
    if (has(flags, uvm_km_flag::trylock))
        how |= uvm_flag::trylock;
    if (has(flags, uvm_km_flag::nowait))
        how |= uvm_flag::nowait;
    if (has(flags, uvm_km_flag::waitva))
        how |= uvm_flag::waitva;
    return how;
}

vm_prot_t prot_of(uvm_km_flag flags) {
    vm_prot_t const prot = vm_prot_t::read | vm_prot_t::write;
    return has(flags, uvm_km_flag::exec) ? prot | vm_prot_t::execute : prot;
}

// Waits for a page after one could not be had. False: the allocation is to fail.
bool wait_for_page(uvm_km_flag flags) {
    if (has(flags, uvm_km_flag::nowait))
        return false;
    if (uvm_wait() == errno_t::ok)
        return true;
    if (has(flags, uvm_km_flag::canfail))
        return false;
    uvm_starve();
    return true;
}

vm_page* take_page(uvm_km_flag flags) {
    pagealloc_flag const zero = has(flags, uvm_km_flag::zero) ? pagealloc_flag::zero : pagealloc_flag::none;
    while (true) {
        vm_page* const page =
            uvm_allocation_fails("kernel page") ? nullptr : uvm_pagealloc(nullptr, voff_t(0), nullptr, zero);
        if (page || !wait_for_page(flags))
            return page;
    }
}

// Pages for all of the range. Fails: ENOMEM; those from the start on that were had stay.
errno_t fill(va_range range, uvm_km_flag flags) {
    for (vaddr_t va = range.start; va < range.end; va += vsize_t(page_size)) {
        vm_page* const page = take_page(flags);
        if (!page)
            return errno_t::enomem;
        pmap_kenter_pa(va, page->phys_addr, prot_of(flags));
    }
    pmap_update(pmap_kernel());
    return errno_t::ok;
}

// Until there is memory; other failures are the caller's.
template <class Attempt>
errno_t without_failing(Attempt&& attempt) {
    while (true) {
        uint32_t const before = uvm_page_shortages();
        errno_t const error = uvm_wait_while_short(attempt);
        if (error != errno_t::enomem || uvm_page_shortages() == before)
            return error;
        uvm_starve();
    }
}

// Reserves the addresses. A want of pages for entries passes as one for the memory itself does.
errno_t place(vm_map& map, vaddr_t& start, vsize_t size, vsize_t align, uvm_km_flag flags) {
    bool const pageable = has(flags, uvm_km_flag::pageable);
    uvm_object* const obj = pageable ? kernel_object : nullptr;
    uvm_mapping const how{.prot = prot_of(flags),
                          .max = prot_of(flags),
                          .inherit = vm_inherit_t::none,
                          .advice = vm_advice_t::random,
                          .flags = map_flags(flags)};
    if (obj)
        obj->pgops->reference(*obj);
    auto const attempt = [&] {
        start = map.min();
        return uvm_map(map, start, size, obj, uvm_unknown_offset, align, how);
    };
    errno_t const error = has(flags, uvm_km_flag::nowait)    ? attempt()
                          : has(flags, uvm_km_flag::canfail) ? uvm_wait_while_short(attempt)
                                                             : without_failing(attempt);
    if (error != errno_t::ok && obj)
        obj->pgops->detach(*obj);
    return error;
}

// Addresses from the map's cache, or else from the map.
errno_t find_addresses(vm_map& map, vaddr_t& start, vsize_t size, vsize_t align, uvm_km_flag flags) {
    if (!map.kernel->vacache)
        return place(map, start, size, align, flags);
    if (has(flags, uvm_km_flag::exec))
        uvm_km_vacache_expect_executable(map);
    else if (!has(flags, uvm_km_flag::pageable) && uvm_km_vacache_take(map, size, align, &start))
        return errno_t::ok;
    errno_t const error = place(map, start, size, align, flags);
    // What is idle may be the room, or the entries, that the map lacks. Draining waits for the map's lock.
    if (error != errno_t::enomem || has(flags, uvm_km_flag::trylock) || !uvm_km_vacache_drain(map))
        return error;
    return place(map, start, size, align, flags);
}

// Takes the addresses away. What was allocated for itself is split off without memory.
void unmap(vm_map& map, va_range range, uvm_flag flags) {
    if (uvm_unmap(map, range.start, range.end, flags) != errno_t::ok)
        panic("uvm_km_free: a part of an allocation, and no memory to split it");
}

// Gives addresses back in which nothing is mapped any more.
void give_back(vm_map& map, va_range range) {
    if (!map.kernel->vacache || !uvm_km_vacache_keep(map, range))
        unmap(map, range, uvm_flag::vaonly);
}

} // namespace

result<vaddr_t> uvm_km_alloc(vm_map& map, vsize_t size, vsize_t align, uvm_km_flag flags) {
    kassert(map.kernel && is_one_kind(flags), "uvm_km_alloc: not one kind of memory in a kernel map");
    kassert(!has(flags, uvm_km_flag::pageable) || has(map.flags, vm_map_flag::pageable),
            "uvm_km_alloc: pageable memory in an intrsafe map");
    kassert(!has_all(flags, uvm_km_flag::nowait | uvm_km_flag::waitva),
            "uvm_km_alloc: nowait and waitva exclude each other");
    vaddr_t start;
    if (errno_t const error = find_addresses(map, start, size, align, flags); error != errno_t::ok)
        return error;
    if (!has(flags, uvm_km_flag::wired))
        return start;
    uvm_change const change;
    va_range const range{start, start + size};
    if (errno_t const error = fill(range, flags); error != errno_t::ok) {
        uvm_km_pgremove_intrsafe(range);
        give_back(map, range);
        return error;
    }
    return start;
}

void uvm_km_free(vm_map& map, vaddr_t start, vsize_t size, uvm_km_flag kind) {
    kassert(map.kernel && is_one_kind(kind) && without(kind, kinds) == uvm_km_flag::none,
            "uvm_km_free: not one kind of memory in a kernel map");
    uvm_change const change;
    va_range const range{start, start + size};
    if (has(kind, uvm_km_flag::pageable))
        return unmap(map, range, uvm_flag::none); // mappings, pages, reference
    if (has(kind, uvm_km_flag::wired))
        uvm_km_pgremove_intrsafe(range);
    give_back(map, range);
}

} // namespace uvm
