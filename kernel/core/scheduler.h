// Who has the processor, and who is to have it next. For the files thread*.cc and scheduler.cc alone.
#pragma once

#include <machine/cpu.h>

#include "kernel/core/thread.h"

namespace uvm {

class interrupts_off {
public:
    interrupts_off() : before_(machine::interrupts_disable()) {}
    ~interrupts_off() { machine::interrupts_restore(before_); }
    interrupts_off(const interrupts_off&) = delete;
    interrupts_off& operator=(const interrupts_off&) = delete;

private:
    machine::interrupt_state before_;
};

// All of it with interrupts off.
struct scheduler_t {
    thread* running{};
    thread* ready_head{}; // of the ready queue
    thread* ready_tail{};
    bool idle_started{}; // the boot thread has become the idle thread
    uint64_t ticks{};
};
extern scheduler_t scheduler;

// Puts a thread at the end of the ready queue / one that sleeps. Needs: interrupts off.
void make_ready(thread& t);
void wake(thread& t);
// Gives the processor to the next thread. Needs: interrupts off, the running thread's state already changed.
void switch_to_next();

inline bool is_idle(const thread& t) { return scheduler.idle_started && &t == &threads[0]; }

} // namespace uvm
