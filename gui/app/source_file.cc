#include "gui/app/source_file.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include "gui/app/paths.h"

namespace gui {

namespace {

// Whether the file is one that the program was built from.
bool isProjects(const gdbbridge::CodePlace& place, const QString& kernel) {
    // The programs for the kernel have no folder in their debug information.
    if (place.folder.isEmpty() || place.file.startsWith(QStringLiteral("kernel/user/")))
        return QFileInfo(place.file).isRelative();
    if (QDir::cleanPath(place.folder) == QDir::cleanPath(projectFolder()))
        return true;
    const QFileInfo running(kernel);
    for (const QString& architecture : architectures())
        if (!kernel.isEmpty() && running == QFileInfo(kernelPath(architecture)))
            return true; // its objects may be those of another folder that has the same files
    return false;
}

// "" where there is none.
QString pathOf(const gdbbridge::CodePlace& place, const QString& kernel, bool projects) {
    QStringList candidates;
    if (projects) {
        candidates << sourcePath(place.file);
    } else {
        if (!kernel.isEmpty())
            for (const char* folder : {"/", "/kit/include/"}) // the second is where a lab has the headers
                candidates << QFileInfo(kernel).absolutePath() + QLatin1String(folder) + place.file;
        candidates << QDir(place.folder).filePath(place.file);
    }
    for (const QString& each : candidates)
        if (QFileInfo(each).isFile())
            return QDir::cleanPath(each);
    return {};
}

} // namespace

SourceFile sourceOf(const gdbbridge::CodePlace& place, const QString& kernel) {
    SourceFile source;
    source.name = place.file;
    if (place.file.isEmpty()) {
        source.problem = QStringLiteral("%1 has no source here.").arg(place.function);
        return source;
    }
    const bool projects = isProjects(place, kernel);
    source.path = pathOf(place, kernel, projects);
    QFile file(source.path);
    if (source.path.isEmpty() || !file.open(QIODevice::ReadOnly)) {
        source.path.clear();
        source.problem =
            projects || place.folder.isEmpty()
                ? QStringLiteral("%1 is not on this computer.").arg(place.file)
                : QStringLiteral("This kernel was built from %1/%2, which is not on this computer.")
                      .arg(place.folder, place.file);
        return source;
    }
    source.lines = QString::fromUtf8(file.readAll()).split(u'\n');
    if (projects)
        return source;
    source.name = source.path;
    if (!kernel.isEmpty() && QFileInfo(source.path).lastModified() > QFileInfo(kernel).lastModified())
        source.problem = QStringLiteral("This file was changed after the kernel was built: its lines may be "
                                        "others. Build the kernel again.");
    return source;
}

} // namespace gui
