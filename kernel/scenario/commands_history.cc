// history, show history: the calls of map operations and the work of the page daemon, out of the ring of
// probes (docs/adr/0006-history-in-the-probe-ring.md).
#include "kernel/core/history_print.h"
#include "kernel/scenario/commands.h"

namespace uvm {

namespace {

// What this scenario has switched on, and the first record since.
constinit uvm_event_class switched_on{};
constinit uint64_t first_record;

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
    first_record = uvm_probe_last() + 1;
    return outcome::ok();
}

outcome show_history(interpreter& in, arguments& args) {
    history_request request;
    for (std::string_view word = args.option(); !word.empty(); word = args.option()) {
        if (word == "map" || word == "pagedaemon")
            request.what = word == "map" ? history_subject::map : history_subject::pagedaemon;
        else if (word == "full")
            request.full = true;
        else
            request.most = args.number_value(word);
    }
    if (!args.finished())
        return outcome::unparsed();
    if (first_record == 0 || request.most == 0)
        return outcome::failed(errno_t::einval);
    request.first = first_record;
    auto const put = [](void* out, std::string_view words) { static_cast<text_writer*>(out)->put(words); };
    text_sink sink(put, &in.out);
    print_history(sink, request);
    return outcome::printed();
}

} // namespace uvm
