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

void tell_sleepers() {
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
}

// Nothing but the timer interrupts here that could wake somebody, and that wakes nobody.
[[noreturn]] void report_deadlock() {
    tell_sleepers();
    panic("deadlock: every thread sleeps");
}

// Whether nobody can go on, who does not run: of the kernel, for ever; of programs, which the interrupt key
// could end.
enum class standstill : uint8_t { none, programs, kernel };

standstill find_standstill() {
    bool programs = false, kernel = false, joined = false;
    for (thread const& t : threads) {
        if (t.state != thread_state::sleeping)
            continue;
        switch (t.sleeps_for) {
        case sleep_for::device:
        case sleep_for::console:
            return standstill::none;
        case sleep_for::others:
            if (t.wakes_at != 0)
                return standstill::none;
            (t.sleeps_interruptibly ? programs : kernel) = true;
            break;
        case sleep_for::program:
            joined = true;
            break;
        case sleep_for::work:
            break;
        }
    }
    if (joined || (kernel && !programs))
        return standstill::kernel;
    return programs ? standstill::programs : standstill::none;
}

void tell_programs_stand() {
    console().text("kernel: deadlock: every program waits for another one; Control and C ends them\n");
    tell_sleepers();
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
        bool const nothing_to_do = t.sleeps_for == sleep_for::work || t.sleeps_for == sleep_for::program;
        if (t.state != thread_state::sleeping || !(outside || nothing_to_do))
            return false;
    }
    return true;
}

void thread_idle() {
    machine::interrupts_disable();
    kassert(scheduler.running == &threads[0], "thread: only the boot thread can be idle");
    scheduler.idle_started = true;
    for (bool told = false;;) {
        if (scheduler.ready_head) {
            scheduler.running->state = thread_state::ready;
            switch_to_next();
            continue;
        }
        standstill const what = find_standstill();
        if (what == standstill::kernel)
            report_deadlock();
        if (what == standstill::programs && !told)
            tell_programs_stand();
        told = what == standstill::programs;
        machine::wait_for_interrupt();
    }
}

} // namespace uvm
