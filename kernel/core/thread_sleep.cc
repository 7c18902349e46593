// Sleeping on a word, and what ends it.
#include "kernel/core/machine_calls.h"
#include "kernel/core/scheduler.h"
#include "kernel/sync/wait_queue.h"

namespace uvm {

namespace {

void sleep(const uint32_t& word, uint32_t value, const char* why, sleep_for what, uint64_t deadline = 0) {
    interrupts_off const guard;
    if (__atomic_load_n(&word, __ATOMIC_RELAXED) != value)
        return;
    scheduler.running->sleeps_on = &word;
    scheduler.running->sleeps_why = why;
    scheduler.running->sleeps_for = what;
    scheduler.running->wakes_at = deadline;
    scheduler.running->state = thread_state::sleeping;
    switch_to_next();
}

} // namespace

void sleep_while(const uint32_t& word, uint32_t value, const char* why) {
    sleep(word, value, why, sleep_for::others);
}

bool device_wait(const uint32_t& word, uint32_t value, const char* why, uint64_t deadline) {
    if (timer_ticks() >= deadline)
        return false;
    sleep(word, value, why, sleep_for::device, deadline);
    return timer_ticks() < deadline;
}

void sleep_for_program(const uint32_t& word, uint32_t value, const char* why) {
    sleep(word, value, why, sleep_for::program);
}

void thread_rest(const uint32_t& word, uint32_t value, const char* why) {
    sleep(word, value, why, sleep_for::work);
}

void wakeup(const uint32_t& word) {
    interrupts_off const guard;
    for (thread& t : threads) {
        if (t.state == thread_state::sleeping && t.sleeps_on == &word)
            wake(t);
    }
}

sleep_end sleep_interruptibly(const uint32_t& word, uint32_t value, const char* why, uint64_t deadline,
                              sleep_for what) {
    interrupts_off const guard;
    thread& self = *scheduler.running;
    if (self.interrupted)
        return sleep_end::interrupted;
    if (__atomic_load_n(&word, __ATOMIC_RELAXED) != value)
        return sleep_end::woken;
    if (deadline != 0 && deadline <= scheduler.ticks)
        return sleep_end::timed_out;
    self.sleeps_on = &word;
    self.sleeps_why = why;
    self.sleeps_interruptibly = true;
    self.sleeps_for = what;
    self.wakes_at = deadline;
    self.state = thread_state::sleeping;
    switch_to_next();
    if (self.interrupted)
        return sleep_end::interrupted;
    return deadline != 0 && deadline <= scheduler.ticks ? sleep_end::timed_out : sleep_end::woken;
}

void thread_interrupt(thread& t) {
    interrupts_off const guard;
    t.interrupted = true;
    if (t.state == thread_state::sleeping && t.sleeps_interruptibly)
        wake(t);
}

void thread_uninterrupt(thread& t) {
    interrupts_off const guard;
    t.interrupted = false;
}

} // namespace uvm
