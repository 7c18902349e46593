// `uvmscope script`: runs scenarios on a target without a debugger and prints their transcripts.
#pragma once

#include <QString>
#include <QStringList>

#include "gui/app/exit_code.h"

namespace gui {

// Where a scenario runs: "host" or an architecture.
QStringList scriptTargets();

// Runs the scenario files one after the other; the transcripts go to standard output, what went wrong to
// standard error as one line. The worst outcome of all. A target that has not ended after `timeoutS` seconds
// is ended.
ExitCode runScripts(const QStringList& files, const QString& target, int timeoutS);

} // namespace gui
