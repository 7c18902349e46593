// The contended halves of the locks. Each slow path first says that it waits, then tries once more: the
// thread that releases the lock changes the lock word first and looks for waiters second, so one of the two
// sees the other. With a mutex both are one word.
#include "kernel/sync/lock.h"

#include "kernel/base/format.h"

namespace uvm {

namespace {

// What a panic says stays readable for the debugger.
constinit text_buffer<120> message;

// The place is where the lock was taken only where lock_order is there to note it; the name tells most of it.
[[noreturn, gnu::cold]] void misused(const char* how, const char* name) {
    message.clear();
    panic(message.text(how).text(": \"").text(name).text("\"").c_str());
}

} // namespace

void spinlock::lock_slow() {
    uint32_t const me = machine::current_thread();
    if (held())
        misused("spin lock taken twice by one thread", name);
    while (!atomic::replace(holder, 0, me))
        machine::spin_pause();
}

void mutex::lock_slow() {
    uint32_t const me = machine::current_thread();
    if (held())
        misused("mutex taken twice by one thread", name);
    lock_order::sleeping(name);
    atomic::add(waiters, 1);
    // Whoever comes this way marks the mutex as waited for, also when it gets it: others may sleep still.
    for (;;) {
        uint32_t const now = atomic::load(holder);
        if (now == 0) {
            if (atomic::replace(holder, 0, me | contended))
                break;
        } else if ((now & contended) || atomic::replace(holder, now, now | contended)) {
            sleep_while(holder, now | contended, name);
        }
    }
    atomic::sub(waiters, 1);
}

void mutex::unlock_slow(uint32_t was) {
    if (!machine::is_current_thread(was & ~contended))
        misused("mutex released by a thread that does not hold it", name);
    wakeup(holder);
}

void rwlock::lock_exclusive_slow() {
    if (held_exclusive())
        misused("rwlock taken twice by one thread", name);
    lock_order::sleeping(name);
    atomic::add(waiters, 1);
    atomic::add(writers_waiting, 1);
    while (!atomic::replace(state, 0, exclusive))
        if (uint32_t const other = atomic::load(state))
            sleep_while(state, other, name);
    // Readers that stood back for writers sleep on writers_waiting.
    if (atomic::sub(writers_waiting, 1) == 0)
        wakeup(writers_waiting);
    atomic::sub(waiters, 1);
}

void rwlock::lock_shared_slow() {
    if (held_exclusive())
        misused("rwlock wanted shared by the thread that holds it exclusively", name);
    lock_order::sleeping(name);
    atomic::add(waiters, 1);
    while (!enter_shared()) {
        if (uint32_t const writers = atomic::load(writers_waiting))
            sleep_while(writers_waiting, writers, name);
        else
            sleep_while(state, exclusive, name);
    }
    atomic::sub(waiters, 1);
}

void condvar::wait(mutex& m, lock_site where) UVM_NO_THREAD_SAFETY_ANALYSIS {
    uint32_t const before = atomic::load(sequence);
    atomic::add(waiters, 1);
    m.unlock();
    lock_order::sleeping(name);
    sleep_while(sequence, before, name);
    atomic::sub(waiters, 1);
    m.lock(where);
}

void condvar::wake_all() {
    atomic::add(sequence, 1);
    if (atomic::load(waiters))
        wakeup(sequence);
}

} // namespace uvm
