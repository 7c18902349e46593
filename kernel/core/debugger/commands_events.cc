// What has happened: the ring of events.
#include "kernel/core/console.h"
#include "kernel/core/debugger/commands.h"
#include "kernel/core/event_print.h"
#include "kernel/core/history_print.h"

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
    // events [EVENT] [COUNT]
    uint64_t count = usual_count;
    bool const counted = line.count > 1 && debug_number(line.word(line.count - 1), &count);
    uint32_t const names = line.count - (counted ? 2 : 1);
    if (names > 1)
        return "events [EVENT] [COUNT]; EVENT is the beginning of its name";
    return print_last_events(count, names == 1 ? line.word(1) : std::string_view()) > 0 ? nullptr
                                                                                        : none_found();
}

debug_complaint debug_history(const debug_line& line) {
    history_request request;
    for (uint32_t i = 1; i < line.count; ++i) {
        std::string_view const word = line.word(i);
        if (word == "map" || word == "pagedaemon")
            request.what = word == "map" ? history_subject::map : history_subject::pagedaemon;
        else if (word == "full")
            request.full = true;
        else if (!debug_number(word, &request.most) || request.most == 0)
            return "history [map|pagedaemon] [COUNT] [full]";
    }
    text_sink out = debug_sink();
    return print_history(out, request) > 0 ? nullptr : none_found();
}

debug_complaint debug_record(const debug_line& line) {
    bool const on = line.word(1) == "on";
    if (line.count != 2 || (!on && line.word(1) != "off"))
        return "record on|off";
    uvm_probe_control.record_mask = on ? all_event_classes : uvm_event_class(0);
    return nullptr;
}

} // namespace uvm
