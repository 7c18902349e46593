// The lock protocol of maps: busy marks, tries, waiters, and what an intrsafe map does otherwise.
#include <QObject>
#include <QTest>

#include <atomic>
#include <thread>

#include "kernel/vm/uvm_km.h"
#include "kernel/vm/uvm_map_kernel.h"
#include "kernel/vm/uvm_map_lock.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

// True when another thread gets the exclusive lock without waiting.
bool another_could_lock(vm_map& map) {
    bool could = false;
    std::thread([&] {
        could = vm_map_lock_try(map);
        if (could)
            vm_map_unlock(map);
    }).join();
    return could;
}

} // namespace

class MapLockTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(vsize_t(16u << 20)); }

    void each_exclusive_lock_advances_the_timestamp() {
        scoped_space space(vaddr_t(0x100000), vaddr_t(0x200000), vmspace_direction::bottom_up);
        for (vm_map* map : {&space.map(), &kernel_map, &kmem_map}) {
            uint32_t const before = map->timestamp;
            QVERIFY(!vm_map_locked_p(*map));
            vm_map_lock(*map);
            QVERIFY(vm_map_locked_p(*map));
            QVERIFY(!another_could_lock(*map));
            vm_map_unlock(*map);
            QVERIFY(another_could_lock(*map));
            QCOMPARE(map->timestamp, before + 2);
        }
        uint32_t const before = space.map().timestamp;
        vm_map_lock_read(space.map());
        QVERIFY(vm_map_locked_p(space.map()));
        vm_map_unlock_read(space.map());
        QCOMPARE(space.map().timestamp, before);
    }

    void a_busy_map_is_readable_and_only_its_owner_may_change_it() {
        scoped_space space(vaddr_t(0x100000), vaddr_t(0x200000), vmspace_direction::bottom_up);
        vm_map& map = space.map();
        vm_map_lock(map);
        vm_map_busy(map);
        vm_map_unlock(map);
        QVERIFY(!another_could_lock(map));
        QVERIFY(!vm_map_locked_p(map)); // the try has left nothing behind
        bool read = false;
        std::thread([&] {
            map_shared_guard const guard(map);
            read = true;
        }).join();
        QVERIFY(read);
        std::atomic<bool> got{};
        std::thread waiter([&] {
            map_exclusive_guard const guard(map);
            got = true;
        });
        while (__atomic_load_n(&map.busy_cv.waiters, __ATOMIC_SEQ_CST) == 0)
            std::this_thread::yield();
        QVERIFY(!got);
        // The owner gets through, though somebody waits, by a try as well.
        vm_map_lock(map);
        vm_map_unlock(map);
        QVERIFY(vm_map_lock_try(map));
        vm_map_unlock(map);
        QVERIFY(!got);
        vm_map_unbusy(map);
        waiter.join();
        QVERIFY(got);
    }

    // Threads that lock, mark, let go and come back: whoever has the map busy must find it as he left it.
    void a_busy_mark_keeps_others_out() {
        scoped_space space(vaddr_t(0x100000), vaddr_t(0x200000), vmspace_direction::bottom_up);
        vm_map& map = space.map();
        uint32_t guarded = 0; // changed by who has the exclusive lock, and by nobody while another is busy
        std::atomic<uint32_t> disturbed{}, done{};
        std::vector<std::thread> threads;
        for (uint32_t t = 0; t < 4; ++t)
            threads.emplace_back([&, t] {
                dice random(t + 1);
                for (uint32_t i = 0; i < 3000; ++i) {
                    if (random.chance(20)) {
                        map_shared_guard const guard(map);
                    } else if (random.chance(20)) {
                        if (!vm_map_lock_try(map))
                            continue;
                        ++guarded;
                        vm_map_unlock(map);
                    } else {
                        vm_map_lock(map);
                        uint32_t const mine = ++guarded;
                        if (random.chance(50)) {
                            vm_map_busy(map);
                            vm_map_unlock(map);
                            std::this_thread::yield();
                            vm_map_lock(map);
                            disturbed += guarded == mine ? 0 : 1;
                            vm_map_unbusy(map);
                        }
                        vm_map_unlock(map);
                    }
                    ++done;
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(disturbed.load(), 0u);
        QVERIFY(done > 6000u);
        QCOMPARE(map.busy_owner, 0u);
    }

    void an_intrsafe_map_excludes_by_spinning() {
        uint32_t guarded = 0;
        std::vector<std::thread> threads;
        for (uint32_t t = 0; t < 3; ++t)
            threads.emplace_back([&] {
                for (uint32_t i = 0; i < 20000; ++i) {
                    map_exclusive_guard const guard(kmem_map);
                    ++guarded;
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(guarded, 60000u);
    }
};
QTEST_GUILESS_MAIN(MapLockTest)
#include "map_lock_test.moc"
