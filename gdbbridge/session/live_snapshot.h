// What the machine looked like at a moment while it ran.
#pragma once

#include <vector>

#include "gdbbridge/snapshot/snapshot.h"

namespace gdbbridge {

struct LiveSnapshot {
    // What it took.
    enum class How : uint8_t {
        Running, // nothing: read while the guest ran on, between two changes
        Held,    // the guest waited before its next change, for as long as the copy took
        Stopped, // the machine was stopped, read and let go again: there was a change that did not end
    };
    How how = How::Running;
    SnapshotPtr snapshot; // never null
    // The machine stood in the midst of a change, where invariants need not hold; only with Stopped.
    bool insideChange = false;
    unsigned attempts = 1;           // that it took; those before the last were torn or came too early
    std::vector<Finding> violations; // invariants that are broken; not looked for inside a change
};

// Live snapshots of one run, by what they took.
struct LiveCounts {
    uint64_t running = 0, held = 0, stopped = 0;
    uint64_t rejected = 0; // attempts that were torn or came too early
};

} // namespace gdbbridge
