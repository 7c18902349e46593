#include "kernel/vm/uvm_pdtargets.h"

#include "kernel/vm/uvm_object.h"
#include "kernel/vm/uvm_pdaemon_cluster.h"
#include "kernel/vm/uvm_swap.h"

namespace uvm {

namespace {

constexpr uint32_t least_free = (128u << 10) / uint32_t(page_size);
constexpr uint32_t most_free = (1u << 20) / uint32_t(page_size);
constexpr uint32_t enough_files = (5u << 20) / uint32_t(page_size);
constexpr uint32_t inactive_percent = 33;

uint32_t in_bounds(uint32_t value, uint32_t least, uint32_t most) {
    return value < least ? least : value > most ? most : value;
}

} // namespace

uvm_pdtargets uvm_pdtargets_of(uint32_t pages, bool limited) {
    uint32_t const least = limited ? 0 : least_free;
    uint32_t const freemin = in_bounds(pages / 200, least, most_free);
    return {freemin, freemin * 4 / 3};
}

uvm_pdtargets uvm_pdtargets_now() {
    spin_guard const guard(uvm_pages.fpageqlock);
    uint32_t const limit = uvm_pages.owned_limit;
    return uvm_pdtargets_of(limit ? limit : uvmexp.npages, limit != 0);
}

uint32_t uvm_pages_left() {
    spin_guard const guard(uvm_pages.fpageqlock);
    return uvm_pages_free_within_limit() + atomic::load_relaxed(uvm_pages.paging);
}

uint32_t uvm_inactive_target(uint32_t pageable, uint32_t freetarg) {
    // In 64 bits: a hundred times the pages of a large machine.
    auto const third = uint32_t(uint64_t{pageable} * inactive_percent / 100);
    return (third > freetarg ? third : freetarg) + 1;
}

bool uvm_swap_is_full() {
    mutex_guard const guard(uvm_swap.lock);
    return uvm_swap.swpgonly >= uint32_t(uint64_t{uvm_swap.swpgavail} * 99 / 100);
}

bool uvm_reclaimable() {
    if (!uvm_swap_is_full())
        return true;
    mutex_guard const guard(uvm_pages.pageqlock);
    uvm_kind_counts const counts = uvm_count_kinds();
    uint32_t const files =
        counts.of[uint32_t(uvm_page_kind::file)] + counts.of[uint32_t(uvm_page_kind::executable)];
    uint32_t const share = (uvm_pages.active.count + uvm_pages.inactive.count) / 16;
    return files > 0 && files >= (share < enough_files ? share : enough_files);
}

uvm_page_kind uvm_page_kind_of(const vm_page& page) {
    if (uvm_page_swap_backed(page))
        return uvm_page_kind::anonymous;
    return atomic::load_relaxed(page.uobject->uo_executed) ? uvm_page_kind::executable : uvm_page_kind::file;
}

uvm_kind_counts uvm_count_kinds() {
    uvm_kind_counts counts{};
    for (page_queue const* queue : {&uvm_pages.active, &uvm_pages.inactive})
        for (vm_page const* page = queue->head; page; page = page->pageq.next)
            ++counts.of[uint32_t(uvm_page_kind_of(*page))];
    return counts;
}

} // namespace uvm
