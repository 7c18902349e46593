// The first broken invariant of a run of a lab's kernel under the bridge, which looks from outside and knows
// more of them than the kernel's own check, and the event at which it broke.
#pragma once

#include <QByteArray>
#include <QString>

#include <cstdint>

#include "labs/grader/lab.h"

namespace grader {

struct BreakingEvent {
    bool found = false;
    int command = 0;    // of the scenario, from 1; 0: before the first
    uint64_t event = 0; // its number since the kernel's start; 0: it is not known
    QString name;       // of the event, as the app has it
    QString words;      // what is broken
};

struct BreakingEventSearch {
    QString program;     // uvmscope, absolute
    QString folder;      // where the kernel was built
    QByteArray scenario; // as it is run
    int commands = 0;    // that are run: nothing behind them matters
    Machine machine = Machine::I386;
    int seconds = 15; // that it may take
};

// Takes some seconds. Needs an application object. The kernel is read by GDB and run by QEMU inside the
// sandbox, where there is one.
BreakingEvent findBreakingEvent(const BreakingEventSearch& search);

} // namespace grader
