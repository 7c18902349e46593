// The checker of lock order, for debug builds (UVM_LOCK_ORDER=1); otherwise nothing at all.
//
// A lock belongs to the class that its name says. Whoever waits for a lock of class B while holding one of
// class A says "A before B". The order in which the VM takes its classes is declared (lock_order.cc); any
// other order is learned as it happens. A wait that would close a circle is a panic at once, also when no
// other thread is there to make it a deadlock: it names both locks and the places where they were taken. So
// are a lock taken twice by one thread, two locks of one class at a time, a release by a thread that does not
// hold the lock, and falling asleep with a spin lock. A try never waits, so it may go against the order; what
// it took is held like any other.
//
// Idea: FreeBSD's witness and Linux's lockdep, which learn orders in this way.
#pragma once

#include <cstdint>
#include <span>

#ifndef UVM_LOCK_ORDER
#define UVM_LOCK_ORDER 0
#endif

namespace uvm {

enum class lock_kind : uint8_t { spinning, sleeping };

// Where a lock was taken: the caller of whatever has `lock_site where = lock_site::here()` as its last
// parameter. Empty when nothing is checked.
struct lock_site {
#if UVM_LOCK_ORDER
    const char* file;
    uint32_t line;
    static constexpr lock_site here(const char* file = __builtin_FILE(),
                                    uint32_t line = uint32_t(__builtin_LINE())) {
        return {file, line};
    }
#else
    static constexpr lock_site here() { return {}; }
#endif
};

// What a lock says to the checker; `lock` is its address, by which it is known. Sleeps: never.
struct lock_order {
#if UVM_LOCK_ORDER
    // This thread is going to wait for the lock if it is taken.
    static void want(const void* lock, const char* name, lock_site where);
    // It has the lock / has it no more.
    static void took(const void* lock, const char* name, lock_kind kind, lock_site where);
    static void gave(const void* lock, const char* name);
    // It is going to sleep.
    static void sleeping(const char* why);
    // How many locks this thread holds.
    [[nodiscard]] static uint32_t held();
    // The classes whose order is declared, outermost first.
    [[nodiscard]] static std::span<const char* const> declared();
    // Whether a lock of class `outer` comes before one of class `inner` by what is declared and what has been
    // seen so far, over others between them too. False for a class that nothing is known of.
    [[nodiscard]] static bool comes_before(const char* outer, const char* inner);
#else
    static void want(const void*, const char*, lock_site) {}
    static void took(const void*, const char*, lock_kind, lock_site) {}
    static void gave(const void*, const char*) {}
    static void sleeping(const char*) {}
#endif
};

} // namespace uvm
