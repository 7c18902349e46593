// Memory pressure: what was written is read back, whatever the page daemon has done with it meanwhile.
#include <QObject>
#include <QTest>

#include <array>
#include <functional>

#include <machine/user_access.h>

#include "kernel/vm/uvm_cluster.h"
#include "kernel/vm/uvm_pdaemon.h"
#include "kernel/vm/uvm_swap.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr uint32_t area_pages = 48;
constexpr vaddr_t area{0x100000};

// A small machine for one test, with swap space; both are gone afterwards.
class small_machine {
public:
    small_machine(uint32_t memory, uint32_t slots) : disk_(uvm_ramdisk_create(slots)) {
        kassert(disk_ && uvm_swap_add(*disk_) == errno_t::ok, "test: no swap");
        uvm_page_limit(memory);
    }
    ~small_machine() {
        uvm_page_limit(0);
        uvm_pdpolicy_use(uvm_pdpolicy_clock);
        uvm_ramdisk_destroy(*uvm_swap_remove());
    }
    small_machine(const small_machine&) = delete;
    small_machine& operator=(const small_machine&) = delete;

private:
    uvm_blockdev* disk_;
};

// A space with one anonymous area, and what every word of it must be.
struct modelled_space {
    vmspace* vm{};
    std::array<uint32_t, area_pages> value{};
};

// `obj`: what the area shows, shared; null: memory of its own.
vmspace* new_space(uvm_object* obj = nullptr, voff_t offset = uvm_unknown_offset) {
    vmspace* const vm = uvmspace_alloc(vaddr_t(0x1000), vaddr_t(0x1000000), vmspace_direction::bottom_up);
    vaddr_t at = area;
    uvm_mapping const mapping{.prot = vm_prot_t::read | vm_prot_t::write,
                              .max = vm_prot_t::all,
                              .flags = obj ? uvm_flag::fixed : uvm_flag::fixed | uvm_flag::copyonw};
    if (obj)
        obj->pgops->reference(*obj);
    kassert(uvm_map(vm->vm_map, at, pages(area_pages), obj, offset, vsize_t(0), mapping) == errno_t::ok,
            "test: no area");
    return vm;
}

// Each page holds its word at both ends, so that half a page lost is seen as well.
errno_t put(vmspace& vm, uint32_t page, uint32_t word) {
    auto const bytes = std::as_bytes(std::span(&word, 1));
    vaddr_t const va = area + pages(page);
    if (errno_t const error = machine::user_write(vm, va, bytes); error != errno_t::ok)
        return error;
    return machine::user_write(vm, va + vsize_t(page_size - sizeof word), bytes);
}

errno_t get(vmspace& vm, uint32_t page, uint32_t* first, uint32_t* last) {
    vaddr_t const va = area + pages(page);
    errno_t const error = machine::user_read(vm, va, std::as_writable_bytes(std::span(first, 1)));
    if (error != errno_t::ok)
        return error;
    return machine::user_read(vm, va + vsize_t(page_size - sizeof *last),
                              std::as_writable_bytes(std::span(last, 1)));
}

bool holds(const modelled_space& space, uint32_t page) {
    uint32_t first = 0, last = 0;
    return get(*space.vm, page, &first, &last) == errno_t::ok && first == space.value[page] &&
           last == space.value[page];
}

// A device in memory that does something before each read.
uvm_blockdev* behind;
std::function<void()> before_read;
errno_t hooked_read(uvm_blockdev&, uint32_t first, std::span<const paddr_t> frames) {
    if (before_read)
        before_read();
    return behind->ops->read(*behind, first, frames);
}
errno_t hooked_write(uvm_blockdev&, uint32_t first, std::span<const paddr_t> frames) {
    return behind->ops->write(*behind, first, frames);
}
constexpr uvm_blockdev_ops hooked_ops{hooked_read, hooked_write};

} // namespace

class SwapTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(); }

    void bytes_survive_heavy_pressure_data() {
        QTest::addColumn<bool>("fifo");
        QTest::addColumn<uint32_t>("memory");
        for (uint32_t memory : {3u, 8u, 40u})
            for (bool fifo : {false, true})
                QTest::addRow("%s %u", fifo ? "fifo" : "clock", memory) << fifo << memory;
    }
    void bytes_survive_heavy_pressure() {
        QFETCH(bool, fifo);
        QFETCH(uint32_t, memory);
        auto const before = accounts();
        {
            small_machine machine(memory, 4 * area_pages);
            uvm_pdpolicy_use(fifo ? uvm_pdpolicy_fifo : uvm_pdpolicy_clock);
            dice random(memory);
            std::vector<modelled_space> spaces{{new_space()}};
            uint32_t word = 0, most_only = 0;
            for (int step = 0; step < 20000; ++step) {
                modelled_space& space = spaces[random.below(uint32_t(spaces.size()))];
                uint32_t const page = random.below(area_pages);
                uint32_t const what = random.below(100);
                if (what < 50) {
                    QCOMPARE(put(*space.vm, page, ++word), errno_t::ok);
                    space.value[page] = word;
                } else if (what < 97) {
                    QVERIFY(holds(space, page));
                } else if (what < 99 && spaces.size() < 3) {
                    modelled_space child{uvmspace_fork(*space.vm), space.value};
                    QVERIFY(child.vm != nullptr);
                    spaces.push_back(child);
                } else if (spaces.size() > 1) {
                    uvmspace_free(*spaces.back().vm);
                    spaces.pop_back();
                }
                QVERIFY(uvmexp.owned <= memory);
                most_only = std::max(most_only, uvm_swap.swpgonly);
            }
            QVERIFY(most_only > area_pages - std::min(memory, area_pages)); // there was pressure
            for (modelled_space& space : spaces) {
                for (uint32_t page = 0; page < area_pages; ++page)
                    QVERIFY(holds(space, page));
                uvmspace_free(*space.vm);
            }
            QCOMPARE(uvm_swap.swpginuse, 0u);
            QCOMPARE(uvm_swap.swpgonly, 0u);
        }
        QCOMPARE(accounts(), before);
    }

    // Two spaces share an object whose slots are an array, and one with a hash of clusters.
    void shared_objects_survive_pressure_data() {
        QTest::addColumn<uint32_t>("object_pages");
        QTest::addColumn<uint32_t>("first");
        QTest::addRow("array") << area_pages << 0u;
        QTest::addRow("hash") << 20000u << 9999u;
    }
    void shared_objects_survive_pressure() {
        QFETCH(uint32_t, object_pages);
        QFETCH(uint32_t, first);
        auto const before = accounts();
        {
            small_machine machine(6, 2 * area_pages);
            uvm_object* const obj = uao_create(pages(object_pages).value, "shared");
            voff_t const offset{uint64_t(first) * page_size};
            vmspace* const spaces[] = {new_space(obj, offset), new_space(obj, offset)};
            std::array<uint32_t, area_pages> value{};
            dice random(object_pages);
            uint32_t most_only = 0;
            for (uint32_t step = 1; step < 8000; ++step) {
                uint32_t const page = random.below(area_pages);
                vmspace& vm = *spaces[random.below(2)];
                if (random.chance(40)) {
                    QCOMPARE(put(vm, page, step), errno_t::ok);
                    value[page] = step;
                } else {
                    uint32_t low = 0, high = 0;
                    QCOMPARE(get(vm, page, &low, &high), errno_t::ok);
                    QCOMPARE(low, value[page]);
                    QCOMPARE(high, value[page]);
                }
                most_only = std::max(most_only, uvm_swap.swpgonly);
            }
            QVERIFY(most_only >= area_pages - 6);
            for (vmspace* vm : spaces)
                uvmspace_free(*vm);
            QVERIFY(uvm_swap.swpginuse > 0); // the data lives as long as the object
            obj->pgops->detach(*obj);
            QCOMPARE(uvm_swap.swpginuse, 0u);
            QCOMPARE(uvm_swap.swpgonly, 0u);
        }
        QCOMPARE(accounts(), before);
    }

    // Devices come and go under pressure: each that is told to go goes or stays, and no byte is lost.
    void devices_come_and_go() {
        auto const before = accounts();
        {
            small_machine machine(12, 2 * area_pages);
            uvm_object* const obj = uao_create(pages(area_pages).value, "shared");
            modelled_space spaces[] = {{new_space()}, {new_space(obj, voff_t(0))}};
            dice random(7);
            std::vector<uvm_blockdev*> more;
            uint32_t gone = 0, stayed = 0;
            for (uint32_t step = 1; step < 6000; ++step) {
                modelled_space& space = spaces[random.below(2)];
                uint32_t const page = random.below(area_pages);
                uint32_t const what = random.below(100);
                if (what < 50) {
                    QCOMPARE(put(*space.vm, page, step), errno_t::ok);
                    space.value[page] = step;
                } else if (what < 94) {
                    QVERIFY(holds(space, page));
                } else if (what < 97 && more.size() < 4) {
                    more.push_back(uvm_ramdisk_create(16 + random.below(30)));
                    QCOMPARE(uvm_swap_add(*more.back(), -int32_t(random.below(3))), errno_t::ok);
                    QCOMPARE(uvm_swap_add(*more.back()), errno_t::ebusy);
                } else if (!more.empty()) {
                    size_t const which = random.below(uint32_t(more.size()));
                    errno_t const error = uvm_swap_off(*more[which]);
                    QVERIFY(error == errno_t::ok || error == errno_t::enomem);
                    (error == errno_t::ok ? gone : stayed) += 1;
                    if (error == errno_t::ok) {
                        QCOMPARE(uvm_swap_off(*more[which]), errno_t::enodev);
                        uvm_ramdisk_destroy(*more[which]);
                        more.erase(more.begin() + which);
                    }
                }
                uint32_t slots = 2 * area_pages, used = 0;
                for (uvm_blockdev const* dev : more)
                    slots += dev->npages;
                for (uvm_swapdev const* at = uvm_swap.devices; at; at = at->next)
                    used += at->npginuse;
                QCOMPARE(uvm_swap.swpages, slots);
                QCOMPARE(uvm_swap.swpginuse, used);
            }
            QVERIFY(gone > 20);
            // Slots that are left over are the first device's: swap-off of all fails for want of memory.
            for (uvm_blockdev* dev : more) {
                QCOMPARE(uvm_swap_off(*dev), errno_t::ok);
                uvm_ramdisk_destroy(*dev);
            }
            QCOMPARE(uvm_swap_off(*uvm_swap.devices->dev), errno_t::enomem);
            for (modelled_space& space : spaces)
                for (uint32_t page = 0; page < area_pages; ++page) {
                    QCOMPARE(put(*space.vm, page, space.value[page]), errno_t::ok);
                    QVERIFY(holds(space, page));
                }
            for (modelled_space& space : spaces)
                uvmspace_free(*space.vm);
            obj->pgops->detach(*obj);
            QCOMPARE(uvm_swap.swpginuse, 0u);
            QCOMPARE(uvm_swap.swpgonly, 0u);
        }
        QCOMPARE(accounts(), before);
    }

    // The last reference to an amap goes while swap-off is at it, in the middle of a transfer.
    void a_space_ends_under_swap_off() {
        auto const before = accounts();
        behind = uvm_ramdisk_create(area_pages);
        uvm_blockdev dev{"hooked", &hooked_ops, area_pages};
        QCOMPARE(uvm_swap_add(dev), errno_t::ok);
        modelled_space space{new_space()}, other{new_space()};
        for (modelled_space& s : {std::ref(other), std::ref(space)})
            for (uint32_t i = 0; i < 4; ++i) {
                s.value[i] = i + 1;
                QCOMPARE(put(*s.vm, i, i + 1), errno_t::ok);
            }
        while (uvm_pageout(uvm_cluster_pages) > 0) {
        }
        QCOMPARE(uvm_swap.swpgonly, 8u);
        int reads = 0;
        before_read = [&] {
            if (++reads == 2)
                uvmspace_free(*space.vm);
        };
        QCOMPARE(uvm_swap_off(dev), errno_t::ok);
        before_read = nullptr;
        QVERIFY(reads == 6 || reads == 8); // two of the space's and all of the other's
        QCOMPARE(uvm_swap.swpages, 0u);
        for (uint32_t i = 0; i < 4; ++i)
            QVERIFY(holds(other, i));
        uvmspace_free(*other.vm);
        uvm_ramdisk_destroy(*behind);
        QCOMPARE(accounts(), before);
    }

    void out_of_swap_fails_the_one_allocation() {
        auto const before = accounts();
        {
            small_machine machine(4, 4);
            modelled_space space{new_space()};
            uint32_t page = 0;
            while (page < area_pages && put(*space.vm, page, page + 1) == errno_t::ok)
                ++page;
            QCOMPARE(page, 8u); // what memory and swap hold together
            QCOMPARE(put(*space.vm, page, 99), errno_t::enomem);
            QCOMPARE(uvm_unmap(space.vm->vm_map, area, area + pages(4)), errno_t::ok);
            QCOMPARE(put(*space.vm, page, 99), errno_t::ok);
            for (uint32_t i = 4; i < 8; ++i) {
                space.value[i] = i + 1;
                QVERIFY(holds(space, i));
            }
            uvmspace_free(*space.vm);
        }
        QCOMPARE(accounts(), before);
    }

    void failed_transfers_lose_only_what_was_in_the_slot() {
        auto const before = accounts();
        {
            small_machine machine(area_pages, 2 * area_pages);
            modelled_space space{new_space()};
            for (uint32_t i = 0; i < area_pages; ++i) {
                space.value[i] = i + 1;
                QCOMPARE(put(*space.vm, i, i + 1), errno_t::ok);
            }
            uvm_swap.fail_next = 1;
            // The first cluster stays in memory, the second goes out.
            QCOMPARE(uvm_pageout(uvm_cluster_pages), uvm_cluster_pages);
            QCOMPARE(uvm_swap.swpgbad, uvm_cluster_pages);
            QCOMPARE(uvm_swap.swpginuse, uvm_cluster_pages);
            for (uint32_t i = 0; i < area_pages; ++i)
                QVERIFY(holds(space, i));
            while (uvm_pageout(uvm_cluster_pages) > 0) {
            }
            QCOMPARE(uvm_swap.swpgonly, area_pages);
            uvm_swap.fail_next = 1;
            uint32_t first = 0, last = 0;
            QCOMPARE(get(*space.vm, 7, &first, &last), errno_t::eio);
            QCOMPARE(get(*space.vm, 7, &first, &last), errno_t::eio);
            QCOMPARE(uvm_swap.swpgbad, uvm_cluster_pages + 1);
            for (uint32_t i = 0; i < area_pages; ++i)
                QVERIFY(i == 7 || holds(space, i));
            uvmspace_free(*space.vm);
            QCOMPARE(uvm_swap.swpginuse, 0u);
        }
        QCOMPARE(accounts(), before);
    }

    // Free slots 1-3, 5-7, 9-11, 13-15 of 16.
    void less_than_was_asked_for_is_given_only_where_that_is_ok() {
        small_machine const machine(8, 16);
        uint32_t all = 16;
        QCOMPARE(uvm_swap_alloc(&all, uvm_swap_less::refused), 1u);
        for (uint32_t const first : {1u, 5u, 9u, 13u})
            uvm_swap_free(first, 3);
        uint32_t count = 4;
        QCOMPARE(uvm_swap_alloc(&count, uvm_swap_less::refused), 0u);
        QCOMPARE(count, 4u);
        QCOMPARE(uvm_swap.swpginuse, 4u);
        QCOMPARE(uvm_swap_alloc(&count, uvm_swap_less::ok), 1u);
        QCOMPARE(count, 1u);
        count = 3;
        QCOMPARE(uvm_swap_alloc(&count, uvm_swap_less::refused), 5u);
        QCOMPARE(count, 3u);
        for (uint32_t const slot : {1u, 4u, 5u, 6u, 7u, 8u, 12u, 16u})
            uvm_swap_free(slot, 1);
        QCOMPARE(uvm_swap.swpginuse, 0u);
        count = 16;
        QCOMPARE(uvm_swap_alloc(&count, uvm_swap_less::ok), 1u);
        QCOMPARE(count, 16u);
        uint32_t more = 2;
        QCOMPARE(uvm_swap_alloc(&more, uvm_swap_less::ok), 0u);
        QCOMPARE(more, 2u);
        uvm_swap_free(1, 16);
    }

    void allpages_means_all_of_an_object_with_its_slots() {
        auto const before = accounts();
        {
            small_machine const machine(8, 64);
            uvm_object* const obj = uao_create(pages(area_pages).value, "all");
            modelled_space const space{new_space(obj, voff_t(0))};
            for (uint32_t i = 0; i < area_pages; ++i)
                QCOMPARE(put(*space.vm, i, i), errno_t::ok);
            QVERIFY(uvm_swap.swpginuse > 0 && obj->uo_npages > 0);
            voff_t const middle(pages(7).value);
            obj->vmobjlock.lock();
            QCOMPARE(obj->pgops->put(*obj, middle, middle, pgo::free | pgo::allpages), errno_t::ok);
            QCOMPARE(uvm_swap.swpginuse, 0u);
            QCOMPARE(obj->uo_npages, 0u);
            uvmspace_free(*space.vm);
            obj->pgops->detach(*obj);
        }
        QCOMPARE(accounts(), before);
    }
};
QTEST_GUILESS_MAIN(SwapTest)
#include "swap_test.moc"
