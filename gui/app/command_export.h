// `uvmscope export`: a view of a scenario as a file, or one file a step.
#pragma once

#include <QSizeF>
#include <QString>
#include <QStringList>

#include <optional>

#include "gui/app/recorded_run.h"
#include "gui/layout/address_axis.h"
#include "gui/theme/palette.h"

namespace gui {

struct ExportRequest {
    QString file;   // the scenario, or a recording
    Target target;  // to run it on
    QString view;   // one of exportViews()
    QString output; // the file, its suffix says the format; with `each` a number goes before the suffix;
                    // .txt: the lines of a view of text; .json: the events of the whole run in the trace
                    // format of Perfetto and Chrome
    ThemeName theme = ThemeName::Print;
    QSizeF size{1000, 620};
    AxisScale scale = AxisScale::Pages; // of addresses
    std::optional<int> at;              // number of the command after which; the last one when absent
    std::optional<uint64_t> atEvent;    // instead, or inside that command: number of the event behind which
    bool each = false;                  // a frame after each command, with a still layout
    bool search = false; // of a tree: a frame for each thing that the command's search for room looked at
};

QStringList exportViews();
// Draws a moment of a run that is there already; "" or what went wrong. `request.file` is not read, but tells
// with the target what ran.
QString drawMoment(const ExportRequest& request, Story& story, int moment, const ConsoleLog& console);
// The moment at the end of the command with this number, -1 when there is none.
int momentOf(const Story& story, int operation);
ExitCode runExport(const ExportRequest& request);

} // namespace gui
