// `uvmscope export`: a view of a scenario as a file, or one file a step.
#pragma once

#include <QSizeF>
#include <QString>
#include <QStringList>

#include <optional>

#include "gui/app/recorded_run.h"
#include "gui/theme/palette.h"

namespace gui {

struct ExportRequest {
    QString file;   // the scenario, or a recording
    Target target;  // to run it on
    QString view;   // "map", "tree", "cow"
    QString output; // the file, its suffix says the format; with `each` a number goes before the suffix;
                    // .json: the events of the whole run in the trace format of Perfetto and Chrome
    ThemeName theme = ThemeName::Print;
    QSizeF size{1000, 620};
    std::optional<int> at; // number of the command after which; the last one when absent
    bool each = false;     // a frame after each command, with a still layout
};

QStringList exportViews();
ExitCode runExport(const ExportRequest& request);

} // namespace gui
