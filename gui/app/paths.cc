#include "gui/app/paths.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include "gdbbridge/session/architecture.h"

namespace gui {

namespace {

QString besideProgram(const QString& name) {
    return QDir(QCoreApplication::applicationDirPath()).filePath(name);
}

} // namespace

QStringList architectures() { return gdbbridge::architectureNames(); }

QString kernelPath(const QString& architecture) {
    QString const name = QStringLiteral("kernel-%1.elf").arg(architecture);
    QString const installed = besideProgram(QStringLiteral("../share/uvmscope/") + name);
    return QFileInfo::exists(installed) ? QDir::cleanPath(installed) : besideProgram(name);
}

QString sourcePath(const QString& name) {
    for (const QString& folder : {QStringLiteral("../share/uvmscope/source/"), QStringLiteral("../")})
        if (const QString path = besideProgram(folder + name); QFileInfo::exists(path))
            return QDir::cleanPath(path);
    return QStringLiteral(UVMSCOPE_SOURCE_FOLDER "/") + name;
}

QString hostProgramPath() { return besideProgram(QStringLiteral("uvmscope-host")); }

QString benchProgramPath(const QString& part) { return besideProgram(QStringLiteral("bench_") + part); }
QString instructionCounterPath() {
    return besideProgram(QStringLiteral("../tests/bench/count-instructions"));
}

QString labProgramPath() { return besideProgram(QStringLiteral("uvmscope-lab")); }

QString scenarioFolder() {
    for (QString const& folder :
         {QStringLiteral("../share/uvmscope/scenarios"), QStringLiteral("../scenarios")})
        if (QFileInfo const info(besideProgram(folder)); info.isDir())
            return QDir::cleanPath(info.absoluteFilePath());
    return {};
}

QString findScenario(const QString& name) {
    if (QFileInfo(name).isFile())
        return name;
    QString const folder = scenarioFolder();
    if (folder.isEmpty() || name.contains(QLatin1Char('/')))
        return {};
    for (QString const& suffix : {QString(), QStringLiteral(".uvm")})
        if (QString const file = folder + QLatin1Char('/') + name + suffix; QFileInfo(file).isFile())
            return file;
    return {};
}

QStringList scenarioNames() {
    QString const folder = scenarioFolder();
    QStringList names;
    if (!folder.isEmpty())
        for (QFileInfo const& file :
             QDir(folder).entryInfoList({QStringLiteral("*.uvm")}, QDir::Files, QDir::Name))
            names << file.completeBaseName();
    return names;
}

QString scenarioTitle(const QString& text, const QString& file) {
    QString const first = text.section(QLatin1Char('\n'), 0, 0).trimmed();
    if (!first.startsWith(QLatin1Char('#')))
        return QFileInfo(file).completeBaseName();
    QString const title = first.mid(1).section(QLatin1Char(':'), 0, 0).trimmed();
    return title.endsWith(QLatin1Char('.')) ? title.chopped(1) : title;
}

} // namespace gui
