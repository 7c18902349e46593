// Results as a person reads them.
#pragma once

#include <QString>
#include <QStringList>

#include "labs/grader/result.h"

namespace grader {

// A failure, a line for each thing that is known about it.
QStringList failureLines(const CheckResult& check);
// The table of a lab's checks. `hiddenPoints`: of the checks that were not run.
QString table(const LabResult& result, int hiddenPoints);

} // namespace grader
