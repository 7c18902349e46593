#include "kernel/core/thread.h"

#include <machine/cpu.h>

#include "kernel/base/kassert.h"
#include "kernel/core/console.h"
#include "kernel/core/console_input.h"
#include "kernel/core/machine_calls.h"
#include "kernel/sync/wait_queue.h"

namespace uvm {

constinit thread threads[machine::max_threads]{};

namespace {

constinit thread* running = nullptr;
constinit thread* ready_head = nullptr;
constinit thread* ready_tail = nullptr;
constinit uint32_t last_id = 0;
constinit bool idle_started = false;
constinit uint64_t ticks = 0;

class interrupts_off {
public:
    interrupts_off() : before_(machine::interrupts_disable()) {}
    ~interrupts_off() { machine::interrupts_restore(before_); }
    interrupts_off(const interrupts_off&) = delete;
    interrupts_off& operator=(const interrupts_off&) = delete;

private:
    machine::interrupt_state before_;
};

bool is_idle(const thread& t) { return idle_started && &t == &threads[0]; }

void make_ready(thread& t) {
    t.state = thread_state::ready;
    if (is_idle(t))
        return;
    t.next = nullptr;
    (ready_tail ? ready_tail->next : ready_head) = &t;
    ready_tail = &t;
}

thread& take_next() {
    thread* const next = ready_head;
    if (!next) {
        kassert(idle_started, "thread: nobody to run before there is an idle thread");
        return threads[0];
    }
    ready_head = next->next;
    if (!ready_head)
        ready_tail = nullptr;
    return *next;
}

// Gives the processor to the next thread. Needs: interrupts off, the running thread's state already changed.
void switch_to_next() {
    thread& from = *running;
    thread& to = take_next();
    to.state = thread_state::running;
    running = &to;
    if (&from != &to)
        machine::context_switch(from.context, to.context);
}

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

void sleep(const uint32_t& word, uint32_t value, const char* why, sleep_for what, uint64_t deadline = 0) {
    interrupts_off const guard;
    if (__atomic_load_n(&word, __ATOMIC_RELAXED) != value)
        return;
    running->sleeps_on = &word;
    running->sleeps_why = why;
    running->sleeps_for = what;
    running->wakes_at = deadline;
    running->state = thread_state::sleeping;
    switch_to_next();
}

void wake(thread& t) {
    t.sleeps_on = nullptr;
    t.sleeps_interruptibly = false;
    t.sleeps_for = sleep_for::others;
    t.wakes_at = 0;
    make_ready(t);
}

} // namespace

void threads_init() {
    thread& boot = threads[0];
    machine::context_adopt(boot.context);
    boot.id = last_id = boot.context.thread_id;
    boot.name = "boot";
    boot.state = thread_state::running;
    running = &boot;
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

thread& thread_running() { return *running; }

void thread_exit() { thread_end(*running); }

uint64_t timer_ticks() {
    interrupts_off const guard;
    return ticks;
}

void thread_yield() {
    interrupts_off const guard;
    make_ready(*running);
    switch_to_next();
}

void thread_join(uint32_t id) {
    for (thread const& t : threads)
        while (t.id == id)
            sleep_while(t.id, id, "the end of a thread");
}

bool threads_are_at_rest() {
    for (thread const& t : threads) {
        if (t.state == thread_state::unused || &t == running || is_idle(t))
            continue;
        bool const outside = t.user && t.sleeps_interruptibly;
        if (t.state != thread_state::sleeping || !(outside || t.sleeps_for == sleep_for::work))
            return false;
    }
    return true;
}

void thread_idle() {
    machine::interrupts_disable();
    kassert(running == &threads[0], "thread: only the boot thread can be idle");
    idle_started = true;
    for (;;) {
        if (ready_head) {
            running->state = thread_state::ready;
            switch_to_next();
        } else if (all_sleep_for_ever()) {
            report_deadlock();
        } else {
            machine::wait_for_interrupt();
        }
    }
}

void timer_tick() {
    ++ticks;
    for (thread& t : threads)
        if (t.state == thread_state::sleeping && t.wakes_at != 0 && t.wakes_at <= ticks)
            wake(t);
    console_input_poll();
    if (!running || !ready_head)
        return;
    make_ready(*running);
    switch_to_next();
}

void sleep_while(const uint32_t& word, uint32_t value, const char* why) {
    sleep(word, value, why, sleep_for::others);
}

bool device_wait(const uint32_t& word, uint32_t value, const char* why, uint64_t deadline) {
    if (timer_ticks() >= deadline)
        return false;
    sleep(word, value, why, sleep_for::device, deadline);
    return timer_ticks() < deadline;
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

sleep_end sleep_interruptibly(const uint32_t& word, uint32_t value, const char* why, uint64_t deadline) {
    interrupts_off const guard;
    thread& self = *running;
    if (self.interrupted)
        return sleep_end::interrupted;
    if (__atomic_load_n(&word, __ATOMIC_RELAXED) != value)
        return sleep_end::woken;
    if (deadline != 0 && deadline <= ticks)
        return sleep_end::timed_out;
    self.sleeps_on = &word;
    self.sleeps_why = why;
    self.sleeps_interruptibly = true;
    self.wakes_at = deadline;
    self.state = thread_state::sleeping;
    switch_to_next();
    if (self.interrupted)
        return sleep_end::interrupted;
    return deadline != 0 && deadline <= ticks ? sleep_end::timed_out : sleep_end::woken;
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
