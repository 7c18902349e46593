// Kernel threads and their scheduler: round robin, preemptive, one processor.
//
//   state     on the ready queue   leaves it by
//   --------  -------------------  ------------------------------------------------------------
//   unused    no                   thread_create
//   ready     yes                  its turn
//   running   no                   the end of its slice, thread_yield (ready); sleep_while; the end
//   sleeping  no                   wakeup of the word it sleeps on
//
// The boot thread becomes the idle thread: it runs when nobody is ready, and never queues.
#pragma once

#include <cstdint>

#include <machine/thread.h>

namespace uvm {

enum class thread_state : uint8_t { unused, ready, running, sleeping };

// Field tags: [i] interrupts off, [I] set once in a thread's life.
struct thread {
    uint32_t id{};                     // [i] serial number, never used again; 0 in an unused thread
    const char* name{};                // [I]
    thread_state state{};              // [i]
    const uint32_t* sleeps_on{};       // [i] while sleeping
    const char* sleeps_why{};          // [i] likewise, for viewers
    thread* next{};                    // [i] on the ready queue
    void (*entry)(void*){};            // [I]
    void* argument{};                  // [I]
    machine::thread_context context{}; // machine
};

// All threads, by number; [0] is the boot thread.
extern thread threads[machine::max_threads];

// Makes the code that runs now the boot thread. Once, before any other call here.
void threads_init();
// A new thread that runs entry(argument) and ends when that returns. Returns its id, or 0 when there are too
// many.
[[nodiscard]] uint32_t thread_create(const char* name, void (*entry)(void*), void* argument);
// Lets the others run first.
void thread_yield();
// Sleeps until the thread with this id has ended.
void thread_join(uint32_t id);
// What the boot thread does in the end. Panics when nobody can ever run again but somebody sleeps on a lock.
[[noreturn]] void thread_idle();

} // namespace uvm
