// history, show history: the calls of map operations and the work of the page daemon, out of the ring of
// probes (docs/adr/0006-history-in-the-probe-ring.md).
#include "kernel/scenario/commands.h"

#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

enum class subject : uint8_t { all, map, pagedaemon };

constexpr uint64_t usual_lines = 20;
constexpr uvm_event_class history_classes = uvm_event_class::call | uvm_event_class::swap;

// What this scenario has switched on, and the first record since.
constinit uvm_event_class switched_on{};
constinit uint64_t first_record;

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
constexpr std::string_view reasons[] = {"?",          "referenced",   "no-slot",     "not-written",
                                        "no-way-out", "owner-in-use", "page-in-use", "clean",
                                        "written",    "file"};
constexpr std::string_view functions[] = {"?",        "uvm_map",  "uvm_unmap", "protect", "inherit", "advice",
                                          "willneed", "pageable", "clean",     "extract", "mremap"};

template <size_t N>
std::string_view word_of(const std::string_view (&words)[N], uint64_t number) {
    return words[number < N ? number : 0];
}

// The name of the space whose map that is; empty when it is none's.
std::string_view name_of_map(uint64_t map) {
    for (process const* p = allproc; p; p = p->p_next)
        if (reinterpret_cast<uintptr_t>(&p->p_vmspace->vm_map) == map)
            return p->p_name;
    return {};
}

// One record as it was at one moment; false when it is overwritten. The sequence number is looked at before
// and after, as it stands in memory: a 32-bit machine reads it in two halves, and halves of two numbers are
// no number that is looked for.
bool take_record(uint64_t sequence, uvm_probe_record* record) {
    auto const& place = uvm_probe_ring.records[(sequence - 1) % uvm_probe_ring_size];
    const volatile uint64_t& number = place.sequence;
    if (number != sequence)
        return false;
    __atomic_signal_fence(__ATOMIC_ACQUIRE);
    *record = place;
    __atomic_signal_fence(__ATOMIC_ACQUIRE);
    return number == sequence;
}

bool is_wanted(const uvm_probe_record& record, subject what) {
    if (uvm_event(record.event) == uvm_event::map_call)
        return what != subject::pagedaemon && !name_of_map(record.args[0]).empty();
    return what != subject::map && class_of(uvm_event(record.event)) == uvm_event_class::swap;
}

class record_printer {
public:
    record_printer(text_writer& out, bool full) : out_(out), full_(full) {}
    void print(const uvm_probe_record& record);

private:
    void argument(const argument_name& what, uint64_t value);
    text_writer& out_;
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
        out_.text(word_of(reasons, value));
}

void record_printer::print(const uvm_probe_record& record) {
    out_.text("  ");
    if (full_)
        out_.text("#").dec(record.sequence).text(" time=").dec(record.time).text(" thread=");
    if (full_)
        out_.dec(record.thread).text(" ");
    if (uvm_event(record.event) == uvm_event::map_call) {
        out_.text(name_of_map(record.args[0])).text(" ").text(word_of(functions, record.args[1]));
        out_.text(" ").hex(record.args[2]).text("-").hex(record.args[3]);
        if (full_)
            out_.text(" from=").hex(record.args[4]);
    }
    for (event_words const& words : swap_events) {
        if (words.event != uvm_event(record.event))
            continue;
        out_.text(words.name);
        for (size_t i = 0; i < 3; ++i)
            argument(words.args[i], record.args[i]);
    }
    out_.text("\n");
}

// Calls f(record) for each wanted record, oldest first.
template <class F>
void for_each_record(subject what, uint64_t from, uint64_t last, F&& f) {
    uvm_probe_record record;
    for (uint64_t sequence = from; sequence <= last; ++sequence)
        if (take_record(sequence, &record) && is_wanted(record, what))
            f(record);
}

} // namespace

void scenario_history_reset() {
    uvm_probe_control.record_mask = without(uvm_probe_control.record_mask, switched_on);
    switched_on = uvm_event_class::none;
    first_record = 0;
}

outcome run_history(interpreter&, arguments& args) {
    constexpr choice<bool> words[] = {{"on", true}, {"off", false}};
    bool const on = choose(args, args.word("on or off"), words);
    if (!args.finished())
        return outcome::unparsed();
    if (!UVM_PROBES)
        return outcome::failed(errno_t::enotsup);
    scenario_history_reset();
    if (!on)
        return outcome::ok();
    switched_on = without(history_classes, uvm_probe_control.record_mask);
    uvm_probe_control.record_mask |= switched_on;
    first_record = uvm_probe_ring.next_sequence + 1;
    return outcome::ok();
}

outcome show_history(interpreter& in, arguments& args) {
    subject what = subject::all;
    uint64_t most = usual_lines;
    bool full = false;
    for (std::string_view word = args.option(); !word.empty(); word = args.option()) {
        if (word == "map" || word == "pagedaemon")
            what = word == "map" ? subject::map : subject::pagedaemon;
        else if (word == "full")
            full = true;
        else
            most = args.number_value(word);
    }
    if (!args.finished())
        return outcome::unparsed();
    if (first_record == 0 || most == 0)
        return outcome::failed(errno_t::einval);
    uint64_t const last = uvm_probe_ring.next_sequence;
    bool const overrun = last >= first_record + uvm_probe_ring_size;
    uint64_t const from = overrun ? last - uvm_probe_ring_size + 1 : first_record;
    uint64_t count = 0;
    for_each_record(what, from, last, [&](const uvm_probe_record&) { ++count; });
    uint64_t skip = count > most ? count - most : 0;
    if (overrun && skip == 0)
        in.out.text("  ! what was before is overwritten\n");
    record_printer printer(in.out, full);
    for_each_record(what, from, last, [&](const uvm_probe_record& record) {
        if (skip > 0)
            --skip;
        else
            printer.print(record);
    });
    return outcome::printed();
}

} // namespace uvm
