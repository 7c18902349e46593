// The history of map operations and of the page daemon as text: what the ring of probes holds of them
// (docs/adr/0006-history-in-the-probe-ring.md).
#pragma once

#include "kernel/base/text_sink.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

enum class history_subject : uint8_t { all, map, pagedaemon };
// What has to be recorded for it.
inline constexpr uvm_event_class history_classes = uvm_event_class::call | uvm_event_class::swap;

struct history_request {
    history_subject what{history_subject::all};
    uint64_t first{1}; // the first record that counts, by its number in the ring
    uint64_t most{20}; // lines: the last ones
    bool full{}; // with number, time, thread, page frames and callers, which differ from machine to machine
};

// A line a record, oldest first, and one before them when the ring no longer has the first. A map's call is
// told by the name of the process whose map it is; those on the kernel's maps are left out. Returns how many
// records were printed. Any context. Needs: no process ends meanwhile.
uint64_t print_history(text_sink& out, const history_request& request);

} // namespace uvm
