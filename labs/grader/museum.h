// uvmscope lab museum: kernels with a fault that can be found from the pictures.
#pragma once

#include <QStringList>

namespace grader {

// The status, as gui/app/exit_code.h lists them.
int museum(const QStringList& words);

} // namespace grader
