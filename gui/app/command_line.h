// The words of the command line: which command, and its options.
#pragma once

#include <QStringList>

#include "gui/app/exit_code.h"

namespace gui {

// Runs the command that the arguments name; the first one is the program. `hasDisplay`: a window can be
// opened.
ExitCode runCommandLine(QStringList arguments, bool hasDisplay);

} // namespace gui
