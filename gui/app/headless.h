// A demo without a display: each step as text, the pictures of the last one as files.
#pragma once

#include <QString>
#include <QStringList>

#include "gui/app/recorded_run.h"

namespace gui {

// Runs the scenario on a kernel (or reads a recording), prints what each step changed.
ExitCode runWatch(const QString& file, const Target& target, MomentsAt at);

// Where the pictures of a run go (a folder that is made when it is missing), and which those are.
struct PicturesLeft {
    QString folder;
    QStringList views;
};

// Runs the scenario on a kernel (or reads a recording), prints what each command changed, and writes the
// views as SVG: of the end or, where one is asked for, of the place `at`, behind which nothing is told.
ExitCode runHeadless(const QString& file, const Target& target, const PicturesLeft& pictures,
                     const PlaceInRun& at = {});

} // namespace gui
