// The events of a run in the trace format that Perfetto and Chrome's about:tracing read.
#pragma once

#include <QByteArray>
#include <vector>

#include "gdbbridge/session/moment.h"

namespace gdbbridge {

// A JSON document ("Trace Event Format"). Each kernel thread is a thread of it; commands, forks, searches and
// faults are spans, every other event is an instant with its arguments; free pages are a counter. An
// instruction counts as a nanosecond.
[[nodiscard]] QByteArray chromeTrace(const std::vector<MomentPtr>& moments);

} // namespace gdbbridge
