// The life of threads: made, ended, waited for, idle.
#include "kernel/core/thread.h"

#include "kernel/base/kassert.h"
#include "kernel/core/console.h"
#include "kernel/core/machine_calls.h"
#include "kernel/core/scheduler.h"
#include "kernel/sync/wait_queue.h"

namespace uvm {

constinit thread threads[machine::max_threads]{};

namespace {

constinit uint32_t last_id = 0;

[[noreturn]] void thread_end(thread& self) {
    machine::interrupts_disable();
    self.user = nullptr;
    uint32_t& id = self.id;
    id = 0;
    wakeup(id);
    self.state = thread_state::unused;
    switch_to_next();
    panic("thread: an ended thread ran again");
}

void thread_begin(void* argument) {
    auto& self = *static_cast<thread*>(argument);
    machine::interrupts_restore(~machine::interrupt_state{0});
    self.entry(self.argument);
    thread_end(self);
}

// Nothing but the timer interrupts here that could wake somebody, and that wakes nobody.
[[noreturn]] void report_deadlock() {
    for (thread const& t : threads)
        if (t.state == thread_state::sleeping && t.sleeps_for != sleep_for::work)
            console()
                .text("thread ")
                .dec(t.id)
                .text(" (")
                .text(t.name)
                .text(") sleeps on ")
                .text(t.sleeps_why)
                .text("\n");
    panic("deadlock: every thread sleeps");
}

// True when threads sleep, and nothing from outside can wake one of them.
bool all_sleep_for_ever() {
    bool somebody = false;
    for (thread const& t : threads) {
        if (t.state != thread_state::sleeping || t.sleeps_for == sleep_for::work)
            continue;
        if (t.sleeps_interruptibly || t.sleeps_for == sleep_for::device)
            return false;
        somebody = true;
    }
    return somebody;
}

} // namespace

void threads_init() {
    thread& boot = threads[0];
    machine::context_adopt(boot.context);
    boot.id = last_id = boot.context.thread_id;
    boot.name = "boot";
    boot.state = thread_state::running;
    scheduler.running = &boot;
}

uint32_t thread_create(const char* name, void (*entry)(void*), void* argument, user_thread* user) {
    interrupts_off const guard;
    for (uint32_t number = 1; number < machine::max_threads; ++number) {
        thread& t = threads[number];
        if (t.state != thread_state::unused)
            continue;
        t = {.id = ++last_id, .name = name, .user = user, .entry = entry, .argument = argument};
        machine::context_create(t.context, machine::kernel_stack(number), &thread_begin, &t);
        t.context.thread_id = t.id;
        make_ready(t);
        return t.id;
    }
    return 0;
}

thread& thread_running() { return *scheduler.running; }

void thread_exit() { thread_end(*scheduler.running); }

void thread_yield() {
    interrupts_off const guard;
    make_ready(*scheduler.running);
    switch_to_next();
}

void thread_join(uint32_t id) {
    for (thread const& t : threads)
        while (t.id == id)
            sleep_while(t.id, id, "the end of a thread");
}

bool threads_are_at_rest() {
    for (thread const& t : threads) {
        if (t.state == thread_state::unused || &t == scheduler.running || is_idle(t))
            continue;
        bool const outside = t.user && t.sleeps_interruptibly;
        if (t.state != thread_state::sleeping || !(outside || t.sleeps_for == sleep_for::work))
            return false;
    }
    return true;
}

void thread_idle() {
    machine::interrupts_disable();
    kassert(scheduler.running == &threads[0], "thread: only the boot thread can be idle");
    scheduler.idle_started = true;
    for (;;) {
        if (scheduler.ready_head) {
            scheduler.running->state = thread_state::ready;
            switch_to_next();
        } else if (all_sleep_for_ever()) {
            report_deadlock();
        } else {
            machine::wait_for_interrupt();
        }
    }
}

} // namespace uvm
