#include "kernel/core/event_print.h"

#include <algorithm>
#include <iterator>

#include "kernel/core/console.h"
#include "kernel/core/event_names.h"

namespace uvm {

namespace {

const uvm_probe_record& record_of(uint64_t sequence) {
    return uvm_probe_ring.records[(sequence - 1) % uvm_probe_ring_size];
}

bool is_called(const uvm_probe_record& record, std::string_view name) {
    return event_name(uvm_event(record.event)).starts_with(name);
}

void print_event(const uvm_probe_record& record) {
    console().text("  ").dec(record.sequence).text(" ").text(event_name(uvm_event(record.event)));
    for (uint32_t i = 0; i < std::min<uint32_t>(record.nargs, std::size(record.args)); ++i)
        console().text(" ").hex(record.args[i]);
    console().text("\n");
}

} // namespace

uint64_t print_last_events(uint64_t count, std::string_view name) {
    uint64_t const next = uvm_probe_ring.next_sequence;
    if (next <= 1)
        return 0;
    uint64_t const oldest = next - std::min<uint64_t>(next - 1, uvm_probe_ring_size);
    // Backwards to the first that is wanted, then forwards.
    uint64_t first = next, found = 0;
    while (first > oldest && found < count) {
        --first;
        found += is_called(record_of(first), name) ? 1 : 0;
    }
    for (uint64_t s = first; s < next; ++s)
        if (is_called(record_of(s), name))
            print_event(record_of(s));
    return found;
}

} // namespace uvm
