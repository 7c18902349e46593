// The kernel's maps: chunks of entries, quantum mappings, submaps, uvm_km_alloc, and waiting for room.
#include <QObject>
#include <QString>
#include <QTest>

#include <array>
#include <atomic>
#include <cstring>
#include <thread>

#include <machine/memory.h>
#include <machine/user_access.h>

#include "kernel/vm/uvm_fault.h"
#include "kernel/vm/uvm_km.h"
#include "kernel/vm/uvm_km_vacache.h"
#include "kernel/vm/uvm_kmapent.h"
#include "kernel/vm/uvm_map_kernel.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_pool.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr vm_prot_t read_write = vm_prot_t::read | vm_prot_t::write;
constexpr uint32_t usable = uvm_kmapent_per_chunk - 1;

// The first thing that is wrong with the kernel's maps, or "".
QString wrong() {
    for (uvm_kernel_map_name const& named : uvm_kernel_maps) {
        map_exclusive_guard const guard(*named.map);
        uvm_map_violation v{};
        if (!uvm_map_check(*named.map, &v) || !uvm_kmapent_check(*named.map, &v) ||
            !uvm_km_vacache_check(*named.map, &v))
            return QString("%1: %2, expected %3, found %4")
                .arg(named.name, v.what, hex(uintptr_t(v.expected)), hex(uintptr_t(v.found)));
    }
    return {};
}

// And the entries of the kernel's maps.
std::vector<uint64_t> all_accounts() {
    std::vector<uint64_t> all = accounts();
    for (uvm_kernel_map_name const& named : uvm_kernel_maps)
        all.push_back(named.map->nentries);
    return all;
}

vaddr_t alloc(vm_map& map, uintptr_t count, uvm_km_flag flags) {
    result<vaddr_t> const start = uvm_km_alloc(map, pages(count), vsize_t(0), flags);
    return start ? *start : vaddr_t(0);
}

// A blank that merges with nothing: an entry for itself.
vaddr_t reserve(vm_map& map) {
    vaddr_t start;
    return uvm_map_reserve(map, pages(1), map.min(), vsize_t(0), start, uvm_flag::none) ? start : vaddr_t(0);
}

// All of what is left of a map, at its end.
result<vaddr_t> take_the_rest(vm_map& map) {
    vsize_t const size = map.max() - (map.first_free == &map.header ? map.min() : map.first_free->end);
    return uvm_km_alloc(map, size, vsize_t(0), uvm_km_flag::vaonly);
}

// A cache of a map for one test.
struct with_cache {
    explicit with_cache(vm_map& of) : map(of) { uvm_km_vacache_init(map, cache); }
    ~with_cache() { kassert(uvm_km_vacache_destroy(map) == errno_t::ok, "test: the cache stays"); }
    with_cache(const with_cache&) = delete;
    with_cache& operator=(const with_cache&) = delete;
    [[nodiscard]] uint32_t idle() const { return uvm_km_vacache_count(map); }

    vm_map& map;
    uvm_km_vacache cache;
};

// Allocates and frees pages so that they are idle in the map's cache.
void make_idle(vm_map& map, uintptr_t count) {
    uvm_km_free(map, alloc(map, count, uvm_km_flag::vaonly), pages(count), uvm_km_flag::vaonly);
}

// Waits until somebody waits for room in the map.
void until_waited_for(vm_map& map) {
    while (true) {
        map_exclusive_guard const guard(map);
        if (has(map.flags, vm_map_flag::wantva))
            return;
    }
}

} // namespace

class KernelMapTest : public QObject {
    Q_OBJECT
    std::vector<uint64_t> before_;
private Q_SLOTS:
    void initTestCase() { host_boot(vsize_t(64u << 20)); }
    void init() { before_ = all_accounts(); }
    void cleanup() {
        for (uvm_kernel_map_name const& named : uvm_kernel_maps)
            uvm_map_drain(*named.map);
        QCOMPARE(wrong(), "");
        QCOMPARE(all_accounts(), before_);
    }

    void entries_come_in_chunks_and_one_empty_chunk_is_kept() {
        for (vm_map* map : {&kernel_map, &kmem_map}) {
            uint32_t const chunks_before = map->kernel->nchunks;
            std::vector<vaddr_t> blanks;
            for (uint32_t i = 0; i < 3 * usable; ++i) {
                blanks.push_back(reserve(*map));
                QVERIFY(blanks.back() != vaddr_t(0));
                QCOMPARE(wrong(), "");
            }
            QCOMPARE(map->kernel->nchunks, chunks_before + 3);
            for (vaddr_t const va : blanks) {
                uvm_unmap_whole(*map, va, va + pages(1));
                QCOMPARE(wrong(), "");
            }
            QCOMPARE(map->kernel->nchunks, chunks_before + 1);
            QVERIFY(map->kernel->kept != nullptr);
            QVERIFY(uvm_map_drain(*map));
            QVERIFY(!uvm_map_drain(*map));
            QCOMPARE(map->kernel->nchunks, chunks_before);
        }
    }

    void an_entry_of_a_chunk_is_not_put_where_a_mapping_must_go() {
        // No entry is left, and the place that is asked for is the lowest free one.
        std::vector<vaddr_t> blanks;
        do
            blanks.push_back(reserve(kmem_map));
        while (kmem_map.kernel->free_entries > 0);
        vaddr_t const wanted = kmem_map.first_free->end;
        vaddr_t at = wanted;
        uvm_mapping const how{.prot = read_write,
                              .max = read_write,
                              .inherit = vm_inherit_t::none,
                              .flags = uvm_flag::fixed | uvm_flag::nomerge};
        QCOMPARE(uvm_map(kmem_map, at, pages(1), nullptr, uvm_unknown_offset, vsize_t(0), how), errno_t::ok);
        QCOMPARE(at.value, wanted.value);
        QCOMPARE(wrong(), "");
        uvm_unmap_whole(kmem_map, at, at + pages(1));
        for (vaddr_t const va : blanks)
            uvm_unmap_whole(kmem_map, va, va + pages(1));
    }

    void what_was_made_for_itself_is_freed_without_memory() {
        for (vm_map* map : {&kernel_map, &kmem_map, &pager_map}) {
            std::vector<vaddr_t> all;
            for (uint32_t i = 0; i < 5; ++i)
                all.push_back(alloc(*map, 2, uvm_km_flag::vaonly));
            QCOMPARE(map->kernel->nmerged, 4u);
            // A piece in the middle, then between holes: never is there anything to allocate from.
            for (uint32_t const i : {2u, 0u, 4u, 1u, 3u}) {
                uvm_fail_allocation(1);
                uvm_km_free(*map, all[i], pages(2), uvm_km_flag::vaonly);
                uint32_t const left = uvm_fail_allocation_left();
                uvm_fail_allocation(0);
                QCOMPARE(left, 1u);
                QCOMPARE(wrong(), "");
            }
            QCOMPARE(map->kernel->nmerged, 0u);
        }
    }

    void a_gap_that_is_filled_gives_two_entries_to_the_list() {
        vaddr_t const a = alloc(kernel_map, 1, uvm_km_flag::vaonly);
        vaddr_t const b = alloc(kernel_map, 1, uvm_km_flag::vaonly);
        vaddr_t const c = alloc(kernel_map, 1, uvm_km_flag::vaonly);
        uvm_km_free(kernel_map, b, pages(1), uvm_km_flag::vaonly);
        QCOMPARE(kernel_map.kernel->nmerged, 0u);
        QCOMPARE(alloc(kernel_map, 1, uvm_km_flag::vaonly).value, b.value);
        QCOMPARE(kernel_map.kernel->nmerged, 2u);
        QCOMPARE(wrong(), "");
        for (vaddr_t const va : {b, c, a})
            uvm_km_free(kernel_map, va, pages(1), uvm_km_flag::vaonly);
    }

    void wired_memory_is_there_and_zero() {
        vm_page const* page = uvm_pages.free.head; // the next pages that are taken
        for (uint32_t i = 0; i < 8; ++i, page = page->pageq.next)
            memset(machine::phys_to_ptr(page->phys_addr), 0xff, page_size);
        std::array<std::byte, 3> const ones{std::byte(1), std::byte(1), std::byte(1)};
        uint64_t const faults = uvmexp.faults;
        vaddr_t const va = alloc(kernel_map, 3, uvm_km_flag::wired | uvm_km_flag::zero);
        for (uint32_t i = 0; i < 3; ++i) {
            std::array<std::byte, 3> found = ones;
            QCOMPARE(machine::kernel_read(va + pages(i), found), errno_t::ok);
            QVERIFY(found == (std::array<std::byte, 3>{}));
        }
        QCOMPARE(uvmexp.faults, faults);
        uvm_km_free(kernel_map, va, pages(3), uvm_km_flag::wired);
        std::array<std::byte, 1> gone{};
        QCOMPARE(machine::kernel_read(va, gone), errno_t::efault);
    }

    void pageable_memory_belongs_to_the_kernel_object() {
        for (vm_map* map : {&kernel_map, &exec_map}) {
            int32_t const refs = kernel_object->uo_refs;
            vaddr_t const va = alloc(*map, 4, uvm_km_flag::pageable);
            QCOMPARE(kernel_object->uo_refs, refs + 1);
            QCOMPARE(kernel_object->uo_npages, 0u);
            std::array<std::byte, 2> const bytes{std::byte(7), std::byte(8)};
            // By kernel_map, also where a submap lies.
            QCOMPARE(machine::kernel_write(va + pages(2) - vsize_t(1), bytes), errno_t::ok);
            QCOMPARE(kernel_object->uo_npages, 2u);
            vm_page const* const page =
                uvm_pagelookup(*kernel_object, voff_t((va - kernel_map.min()).value + page_size));
            QVERIFY(page != nullptr);
            QCOMPARE(wrong(), "");
            uvm_km_free(*map, va, pages(4), uvm_km_flag::pageable);
            QCOMPARE(kernel_object->uo_npages, 0u);
            QCOMPARE(kernel_object->uo_refs, refs);
            paddr_t pa;
            QVERIFY(!pmap_extract(pmap_kernel(), va + pages(1), &pa));
        }
    }

    void a_submap_needs_exactly_its_blank() {
        vaddr_t const start = alloc(kernel_map, 4, uvm_km_flag::vaonly);
        static vm_map sub;
        uvm_map_setup(sub, start, start + pages(4), vm_map_flag::pageable, &pmap_kernel());
        QCOMPARE(uvm_map_submap(kernel_map, start, start + pages(3), sub), errno_t::einval);
        QCOMPARE(uvm_map_submap(kernel_map, start + pages(1), start + pages(4), sub), errno_t::einval);
        QCOMPARE(uvm_map_submap(kernel_map, start + pages(4), start + pages(5), sub), errno_t::einval);
        QCOMPARE(uvm_map_submap(kernel_map, start, start + pages(4), sub), errno_t::ok);
        QCOMPARE(uvm_map_submap(kernel_map, start, start + pages(4), sub), errno_t::einval);
        QCOMPARE(sub.ref_count, 2);
        QVERIFY(&uvm_km_map_of(kernel_map, start + pages(3)) == &sub);
        uvm_unmap_whole(kernel_map, start, start + pages(4));
        QCOMPARE(sub.ref_count, 1);
    }

    void a_fault_on_an_intrsafe_map_is_efault() {
        vaddr_t const va = alloc(kmem_map, 1, uvm_km_flag::vaonly);
        QCOMPARE(uvm_fault(kernel_map, va, uvm_fault_kind::normal, vm_prot_t::read), errno_t::efault);
        QCOMPARE(uvm_fault(kmem_map, va, uvm_fault_kind::normal, vm_prot_t::read), errno_t::efault);
        uvm_km_free(kmem_map, va, pages(1), uvm_km_flag::vaonly);
    }

    void without_room_or_memory_nothing_is_left() {
        auto const attempt = [](uint32_t fail, std::string_view kind, uintptr_t count, uvm_km_flag flags) {
            if (fail)
                uvm_fail_allocation(fail, kind);
            result<vaddr_t> const got = uvm_km_alloc(kernel_map, pages(count), vsize_t(0), flags);
            uvm_fail_allocation(0);
            return got.error();
        };
        auto const now = accounts();
        QCOMPARE(attempt(0, "", 100000, uvm_km_flag::vaonly), errno_t::enomem);
        QCOMPARE(attempt(3, "kernel page", 5, uvm_km_flag::wired | uvm_km_flag::nowait), errno_t::enomem);
        QCOMPARE(accounts(), now);
        QCOMPARE(wrong(), "");
        // The machine has no page left: with canfail that is found out by asking the page daemon.
        QCOMPARE(attempt(0, "", 1, uvm_km_flag::wired), errno_t::ok);
        uvm_km_free(kernel_map, kernel_map.last()->start, pages(1), uvm_km_flag::wired);
        std::vector<vm_page*> all;
        while (vm_page* const page = uvm_pagealloc(nullptr, voff_t(0), nullptr, pagealloc_flag::none))
            all.push_back(page);
        errno_t const without_pages = attempt(0, "", 2, uvm_km_flag::wired | uvm_km_flag::canfail);
        for (vm_page* const page : all)
            uvm_pagefree(*page);
        QCOMPARE(without_pages, errno_t::enomem);
        QCOMPARE(accounts(), now);
    }

    void a_try_does_not_wait() {
        for (vm_map* map : {&kernel_map, &kmem_map}) {
            vm_map_lock(*map);
            errno_t error = errno_t::ok;
            std::thread([&] {
                error = uvm_km_alloc(*map, pages(1), vsize_t(0), uvm_km_flag::vaonly | uvm_km_flag::trylock)
                            .error();
            }).join();
            vm_map_unlock(*map);
            QCOMPARE(error, errno_t::eagain);
        }
    }

    void who_waits_for_room_gets_it() {
        for (vm_map* map : {&phys_map, &kmem_map, &kernel_map}) {
            vaddr_t const small = alloc(*map, 2, uvm_km_flag::vaonly);
            result<vaddr_t> const rest = take_the_rest(*map);
            QVERIFY(bool(rest));
            vsize_t const size = map->max() - *rest;
            QVERIFY(!uvm_km_alloc(*map, pages(2), vsize_t(0), uvm_km_flag::vaonly));
            QVERIFY(!has(map->flags, vm_map_flag::wantva)); // who does not wait leaves no mark
            vaddr_t got;
            std::thread waiter([&] { got = alloc(*map, 2, uvm_km_flag::vaonly | uvm_km_flag::waitva); });
            until_waited_for(*map);
            uvm_km_free(*map, small, pages(2), uvm_km_flag::vaonly);
            waiter.join();
            QCOMPARE(got.value, small.value);
            QVERIFY(!has(map->flags, vm_map_flag::wantva));
            uvm_km_free(*map, got, pages(2), uvm_km_flag::vaonly);
            uvm_km_free(*map, *rest, size, uvm_km_flag::vaonly);
            QCOMPARE(wrong(), "");
        }
    }

    void what_is_too_large_for_the_map_is_not_waited_for() {
        QCOMPARE(uvm_km_alloc(phys_map, (phys_map.max() - phys_map.min()) + pages(1), vsize_t(0),
                              uvm_km_flag::vaonly | uvm_km_flag::waitva)
                     .error(),
                 errno_t::enomem);
        QVERIFY(!has(phys_map.flags, vm_map_flag::wantva));
    }

    void caches_are_asked_before_somebody_sleeps() {
        struct cache {
            vaddr_t held;
            static bool drain(void* context) {
                auto& self = *static_cast<cache*>(context);
                if (self.held == vaddr_t(0))
                    return false;
                uvm_km_free(phys_map, self.held, pages(2), uvm_km_flag::vaonly);
                self.held = vaddr_t(0);
                return true;
            }
        } one{alloc(phys_map, 2, uvm_km_flag::vaonly)};
        result<vaddr_t> const rest = take_the_rest(phys_map);
        uvm_drain_hook hook{.drain = cache::drain, .context = &one};
        uvm_map_drain_register(phys_map, hook);
        // This thread is alone: if it slept, it would sleep for ever.
        vaddr_t const got = alloc(phys_map, 2, uvm_km_flag::vaonly | uvm_km_flag::waitva);
        QVERIFY(got != vaddr_t(0));
        QCOMPARE(one.held.value, uintptr_t(0));
        uvm_map_drain_unregister(phys_map, hook);
        uvm_km_free(phys_map, got, pages(2), uvm_km_flag::vaonly);
        uvm_km_free(phys_map, *rest, phys_map.max() - *rest, uvm_km_flag::vaonly);
        map_exclusive_guard const guard(phys_map);
        phys_map.flags = without(phys_map.flags, vm_map_flag::wantva);
    }

    void small_ranges_come_and_go_without_the_map() {
        for (vm_map* map : {&kmem_map, &kernel_map, &pager_map}) {
            with_cache const c(*map);
            vaddr_t const first = alloc(*map, 2, uvm_km_flag::wired);
            uvm_km_free(*map, first, pages(2), uvm_km_flag::wired);
            QCOMPARE(c.idle(), 1u);
            QCOMPARE(wrong(), "");
            uint32_t const stamp = map->timestamp;
            uvm_counter const calls = map->counters->map_call;
            for (uvm_km_flag const kind : {uvm_km_flag::vaonly, uvm_km_flag::wired | uvm_km_flag::zero}) {
                vaddr_t const again = alloc(*map, 2, kind | uvm_km_flag::trylock);
                QCOMPARE(again.value, first.value);
                QCOMPARE(c.idle(), 0u);
                bool const wired = has(kind, uvm_km_flag::wired);
                std::array<std::byte, 1> bytes{std::byte(7)};
                paddr_t pa;
                QCOMPARE(pmap_extract(pmap_kernel(), again + pages(1), &pa), wired);
                if (wired) {
                    QCOMPARE(machine::kernel_read(again + pages(1), bytes), errno_t::ok);
                    QCOMPARE(bytes[0], std::byte(0));
                }
                uvm_km_free(*map, again, pages(2), kind & (uvm_km_flag::wired | uvm_km_flag::vaonly));
                QVERIFY(!pmap_extract(pmap_kernel(), again + pages(1), &pa));
            }
            QCOMPARE(map->timestamp, stamp);
            QCOMPARE(map->counters->map_call, calls);
        }
    }

    void a_cache_keeps_so_many_of_each_small_size() {
        with_cache const c(kmem_map);
        std::vector<std::pair<vaddr_t, uint32_t>> all;
        for (uint32_t size = 1; size <= uvm_km_vacache_pages + 1; ++size)
            for (uint32_t i = 0; i < uvm_km_vacache_depth + 2; ++i)
                all.emplace_back(alloc(kmem_map, size, uvm_km_flag::vaonly), size);
        for (auto const& [va, size] : all) {
            uvm_km_free(kmem_map, va, pages(size), uvm_km_flag::vaonly);
            QCOMPARE(wrong(), "");
        }
        QCOMPARE(c.idle(), uvm_km_vacache_pages * uvm_km_vacache_depth);
        QVERIFY(uvm_map_drain(kmem_map));
        QCOMPARE(c.idle(), 0u);
    }

    void a_range_from_the_cache_is_aligned_as_asked() {
        with_cache const c(kmem_map);
        vsize_t const two = pages(2);
        vaddr_t const even = *uvm_km_alloc(kmem_map, pages(1), two, uvm_km_flag::vaonly);
        vaddr_t odd = alloc(kmem_map, 1, uvm_km_flag::vaonly), other{};
        if (is_aligned(odd.value, two.value)) {
            other = odd;
            odd = alloc(kmem_map, 1, uvm_km_flag::vaonly);
        }
        QVERIFY(!is_aligned(odd.value, two.value));
        uvm_km_free(kmem_map, even, pages(1), uvm_km_flag::vaonly);
        uvm_km_free(kmem_map, odd, pages(1), uvm_km_flag::vaonly); // the one that is taken first
        result<vaddr_t> const got = uvm_km_alloc(kmem_map, pages(1), two, uvm_km_flag::vaonly);
        QCOMPARE((*got).value, even.value);
        result<vaddr_t> const fresh = uvm_km_alloc(kmem_map, pages(1), two, uvm_km_flag::vaonly);
        QVERIFY(is_aligned((*fresh).value, two.value));
        QCOMPARE(c.idle(), 1u);
        for (vaddr_t const va : {*got, *fresh, other})
            if (va != vaddr_t(0))
                uvm_km_free(kmem_map, va, pages(1), uvm_km_flag::vaonly);
    }

    void executable_memory_from_before_is_not_kept() {
        vaddr_t const from_before = alloc(kernel_map, 3, uvm_km_flag::vaonly | uvm_km_flag::exec);
        with_cache const c(kernel_map);
        uvm_km_free(kernel_map, from_before, pages(3), uvm_km_flag::vaonly);
        QCOMPARE(c.idle(), 0u);
        uvm_km_free(kernel_map, alloc(kernel_map, 3, uvm_km_flag::wired), pages(3), uvm_km_flag::wired);
        QCOMPARE(c.idle(), 1u);
    }

    void pageable_and_new_executable_memory_is_not_kept() {
        with_cache const c(phys_map); // where nothing was executable yet
        make_idle(phys_map, 1);
        QCOMPARE(c.idle(), 1u);
        for (uvm_km_flag const kind : {uvm_km_flag::pageable, uvm_km_flag::wired}) {
            vaddr_t const va = alloc(phys_map, 1, kind | uvm_km_flag::exec);
            QCOMPARE(c.idle(), 1u); // not from there
            uvm_km_free(phys_map, va, pages(1), kind);
            QCOMPARE(c.idle(), 1u); // nor back into it
            QCOMPARE(wrong(), "");
        }
        vaddr_t const pageable = alloc(phys_map, 1, uvm_km_flag::pageable);
        QCOMPARE(c.idle(), 1u);
        uvm_km_free(phys_map, pageable, pages(1), uvm_km_flag::pageable);
        QCOMPARE(c.idle(), 1u);
    }

    void idle_ranges_go_before_there_is_no_room() {
        for (vm_map* map : {&exec_map, &kmem_map}) {
            with_cache const c(*map);
            make_idle(*map, 4);
            result<vaddr_t> rest = take_the_rest(*map);
            vsize_t const size = map->max() - *rest;
            // With trylock nobody waits for the map's lock, so nothing is drained.
            QCOMPARE(
                uvm_km_alloc(*map, pages(3), vsize_t(0), uvm_km_flag::vaonly | uvm_km_flag::trylock).error(),
                errno_t::enomem);
            QCOMPARE(c.idle(), 1u);
            for (uvm_km_flag const how : {uvm_km_flag::canfail, uvm_km_flag::nowait, uvm_km_flag::waitva}) {
                vaddr_t const got = alloc(*map, 3, uvm_km_flag::vaonly | how);
                QVERIFY(got != vaddr_t(0));
                QCOMPARE(c.idle(), 0u);
                uvm_km_free(*map, got, pages(3), uvm_km_flag::vaonly);
                QCOMPARE(c.idle(), 0u); // the first one after draining goes to the map
                make_idle(*map, 4);
                QCOMPARE(c.idle(), 1u);
            }
            uvm_km_free(*map, *rest, size, uvm_km_flag::vaonly);
            QCOMPARE(wrong(), "");
            map_exclusive_guard const guard(*map);
            map->flags = without(map->flags, vm_map_flag::wantva);
        }
    }

    void what_is_freed_wakes_who_waits_for_room() {
        with_cache c(exec_map);
        vaddr_t const small = alloc(exec_map, 2, uvm_km_flag::vaonly);
        result<vaddr_t> const rest = take_the_rest(exec_map);
        vsize_t const size = exec_map.max() - *rest;
        vaddr_t got{};
        std::thread waiter([&] { got = alloc(exec_map, 1, uvm_km_flag::vaonly | uvm_km_flag::waitva); });
        bool drained = false;
        while (!drained) { // and found nothing: it will not look there again
            spin_guard const guard(c.cache.lock);
            drained = c.cache.passes_one;
        }
        uvm_km_free(exec_map, small, pages(2), uvm_km_flag::vaonly);
        waiter.join();
        QVERIFY(got != vaddr_t(0));
        uvm_km_free(exec_map, got, pages(1), uvm_km_flag::vaonly);
        uvm_km_free(exec_map, *rest, size, uvm_km_flag::vaonly);
        map_exclusive_guard const guard(exec_map);
        exec_map.flags = without(exec_map.flags, vm_map_flag::wantva);
    }

    void a_part_that_cannot_be_split_off_stays_idle() {
        with_cache const c(kernel_map);
        vaddr_t const all = alloc(kernel_map, 5, uvm_km_flag::vaonly);
        uvm_km_free(kernel_map, all + pages(2), pages(1), uvm_km_flag::vaonly);
        QCOMPARE(c.idle(), 1u);
        uint32_t taken = 0;
        std::vector<vaddr_t> blanks;
        for (; kernel_map.kernel->free_entries > 0; ++taken)
            blanks.push_back(reserve(kernel_map));
        uvm_fail_allocation(1);
        bool const gave = uvm_km_vacache_drain(kernel_map);
        uvm_fail_allocation(0);
        QVERIFY(!gave);
        QCOMPARE(c.idle(), 1u);
        QCOMPARE(wrong(), "");
        for (vaddr_t const va : blanks)
            uvm_unmap_whole(kernel_map, va, va + pages(1));
        QVERIFY(uvm_km_vacache_drain(kernel_map));
        uvm_km_free(kernel_map, all, pages(2), uvm_km_flag::vaonly);
        uvm_km_free(kernel_map, all + pages(3), pages(2), uvm_km_flag::vaonly);
    }

    void a_wrong_idle_range_is_found() {
        with_cache c(kmem_map);
        auto const found = [&](vaddr_t start) {
            vaddr_t const right = std::exchange(c.cache.starts[1][0], start);
            QString const what = wrong();
            c.cache.starts[1][0] = right;
            return what;
        };
        vaddr_t const used = alloc(kmem_map, 2, uvm_km_flag::wired);
        make_idle(kmem_map, 2);
        QCOMPARE(c.idle(), 1u);
        QCOMPARE(wrong(), "");
        QVERIFY(found(used).contains("pages in an idle range, expected 0x0, found 0x2"));
        QVERIFY(found(kmem_map.last()->end).contains("allocated in the map"));
        QVERIFY(found(kmem_map.last()->end - pages(1)).contains("end of the entry"));
        c.cache.counts[1] = 2;
        c.cache.starts[1][1] = c.cache.starts[1][0];
        QVERIFY(wrong().contains("idle ranges that a page lies in, expected 0x1, found 0x2"));
        c.cache.counts[1] = 1;
        uvm_km_free(kmem_map, used, pages(2), uvm_km_flag::wired);
    }

    void threads_share_a_cache() {
        with_cache const c(kmem_map), d(exec_map);
        std::atomic<uint32_t> failures{};
        std::vector<std::thread> threads;
        for (uint32_t t = 0; t < 4; ++t)
            threads.emplace_back([t, &failures] {
                dice random(t + 11);
                for (uint32_t i = 0; i < 2000; ++i) {
                    vm_map& map = random.chance(50) ? kmem_map : exec_map;
                    vsize_t const size = pages(1 + random.below(uvm_km_vacache_pages + 1));
                    uvm_km_flag const kind = random.chance(50) ? uvm_km_flag::wired : uvm_km_flag::vaonly;
                    result<vaddr_t> const got = uvm_km_alloc(map, size, vsize_t(0), kind);
                    std::array<std::byte, 1> bytes{std::byte(t)};
                    failures += got ? 0 : 1;
                    if (got && kind == uvm_km_flag::wired) { // nobody else has it
                        failures += machine::kernel_write(*got, bytes) == errno_t::ok ? 0 : 1;
                        failures += machine::kernel_read(*got, bytes) == errno_t::ok ? 0 : 1;
                        failures += bytes[0] == std::byte(t) ? 0 : 1;
                    }
                    if (random.chance(2))
                        (void)uvm_map_drain(map);
                    if (got)
                        uvm_km_free(map, *got, size, kind);
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(failures.load(), 0u);
        QCOMPARE(wrong(), "");
    }

    void a_program_waits_for_room_too() {
        scoped_space space(vaddr_t(0x100000), vaddr_t(0x104000), vmspace_direction::bottom_up);
        uvm_mapping how{.prot = read_write, .max = read_write};
        vaddr_t start{0x100000};
        QCOMPARE(uvm_map(space.map(), start, pages(4), nullptr, uvm_unknown_offset, vsize_t(0), how),
                 errno_t::ok);
        how.flags = uvm_flag::waitva;
        vaddr_t got{0x100000};
        errno_t error = errno_t::eio;
        std::thread waiter([&] {
            error = uvm_map(space.map(), got, pages(1), nullptr, uvm_unknown_offset, vsize_t(0), how);
        });
        until_waited_for(space.map());
        uvm_unmap_whole(space.map(), vaddr_t(0x100000), vaddr_t(0x104000));
        waiter.join();
        QCOMPARE(error, errno_t::ok);
        QCOMPARE(got.value, uintptr_t(0x100000));
    }

    void threads_share_the_kernel_maps() {
        std::vector<std::thread> threads;
        std::atomic<uint32_t> failures{};
        for (uint32_t t = 0; t < 4; ++t)
            threads.emplace_back([t, &failures] {
                static constexpr uvm_km_flag kinds[] = {uvm_km_flag::wired, uvm_km_flag::vaonly,
                                                        uvm_km_flag::pageable};
                dice random(t + 1);
                for (uint32_t i = 0; i < 400; ++i) {
                    bool const intrsafe = random.chance(40);
                    uvm_km_flag const kind = kinds[random.below(intrsafe ? 2 : 3)];
                    vm_map& map = intrsafe ? kmem_map : random.chance(50) ? kernel_map : exec_map;
                    vsize_t const size = pages(1 + random.below(3));
                    result<vaddr_t> const got = uvm_km_alloc(map, size, vsize_t(0), kind);
                    if (!got) {
                        ++failures;
                        continue;
                    }
                    std::array<std::byte, 1> bytes{std::byte(t)};
                    if (kind != uvm_km_flag::vaonly) {
                        failures += machine::kernel_write(*got, bytes) == errno_t::ok ? 0 : 1;
                        failures += machine::kernel_read(*got, bytes) == errno_t::ok ? 0 : 1;
                        failures += bytes[0] == std::byte(t) ? 0 : 1;
                    }
                    uvm_km_free(map, *got, size, kind);
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(failures.load(), 0u);
    }
};
QTEST_GUILESS_MAIN(KernelMapTest)
#include "kernel_map_test.moc"
