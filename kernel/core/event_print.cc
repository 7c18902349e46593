#include "kernel/core/event_print.h"

#include <algorithm>

#include "kernel/core/console.h"
#include "kernel/core/event_names.h"

namespace uvm {

namespace {

// An event with this number that has such a name.
bool take_called(uint64_t number, std::string_view name, uvm_probe_record* record) {
    return uvm_probe_take(number, record) && event_name(uvm_event(record->event)).starts_with(name);
}

void print_event(uint64_t number, const uvm_probe_record& record) {
    console().text("  ").dec(number).text(" ").text(event_name(uvm_event(record.event)));
    for (size_t i = 0; i < std::min<size_t>(record.nargs, uvm_probe_most_args); ++i)
        console().text(" ").hex(record.arg(i));
    console().text("\n");
}

} // namespace

uint64_t print_last_events(uint64_t count, std::string_view name) {
    uint64_t const next = uvm_probe_last();
    if (next <= 1)
        return 0;
    uint64_t const oldest = next - std::min<uint64_t>(next - 1, uvm_probe_ring_size);
    uvm_probe_record record;
    // Backwards to the first that is wanted, then forwards.
    uint64_t first = next, found = 0;
    while (first > oldest && found < count) {
        --first;
        found += take_called(first, name, &record) ? 1 : 0;
    }
    for (uint64_t s = first; s < next; ++s)
        if (take_called(s, name, &record))
            print_event(s, record);
    return found;
}

} // namespace uvm
