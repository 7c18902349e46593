#include "kernel/vm/uvm_probe.h"

#include <algorithm>
#include <cstddef>

#include <machine/memory.h>
#include <machine/thread.h>

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

// The limit is moved from outside, through memory that both see.
uint64_t write_limit() { return *const_cast<volatile uint64_t*>(&uvm_probe_control.write_limit); }

uvm_probe_record* end_of_ring() { return uvm_probe_ring.records + uvm_probe_ring_size; }

// Needs: interrupts off.
uint64_t last_number() {
    uvm_probe_record const* const next = uvm_probe_ring.next;
    if (!next)
        return 0;
    return (next == end_of_ring() ? uvm_probe_ring.first_at_end : uvm_probe_ring.first) +
           uint64_t(next - uvm_probe_ring.records) - 1;
}

// By the lower halves, whose distance is no more than a ring's; without a limit it is a guess, and waiting
// for nothing ends at once.
bool may_be_at_limit() { return int32_t(uint32_t(last_number()) - uint32_t(write_limit())) >= 0; }

[[gnu::noinline, gnu::cold]] void uvm_probe_wait_for_reader() {
    auto* const waiting = const_cast<volatile uint32_t*>(&uvm_probe_control.waiting);
    for (uint64_t limit = write_limit(); limit != 0 && uvm_probe_last() >= limit; limit = write_limit()) {
        *waiting = 1;
        machine::spin_pause();
    }
    *waiting = 0;
}

[[gnu::noinline, gnu::cold]] void uvm_probe_outside_change(uint32_t head) {
    ++uvm_changes.stray;
    uvm_changes.stray_event = uint16_t(head);
}

[[gnu::noinline]] void uvm_probe_stop_at(const uvm_probe_record& record) {
    if (uvm_probe_control.stop_except == record.event)
        return;
    uint64_t const before = machine::cycle_count();
    uvm_probe_stop(&record);
    uvm_probe_ring.stopped_cycles += machine::cycle_count() - before;
}

// How many records come behind the last and before the one with this number.
uint64_t records_until(uint64_t last, uint64_t number) { return number > last + 1 ? number - last - 1 : 0; }

// Says how far there is nothing to do but to write. Needs: interrupts off. What it depends on may be changed
// while the machine stands, here as anywhere: it is looked at again behind.
void set_quick_until() {
    auto const& control = const_cast<const volatile uvm_probe_control_t&>(uvm_probe_control);
    uint64_t const last = last_number();
    uvm_probe_record* const next = uvm_probe_ring.next;
    for (;;) {
        uint64_t const limit = control.write_limit, from = control.stop_from;
        bool const stops = without(control.stop_mask, uvm_event_class::operation) != uvm_event_class::none;
        auto room = uint64_t(end_of_ring() - next);
        if (limit != 0)
            room = std::min(room, records_until(last, limit + 1));
        if (stops)
            room = std::min(room, records_until(last, from));
        uvm_probe_control.quick_until = next + room;
        asm volatile("" ::: "memory");
        if (control.write_limit == limit && control.stop_from == from &&
            (without(control.stop_mask, uvm_event_class::operation) != uvm_event_class::none) == stops)
            return;
    }
}

// The place for the next record. Needs: interrupts off.
uvm_probe_record* next_place() {
    uvm_probe_record* const next = uvm_probe_ring.next;
    if (next && next != end_of_ring())
        return next;
    uvm_probe_ring.first = next ? uvm_probe_ring.first_at_end + uvm_probe_ring_size : 1;
    return uvm_probe_ring.records;
}

// In every function below, for its number of arguments: what a record costs is what watching costs. The rest
// is out of line.
template <class... Args>
[[gnu::always_inline]] inline void uvm_probe_put(uint32_t head, uvm_event_class cls, Args... args) {
    bool const of_change = uvm_probe_is_change(uvm_event(uint16_t(head)));
    if (!machine::quick_probes && cls != uvm_event_class::operation) {
        bool const words =
            sizeof...(Args) == 0 || (sizeof(Args) + ... + 0) == sizeof...(Args) * sizeof(uintptr_t);
        if (words ? machine::probe_write<sizeof...(Args)>(head, of_change, args...)
                  : machine::probe_write_long<sizeof...(Args)>(head, of_change, args...))
            return;
    }
    if (of_change && uvm_changes.begun == uvm_changes.ended) [[unlikely]]
        uvm_probe_outside_change(head);
    // Another thread's event comes before or behind, not in the midst of it.
    machine::interrupt_state interrupts = machine::interrupts_disable();
    while (may_be_at_limit() && write_limit() != 0) {
        machine::interrupts_restore(interrupts);
        uvm_probe_wait_for_reader();
        interrupts = machine::interrupts_disable();
    }
    uvm_probe_record& record = *next_place();
    record.time = machine::cycle_count();
    __builtin_memcpy(&record.event, &head, sizeof head);
    record.thread = machine::current_thread();
    [[maybe_unused]] std::byte* to = record.args;
    ((__builtin_memcpy(to, &args, sizeof args), to += sizeof args), ...);
    asm volatile("" ::: "memory");
    uvm_probe_ring.next = &record + 1;
    asm volatile("" ::: "memory");
    uvm_probe_ring.first_at_end = uvm_probe_ring.first;
    uint64_t const number = last_number();
    set_quick_until();
    machine::interrupts_restore(interrupts);
    if (has(uvm_probe_control.stop_mask, cls) && number >= uvm_probe_control.stop_from) [[unlikely]]
        uvm_probe_stop_at(record);
}

} // namespace

uint64_t uvm_probe_last() {
    machine::interrupt_state const interrupts = machine::interrupts_disable();
    uint64_t const last = last_number();
    machine::interrupts_restore(interrupts);
    return last;
}

bool uvm_probe_take(uint64_t number, uvm_probe_record* record) {
    machine::interrupt_state const interrupts = machine::interrupts_disable();
    uint64_t const last = last_number();
    bool const there = number != 0 && number <= last && last - number < uvm_probe_ring_size;
    if (there)
        *record = uvm_probe_ring.records[(number - 1) % uvm_probe_ring_size];
    machine::interrupts_restore(interrupts);
    return there;
}

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
// Those behind the last one that counts are 0.
void uvm_probe_wide(uint32_t head, uvm_event_class cls, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                    uint64_t e) {
    uvm_probe_put(head, cls, a, b, c, d, e);
}

} // namespace uvm
