// uvmscope lab: labs and grading.
#pragma once

#include <QStringList>

#include "gui/app/exit_code.h"

namespace gui {

// Hands the words over to the program that knows the labs.
ExitCode runLab(const QStringList& words);

} // namespace gui
