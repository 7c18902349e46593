// `uvmscope evidence`: what `uvmscope lab` keeps of a run that failed, made in one run.
#pragma once

#include <QString>

#include "gui/app/recorded_run.h"

namespace gui {

struct EvidenceRequest {
    QString file; // the scenario, or a program
    Target target;
    QString view;       // of the figure
    int command = 0;    // of which the figure is, or of the one before when it never ended; 0: the first that
                        // is broken, or the last
    bool hangs = false; // it is known to: the end of it is not waited for as long as elsewhere
    bool event = true;  // at which something broke is looked for
    QString output;     // without suffix: the recording is OUTPUT.uvmrec, the figure OUTPUT.svg
};

// Records the run, with a moment at the event at which an invariant broke, draws it, and prints one line of
// JSON: `figure`, the file, "" where there is none, and then why in `no_figure`; where the run did not go
// well `outcome`, in a line; and where something was broken `broken` with the command, the
// event, its name, and the invariant in words. How the run went is no part of the exit code.
ExitCode runEvidence(const EvidenceRequest& request);

} // namespace gui
