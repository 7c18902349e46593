#include "kernel/vm/uvm_probe.h"

#include <machine/memory.h>
#include <machine/thread.h>

#include "kernel/vm/uvm_change.h"

namespace uvm {

constinit uvm_probe_ring_t uvm_probe_ring{};
constinit uvm_probe_control_t uvm_probe_control{};
constinit uvm_changes_t uvm_changes{};
char uvm_probe_command[256];

// Weak: a test in the same process puts its own in place of it.
extern "C" [[gnu::noinline, gnu::weak, gnu::section(".debugger_stops")]] void
uvm_probe_stop(const uvm_probe_record* record) {
    // Kept from being optimised away, with its argument.
    asm volatile("" ::"r"(record) : "memory");
}

namespace {

// Cycles that the machine has stood in uvm_probe_stop: a debugger's time, not the kernel's.
constinit uint64_t stopped_cycles;

// The limit is moved from outside, through memory that both see.
uint64_t write_limit() { return *const_cast<volatile uint64_t*>(&uvm_probe_control.write_limit); }

// By the lower halves, whose distance is no more than a ring's; without a limit it is a guess, and waiting
// for nothing ends at once.
bool may_be_at_limit() {
    return int32_t(uint32_t(uvm_probe_ring.next_sequence) - uint32_t(write_limit())) >= 0;
}

[[gnu::noinline, gnu::cold]] void wait_for_reader() {
    auto* const waiting = const_cast<volatile uint32_t*>(&uvm_probe_control.waiting);
    for (uint64_t limit = write_limit(); limit != 0 && uvm_probe_ring.next_sequence >= limit;
         limit = write_limit()) {
        *waiting = 1;
        machine::spin_pause();
    }
    *waiting = 0;
}

// Not for what a program asked for and what a search looked at; nor for pages that come and go, for many of
// them are the kernel's own, and whose a page becomes is another event.
constexpr bool is_change(uvm_event event) {
    using enum uvm_event;
    return class_of(event) != uvm_event_class::operation && event != findspace_begin &&
           event != findspace_visit && event != findspace_end && event != page_alloc && event != page_free &&
           event != page_zero;
}

} // namespace

void uvm_change_wait() {
    while (__atomic_load_n(&uvm_changes.hold, __ATOMIC_SEQ_CST) != 0 &&
           __atomic_load_n(&uvm_changes.begun, __ATOMIC_SEQ_CST) ==
               __atomic_load_n(&uvm_changes.ended, __ATOMIC_SEQ_CST))
        machine::spin_pause();
}

void uvm_probe_write(uvm_event event, uvm_event_class cls, uint16_t nargs, const uint64_t* args) {
    if (uvm_changes.begun == uvm_changes.ended && is_change(event)) [[unlikely]] {
        ++uvm_changes.stray;
        uvm_changes.stray_event = uint32_t(event);
    }
    if (may_be_at_limit()) [[unlikely]]
        wait_for_reader();
    // Another thread's event comes before or behind, not in the midst of it.
    machine::interrupt_state const interrupts = machine::interrupts_disable();
    uint64_t const sequence = ++uvm_probe_ring.next_sequence;
    uvm_probe_record& record = uvm_probe_ring.records[(sequence - 1) % uvm_probe_ring_size];
    record.sequence = 0; // a reader that looks now sees an unfinished record
    asm volatile("" ::: "memory");
    record.time = machine::cycle_count() - stopped_cycles;
    record.event = uint16_t(event);
    record.nargs = nargs;
    record.thread = machine::current_thread();
    for (uint32_t i = 0; i < nargs; ++i)
        record.args[i] = args[i];
    asm volatile("" ::: "memory");
    record.sequence = sequence;
    machine::interrupts_restore(interrupts);
    if (has(uvm_probe_control.stop_mask, cls) && sequence >= uvm_probe_control.stop_from &&
        uvm_probe_control.stop_except != uint32_t(event)) {
        uint64_t const before = machine::cycle_count();
        uvm_probe_stop(&record);
        stopped_cycles += machine::cycle_count() - before;
    }
}

} // namespace uvm
