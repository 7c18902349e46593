// The app with its window, from start to end.
#pragma once

#include <QString>

#include "gui/app/recorded_run.h"

namespace gui {

// Shows the window with a scenario running on a kernel, or with a recording; returns when it is closed. A
// scenario goes on to the place `at` by itself; without one it waits at its beginning.
ExitCode runWindow(const QString& file, const Target& target, const PlaceInRun& at = {});

} // namespace gui
