// What the build of the project knows: how a file is compiled for a machine, and the objects of its kernel.
#pragma once

#include <QString>
#include <QStringList>

#include <optional>

#include "labs/grader/lab.h"

namespace grader {

class BuildTree {
public:
    // `build` has compile_commands.json; `source` is what it was configured from.
    static std::optional<BuildTree> open(const QString& build, const QString& source, QString* problem);

    struct Unit {
        Machine machine;
        QString source, object; // source: below the source folder; object: absolute
        QStringList flags;      // without the compiler, the files and -Werror; folders as in the build
    };
    // All translation units of a machine's kernel, besides the symbol table.
    std::vector<Unit> units(Machine machine) const;
    const Unit* unit(Machine machine, const QString& source) const;
    // The name of the compiler, to be looked up in PATH.
    const QString& compiler() const { return m_compiler; }

    QString buildFile(const QString& name) const { return m_build + u'/' + name; }
    QString sourceFile(const QString& name) const { return m_source + u'/' + name; }

private:
    QString m_build, m_source, m_compiler;
    std::vector<Unit> m_units;
};

} // namespace grader
