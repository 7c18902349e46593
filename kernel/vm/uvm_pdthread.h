// The page daemon as a thread of its own, and what it and those who wait for memory say to each other.
//
//   who wants pages               the page daemon's thread
//   ----------------------------  -----------------------------------------------
//   wanted = 1, wakeup            sleeps while wanted is 0
//   sleeps until a pass has       begun += 1, scans, ended += 1, wakeup
//   ended that began afterwards
//
// Without such a thread, who waits for memory scans himself: a run with one thread is the same every time.
#pragma once

#include "kernel/vm/uvm_page.h"

namespace uvm {

// What one pass came to. in_use: it freed nothing, but something in its way will not stay there.
enum class uvm_pass_result : uint32_t { made_room, in_use, nothing_to_take };

// All are atomic.
struct uvm_daemon_t {
    uint32_t thread{};        // who runs uvm_pagedaemon_run; 0: nobody
    uint32_t scanner{};       // who scans now, and may take from the daemon's reserve; 0: nobody
    uint32_t wanted{};        // 1: there is something to do
    uint32_t stop{};          // 1: the thread is to end
    uint32_t begun{};         // passes
    uint32_t ended{};         // passes; slept on
    uint32_t result{};        // uvm_pass_result of the last pass
    uint32_t waiters{};       // threads in uvm_wait
    uint32_t wake_below{};    // free pages, below which an allocation looks whether to wake it; 0: never
    uint32_t few_inactive{};  // inactive pages, below which it is woken before freemin is reached
    uint32_t starving{};      // threads that sleep until a page is free or can be had
    uint32_t page_released{}; // changes when one may be while somebody starves
};
// Named so that the debugger finds it.
extern uvm_daemon_t uvm_daemon;

// How a thread waits on the machine that it runs on.
struct uvm_daemon_host {
    // sleep_while, of somebody who has nothing to do: no deadlock when everybody else sleeps, too.
    void (*rest)(const uint32_t& word, uint32_t value, const char* why);
    // Lets others go on for about a tick. Sleeps: yes.
    void (*pause)();
};
// Is the page daemon, until uvm_pagedaemon_stop. At most one thread at a time. Locks: none may be held.
void uvm_pagedaemon_run(const uvm_daemon_host& host);
// Makes the thread end. Returns at once; the thread's end is to be waited for by who made it. Needs: nobody
// waits for memory, or will free some himself.
void uvm_pagedaemon_stop();

// Wakes the thread if there is one. Any lock may be held. Sleeps: never.
void uvm_pagedaemon_wake();
// True from when the thread is woken until it has nothing more to do.
[[nodiscard]] bool uvm_pagedaemon_at_work();
// After an allocation took a page and left fewer than wake_below: wakes the thread when it has work to do.
// Locks: none of pages.
[[gnu::cold]] void uvm_pagedaemon_maybe_wake();
// The numbers by which allocations wake the thread, after the machine's size changed.
void uvm_pagedaemon_tune();

// Sleeps until a page became free, or memory could be had that could not before; at once when one is free.
// For who cannot fail. Locks: none but maps'. Sleeps: perhaps for ever.
void uvm_starve();
// Something may be had now.
[[gnu::cold]] void uvm_feed_starving();
inline void uvm_feed() {
    if (atomic::load(uvm_daemon.starving) != 0) [[unlikely]]
        uvm_feed_starving();
}

} // namespace uvm
