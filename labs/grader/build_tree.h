// How the files of each machine's kernel are compiled, and their objects: as a build of the project knows it,
// or as it was written down for an installation.
#pragma once

#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

#include "labs/grader/lab.h"

namespace grader {

class BuildTree {
public:
    // `kit` has compile_commands.json, or units.json and what belongs to it; `source` is what was compiled.
    static std::optional<BuildTree> open(const QString& kit, const QString& source, QString* problem);

    struct Unit {
        Machine machine;
        QString source, object; // source: below the source folder; object: absolute
        QStringList flags;      // without the compiler, the files, -Werror and what only the project's build
                                // needs; -I and a folder below the source folder, or "-I." for that folder
    };
    // All translation units of a machine's kernel, besides the symbol table.
    std::vector<Unit> units(Machine machine) const;
    const Unit* unit(Machine machine, const QString& source) const;
    // The name of the compiler, to be looked up in PATH.
    const QString& compiler() const { return m_compiler; }
    // The archive with the main function of the host program.
    QString runner() const { return m_kit + QStringLiteral("/labs/liblab_runner.a"); }
    QString sourceFile(const QString& name) const { return m_source + u'/' + name; }

    // Copies the objects and the runner into a folder and writes units.json there, so that `open` can read
    // that folder instead. "" or what went wrong.
    QString write(const QString& folder) const;

private:
    bool readBuild(QString* problem);
    bool readWritten(QString* problem);

    QString m_kit, m_source, m_compiler;
    std::vector<Unit> m_units;
};

} // namespace grader
