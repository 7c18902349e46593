#include "labs/grader/installation.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

namespace grader {

Installation installation() {
    Installation where;
    where.build = QCoreApplication::applicationDirPath();
    const QString beside = QDir::cleanPath(where.build + QStringLiteral("/.."));
    where.source = QFileInfo::exists(beside + QStringLiteral("/labs/CMakeLists.txt"))
                       ? beside
                       : QStringLiteral(UVMSCOPE_SOURCE_FOLDER);
    where.labs = where.source + QStringLiteral("/labs");
    return where;
}

std::optional<Lab> findLab(const Installation& where, const QString& word, QString* problem) {
    problem->clear();
    QStringList known;
    for (Lab& lab : readLabs(where.labs, problem)) {
        if (word.toInt() == lab.number || word == lab.name || word == QFileInfo(lab.folder).fileName())
            return std::move(lab);
        known << QString::number(lab.number);
    }
    if (problem->isEmpty())
        *problem =
            QStringLiteral("there is no lab %1; there are %2").arg(word, known.join(QStringLiteral(", ")));
    return std::nullopt;
}

} // namespace grader
