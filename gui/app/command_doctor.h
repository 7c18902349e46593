// `uvmscope doctor`: what this computer has of what the program needs, and how to get the rest.
#pragma once

#include "gui/app/exit_code.h"

namespace gui {

// Prints a line a thing: fine or missing, and the fix. CannotStart when something that is needed is missing.
ExitCode runDoctor();

} // namespace gui
