// Signals: posting, and what they do to a program on its way back to user mode.
#pragma once

#include "kernel/core/user_process.h"

namespace uvm {

// What lies on a program's stack while a handler runs; sigreturn goes back to it.
struct signal_block {
    abi::signal_info info; // first: the handler gets its address, too
    uint32_t blocked;
    machine::user_frame frame;
};

// Posts a signal to a process / to the running thread, because of its own doing: a signal that it would not
// get (blocked, ignored) ends the process then. Locks: the first needs user_process_lock, the second takes
// it.
void signal_process(user_process& p, const abi::signal_info& info);
void signal_self(const abi::signal_info& info);

// All that a thread has to do before it goes on in user mode: ends it when its process ends, delivers
// signals. Called and returns with interrupts off.
void user_leaves(machine::user_frame& frame);

// Goes back to what a handler interrupted. Fails: EFAULT.
[[nodiscard]] errno_t signal_return(vaddr_t block, machine::user_frame& frame);

} // namespace uvm
