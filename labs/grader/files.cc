#include "labs/grader/files.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

namespace grader {

std::optional<QByteArray> readFile(const QString& file) {
    QFile input(file);
    if (!input.open(QIODevice::ReadOnly))
        return std::nullopt;
    return input.readAll();
}

QString writeFile(const QString& file, const QByteArray& bytes) {
    QDir().mkpath(QFileInfo(file).absolutePath());
    QSaveFile output(file);
    if (!output.open(QIODevice::WriteOnly) || output.write(bytes) != bytes.size() || !output.commit())
        return QStringLiteral("cannot write %1: %2").arg(file, output.errorString());
    return {};
}

QString copyFile(const QString& from, const QString& to) {
    QDir().mkpath(QFileInfo(to).absolutePath());
    QFile::remove(to);
    QFile source(from);
    return source.copy(to) ? QString()
                           : QStringLiteral("cannot copy %1 to %2: %3").arg(from, to, source.errorString());
}

QString copyTree(const QString& from, const QString& to) {
    QDirIterator at(from, QDir::Files, QDirIterator::Subdirectories);
    while (at.hasNext()) {
        const QString name = QDir(from).relativeFilePath(at.next());
        if (QString problem = copyFile(at.filePath(), to + u'/' + name); !problem.isEmpty())
            return problem;
    }
    return {};
}

} // namespace grader
