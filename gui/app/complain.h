// How a command of the program says that it could not do what was asked.
#pragma once

#include <QString>
#include <QStringList>

#include "gui/app/exit_code.h"

namespace gui {

// "uvmscope: PROBLEM" on standard error, behind what is on its way to standard output, and below it the lines
// of the report. Returns the code.
ExitCode complain(ExitCode code, const QString& problem, const QStringList& report = {});

} // namespace gui
