#include "kernel/core/console_interrupt.h"

#include "kernel/base/kassert.h"
#include "kernel/core/console_input.h"
#include "kernel/core/signal.h"

namespace uvm {

namespace {

// There are no jobs: who is to go on has a handler, as the shell has.
void tell_programs() {
    mutex_guard const guard(user_process_lock);
    for (user_process* p = all_user_processes; p; p = p->all_next)
        signal_process(*p, {.signal = abi::sig_int, .code = abi::code_kernel});
}

void run(void*) { console_interrupts_run(tell_programs); }

} // namespace

void console_interrupt_init() {
    kassert(thread_create("console", &run, nullptr) != 0, "boot: no thread for the console");
}

} // namespace uvm
