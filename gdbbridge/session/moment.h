// What the bridge knows of one stop of the machine. Immutable once it is made; whoever looks shares it.
#pragma once

#include <QByteArray>
#include <QString>
#include <cstdint>
#include <memory>
#include <vector>

#include "gdbbridge/event/event.h"
#include "gdbbridge/snapshot/snapshot.h"

namespace gdbbridge {

// Why the machine stands still.
enum class StopReason : uint8_t {
    Start,       // the scenario is about to run its first command
    CommandEnd,  // a command of the scenario has ended
    Event,       // a probe inside a command
    Paused,      // somebody asked
    Step,        // a step over lines or instructions has ended
    Place,       // the place in the code that was asked for
    Watch,       // a watched field was written
    ScenarioEnd, // all commands have run; the spaces still exist
};

// The machine stands inside a command: invariants need not hold.
constexpr bool isInsideCommand(StopReason reason) {
    return reason != StopReason::Start && reason != StopReason::CommandEnd &&
           reason != StopReason::ScenarioEnd;
}

// A place in the kernel's source.
struct CodePlace {
    QString function;
    QString file; // as the debug information names it, below the source folder
    int line = 0;
    uint64_t address = 0;
    QString folder; // that source folder, where it was compiled; "" where that is not known
};

struct Moment {
    StopReason reason = StopReason::Start;
    // Commands of the scenario that have begun so far: 0 before the first, then 1, 2, …
    int operation = 0;
    int line = 0;                    // of that command in the scenario file; 0 at Start
    QString command;                 // its text, blanks folded, comment removed; "" at Start
    uint64_t error = 0;              // at CommandEnd: the errno it ended with, 0 when it went well
    QByteArray output;               // what the scenario printed since the moment before
    SnapshotPtr snapshot;            // never null
    std::vector<Event> events;       // since the moment before, ascending
    uint64_t lost = 0;               // events that were overwritten before they were read
    std::vector<Finding> violations; // invariants that are broken; only looked for between commands
    // At Watch: "maxgap of entry 3: 4096, was 8192". With violations: why it is not known what broke first.
    QString note;
    std::vector<CodePlace> stack; // who stopped, innermost first; empty between commands
};
using MomentPtr = std::shared_ptr<const Moment>;

} // namespace gdbbridge
