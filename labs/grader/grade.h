// Grades the submissions of a class.
#pragma once

#include <QString>

#include <functional>

#include "labs/grader/installation.h"
#include "labs/grader/lab.h"
#include "labs/grader/result.h"

namespace grader {

struct GradeRequest {
    QString submissions; // a folder with one folder a submission
    QString output;      // for results and reports
    QStringList only;    // names of submissions; none: all
    int jobs = 1;
    uint32_t seed = 0;  // of the variation; 0: drawn
    bool again = false; // also what was graded before
};

// What one submission is graded with.
struct GradeJob {
    QString kit, submission, result; // folders, and the file to write
    QString evidence;                // the folder for recordings and figures of what fails; "": none are made
    uint32_t seed = 1;
};

// Grades one submission and writes its result, whole or not at all. "" or what went wrong.
QString gradeOne(const Lab& lab, const Installation& where, const GradeJob& job);

// Grades all, each in a process of its own, `jobs` at a time; what has a result already, of the same files by
// the same checks, is not graded again. Then writes the reports, unless only some were asked for. "" or what
// went wrong. `say` gets a line for each submission.
QString gradeAll(const Lab& lab, const Installation& where, const GradeRequest& request,
                 const std::function<void(const QString&)>& say);

} // namespace grader
