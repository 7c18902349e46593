#include "kernel/core/history_print.h"

#include "kernel/core/process.h"

namespace uvm {

namespace {

// How an argument is printed.
enum class form : uint8_t { none, number, error, reason, frame };
struct argument_name {
    std::string_view name;
    form how = form::none;
};
struct event_words {
    uvm_event event;
    std::string_view name;
    argument_name args[3];
};
constexpr argument_name slot{"slot", form::number}, slots{"slots", form::number}, error{"error", form::error};
constexpr argument_name frame{"frame", form::frame}, why{"", form::reason};
constexpr event_words swap_events[] = {
    {uvm_event::swap_device_on, "swap_device_on", {slot, slots, {"prio", form::number}}},
    {uvm_event::swap_device_off, "swap_device_off", {slot, slots, error}},
    {uvm_event::swap_slot_alloc, "swap_slot_alloc", {slot, slots, {}}},
    {uvm_event::swap_slot_free, "swap_slot_free", {slot, slots, {}}},
    {uvm_event::swap_slot_bad, "swap_slot_bad", {slot, slots, {}}},
    {uvm_event::swap_page_out, "swap_page_out", {slot, {"pages", form::number}, error}},
    {uvm_event::swap_page_in, "swap_page_in", {slot, frame, error}},
    {uvm_event::daemon_begin,
     "daemon_begin",
     {{"wanted", form::number}, {"active", form::number}, {"inactive", form::number}}},
    {uvm_event::daemon_deactivate, "daemon_deactivate", {frame, {}, {}}},
    {uvm_event::daemon_reactivate, "daemon_reactivate", {frame, why, {}}},
    {uvm_event::daemon_skip, "daemon_skip", {frame, why, {}}},
    {uvm_event::daemon_free, "daemon_free", {frame, why, {}}},
    {uvm_event::daemon_end, "daemon_end", {{"freed", form::number}, {}, {}}},
};
// Switches: the compiler says which word is missing.
std::string_view word_of(uvm_daemon_reason reason) {
    switch (reason) {
    case uvm_daemon_reason::none:
        break;
    case uvm_daemon_reason::referenced:
        return "referenced";
    case uvm_daemon_reason::no_slot:
        return "no-slot";
    case uvm_daemon_reason::not_written:
        return "not-written";
    case uvm_daemon_reason::no_way_out:
        return "no-way-out";
    case uvm_daemon_reason::owner_in_use:
        return "owner-in-use";
    case uvm_daemon_reason::page_in_use:
        return "page-in-use";
    case uvm_daemon_reason::clean:
        return "clean";
    case uvm_daemon_reason::written:
        return "written";
    case uvm_daemon_reason::file:
        return "file";
    case uvm_daemon_reason::few_of_its_kind:
        return "few-of-its-kind";
    }
    return "?";
}

std::string_view word_of(uvm_map_function function) {
    switch (function) {
    case uvm_map_function::none:
        break;
    case uvm_map_function::map:
        return "uvm_map";
    case uvm_map_function::unmap:
        return "uvm_unmap";
    case uvm_map_function::protect:
        return "protect";
    case uvm_map_function::inherit:
        return "inherit";
    case uvm_map_function::advice:
        return "advice";
    case uvm_map_function::willneed:
        return "willneed";
    case uvm_map_function::pageable:
        return "pageable";
    case uvm_map_function::clean:
        return "clean";
    case uvm_map_function::extract:
        return "extract";
    case uvm_map_function::mremap:
        return "mremap";
    }
    return "?";
}

// The name of the space whose map that is; empty when it is none's.
std::string_view name_of_map(uint64_t map) {
    for (process const* p = allproc; p; p = p->p_next)
        if (reinterpret_cast<uintptr_t>(&p->p_vmspace->vm_map) == map)
            return p->p_name;
    return {};
}

bool is_wanted(const uvm_probe_record& record, history_subject what) {
    if (uvm_event(record.event) == uvm_event::map_call)
        return what != history_subject::pagedaemon && !name_of_map(record.arg(0)).empty();
    return what != history_subject::map && class_of(uvm_event(record.event)) == uvm_event_class::swap;
}

class record_printer {
public:
    record_printer(text_sink& out, bool full) : out_(out), full_(full) {}
    void print(uint64_t number, const uvm_probe_record& record);

private:
    void argument(const argument_name& what, uint64_t value);
    text_sink& out_;
    bool full_;
};

void record_printer::argument(const argument_name& what, uint64_t value) {
    if (what.how == form::none || (what.how == form::frame && !full_))
        return;
    out_.text(" ").text(what.name);
    if (what.how == form::number)
        out_.text("=").dec(value);
    else if (what.how == form::frame)
        out_.text("=").hex(value);
    else if (what.how == form::error)
        out_.text("=").text(value == 0 ? "ok" : errno_name(errno_t(value)));
    else
        out_.text(word_of(uvm_daemon_reason(value)));
}

void record_printer::print(uint64_t number, const uvm_probe_record& record) {
    out_.text("  ");
    if (full_)
        out_.text("#")
            .dec(number)
            .text(" time=")
            .dec(record.time - uvm_probe_ring.stopped_cycles)
            .text(" thread=");
    if (full_)
        out_.dec(record.thread).text(" ");
    if (uvm_event(record.event) == uvm_event::map_call) {
        out_.text(name_of_map(record.arg(0))).text(" ").text(word_of(uvm_map_function(record.arg(1))));
        out_.text(" ").hex(record.arg(2)).text("-").hex(record.arg(3));
        if (full_)
            out_.text(" from=").hex(record.arg(4));
    }
    for (event_words const& words : swap_events) {
        if (words.event != uvm_event(record.event))
            continue;
        out_.text(words.name);
        for (size_t i = 0; i < 3; ++i)
            argument(words.args[i], record.arg(i));
    }
    out_.text("\n");
}

// Calls f(number, record) for each wanted record, oldest first.
template <class F>
void for_each_record(history_subject what, uint64_t from, uint64_t last, F&& f) {
    uvm_probe_record record;
    for (uint64_t sequence = from; sequence <= last; ++sequence)
        if (uvm_probe_take(sequence, &record) && is_wanted(record, what))
            f(sequence, record);
}

} // namespace

uint64_t print_history(text_sink& out, const history_request& request) {
    uint64_t const last = uvm_probe_last();
    bool const overrun = last >= request.first + uvm_probe_ring_size;
    uint64_t const from = overrun ? last - uvm_probe_ring_size + 1 : request.first;
    uint64_t count = 0;
    for_each_record(request.what, from, last, [&](uint64_t, const uvm_probe_record&) { ++count; });
    uint64_t skip = count > request.most ? count - request.most : 0;
    uint64_t const printed = count - skip;
    if (overrun && skip == 0)
        out.text("  ! what was before is overwritten\n");
    record_printer printer(out, request.full);
    for_each_record(request.what, from, last, [&](uint64_t number, const uvm_probe_record& record) {
        if (skip > 0)
            --skip;
        else
            printer.print(number, record);
    });
    return printed;
}

} // namespace uvm
