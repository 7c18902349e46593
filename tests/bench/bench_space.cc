#include "tests/bench/bench_space.h"

#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <utility>

#include "kernel/vm/uvm_fault.h"

namespace uvm::bench {

// The generator of Donald Knuth's MMIX: a multiplication and an addition; the high bits are the good ones.
uint32_t dice::below(uint32_t n) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return uint32_t(((state_ >> 32) * n) >> 32);
}

std::vector<uint32_t> shuffled(uint32_t n, dice& numbers) {
    std::vector<uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0u);
    for (uint32_t i = n; i > 1; --i)
        std::swap(order[i - 1], order[numbers.below(i)]);
    return order;
}

void must(bool succeeded, const char* what) {
    if (succeeded)
        return;
    std::fprintf(stderr, "bench_vm: %s failed\n", what);
    std::exit(3);
}

bench_space::bench_space(uint32_t count, uintptr_t entry_pages)
    : space_(uvmspace_alloc(space_min, space_max, vmspace_direction::bottom_up)), count_(count),
      entry_pages_(entry_pages) {
    must(space_ != nullptr, "making a space");
    dice numbers(count);
    for (uint32_t number : shuffled(count, numbers))
        map_entry(number);
    must(map().nentries == count, "making the entries");
}

bench_space::~bench_space() { uvmspace_free(*space_); }

vaddr_t bench_space::entry_start(uint32_t number) const {
    return space_min + pages_to_bytes(number * (entry_pages_ + 1));
}

void bench_space::map_entry(uint32_t number) const {
    vaddr_t start = entry_start(number);
    must(uvm_map(map(), start, entry_size(), nullptr, uvm_unknown_offset, vsize_t(0),
                 private_mapping(uvm_flag::fixed)) == errno_t::ok,
         "mapping an entry");
}

std::vector<vaddr_t> bench_space::random_starts(uint32_t n, dice& numbers) const {
    std::vector<vaddr_t> starts(n);
    for (vaddr_t& start : starts)
        start = entry_start(numbers.below(count_));
    return starts;
}

void write_fault(vm_map& map, vaddr_t va) {
    must(uvm_fault(map, va, uvm_fault_kind::normal, vm_prot_t::write) == errno_t::ok, "a write fault");
}

void read_fault(vm_map& map, vaddr_t va) {
    must(uvm_fault(map, va, uvm_fault_kind::normal, vm_prot_t::read) == errno_t::ok, "a read fault");
}

} // namespace uvm::bench
