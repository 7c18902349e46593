// A scenario run on a kernel to its end, without a window: its moments go into a story.
#pragma once

#include <QString>
#include <QStringList>

#include <functional>

#include "gdbbridge/session/session.h"
#include "gui/app/exit_code.h"
#include "gui/models/story.h"

namespace gui {

// The kernel to run on.
struct Target {
    QString architecture = QStringLiteral("i386");
    QString kernel;        // its ELF; "" for the one that belongs to the program
    QString kernelOptions; // more words for its command line
};

struct RunOutcome {
    ExitCode code = ExitCode::Ok;
    QString problem;    // one line, "" when all went well
    QStringList report; // more about a kernel that died
};

// The configuration for a scenario file on a kernel; nothing, and `problem` set, when the file cannot
// be read.
std::optional<gdbbridge::SessionConfig> sessionConfig(const QString& file, const Target& target,
                                                      QString* problem);

// Runs until the scenario is over or the kernel is dead. `onMoment` is called for each moment after it has
// entered the story; it may be empty. Needs an application object; runs its own event loop.
RunOutcome recordRun(const gdbbridge::SessionConfig& config, Story& story,
                     const std::function<void(const gdbbridge::Moment&)>& onMoment);

} // namespace gui
