// What has happened: the ring of events.
#include "kernel/core/console.h"
#include "kernel/core/debugger/commands.h"
#include "kernel/core/event_print.h"

namespace uvm {

namespace {

constexpr uint64_t usual_count = 20;

debug_complaint none_found() {
    return uvm_probe_control.record_mask == uvm_event_class(0)
               ? "nothing is recorded; `record on` begins to, or `probes` on the command line"
               : "none";
}

} // namespace

debug_complaint debug_events(const debug_line& line) {
    uint64_t count = usual_count;
    if (line.count > 2 || (line.count == 2 && !debug_number(line.word(1), &count)))
        return "events [COUNT]";
    return print_last_events(count) > 0 ? nullptr : none_found();
}

debug_complaint debug_history(const debug_line& line) {
    uint64_t count = usual_count;
    if (line.count < 2 || line.count > 3 || (line.count == 3 && !debug_number(line.word(2), &count)))
        return "history EVENT [COUNT]; EVENT is the beginning of its name";
    return print_last_events(count, line.word(1)) > 0 ? nullptr : none_found();
}

debug_complaint debug_record(const debug_line& line) {
    bool const on = line.word(1) == "on";
    if (line.count != 2 || (!on && line.word(1) != "off"))
        return "record on|off";
    uvm_probe_control.record_mask = on ? all_event_classes : uvm_event_class(0);
    return nullptr;
}

} // namespace uvm
