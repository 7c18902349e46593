// The folder in which a student works.
#pragma once

#include <QString>

#include "labs/grader/installation.h"
#include "labs/grader/lab.h"

namespace grader {

// Writes the handout, the starter, the public checks and the kit into a folder that must not hold anything
// yet.
// "" or what went wrong. Of the lab's folder only what a student may see is read: README.md, lab.json,
// starter/ and checks/.
QString writeStudentFolder(const Lab& lab, const Installation& where, const QString& folder);

// The same for one submission: the kit at `kit` (with its Makefile beside it) and the student's files. "" or
// what is wrong with the submission.
QString writeSubmission(const Lab& lab, const QString& kit, const QString& submission, const QString& folder);

} // namespace grader
