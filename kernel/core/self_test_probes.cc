// Two threads pass probes all the time, and interrupts take the processor from the one in the midst of a
// record to give it to the other: each record is there once, whole, in its thread's order.
#include <machine/thread.h>

#include "kernel/core/console.h"
#include "kernel/core/self_test.h"
#include "kernel/core/thread.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

constexpr uint32_t switches_wanted = 300, passed_at_once = 64;

struct passer {
    uint32_t thread, seen; // id; the last of its numbers that is in the ring
};
constinit passer passers[2]{};
constinit uint64_t looked_at;
constinit uint32_t records, switches, wrong, last_who;
constinit volatile bool stop_passing = false;

uint32_t mixed(uint32_t who, uint32_t number) { return number * 2654435761u ^ who; }

void look_at(const uvm_probe_record& record) {
    ++records;
    auto const who = uint32_t(record.arg(0)), number = uint32_t(record.arg(1));
    if (who > 1 || record.event != uint16_t(uvm_event::findspace_end) ||
        record.arg(2) != mixed(who, number) || record.thread != passers[who].thread ||
        number != passers[who].seen + 1)
        ++wrong;
    if (who > 1)
        return;
    passers[who].seen = number;
    switches += who != last_who;
    last_who = who;
}

// Looks at what is new in the ring.
void look() {
    machine::interrupt_state const interrupts = machine::interrupts_disable();
    for (uint64_t const last = uvm_probe_last(); looked_at < last; ++looked_at)
        look_at(uvm_probe_ring.records[looked_at % uvm_probe_ring_size]);
    stop_passing = stop_passing || switches >= switches_wanted;
    machine::interrupts_restore(interrupts);
}

void pass(void* argument) {
    auto const who = uint32_t(reinterpret_cast<uintptr_t>(argument));
    passers[who].thread = machine::current_thread();
    for (uint32_t number = 0; !stop_passing; look())
        for (uint32_t i = 0; i < passed_at_once; ++i) {
            ++number;
            uvm_probe(uvm_event::findspace_end, who, number, mixed(who, number));
        }
}

} // namespace

int self_test_probes() {
    uint32_t const first = thread_create("pass 0", &pass, nullptr);
    uint32_t const second = thread_create("pass 1", &pass, reinterpret_cast<void*>(1));
    looked_at = uvm_probe_last();
    uvm_probe_control.record_mask = uvm_event_class::tree;
    thread_join(first);
    thread_join(second);
    console().text("probes: ").dec(wrong).text(" of ").dec(records).text(" records are wrong\n");
    return first && second && records > switches && wrong == 0 ? 0 : 1;
}

} // namespace uvm
