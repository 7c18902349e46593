#include "gui/app/window_run.h"
namespace gui { ExitCode runWindow(const QString&, const QString&) { return ExitCode::CannotStart; } }
