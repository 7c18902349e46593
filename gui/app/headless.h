// A demo without a display: each step as text, the pictures of the last one as files.
#pragma once

#include <QString>

#include "gui/app/exit_code.h"

namespace gui {

// Runs the scenario on a kernel of the architecture, prints what each command changed, and writes the views
// as SVG into `folder` (made when it is missing).
ExitCode runHeadless(const QString& file, const QString& architecture, const QString& folder);

} // namespace gui
