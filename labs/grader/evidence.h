// What shows a failure to who was not there: the scenario as it was run, a recording of it on the
// submission's kernel, and a figure of the first wrong step.
#pragma once

#include <QString>

#include "labs/grader/lab.h"
#include "labs/grader/result.h"

namespace grader {

struct EvidenceRequest {
    QString program;     // uvmscope, absolute
    QString folder;      // the submission's, in which the kernel was built
    QString to;          // where the files go: TO.uvm, TO.uvmrec, TO.svg
    QString name;        // of a user program that is run in the place of a scenario; ""
    QString view;        // what the figure shows
    QByteArray scenario; // as it was run, or the program
    Machine machine = Machine::I386;
};

// Makes the files for a failure that has a scenario or a program (with a moment at the event where an
// invariant broke), and notes their names, without folder, in the failure; and in `evidence` what could not
// be made, and why. The submission's kernel is read by GDB and run by QEMU inside the sandbox, with their
// limits. False: the kernel dies before its first command, so for no other scenario there is anything to be
// seen either.
bool makeEvidence(const EvidenceRequest& request, Failure& failure);

} // namespace grader
