// The rows about maps: map and unmap, lookup, find-space, protect.
#include <array>

#include "kernel/vm/uvm_map_lock.h"
#include "tests/bench/bench_space.h"
#include "tests/bench/workload.h"

namespace uvm::bench {

namespace {

constexpr uint32_t operations = 256; // a run
constexpr vsize_t one_page{page_size};
constexpr vsize_t two_pages = pages_to_bytes(2);

// Operations on random entries of one space.
class on_random_entries : public workload {
public:
    explicit on_random_entries(uint32_t size, uintptr_t entry_pages = 1) : space(size, entry_pages) {}
    uint32_t prepare() override {
        starts = space.random_starts(operations, numbers);
        return operations;
    }

protected:
    bench_space space;
    dice numbers{1};
    std::vector<vaddr_t> starts;
};

class unmap_and_map final : public on_random_entries {
public:
    using on_random_entries::on_random_entries;
    void run() override {
        for (vaddr_t start : starts) {
            uvm_unmap_whole(space.map(), start, start + one_page);
            must(uvm_map(space.map(), start, one_page, nullptr, uvm_unknown_offset, vsize_t(0),
                         private_mapping(uvm_flag::fixed)) == errno_t::ok,
                 "mapping again");
        }
    }
};

class map_at_the_end final : public on_random_entries {
public:
    using on_random_entries::on_random_entries;
    void run() override {
        for (uint32_t i = 0; i < operations; ++i) {
            vaddr_t start = space_min;
            must(uvm_map(space.map(), start, two_pages, nullptr, uvm_unknown_offset, vsize_t(0),
                         private_mapping()) == errno_t::ok,
                 "mapping at the end");
            uvm_unmap_whole(space.map(), start, start + two_pages);
        }
    }
};

class look_up final : public on_random_entries {
public:
    using on_random_entries::on_random_entries;
    void run() override {
        vm_map& map = space.map();
        map_shared_guard guard(map);
        uint32_t found = 0;
        for (vaddr_t start : starts) {
            vm_map_entry* entry;
            found += uvm_map_lookup_entry(map, start, &entry) ? 1 : 0;
        }
        must(found == operations, "looking up");
    }
};

// Looks for `length` bytes from the map's beginning; there is room behind the last entry only.
class find_space : public on_random_entries {
public:
    find_space(uint32_t size, vsize_t length, vsize_t align)
        : on_random_entries(size), length_(length), align_(align) {}
    void run() override {
        vm_map& map = space.map();
        map_shared_guard guard(map);
        for (uint32_t i = 0; i < operations; ++i) {
            vaddr_t at;
            vm_map_entry const* before =
                uvm_map_findspace(map, space_min, length_, &at, align_, uvm_flag::none);
            must(before == map.last(), "finding the space");
        }
    }

private:
    vsize_t length_, align_;
};

// The two middle pages of an entry of four lose their write permission; then the three pieces become one
// again.
class protect_the_middle final : public on_random_entries {
public:
    explicit protect_the_middle(uint32_t size)
        : on_random_entries(size, 4), targets(shuffled(size, numbers)) {}
    uint32_t prepare() override {
        for (uint32_t i = 0; i < done; ++i) {
            vaddr_t const start = space.entry_start(targets[i]);
            uvm_unmap_whole(space.map(), start, start + space.entry_size());
            space.map_entry(targets[i]);
        }
        targets = shuffled(space.count(), numbers);
        // A small part of the entries, lest their number grows much beyond what the row says.
        done = space.count() <= 100 ? 1 : space.count() / 100 < operations ? space.count() / 100 : operations;
        return done;
    }
    void run() override {
        for (uint32_t i = 0; i < done; ++i) {
            vaddr_t const start = space.entry_start(targets[i]) + one_page;
            must(uvm_map_protect(space.map(), start, start + two_pages, vm_prot_t::read,
                                 uvm_protect_what::current) == errno_t::ok,
                 "protecting");
        }
    }

private:
    std::vector<uint32_t> targets;
    uint32_t done = 0;
};

template <class Workload>
std::unique_ptr<workload> make(uint32_t size) {
    return std::make_unique<Workload>(size);
}

uint32_t four(uint32_t) { return 4; }
uint32_t until_many_entries(uint32_t size) { return size < 10000 ? 64 : 4; }
std::vector<uint32_t> const sizes{10, 100, 1000, 10000, 100000};

std::array<row, 7> const rows{{
    {"map-unmap", "unmap a random entry, map it again fixed", sizes, four, make<unmap_and_map>},
    {"map-at-end", "map 2 pages where only the end fits, unmap them", sizes, four, make<map_at_the_end>},
    {"lookup", "look up a random live address", sizes, four, make<look_up>},
    {"find-space", "find space: 2 pages, only the last gap fits", sizes, four,
     [](uint32_t size) -> std::unique_ptr<workload> {
         return std::make_unique<find_space>(size, two_pages, vsize_t(0));
     }},
    {"find-space-aligned", "the same, aligned to 16 pages", sizes, four,
     [](uint32_t size) -> std::unique_ptr<workload> {
         return std::make_unique<find_space>(size, two_pages, pages_to_bytes(16));
     }},
    // Every gap is long enough and none is aligned: the worst case, which maxgap cannot cut.
    {"find-space-misaligned", "find space: 1 page aligned to 2, no gap is aligned", sizes,
     [](uint32_t) { return uint32_t{1}; },
     [](uint32_t size) -> std::unique_ptr<workload> {
         return std::make_unique<find_space>(size, one_page, two_pages);
     }},
    {"protect-clips", "protect the middle of a 4-page entry (two clips)", sizes, until_many_entries,
     make<protect_the_middle>},
}};

} // namespace

std::span<const row> map_rows() { return rows; }

} // namespace uvm::bench
