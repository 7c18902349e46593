#include "kernel/vm/uvm_probe.h"

#include <machine/memory.h>
#include <machine/thread.h>

namespace uvm {

constinit uvm_probe_ring_t uvm_probe_ring{};
constinit uvm_probe_control_t uvm_probe_control{};
char uvm_probe_command[256];

// Weak: a test in the same process puts its own in place of it.
extern "C" [[gnu::noinline, gnu::weak]] void uvm_probe_stop(const uvm_probe_record* record) {
    // Kept from being optimised away, with its argument.
    asm volatile("" ::"r"(record) : "memory");
}

namespace {

// Cycles that the machine has stood in uvm_probe_stop: a debugger's time, not the kernel's.
constinit uint64_t stopped_cycles;

// The limit is moved from outside, through memory that both see.
void wait_for_reader() {
    while (true) {
        uint64_t const limit = *const_cast<volatile uint64_t*>(&uvm_probe_control.write_limit);
        if (limit == 0 || uvm_probe_ring.next_sequence < limit) [[likely]]
            return;
        machine::spin_pause();
    }
}

} // namespace

void uvm_probe_write(uvm_event event, uvm_event_class cls, uint16_t nargs, uint64_t a0, uint64_t a1,
                     uint64_t a2, uint64_t a3, uint64_t a4) {
    wait_for_reader();
    uint64_t const sequence = ++uvm_probe_ring.next_sequence;
    uvm_probe_record& record = uvm_probe_ring.records[(sequence - 1) % uvm_probe_ring_size];
    record.sequence = 0; // a reader that looks now sees an unfinished record
    asm volatile("" ::: "memory");
    record.time = machine::cycle_count() - stopped_cycles;
    record.event = uint16_t(event);
    record.nargs = nargs;
    record.thread = machine::current_thread();
    record.args[0] = a0;
    record.args[1] = a1;
    record.args[2] = a2;
    record.args[3] = a3;
    record.args[4] = a4;
    asm volatile("" ::: "memory");
    record.sequence = sequence;
    if (has(uvm_probe_control.stop_mask, cls) && sequence >= uvm_probe_control.stop_from &&
        uvm_probe_control.stop_except != uint32_t(event)) {
        uint64_t const before = machine::cycle_count();
        uvm_probe_stop(&record);
        stopped_cycles += machine::cycle_count() - before;
    }
}

} // namespace uvm
