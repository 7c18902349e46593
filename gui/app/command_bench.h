// `uvmscope bench`: what the parts of the project cost, measured here and now.
#pragma once

#include <QString>

#include "gui/app/exit_code.h"

namespace gui {

struct BenchRequest {
    QString part;              // what is measured: one of benchParts()
    QString filter;            // a regular expression for the rows; "" for all
    bool json = false;         // JSON instead of a table
    bool instructions = false; // counted by callgrind and held against the reference, instead of timed
};

// What can be measured.
QStringList benchParts();

// Measures; the table goes to standard output.
ExitCode runBench(const BenchRequest& request);

} // namespace gui
