// The commands of `uvmscope lab`.
#pragma once

#include <QStringList>

namespace grader {

// Runs what the words behind the program's name say; the exit status, as gui/app/exit_code.h lists them.
int runLabCommand(const QStringList& words);

} // namespace grader
