// Looking at a machine that will not run again: what GDB knows, then what memory says, then what QEMU says.
#pragma once

#include <functional>
#include <memory>

#include "gdbbridge/session/session.h"

namespace gdbbridge {

class Machine;

// Examines a machine that stands. `done` gets what is known, and the state of memory as a moment (its place
// in the scenario is for the caller to fill in); null when the kernel's memory cannot be found. `quietMs` is
// how long a machine that hangs was waited for.
void examineDead(Machine& machine, Death::Kind kind, int quietMs,
                 std::function<void(Death, std::shared_ptr<Moment>)> done);

} // namespace gdbbridge
