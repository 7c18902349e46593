// The rows about faults.
#include <array>

#include "tests/bench/bench_space.h"
#include "tests/bench/workload.h"

namespace uvm::bench {

namespace {

constexpr uint32_t region_pages = 128;
constexpr vsize_t region_size = pages_to_bytes(region_pages);
constexpr vaddr_t region_start = space_min;

vaddr_t page_at(uint32_t number) { return region_start + pages_to_bytes(number); }

// A space with one region. A page behind it stays mapped, so that the page tables are there as they are in a
// process that runs.
class one_region : public workload {
public:
    ~one_region() override { uvmspace_free(*space); }

protected:
    vmspace* space = uvmspace_alloc(space_min, space_max, vmspace_direction::bottom_up);

    one_region() {
        must(space != nullptr, "making a space");
        vaddr_t neighbour = region_start + region_size + pages_to_bytes(8);
        must(uvm_map(space->vm_map, neighbour, pages_to_bytes(1), nullptr, uvm_unknown_offset, vsize_t(0),
                     private_mapping(uvm_flag::fixed)) == errno_t::ok,
             "mapping the neighbour");
        write_fault(space->vm_map, neighbour);
    }
    void map_private() const {
        vaddr_t start = region_start;
        must(uvm_map(space->vm_map, start, region_size, nullptr, uvm_unknown_offset, vsize_t(0),
                     private_mapping(uvm_flag::fixed)) == errno_t::ok,
             "mapping the region");
    }
    static void write_every_page(vmspace& of) {
        for (uint32_t i = 0; i < region_pages; ++i)
            write_fault(of.vm_map, page_at(i));
    }
};

class zero_fill final : public one_region {
public:
    uint32_t prepare() override {
        uvm_unmap_whole(space->vm_map, region_start, region_start + region_size);
        map_private();
        return region_pages;
    }
    void run() override { write_every_page(*space); }
};

class copy_on_write final : public one_region {
public:
    copy_on_write() { map_private(); }
    ~copy_on_write() override { end_child(); }
    uint32_t prepare() override {
        end_child();
        write_every_page(*space);
        child_ = uvmspace_fork(*space);
        must(child_ != nullptr, "fork");
        write_fault(child_->vm_map, region_start + region_size + pages_to_bytes(8));
        return region_pages;
    }
    void run() override { write_every_page(*child_); }

private:
    vmspace* child_ = nullptr;

    void end_child() {
        if (child_)
            uvmspace_free(*child_);
        child_ = nullptr;
    }
};

// Pages of an object that are resident and not mapped; each fault maps eight: three before it, four behind.
class read_ahead final : public one_region {
public:
    read_ahead() {
        uvm_object* const object = uao_create(region_size.value, "bench");
        must(object != nullptr, "making an object");
        vaddr_t start = region_start;
        must(uvm_map(space->vm_map, start, region_size, object, voff_t(0), vsize_t(0),
                     {vm_prot_t::read, vm_prot_t::read, vm_inherit_t::share, vm_advice_t::normal,
                      uvm_flag::fixed}) == errno_t::ok,
             "mapping the object");
        for (uint32_t i = 0; i < region_pages; ++i)
            read_fault(space->vm_map, page_at(i));
    }
    uint32_t prepare() override {
        pmap_remove(*space->vm_map.pm, {region_start, region_start + region_size});
        return region_pages / 8;
    }
    void run() override {
        for (uint32_t i = 3; i < region_pages; i += 8)
            read_fault(space->vm_map, page_at(i));
    }
};

template <class Workload>
std::unique_ptr<workload> make(uint32_t) {
    return std::make_unique<Workload>();
}

uint32_t runs(uint32_t) { return 8; }

std::array<row, 3> const rows{{
    {"fault-zero", "zero-fill write", {0}, runs, make<zero_fill>},
    {"fault-copy", "copy-on-write", {0}, runs, make<copy_on_write>},
    {"fault-read-ahead", "read, 8 resident pages mapped", {0}, runs, make<read_ahead>},
}};

} // namespace

std::span<const row> fault_rows() { return rows; }

} // namespace uvm::bench
