// A demo without a display: each step as text, the pictures of the last one as files.
#pragma once

#include <QString>

#include "gui/app/recorded_run.h"

namespace gui {

// Runs the scenario on a kernel (or reads a recording), prints what each step changed.
ExitCode runWatch(const QString& file, const Target& target, MomentsAt at);

// Runs the scenario on a kernel (or reads a recording), prints what each command changed, and writes the
// views as SVG into `folder` (made when it is missing): of the end, or of the place `at`.
ExitCode runHeadless(const QString& file, const Target& target, const QString& folder,
                     const PlaceInRun& at = {});

} // namespace gui
