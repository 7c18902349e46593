// `uvmscope record` and `uvmscope watch`: a run without a window, into a file or onto standard output.
#pragma once

#include <QString>

#include "gui/app/recorded_run.h"

namespace gui {

// What a recording says of itself.
gdbbridge::RecordingInfo recordingInfo(const gdbbridge::SessionConfig& config, const Target& target);

// Runs a scenario on a kernel into a recording, which has a moment at the event of `place`, too; what the
// recorder had when it died is kept. Tells the file and what is in it.
ExitCode runRecord(const QString& file, const Target& target, MomentsAt at, const PlaceInRun& place,
                   const QString& output);

// Runs a scenario on a kernel, or reads a recording, and prints each moment as it comes: a JSON object a
// line, as docs/recording.md describes it.
ExitCode runWatchJson(const QString& file, const Target& target, MomentsAt at);

} // namespace gui
