// Where the labs and what they need lie: beside the program in a build.
#pragma once

#include <QString>

#include <optional>
#include <vector>

#include "labs/grader/build_tree.h"
#include "labs/grader/lab.h"

namespace grader {

struct Installation {
    QString build, source, labs; // folders
    QString reference() const { return build + QStringLiteral("/uvmscope-host"); }
    QString userPrograms() const { return build + QStringLiteral("/user"); }
    QString program() const { return build + QStringLiteral("/uvmscope"); }
};

// Of the program that runs.
Installation installation();
// The lab with this number or name ("1", "lookup", "01-lookup"); nothing, and `problem`, when there is none.
std::optional<Lab> findLab(const Installation& where, const QString& word, QString* problem);

} // namespace grader
