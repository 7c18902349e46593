#include "labs/grader/installation.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

namespace grader {

Installation Installation::ofBuild(const QString& build, const QString& source) {
    return {build, source, source + QStringLiteral("/labs"), build, build + QStringLiteral("/user")};
}

Installation Installation::ofPrefix(const QString& prefix) {
    const QString share = prefix + QStringLiteral("/share/uvmscope");
    return {share + QStringLiteral("/kit"), share + QStringLiteral("/source"),
            share + QStringLiteral("/labs"), prefix + QStringLiteral("/bin"),
            share + QStringLiteral("/user")};
}

Installation installation() {
    const QString here = QCoreApplication::applicationDirPath();
    // In a prefix the program lies in libexec/uvmscope.
    if (const QString prefix = QDir::cleanPath(here + QStringLiteral("/../.."));
        QFileInfo::exists(prefix + QStringLiteral("/share/uvmscope/labs")))
        return Installation::ofPrefix(prefix);
    const QString beside = QDir::cleanPath(here + QStringLiteral("/.."));
    return Installation::ofBuild(here, QFileInfo::exists(beside + QStringLiteral("/labs/CMakeLists.txt"))
                                           ? beside
                                           : QStringLiteral(UVMSCOPE_SOURCE_FOLDER));
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
