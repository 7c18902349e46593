// Looking at a machine that will not run again: what GDB knows, then what memory says, then what QEMU says.
#pragma once

#include <functional>
#include <memory>

#include "gdbbridge/session/session.h"

namespace gdbbridge {

class Machine;

// Examines a machine that stands. `done` gets what is known, and the state of memory as a moment (its place
// in the scenario, and the events that were read before, are for the caller to fill in); null when the
// kernel's memory cannot be found. `limitMs` is how long a machine that hangs was waited for; `before` are
// the events since the last moment, as far as they have been read.
void examineDead(Machine& machine, Death::Kind kind, int limitMs, std::vector<Event> before,
                 std::function<void(Death, std::shared_ptr<Moment>)> done);

} // namespace gdbbridge
