#include "kernel/core/daemon_thread.h"

#include "kernel/base/kassert.h"
#include "kernel/core/thread.h"
#include "kernel/vm/uvm_pdthread.h"

namespace uvm {

namespace {

// Who is in the way needs the processor to get out of it.
void pause_a_tick() {
    static uint32_t nobody_wakes = 0;
    (void)sleep_interruptibly(nobody_wakes, 0, "a pause of the page daemon", timer_ticks() + 1);
}

void run(void*) {
    constexpr uvm_daemon_host host{thread_rest, pause_a_tick};
    uvm_pagedaemon_run(host);
}

} // namespace

void daemon_thread_init() {
    kassert(thread_create("pagedaemon", &run, nullptr) != 0, "boot: no thread for the page daemon");
}

} // namespace uvm
