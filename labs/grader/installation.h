// Where the labs and what they need lie: in a build, or below the prefix of an installation.
#pragma once

#include <QString>

#include <optional>
#include <vector>

#include "labs/grader/build_tree.h"
#include "labs/grader/lab.h"

namespace grader {

struct Installation {
    QString kit;      // compile_commands.json and the objects, or what writeInstalledKit wrote
    QString source;   // what starters and headers are made from: kernel/
    QString labs;     // a folder a lab
    QString programs; // uvmscope and uvmscope-host
    QString user;     // MACHINE/NAME, the user programs

    // Of a folder that was configured from `source`.
    static Installation ofBuild(const QString& build, const QString& source);
    // Of a prefix of `cmake --install`. It has the source of the kernel as it has the kernel, and it has the
    // hidden checks only if the component `grader` was installed, too.
    static Installation ofPrefix(const QString& prefix);

    QString reference() const { return programs + QStringLiteral("/uvmscope-host"); }
    QString program() const { return programs + QStringLiteral("/uvmscope"); }
};

// Of the program that runs.
Installation installation();
// The lab with this number or name ("1", "lookup", "01-lookup"); nothing, and `problem`, when there is none.
std::optional<Lab> findLab(const Installation& where, const QString& word, QString* problem);

} // namespace grader
