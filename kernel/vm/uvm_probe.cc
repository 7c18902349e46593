#include "kernel/vm/uvm_probe.h"

#include <cstddef>

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

[[gnu::noinline, gnu::cold]] void uvm_probe_wait_for_reader() {
    auto* const waiting = const_cast<volatile uint32_t*>(&uvm_probe_control.waiting);
    for (uint64_t limit = write_limit(); limit != 0 && uvm_probe_ring.next_sequence >= limit;
         limit = write_limit()) {
        *waiting = 1;
        machine::spin_pause();
    }
    *waiting = 0;
}

// Not for what a program asked for, what a search looked at and what the page daemon thinks; nor for pages
// that come and go, for many of them are the kernel's own, and whose a page becomes is another event.
constexpr bool is_change(uvm_event event) {
    using enum uvm_event;
    return class_of(event) != uvm_event_class::operation && class_of(event) < uvm_event_class::swap &&
           event != findspace_begin && event != findspace_visit && event != findspace_end &&
           event != page_alloc && event != page_free && event != page_zero;
}

[[gnu::noinline, gnu::cold]] void uvm_probe_outside_change(uint32_t head) {
    auto const event = uvm_event(uint16_t(head));
    if (!is_change(event))
        return;
    ++uvm_changes.stray;
    uvm_changes.stray_event = uint32_t(event);
}

[[gnu::noinline]] void uvm_probe_stop_at(const uvm_probe_record& record) {
    if (uvm_probe_control.stop_except == record.event)
        return;
    uint64_t const before = machine::cycle_count();
    uvm_probe_stop(&record);
    stopped_cycles += machine::cycle_count() - before;
}

// In every function below, for its number of arguments: what a record costs is what watching costs. The rest
// is out of line.
template <class... Args>
[[gnu::always_inline]] inline void uvm_probe_put(uint32_t head, uvm_event_class cls, Args... args) {
    if (uvm_changes.begun == uvm_changes.ended) [[unlikely]]
        uvm_probe_outside_change(head);
    if (may_be_at_limit()) [[unlikely]]
        uvm_probe_wait_for_reader();
    // Another thread's event comes before or behind, not in the midst of it.
    machine::interrupt_state const interrupts = machine::interrupts_disable();
    uint64_t const sequence = ++uvm_probe_ring.next_sequence;
    uvm_probe_record& record = uvm_probe_ring.records[uint32_t(sequence - 1) % uvm_probe_ring_size];
    record.sequence = 0; // a reader that looks now sees an unfinished record
    asm volatile("" ::: "memory");
    record.time = machine::cycle_count() - stopped_cycles;
    static_assert(offsetof(uvm_probe_record, nargs) == offsetof(uvm_probe_record, event) + sizeof(uint16_t));
    __builtin_memcpy(&record.event, &head, sizeof head);
    record.thread = machine::current_thread();
    [[maybe_unused]] uint64_t* to = record.args;
    ((*to++ = args), ...);
    asm volatile("" ::: "memory");
    record.sequence = sequence;
    machine::interrupts_restore(interrupts);
    if (has(uvm_probe_control.stop_mask, cls) && sequence >= uvm_probe_control.stop_from) [[unlikely]]
        uvm_probe_stop_at(record);
}

} // namespace

void uvm_change_wait() {
    while (__atomic_load_n(&uvm_changes.hold, __ATOMIC_SEQ_CST) != 0 &&
           __atomic_load_n(&uvm_changes.begun, __ATOMIC_SEQ_CST) ==
               __atomic_load_n(&uvm_changes.ended, __ATOMIC_SEQ_CST))
        machine::spin_pause();
}

void uvm_probe_words(uint32_t head, uvm_event_class cls) { uvm_probe_put(head, cls); }
void uvm_probe_words(uint32_t head, uvm_event_class cls, uintptr_t a) { uvm_probe_put(head, cls, a); }
void uvm_probe_words(uint32_t head, uvm_event_class cls, uintptr_t a, uintptr_t b) {
    uvm_probe_put(head, cls, a, b);
}
void uvm_probe_words(uint32_t head, uvm_event_class cls, uintptr_t a, uintptr_t b, uintptr_t c) {
    uvm_probe_put(head, cls, a, b, c);
}
void uvm_probe_words(uint32_t head, uvm_event_class cls, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d) {
    uvm_probe_put(head, cls, a, b, c, d);
}
void uvm_probe_words(uint32_t head, uvm_event_class cls, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d,
                     uintptr_t e) {
    uvm_probe_put(head, cls, a, b, c, d, e);
}
void uvm_probe_wide(uint32_t head, uvm_event_class cls, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                    uint64_t e) {
    uvm_probe_put(head, cls, a, b, c, d, e);
}

} // namespace uvm
