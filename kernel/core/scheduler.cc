// The ready queue, and the timer that takes turns.
#include "kernel/core/scheduler.h"

#include "kernel/base/kassert.h"
#include "kernel/core/console_input.h"
#include "kernel/core/machine_calls.h"

namespace uvm {

constinit scheduler_t scheduler;

namespace {

thread& take_next() {
    thread* const next = scheduler.ready_head;
    if (!next) {
        kassert(scheduler.idle_started, "thread: nobody to run before there is an idle thread");
        return threads[0];
    }
    scheduler.ready_head = next->next;
    if (!scheduler.ready_head)
        scheduler.ready_tail = nullptr;
    return *next;
}

} // namespace

void make_ready(thread& t) {
    t.state = thread_state::ready;
    if (is_idle(t))
        return;
    t.next = nullptr;
    (scheduler.ready_tail ? scheduler.ready_tail->next : scheduler.ready_head) = &t;
    scheduler.ready_tail = &t;
}

void wake(thread& t) {
    t.sleeps_on = nullptr;
    t.sleeps_interruptibly = false;
    t.sleeps_for = sleep_for::others;
    t.wakes_at = 0;
    make_ready(t);
}

void switch_to_next() {
    thread& from = *scheduler.running;
    thread& to = take_next();
    to.state = thread_state::running;
    scheduler.running = &to;
    if (&from != &to)
        machine::context_switch(from.context, to.context);
}

uint64_t timer_ticks() {
    interrupts_off const guard;
    return scheduler.ticks;
}

void timer_tick() {
    ++scheduler.ticks;
    for (thread& t : threads)
        if (t.state == thread_state::sleeping && t.wakes_at != 0 && t.wakes_at <= scheduler.ticks)
            wake(t);
    console_input_poll();
    if (!scheduler.running || !scheduler.ready_head)
        return;
    make_ready(*scheduler.running);
    switch_to_next();
}

} // namespace uvm
