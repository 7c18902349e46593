// `uvmscope compare`: one scenario on two kernels, and where they first differ.
#pragma once

#include <QString>

#include "gui/app/compared_side.h"
#include "gui/theme/palette.h"

namespace gui {

struct CompareRequest {
    QString file; // the scenario
    ComparedSide one, two;
    QString output; // a figure of the first difference; "" for none
    ThemeName theme = ThemeName::Print;
};

// Tells the first difference: what each side printed, has and did. CheckFailed when there is one.
ExitCode runCompare(const CompareRequest& request);

} // namespace gui
