// The app with its window, from start to end.
#pragma once

#include <QString>

#include "gui/app/exit_code.h"

namespace gui {

// Shows the window with a scenario running on a kernel of the architecture; returns when it is closed.
ExitCode runWindow(const QString& file, const QString& architecture);

} // namespace gui
