// The checker of lock order: what it must stop at, with the words it must find, and what it must let pass.
#include <thread>
#include <vector>

#include <QTest>

#include "kernel/sync/lock.h"
#include "tests/sync/death.h"

using namespace uvm;

static_assert(UVM_LOCK_ORDER, "this test is about the checked build");

namespace {

// The place of a line of this file as a panic names it.
std::string at(int line) { return std::string(__FILE__ ":").append(std::to_string(line)); }

void says(const std::string& said, const std::vector<std::string>& parts) {
    for (std::string const& part : parts)
        QVERIFY2(said.find(part) != std::string::npos, (part + " is not in: " + said).c_str());
}

} // namespace

class LockOrderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_declared_order_passes();
    void against_the_declared_order_names_both_locks_and_places();
    void a_class_may_be_left_out();
    void an_order_is_learned_and_its_reverse_told_with_its_origin();
    void a_circle_of_three_is_found();
    void a_lock_taken_twice_is_told();
    void a_reader_that_reads_again_is_told();
    void two_locks_of_one_class_are_told();
    void a_try_may_go_against_the_order_but_holds();
    void a_release_by_another_thread_is_told();
    void sleeping_with_a_spin_lock_is_told();
    void locks_may_be_released_in_any_order();
    void waiting_for_a_condition_gives_the_mutex_up();
    void threads_do_not_mix_up_what_they_hold();

    void cleanup() { QCOMPARE(lock_order::held(), 0u); }
};

void LockOrderTest::the_declared_order_passes() {
    QCOMPARE(panic_text([] {
                 rwlock map("map");
                 mutex amap("amap"), object("object"), anon("anon"), queues("page queues");
                 spinlock free("free pages");
                 shared_guard m(map);
                 mutex_guard a(amap), o(object), n(anon), q(queues);
                 spin_guard f(free);
                 if (lock_order::held() != 6)
                     abort();
             }),
             std::string());
}

void LockOrderTest::against_the_declared_order_names_both_locks_and_places() {
    int first = 0, second = 0;
    std::string const said = panic_text([&] {
        mutex anon("anon");
        rwlock map("map");
        mutex_guard a(anon); // one line above the next
        exclusive_guard m(map);
    });
    first = __LINE__ - 3, second = __LINE__ - 2;
    says(said, {"\"map\" wanted at " + at(second), "\"anon\" is held, taken at " + at(first)});
}

void LockOrderTest::a_class_may_be_left_out() {
    std::string const said = panic_text([] {
        spinlock free("free pages");
        mutex amap("amap");
        spin_guard f(free);
        amap.lock();
    });
    says(said, {"\"amap\" wanted", "\"free pages\" is held"});
}

void LockOrderTest::an_order_is_learned_and_its_reverse_told_with_its_origin() {
    std::string const said = panic_text([] {
        mutex one("one"), two("two");
        {
            mutex_guard a(one);
            mutex_guard b(two);
        }
        mutex_guard b(two);
        mutex_guard a(one);
    });
    int const end = __LINE__ - 1;
    says(said, {"\"one\" wanted at " + at(end - 1), "\"two\" is held, taken at " + at(end - 2),
                "since " + at(end - 4), "taken at " + at(end - 5)});
}

void LockOrderTest::a_circle_of_three_is_found() {
    std::string const said = panic_text([] {
        mutex one("one"), two("two"), three("three");
        one.lock(), two.lock(), two.unlock(), one.unlock();
        two.lock(), three.lock(), three.unlock(), two.unlock();
        three.lock(), one.lock();
    });
    says(said, {"\"one\" wanted", "\"three\" is held", "\"one\" comes before \"two\""});
}

void LockOrderTest::a_lock_taken_twice_is_told() {
    std::string const said = panic_text([] {
        mutex one("one");
        one.lock();
        one.lock();
    });
    int const end = __LINE__ - 1;
    says(said, {"\"one\" wanted at " + at(end - 1), "by the thread that took it at " + at(end - 2)});
}

void LockOrderTest::a_reader_that_reads_again_is_told() {
    says(panic_text([] {
             rwlock map("map");
             map.lock_shared();
             map.lock_shared();
         }),
         {"\"map\" wanted", "by the thread that took it"});
}

void LockOrderTest::two_locks_of_one_class_are_told() {
    says(panic_text([] {
             mutex a("amap"), b("amap");
             a.lock();
             b.lock();
         }),
         {"a second \"amap\" wanted", "by the thread that took one at"});
}

void LockOrderTest::a_try_may_go_against_the_order_but_holds() {
    mutex anon("anon");
    rwlock map("map");
    mutex_guard a(anon);
    QVERIFY(map.try_lock_exclusive());
    QCOMPARE(lock_order::held(), 2u);
    map.unlock_exclusive();
    QVERIFY(map.try_lock_shared());
    map.unlock_shared();
    QCOMPARE(lock_order::held(), 1u);
    says(panic_text([&] {
             mutex amap("amap");
             if (map.try_lock_exclusive())
                 amap.lock(); // fine behind the map, not behind the anon
         }),
         {"\"amap\" wanted", "\"anon\" is held"});
}

void LockOrderTest::a_release_by_another_thread_is_told() {
    says(panic_text([] {
             rwlock map("map");
             map.lock_shared();
             std::thread([&] { map.unlock_shared(); }).join();
         }),
         {"\"map\" released by a thread that does not hold it"});
}

void LockOrderTest::sleeping_with_a_spin_lock_is_told() {
    says(panic_text([] {
             mutex one("one");
             spinlock spin("spin");
             one.lock();
             std::thread([&] {
                 spin_guard held(spin);
                 one.lock();
             }).join();
         }),
         {"sleeps on \"one\" with the spin lock \"spin\", taken at " + std::string(__FILE__)});
}

void LockOrderTest::locks_may_be_released_in_any_order() {
    mutex amap("amap"), object("object"), anon("anon");
    amap.lock(), object.lock(), anon.lock();
    object.unlock();
    QCOMPARE(lock_order::held(), 2u);
    anon.unlock();
    object.lock();
    amap.unlock();
    object.unlock();
}

void LockOrderTest::waiting_for_a_condition_gives_the_mutex_up() {
    mutex m("condition");
    condvar changed("changed");
    bool ready = false;
    std::thread waiter([&] {
        mutex_guard held(m);
        while (!ready)
            changed.wait(m);
        if (lock_order::held() != 1)
            abort();
    });
    while (__atomic_load_n(&changed.waiters, __ATOMIC_SEQ_CST) == 0)
        std::this_thread::yield();
    {
        mutex_guard held(m);
        ready = true;
        changed.wake_all();
    }
    waiter.join();
}

void LockOrderTest::threads_do_not_mix_up_what_they_hold() {
    mutex outer[4] = {mutex("outer 0"), mutex("outer 1"), mutex("outer 2"), mutex("outer 3")};
    mutex inner("inner");
    uint32_t sum = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 2000; ++i) {
                mutex_guard a(outer[t % 4]);
                mutex_guard b(inner);
                sum += lock_order::held();
            }
        });
    for (std::thread& t : threads)
        t.join();
    QCOMPARE(sum, 8u * 2000 * 2);
}

QTEST_GUILESS_MAIN(LockOrderTest)
#include "lock_order_test.moc"
