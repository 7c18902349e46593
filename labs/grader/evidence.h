// What shows a failure to who was not there: the scenario as it was run, a recording of it on the
// submission's kernel, a figure of the first wrong step, and the first broken invariant as the bridge sees
// it, which looks from outside and knows more of them than the kernel's own check. All of one run.
#pragma once

#include <QString>

#include <optional>

#include "labs/grader/lab.h"
#include "labs/grader/result.h"

namespace grader {

struct EvidenceRequest {
    QString program;     // uvmscope, absolute
    QString folder;      // the submission's, in which the kernel was built
    QString to;          // where the files go: TO.uvm, TO.uvmrec, TO.svg; "": only what broke is looked for
    QString name;        // of a user program that is run in the place of a scenario; ""
    QString view;        // what the figure shows
    QByteArray scenario; // as it was run, or the program
    Machine machine = Machine::I386;
    int seconds = 20;   // that it may take
    bool hangs = false; // it is known to: where it is silent, it is waited for less
    bool event = true;  // at which something broke is looked for, which takes another machine
};

// A broken invariant, and the event at which it broke.
struct BrokenAtEvent {
    int command = 0;    // of the scenario, from 1; 0: before the first
    uint64_t event = 0; // its number since the kernel's start; 0: it is not known
    QString name;       // of the event, as the app has it
    QString words;      // what is broken
};

struct Evidence {
    // False: the kernel dies before its first command, so for no other scenario there is anything to be seen
    // either.
    bool boots = true;
    std::optional<BrokenAtEvent> broken;
};

// Makes the files for a failure that has a scenario or a program (with a moment at the event where an
// invariant broke), and notes their names, without folder, in the failure; and in `evidence` what could not
// be made, and why. The submission's kernel is read by GDB and run by QEMU inside the sandbox, with their
// limits. Needs an application object.
Evidence makeEvidence(const EvidenceRequest& request, Failure& failure);

} // namespace grader
