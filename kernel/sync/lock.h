// Locks: spin lock, mutex, reader/writer lock, condition variable, and their guards.
//
//   kind      waits by   may sleep while holding it   who holds it is in
//   --------  ---------  ---------------------------  -------------------------------------
//   spinlock  spinning   no; interrupts are off       holder
//   mutex     sleeping   yes                          holder
//   rwlock    sleeping   yes                          holder (exclusive), state (readers)
//   condvar   sleeping   is no lock                   waiters
//
// All are plain words without constructors at run time or destructors: they live in structs that a debugger
// decodes. Without contention each lock and unlock is one atomic operation, inline; the rest is in lock.cc.
// `holder` is a thread's id, 0 for nobody; a mutex that somebody waits for has its highest bit set besides.
// `waiters` counts threads on their way to sleep or asleep.
#pragma once

#include <cstdint>

#include <machine/thread.h>

#include "kernel/base/annotations.h"
#include "kernel/base/kassert.h"
#include "kernel/sync/lock_order.h"
#include "kernel/sync/wait_queue.h"

namespace uvm {

// The atomic operations that the locks need, on plain words. All are sequentially consistent unless named
// otherwise.
namespace atomic {
inline uint32_t load(const uint32_t& word) { return __atomic_load_n(&word, __ATOMIC_SEQ_CST); }
inline uint32_t load_relaxed(const uint32_t& word) { return __atomic_load_n(&word, __ATOMIC_RELAXED); }
inline void store_relaxed(uint32_t& word, uint32_t value) {
    __atomic_store_n(&word, value, __ATOMIC_RELAXED);
}
inline uint32_t exchange(uint32_t& word, uint32_t value) {
    return __atomic_exchange_n(&word, value, __ATOMIC_SEQ_CST);
}
inline uint32_t add(uint32_t& word, uint32_t value) {
    return __atomic_add_fetch(&word, value, __ATOMIC_SEQ_CST);
}
inline uint32_t sub(uint32_t& word, uint32_t value) {
    return __atomic_sub_fetch(&word, value, __ATOMIC_SEQ_CST);
}
inline bool replace(uint32_t& word, uint32_t from, uint32_t to) {
    return __atomic_compare_exchange_n(&word, &from, to, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
} // namespace atomic

// Mutual exclusion for a few instructions. Interrupts are off while it is held. Locks: never held over a
// sleep; a thread that takes it twice panics.
class UVM_CAPABILITY("spinlock") spinlock {
public:
    constexpr explicit spinlock(const char* lock_name) : name(lock_name) {}
    spinlock(const spinlock&) = delete;
    spinlock& operator=(const spinlock&) = delete;

    void lock(lock_site where = lock_site::here()) UVM_ACQUIRE() UVM_NO_THREAD_SAFETY_ANALYSIS {
        lock_order::want(this, name, where);
        machine::interrupt_state const before = machine::interrupts_disable();
        if (!atomic::replace(holder, 0, machine::current_thread())) [[unlikely]]
            lock_slow();
        saved = before;
        lock_order::took(this, name, lock_kind::spinning, where);
    }
    [[nodiscard]] bool try_lock(lock_site where = lock_site::here())
        UVM_TRY_ACQUIRE(true) UVM_NO_THREAD_SAFETY_ANALYSIS {
        machine::interrupt_state const before = machine::interrupts_disable();
        if (!atomic::replace(holder, 0, machine::current_thread())) {
            machine::interrupts_restore(before);
            return false;
        }
        saved = before;
        lock_order::took(this, name, lock_kind::spinning, where);
        return true;
    }
    void unlock() UVM_RELEASE() UVM_NO_THREAD_SAFETY_ANALYSIS {
        machine::interrupt_state const before = saved;
        kassert(held(), "spin lock released by a thread that does not hold it");
        lock_order::gave(this, name);
        __atomic_store_n(&holder, 0, __ATOMIC_RELEASE);
        machine::interrupts_restore(before);
    }
    // Held by this thread.
    [[nodiscard]] bool held() const { return machine::is_current_thread(atomic::load_relaxed(holder)); }

    const char* name;
    uint32_t holder{};
    machine::interrupt_state saved{}; // what unlock restores

private:
    void lock_slow();
};

// Mutual exclusion that sleeps. Not recursive: a thread that takes it twice panics.
class UVM_CAPABILITY("mutex") mutex {
public:
    constexpr explicit mutex(const char* lock_name) : name(lock_name) {}
    mutex(const mutex&) = delete;
    mutex& operator=(const mutex&) = delete;

    void lock(lock_site where = lock_site::here()) UVM_ACQUIRE() UVM_NO_THREAD_SAFETY_ANALYSIS {
        lock_order::want(this, name, where);
        if (!atomic::replace(holder, 0, machine::current_thread())) [[unlikely]]
            lock_slow();
        lock_order::took(this, name, lock_kind::sleeping, where);
    }
    [[nodiscard]] bool try_lock(lock_site where = lock_site::here())
        UVM_TRY_ACQUIRE(true) UVM_NO_THREAD_SAFETY_ANALYSIS {
        if (!atomic::replace(holder, 0, machine::current_thread()))
            return false;
        lock_order::took(this, name, lock_kind::sleeping, where);
        return true;
    }
    void unlock() UVM_RELEASE() UVM_NO_THREAD_SAFETY_ANALYSIS {
        lock_order::gave(this, name);
        // One comparison says both: it was this thread's, and nobody waits.
        uint32_t const was = atomic::exchange(holder, 0);
        if (!machine::is_current_thread(was)) [[unlikely]]
            unlock_slow(was);
    }
    // The thread that holds it, 0 for none / whether that is this one.
    [[nodiscard]] uint32_t held_by() const { return atomic::load_relaxed(holder) & ~contended; }
    [[nodiscard]] bool held() const { return machine::is_current_thread(held_by()); }

    static constexpr uint32_t contended = 0x80000000;

    const char* name;
    uint32_t holder{};
    uint32_t waiters{};

private:
    void lock_slow();
    // Nothing of the mutex is read here: it is released, and the next one who holds it may end what it lies
    // in. A wakeup only needs to know where the word was.
    void unlock_slow(uint32_t was);
};

// Many readers or one writer. A waiting writer goes before readers that come after it, so a thread that holds
// it shared must not take it shared again.
class UVM_CAPABILITY("rwlock") rwlock {
public:
    constexpr explicit rwlock(const char* lock_name) : name(lock_name) {}
    rwlock(const rwlock&) = delete;
    rwlock& operator=(const rwlock&) = delete;

    void lock_exclusive(lock_site where = lock_site::here()) UVM_ACQUIRE() UVM_NO_THREAD_SAFETY_ANALYSIS {
        lock_order::want(this, name, where);
        if (!atomic::replace(state, 0, exclusive)) [[unlikely]]
            lock_exclusive_slow();
        atomic::store_relaxed(holder, machine::current_thread());
        lock_order::took(this, name, lock_kind::sleeping, where);
    }
    [[nodiscard]] bool try_lock_exclusive(lock_site where = lock_site::here())
        UVM_TRY_ACQUIRE(true) UVM_NO_THREAD_SAFETY_ANALYSIS {
        if (!atomic::replace(state, 0, exclusive))
            return false;
        atomic::store_relaxed(holder, machine::current_thread());
        lock_order::took(this, name, lock_kind::sleeping, where);
        return true;
    }
    void unlock_exclusive() UVM_RELEASE() UVM_NO_THREAD_SAFETY_ANALYSIS {
        kassert(held_exclusive(), "rwlock released by a thread that does not hold it");
        lock_order::gave(this, name);
        atomic::store_relaxed(holder, 0);
        atomic::exchange(state, 0);
        wake_if_waited_for();
    }
    void lock_shared(lock_site where = lock_site::here()) UVM_ACQUIRE_SHARED() UVM_NO_THREAD_SAFETY_ANALYSIS {
        lock_order::want(this, name, where);
        if (!enter_shared()) [[unlikely]]
            lock_shared_slow();
        lock_order::took(this, name, lock_kind::sleeping, where);
    }
    // Does not go before a waiting writer either.
    [[nodiscard]] bool try_lock_shared(lock_site where = lock_site::here()) UVM_NO_THREAD_SAFETY_ANALYSIS {
        if (!enter_shared())
            return false;
        lock_order::took(this, name, lock_kind::sleeping, where);
        return true;
    }
    void unlock_shared() UVM_RELEASE_SHARED() UVM_NO_THREAD_SAFETY_ANALYSIS {
        kassert(held_shared(), "rwlock released shared, but nobody holds it shared");
        lock_order::gave(this, name);
        if (atomic::sub(state, 1) == 0)
            wake_if_waited_for();
    }
    // From exclusive to shared, with nobody in between.
    void downgrade() UVM_NO_THREAD_SAFETY_ANALYSIS {
        kassert(held_exclusive(), "rwlock downgraded by a thread that does not hold it");
        atomic::store_relaxed(holder, 0);
        atomic::exchange(state, 1);
        wake_if_waited_for();
    }
    // Held exclusively by this thread / shared by anyone.
    [[nodiscard]] bool held_exclusive() const {
        return machine::is_current_thread(atomic::load_relaxed(holder));
    }
    [[nodiscard]] bool held_shared() const {
        uint32_t const now = atomic::load_relaxed(state);
        return now != 0 && now != exclusive;
    }

    static constexpr uint32_t exclusive = 0x80000000;

    const char* name;
    uint32_t state{};           // 0 free, n held by n readers, `exclusive`
    uint32_t holder{};          // thread that holds it exclusively, 0 for none
    uint32_t writers_waiting{}; // how many want it exclusively
    uint32_t waiters{};         // readers and writers that wait

private:
    bool enter_shared() {
        uint32_t const now = atomic::load_relaxed(state);
        return now != exclusive && atomic::load_relaxed(writers_waiting) == 0 &&
               atomic::replace(state, now, now + 1);
    }
    void lock_exclusive_slow();
    void lock_shared_slow();
    void wake_if_waited_for() {
        if (atomic::load(waiters)) [[unlikely]]
            wakeup(state);
    }
};

// Waiting for something that is guarded by a mutex.
class condvar {
public:
    constexpr explicit condvar(const char* condvar_name) : name(condvar_name) {}
    condvar(const condvar&) = delete;
    condvar& operator=(const condvar&) = delete;

    // Lets go of m, sleeps until woken, takes m again. May return for no reason: call it in a loop on the
    // condition.
    void wait(mutex& m, lock_site where = lock_site::here()) UVM_REQUIRES(m);
    // Wakes everybody who waits. Locks: the mutex should be held.
    void wake_all();

    const char* name;
    uint32_t sequence{}; // of wakeups
    uint32_t waiters{};
};

// Guards: hold the lock for the life of a block.
class UVM_SCOPED_CAPABILITY spin_guard {
public:
    explicit spin_guard(spinlock& l, lock_site where = lock_site::here()) UVM_ACQUIRE(l) : lock_(l) {
        lock_.lock(where);
    }
    ~spin_guard() UVM_RELEASE() { lock_.unlock(); }
    spin_guard(const spin_guard&) = delete;
    spin_guard& operator=(const spin_guard&) = delete;

private:
    spinlock& lock_;
};

class UVM_SCOPED_CAPABILITY mutex_guard {
public:
    explicit mutex_guard(mutex& m, lock_site where = lock_site::here()) UVM_ACQUIRE(m) : mutex_(m) {
        mutex_.lock(where);
    }
    ~mutex_guard() UVM_RELEASE() { mutex_.unlock(); }
    mutex_guard(const mutex_guard&) = delete;
    mutex_guard& operator=(const mutex_guard&) = delete;

private:
    mutex& mutex_;
};

class UVM_SCOPED_CAPABILITY exclusive_guard {
public:
    explicit exclusive_guard(rwlock& l, lock_site where = lock_site::here()) UVM_ACQUIRE(l) : lock_(l) {
        lock_.lock_exclusive(where);
    }
    ~exclusive_guard() UVM_RELEASE() { lock_.unlock_exclusive(); }
    exclusive_guard(const exclusive_guard&) = delete;
    exclusive_guard& operator=(const exclusive_guard&) = delete;

private:
    rwlock& lock_;
};

class UVM_SCOPED_CAPABILITY shared_guard {
public:
    explicit shared_guard(rwlock& l, lock_site where = lock_site::here()) UVM_ACQUIRE_SHARED(l) : lock_(l) {
        lock_.lock_shared(where);
    }
    ~shared_guard() UVM_RELEASE() { lock_.unlock_shared(); }
    shared_guard(const shared_guard&) = delete;
    shared_guard& operator=(const shared_guard&) = delete;

private:
    rwlock& lock_;
};

} // namespace uvm
