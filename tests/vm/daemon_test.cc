// The page daemon: its numbers, which kinds of pages it spares, and itself as a thread.
#include <QObject>
#include <QTest>

#include <atomic>
#include <chrono>
#include <thread>

#include <machine/thread.h>
#include <machine/user_access.h>

#include "kernel/sync/wait_queue.h"
#include "kernel/vm/uvm_km.h"
#include "kernel/vm/uvm_object.h"
#include "kernel/vm/uvm_pdaemon.h"
#include "kernel/vm/uvm_pdtargets.h"
#include "kernel/vm/uvm_pdthread.h"
#include "kernel/vm/uvm_swap_impl.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr vaddr_t area{0x100000};
constexpr vm_prot_t read_write = vm_prot_t::read | vm_prot_t::write;

void pause_host() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }

// The page daemon as a thread, for one test.
class daemon_thread {
public:
    daemon_thread() : thread_([] { uvm_pagedaemon_run({sleep_while, pause_host}); }) {
        while (atomic::load(uvm_daemon.thread) == 0)
            std::this_thread::yield();
    }
    ~daemon_thread() {
        uvm_pagedaemon_stop();
        thread_.join();
    }
    daemon_thread(const daemon_thread&) = delete;
    daemon_thread& operator=(const daemon_thread&) = delete;

private:
    std::thread thread_;
};

class swap_space {
public:
    explicit swap_space(uint32_t slots) : disk_(uvm_ramdisk_create(slots)) {
        kassert(disk_ && uvm_swap_add(*disk_) == errno_t::ok, "test: no swap");
    }
    ~swap_space() { uvm_ramdisk_destroy(*uvm_swap_remove()); }
    swap_space(const swap_space&) = delete;
    swap_space& operator=(const swap_space&) = delete;

private:
    uvm_blockdev* disk_;
};

vmspace* new_space(uint32_t count, uvm_object* obj = nullptr, vm_prot_t prot = read_write) {
    vmspace* const vm = uvmspace_alloc(vaddr_t(0x1000), vaddr_t(0x10000000), vmspace_direction::bottom_up);
    vaddr_t at = area;
    uvm_mapping const how{.prot = prot,
                          .max = vm_prot_t::all,
                          .flags = obj ? uvm_flag::fixed : uvm_flag::fixed | uvm_flag::copyonw};
    if (obj)
        obj->pgops->reference(*obj);
    kassert(uvm_map(vm->vm_map, at, pages(count), obj, obj ? voff_t(0) : uvm_unknown_offset, vsize_t(0),
                    how) == errno_t::ok,
            "test: no area");
    return vm;
}

errno_t put(vmspace& vm, uint32_t page, uint32_t word) {
    return machine::user_write(vm, area + pages(page), std::as_bytes(std::span(&word, 1)));
}
errno_t get(vmspace& vm, uint32_t page, uint32_t* word) {
    return machine::user_read(vm, area + pages(page), std::as_writable_bytes(std::span(word, 1)));
}

uvm_kind_counts kinds() {
    mutex_guard const guard(uvm_pages.pageqlock);
    return uvm_count_kinds();
}
uint32_t kinds(uvm_page_kind kind) { return kinds().of[uint32_t(kind)]; }

} // namespace

class DaemonTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(); }

    void the_targets_are_a_200th_within_bounds() {
        QCOMPARE(uvm_pdtargets_of(1000, false).freemin, 32u); // 128 KiB
        QCOMPARE(uvm_pdtargets_of(1000, false).freetarg, 42u);
        QCOMPARE(uvm_pdtargets_of(20000, false).freemin, 100u);
        QCOMPARE(uvm_pdtargets_of(20000, false).freetarg, 133u);
        QCOMPARE(uvm_pdtargets_of(1u << 20, false).freemin, 256u); // 1 MiB
        QCOMPARE(uvm_pdtargets_of(199, true).freetarg, 0u);
        QCOMPARE(uvm_pdtargets_of(1000, true).freemin, 5u);
        QCOMPARE(uvm_inactive_target(100, 0), 34u);
        QCOMPARE(uvm_inactive_target(100, 42), 43u);
    }

    void swap_is_full_at_99_percent() {
        QVERIFY(uvm_swap_is_full()); // there is none
        QVERIFY(!uvm_reclaimable());
        swap_space const swap(200);
        vmspace* const vm = new_space(200);
        for (uint32_t i = 0; i < 200; ++i)
            QCOMPARE(put(*vm, i, i), errno_t::ok);
        while (uvm_swap.swpgonly < 197)
            QVERIFY(uvm_pageout(1) > 0);
        QVERIFY(!uvm_swap_is_full());
        QVERIFY(uvm_reclaimable());
        QVERIFY(uvm_pageout(1) > 0);
        QCOMPARE(uvm_swap.swpgonly, 198u);
        QVERIFY(uvm_swap_is_full());
        QVERIFY(!uvm_reclaimable());
        uvm_object* const file = ufile_create(pages(4).value, "f");
        vmspace* const reader = new_space(4, file);
        uint32_t word = 0;
        QCOMPARE(get(*reader, 0, &word), errno_t::ok); // more than a 16th of what is there
        QVERIFY(uvm_reclaimable());
        uvmspace_free(*reader);
        file->pgops->detach(*file);
        uvmspace_free(*vm);
    }

    // Slots of a device that is leaving, and those that failed, are no room.
    void only_slots_that_can_be_used_count() {
        uvm_blockdev* const leaving = uvm_ramdisk_create(100, "leaving");
        {
            swap_space const swap(10);
            QCOMPARE(uvm_swap_add(*leaving), errno_t::ok);
            QCOMPARE(uvm_swap.swpgavail, 110u);
            vmspace* const vm = new_space(32);
            for (uint32_t i = 0; i < 32; ++i)
                QCOMPARE(put(*vm, i, i), errno_t::ok);
            while (uvm_pageout(1) > 0) {
            }
            QVERIFY(!uvm_swap_is_full()); // 32 of 110
            uvm_swap_range range;
            QCOMPARE(uvm_swap_disable(*leaving, &range), errno_t::ok);
            QCOMPARE(uvm_swap.swpgavail, 10u);
            QVERIFY(uvm_swap_is_full());
            uvm_swap_enable(*leaving);
            QCOMPARE(uvm_swap.swpgavail, 110u);
            QVERIFY(!uvm_swap_is_full());
            uvmspace_free(*vm);
            uint32_t count = 16;
            uint32_t const slot = uvm_swap_alloc(&count, uvm_swap_less::refused);
            uvm_swap_markbad(slot, count);
            QCOMPARE(uvm_swap.swpgavail, 94u);
            QCOMPARE(uvm_swap_off(*leaving), errno_t::ok);
            QCOMPARE(uvm_swap.swpgavail, 10u);
        }
        QCOMPARE(uvm_swap.swpgavail, 0u);
        uvm_ramdisk_destroy(*leaving);
    }

    // All slots are used, half of them by pages that are in memory too, behind more dirty ones than a scan
    // tries. Of those as many give up theirs as there are to be freed.
    void slots_are_taken_back_as_far_as_they_are_short() {
        swap_space const swap(16);
        vmspace* const vm = new_space(32);
        for (uint32_t i = 0; i < 16; ++i)
            QCOMPARE(put(*vm, i, i), errno_t::ok);
        while (uvm_pageout(1) > 0) {
        }
        QCOMPARE(uvm_swap.swpgonly, 16u);
        for (uint32_t i = 16; i < 32; ++i)
            QCOMPARE(put(*vm, i, i), errno_t::ok);
        uint32_t word = 0;
        for (uint32_t i = 0; i < 8; ++i)
            QCOMPARE(get(*vm, i, &word), errno_t::ok);
        uvm_pdpolicy_use(uvm_pdpolicy_fifo);
        QCOMPARE(uvm_pageout(2), 2u);
        uvm_pdpolicy_use(uvm_pdpolicy_clock);
        QCOMPARE(uvm_swap.swpgonly, 10u);
        QCOMPARE(uvm_swap.swpginuse, 16u);
        for (uint32_t i = 0; i < 32; ++i) {
            QCOMPARE(get(*vm, i, &word), errno_t::ok);
            QCOMPARE(word, i);
        }
        uvmspace_free(*vm);
    }

    // 20 pages of memory: 8 anonymous ones that are older, and 12 of a file, which are more than half of all.
    void files_go_first_while_they_are_many_data() {
        QTest::addColumn<bool>("fifo");
        QTest::addRow("clock") << false;
        QTest::addRow("fifo") << true;
    }
    void files_go_first_while_they_are_many() {
        QFETCH(bool, fifo);
        swap_space const swap(64);
        uvm_page_limit(20);
        uvm_pdpolicy_use(fifo ? uvm_pdpolicy_fifo : uvm_pdpolicy_clock);
        vmspace* const vm = new_space(8);
        uvm_object* const file = ufile_create(pages(12).value, "f");
        vmspace* const reader = new_space(12, file);
        for (uint32_t i = 0; i < 8; ++i)
            QCOMPARE(put(*vm, i, i), errno_t::ok);
        for (uint32_t i = 0; i < 12; ++i)
            QCOMPARE(put(*reader, i, i), errno_t::ok);
        QCOMPARE(kinds(uvm_page_kind::anonymous), 8u);
        QCOMPARE(kinds(uvm_page_kind::file), 12u);
        QCOMPARE(uvm_pageout(4), 4u);
        QCOMPARE(kinds(uvm_page_kind::anonymous), fifo ? 4u : 8u);
        QCOMPARE(kinds(uvm_page_kind::file), fifo ? 12u : 8u);
        // Only a kind that is spared is left: better that than that somebody fails.
        for (uint32_t i = 0; i < 8; ++i)
            QVERIFY(uvm_pageout(1) > 0 || kinds(uvm_page_kind::anonymous) == 0);
        uvm_pdpolicy_use(uvm_pdpolicy_clock);
        uvmspace_free(*reader);
        uvmspace_free(*vm);
        file->pgops->detach(*file);
        uvm_page_limit(0);
    }

    void what_is_executed_is_a_kind_of_its_own() {
        uvm_object* const file = ufile_create(pages(4).value, "f");
        vmspace* const reader = new_space(4, file, vm_prot_t::read);
        uint32_t word = 0;
        QCOMPARE(get(*reader, 0, &word), errno_t::ok);
        QVERIFY(kinds(uvm_page_kind::file) > 0);
        QCOMPARE(kinds(uvm_page_kind::executable), 0u);
        QCOMPARE(uvm_map_protect(reader->vm_map, area, area + pages(4), vm_prot_t::read | vm_prot_t::execute,
                                 uvm_protect_what::current),
                 errno_t::ok);
        QCOMPARE(kinds(uvm_page_kind::file), 0u);
        QVERIFY(kinds(uvm_page_kind::executable) > 0);
        uvmspace_free(*reader);
        file->pgops->detach(*file);
    }

    // The last page is the daemon's, five are the kernel's.
    void reserves_are_kept() {
        std::vector<vm_page*> taken;
        while (vm_page* const page = uvm_pagealloc(nullptr, voff_t(0), nullptr, pagealloc_flag::none))
            taken.push_back(page);
        QCOMPARE(uvmexp.free, uvm_daemon_reserve);
        atomic::store_relaxed(uvm_daemon.scanner, machine::current_thread());
        taken.push_back(uvm_pagealloc(nullptr, voff_t(0), nullptr, pagealloc_flag::none));
        atomic::store_relaxed(uvm_daemon.scanner, 0);
        QVERIFY(taken.back() != nullptr);
        QCOMPARE(uvmexp.free, 0u);
        for (vm_page* page : taken)
            uvm_pagefree(*page);
    }

    // Four threads with more memory than there is: the daemon's thread alone makes room.
    void a_thread_makes_room_for_those_who_wait_data() {
        QTest::addColumn<bool>("clockpro");
        QTest::addRow("clock") << false;
        QTest::addRow("clockpro") << true;
    }
    void a_thread_makes_room_for_those_who_wait() {
        QFETCH(bool, clockpro);
        auto const before = accounts();
        {
            QCOMPARE(uvm_pdpolicy_use(clockpro ? uvm_pdpolicy_clockpro : uvm_pdpolicy_clock), errno_t::ok);
            swap_space const swap(400);
            uvm_page_limit(24);
            daemon_thread const daemon;
            uint32_t const passes = atomic::load(uvm_daemon.ended);
            std::atomic<uint32_t> wrong{};
            std::vector<std::thread> threads;
            for (uint32_t t = 0; t < 4; ++t)
                threads.emplace_back([&wrong, t] {
                    vmspace* const vm = new_space(40);
                    for (uint32_t round = 0; round < 20; ++round)
                        for (uint32_t i = 0; i < 40; ++i) {
                            uint32_t word = 0;
                            uint32_t const last = round == 0 ? 0 : (round - 1) << 16 | t << 8 | i;
                            if (get(*vm, i, &word) != errno_t::ok || word != last ||
                                put(*vm, i, round << 16 | t << 8 | i) != errno_t::ok)
                                ++wrong;
                        }
                    uvmspace_free(*vm);
                });
            for (std::thread& t : threads)
                t.join();
            QCOMPARE(wrong.load(), 0u);
            QVERIFY(atomic::load(uvm_daemon.ended) - passes > 20);
            uvm_page_limit(0);
        }
        uvm_pdpolicy_use(uvm_pdpolicy_clock);
        QCOMPARE(accounts(), before);
    }

    // Nobody waits: allocations wake it when free pages become few, before there are none.
    void it_works_before_somebody_has_to_wait() {
        auto const before = accounts();
        {
            swap_space const swap(1000);
            uvm_page_limit(800); // freemin 4, freetarg 5
            daemon_thread const daemon;
            uint32_t const passes = atomic::load(uvm_daemon.ended);
            vmspace* const vm = new_space(900);
            for (uint32_t i = 0; i < 797; ++i)
                QCOMPARE(put(*vm, i, i), errno_t::ok);
            for (int tries = 0; atomic::load(uvm_daemon.ended) == passes && tries < 5000; ++tries)
                pause_host();
            QVERIFY(atomic::load(uvm_daemon.ended) != passes);
            QVERIFY(uvm_swap.swpgonly > 0);
            uvmspace_free(*vm);
            uvm_page_limit(0);
        }
        QCOMPARE(accounts(), before);
    }

    void with_nothing_to_take_the_one_access_fails() {
        uvm_page_limit(8);
        {
            daemon_thread const daemon;
            vmspace* const vm = new_space(16);
            uint32_t page = 0;
            while (page < 16 && put(*vm, page, page) == errno_t::ok)
                ++page;
            QCOMPARE(page, 8u);
            QCOMPARE(put(*vm, page, page), errno_t::enomem);
            uvmspace_free(*vm);
        }
        uvm_page_limit(0);
    }

    // All memory is taken, and there is nothing that could be freed: who cannot fail sleeps until some is.
    void kernel_memory_that_cannot_fail_is_waited_for() {
        std::vector<vm_page*> taken;
        while (uvm_page_available())
            taken.push_back(uvm_pagealloc(nullptr, voff_t(0), nullptr, pagealloc_flag::none));
        QCOMPARE(uvm_km_alloc(kernel_map, pages(64), vsize_t(0), uvm_km_flag::wired | uvm_km_flag::canfail)
                     .error(),
                 errno_t::enomem);
        std::atomic<bool> done{};
        std::thread waiter([&done] {
            result<vaddr_t> const at = uvm_km_alloc(kernel_map, pages(64), vsize_t(0), uvm_km_flag::wired);
            done = bool(at);
            if (at)
                uvm_km_free(kernel_map, *at, pages(64), uvm_km_flag::wired);
        });
        for (int tries = 0; atomic::load(uvm_daemon.starving) == 0 && tries < 5000; ++tries)
            pause_host();
        bool const starved = atomic::load(uvm_daemon.starving) != 0 && !done;
        for (vm_page* page : taken)
            uvm_pagefree(*page);
        waiter.join();
        QVERIFY(starved);
        QVERIFY(done);
        QCOMPARE(atomic::load(uvm_daemon.starving), 0u);
    }

    void nothing_is_extracted_out_of_a_kernel_map() {
        vmspace* const vm = new_space(1);
        vaddr_t at{};
        QCOMPARE(uvm_map_extract(kernel_map, kernel_map.min(), pages(1), vm->vm_map, at, uvm_extract::none),
                 errno_t::einval);
        uvmspace_free(*vm);
    }
};
QTEST_GUILESS_MAIN(DaemonTest)
#include "daemon_test.moc"
