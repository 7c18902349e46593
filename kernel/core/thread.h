// Kernel threads and their scheduler: round robin, preemptive, one processor.
//
//   state     on the ready queue   leaves it by
//   --------  -------------------  ------------------------------------------------------------
//   unused    no                   thread_create
//   ready     yes                  its turn
//   running   no                   the end of its slice, thread_yield (ready); sleep_while; the end
//   sleeping  no                   wakeup of the word it sleeps on; its deadline; thread_interrupt
//
// The boot thread becomes the idle thread: it runs when nobody is ready, and never queues.
#pragma once

#include <cstdint>

#include <machine/thread.h>

#include "kernel/core/machine_calls.h"

namespace uvm {

struct user_thread;

enum class thread_state : uint8_t { unused, ready, running, sleeping };

// Who is to wake a sleeper: another thread, a device, somebody at the console, the program that the kernel
// has started, with its end; or nobody needs to: it rests until somebody has work for it.
enum class sleep_for : uint8_t { others, device, console, program, work };

// Field tags: [i] interrupts off, [I] set once in a thread's life.
struct thread {
    uint32_t id{};                     // [i] serial number, never used again; 0 in an unused thread
    const char* name{};                // [I]
    thread_state state{};              // [i]
    const uint32_t* sleeps_on{};       // [i] while sleeping
    const char* sleeps_why{};          // [i] likewise, for viewers
    bool sleeps_interruptibly{};       // [i] likewise: something outside of the kernel's threads may wake it
    sleep_for sleeps_for{};            // [i] likewise; others in a thread that does not sleep
    bool interrupted{};                // [i] sleep_interruptibly returns at once
    uint64_t wakes_at{};               // [i] the tick at which it wakes by itself; 0 for never
    user_thread* user{};               // [I] the thread of a program that it is, if any
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
[[nodiscard]] uint32_t thread_create(const char* name, void (*entry)(void*), void* argument,
                                     user_thread* user = nullptr);
// The thread that runs this.
thread& thread_running();
// Ends the running thread.
[[noreturn]] void thread_exit();
// Lets the others run first.
void thread_yield();
// How an interruptible sleep ended.
enum class sleep_end : uint8_t { woken, interrupted, timed_out };
// Sleeps on `word` like sleep_while, for as long as a program can make it: until wakeup, thread_interrupt, or
// the tick `deadline` (0: none). `what`: others or console.
sleep_end sleep_interruptibly(const uint32_t& word, uint32_t value, const char* why, uint64_t deadline,
                              sleep_for what = sleep_for::others);
// sleep_while, for a thread that has nothing to do: when all the others sleep for ever, it does not count.
void thread_rest(const uint32_t& word, uint32_t value, const char* why);
// sleep_while, for the kernel's own thread that waits for the end of the program it has started. When nobody
// else can go on, that program will not end, and it is a deadlock: there may be nobody at the console who
// could interrupt it.
void sleep_for_program(const uint32_t& word, uint32_t value, const char* why);
// Ends the interruptible sleep of a thread, also the next one, until that is taken back. Any context.
void thread_interrupt(thread& t);
void thread_uninterrupt(thread& t);
// Sleeps until the thread with this id has ended.
void thread_join(uint32_t id);
// True when every other thread sleeps where it is in the middle of nothing: a program's for something from
// outside, the kernel's own for work or for a program's end. Needs: interrupts off.
[[nodiscard]] bool threads_are_at_rest();
// What the boot thread does in the end. When nobody can ever run again it names who sleeps on what, and
// panics; where the interrupt key can still end what sleeps, and somebody is expected at it (nobody is in
// sleep_for_program), it goes on then.
[[noreturn]] void thread_idle();

} // namespace uvm
