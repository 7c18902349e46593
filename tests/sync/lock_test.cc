#include <thread>
#include <vector>

#include <QTest>

#include "kernel/sync/lock.h"
#include "tests/sync/death.h"

using namespace uvm;

namespace {

constexpr int thread_count = 4;

template <class F>
void run_threads(F&& f) {
    std::vector<std::thread> threads;
    for (int i = 0; i < thread_count; ++i)
        threads.emplace_back(f, i);
    for (std::thread& t : threads)
        t.join();
}

// Waits for something that another thread is certain to do.
template <class F>
void until(F&& condition) {
    while (!condition())
        std::this_thread::yield();
}

} // namespace

class LockTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_mutex_lets_one_thread_in_at_a_time();
    void a_spinlock_lets_one_thread_in_at_a_time();
    void a_mutex_shows_who_holds_it_and_how_many_wait();
    void try_lock_fails_while_another_thread_holds_the_lock();
    void writers_are_alone_and_readers_never_see_half_a_write();
    void readers_share_a_rwlock();
    void a_waiting_writer_goes_before_later_readers();
    void a_downgraded_lock_lets_readers_in_and_keeps_writers_out();
    void a_condition_variable_hands_turns_over();
    void a_wakeup_after_the_change_is_never_missed();
    void misuse_panics();
};

void LockTest::a_mutex_lets_one_thread_in_at_a_time() {
    mutex m("test");
    uint64_t counter = 0;
    constexpr uint64_t rounds = 50000;
    run_threads([&](int) {
        for (uint64_t i = 0; i < rounds; ++i) {
            mutex_guard guard(m);
            counter = counter + 1;
        }
    });
    QCOMPARE(counter, rounds * thread_count);
    QCOMPARE(m.holder, 0u);
    QCOMPARE(m.waiters, 0u);
}

void LockTest::a_spinlock_lets_one_thread_in_at_a_time() {
    spinlock l("test");
    uint64_t counter = 0;
    constexpr uint64_t rounds = 50000;
    run_threads([&](int) {
        for (uint64_t i = 0; i < rounds; ++i) {
            spin_guard guard(l);
            counter = counter + 1;
        }
    });
    QCOMPARE(counter, rounds * thread_count);
    QCOMPARE(l.holder, 0u);
}

void LockTest::a_mutex_shows_who_holds_it_and_how_many_wait() {
    mutex m("test");
    m.lock();
    QCOMPARE(m.held_by(), machine::current_thread());
    QVERIFY(m.held());
    uint32_t other_id = 0;
    uint32_t holder_seen = 0;
    bool held_by_other = true;
    std::thread other([&] {
        other_id = machine::current_thread();
        held_by_other = m.held();
        m.lock();
        holder_seen = m.held_by();
        m.unlock();
    });
    until([&] { return atomic::load(m.waiters) == 1; });
    QVERIFY(m.held());
    m.unlock();
    other.join();
    QVERIFY(!held_by_other);
    QVERIFY(other_id != machine::current_thread());
    QCOMPARE(holder_seen, other_id);
    QCOMPARE(m.waiters, 0u);
}

void LockTest::try_lock_fails_while_another_thread_holds_the_lock() {
    mutex m("mutex");
    spinlock s("spin");
    rwlock r("rw");
    auto elsewhere = [](auto&& f) {
        bool answer = false;
        std::thread([&] { answer = f(); }).join();
        return answer;
    };
    m.lock();
    s.lock();
    r.lock_exclusive();
    QVERIFY(!elsewhere([&] { return m.try_lock(); }));
    QVERIFY(!elsewhere([&] { return s.try_lock(); }));
    QVERIFY(!elsewhere([&] { return r.try_lock_exclusive(); }));
    QVERIFY(!elsewhere([&] { return r.try_lock_shared(); }));
    m.unlock();
    s.unlock();
    r.unlock_exclusive();
    QVERIFY(elsewhere([&] { return m.try_lock() && (m.unlock(), true); }));
    QVERIFY(elsewhere([&] { return s.try_lock() && (s.unlock(), true); }));
    QVERIFY(elsewhere([&] { return r.try_lock_exclusive() && (r.unlock_exclusive(), true); }));
    QVERIFY(elsewhere([&] { return r.try_lock_shared() && (r.unlock_shared(), true); }));
}

void LockTest::writers_are_alone_and_readers_never_see_half_a_write() {
    rwlock l("test");
    uint64_t first = 0;
    uint64_t second = 0;
    uint32_t torn = 0;
    constexpr int rounds = 20000;
    run_threads([&](int number) {
        for (int i = 0; i < rounds; ++i) {
            if ((i + number) % 4 == 0) {
                exclusive_guard guard(l);
                first = first + 1;
                second = second + 1;
            } else {
                shared_guard guard(l);
                if (first != second)
                    atomic::add(torn, 1);
            }
        }
    });
    QCOMPARE(torn, 0u);
    QCOMPARE(first, uint64_t(rounds) * thread_count / 4);
    QCOMPARE(l.state, 0u);
    QCOMPARE(l.writers_waiting, 0u);
    QCOMPARE(l.waiters, 0u);
}

void LockTest::readers_share_a_rwlock() {
    rwlock l("test");
    shared_guard guard(l);
    std::thread([&] {
        shared_guard second(l);
        QCOMPARE(l.state, 2u);
        QVERIFY(l.held_shared());
        QVERIFY(!l.held_exclusive());
    }).join();
    QCOMPARE(l.state, 1u);
}

void LockTest::a_waiting_writer_goes_before_later_readers() {
    rwlock l("test");
    std::vector<char> order;
    l.lock_shared();
    std::thread writer([&] {
        exclusive_guard guard(l);
        order.push_back('w');
    });
    until([&] { return atomic::load(l.writers_waiting) == 1; });
    std::thread reader([&] {
        QVERIFY(!l.try_lock_shared());
        shared_guard guard(l);
        order.push_back('r');
    });
    until([&] { return atomic::load(l.waiters) == 2; });
    QCOMPARE(l.state, 1u); // neither is in
    l.unlock_shared();
    writer.join();
    reader.join();
    QCOMPARE(order, (std::vector<char>{'w', 'r'}));
    QCOMPARE(l.waiters, 0u);
}

void LockTest::a_downgraded_lock_lets_readers_in_and_keeps_writers_out() {
    rwlock l("test");
    l.lock_exclusive();
    QVERIFY(l.held_exclusive());
    std::thread reader([&] { shared_guard guard(l); });
    until([&] { return atomic::load(l.waiters) == 1; });
    l.downgrade();
    reader.join();
    QVERIFY(!l.held_exclusive());
    QVERIFY(l.held_shared());
    std::thread([&] { QVERIFY(!l.try_lock_exclusive()); }).join();
    l.unlock_shared();
    QCOMPARE(l.state, 0u);
}

void LockTest::a_condition_variable_hands_turns_over() {
    mutex m("turn");
    condvar changed("turn");
    int turn = 0;
    int wrong = 0;
    constexpr int rounds = 2000;
    run_threads([&](int number) {
        for (int i = 0; i < rounds; ++i) {
            mutex_guard guard(m);
            while (turn % thread_count != number)
                changed.wait(m);
            if (!m.held())
                ++wrong;
            ++turn;
            changed.wake_all();
        }
    });
    QCOMPARE(turn, rounds * thread_count);
    QCOMPARE(wrong, 0);
    QCOMPARE(changed.waiters, 0u);
}

void LockTest::a_wakeup_after_the_change_is_never_missed() {
    uint32_t word = 0;
    constexpr uint32_t rounds = 20000;
    std::thread other([&] {
        for (uint32_t i = 0; i < rounds; ++i) {
            while (atomic::load(word) == 2 * i)
                sleep_while(word, 2 * i, "test");
            atomic::add(word, 1);
            wakeup(word);
        }
    });
    for (uint32_t i = 0; i < rounds; ++i) {
        atomic::add(word, 1);
        wakeup(word);
        while (atomic::load(word) == 2 * i + 1)
            sleep_while(word, 2 * i + 1, "test");
    }
    other.join();
    QCOMPARE(word, 2 * rounds);
}

void LockTest::misuse_panics() {
    auto says = [](auto&& f, const char* what) {
        std::string const text = panic_text(f);
        return text.starts_with("panic: ") && text.find(what) != std::string::npos;
    };
    mutex m("anon");
    spinlock s("free pages");
    rwlock r("map");
    QVERIFY(says([&] { m.unlock(); }, "mutex released by a thread that does not hold it: \"anon\""));
    QVERIFY(says([&] { (m.lock(), m.lock()); }, "mutex taken twice by one thread: \"anon\""));
    QVERIFY(says([&] { s.unlock(); }, "spin lock released"));
    QVERIFY(says([&] { (s.lock(), s.lock()); }, "spin lock taken twice by one thread: \"free pages\""));
    QVERIFY(says([&] { r.unlock_exclusive(); }, "rwlock released"));
    QVERIFY(says([&] { r.unlock_shared(); }, "rwlock released shared"));
    QVERIFY(says([&] { r.downgrade(); }, "rwlock downgraded"));
    QVERIFY(
        says([&] { (r.lock_exclusive(), r.lock_exclusive()); }, "rwlock taken twice by one thread: \"map\""));
    QVERIFY(says([&] { (r.lock_exclusive(), r.lock_shared()); },
                 "wanted shared by the thread that holds it exclusively: \"map\""));
    QCOMPARE(panic_text([] {}), std::string());
}

QTEST_GUILESS_MAIN(LockTest)
#include "lock_test.moc"
