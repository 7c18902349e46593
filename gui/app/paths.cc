#include "gui/app/paths.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include "gdbbridge/session/architecture.h"
#include "gui/models/demo_script.h"

namespace gui {

namespace {

QString besideProgram(const QString& name) {
    return QDir(QCoreApplication::applicationDirPath()).filePath(name);
}

QStringList filesIn(const QString& folder) {
    QStringList files;
    for (const QFileInfo& file :
         QDir(folder).entryInfoList({QStringLiteral("*.uvm")}, QDir::Files, QDir::Name))
        files << file.filePath();
    return files;
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

QString labProgramPath() {
    const QString installed = besideProgram(QStringLiteral("../libexec/uvmscope/uvmscope-lab"));
    return QFileInfo::exists(installed) ? QDir::cleanPath(installed)
                                        : besideProgram(QStringLiteral("uvmscope-lab"));
}

QString scenarioFolder() {
    for (const QString& folder :
         {QStringLiteral("../share/uvmscope/scenarios"), QStringLiteral("../scenarios")})
        if (const QFileInfo info(besideProgram(folder)); info.isDir())
            return QDir::cleanPath(info.absoluteFilePath());
    return {};
}

QString ownDemoFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
           QStringLiteral("/uvmscope/demos");
}

QString findScenario(const QString& name) {
    if (QFileInfo(name).isFile())
        return name;
    if (name.contains(QLatin1Char('/')))
        return {};
    for (const QString& file : demoFiles() + scenarioFiles())
        if (QFileInfo(file).completeBaseName() == name || QFileInfo(file).fileName() == name)
            return file;
    return {};
}

QStringList demoFiles() {
    const QString folder = scenarioFolder();
    return filesIn(ownDemoFolder()) +
           (folder.isEmpty() ? QStringList() : filesIn(folder + QStringLiteral("/demos")));
}

QStringList scenarioFiles() {
    const QString folder = scenarioFolder();
    return folder.isEmpty() ? QStringList() : filesIn(folder);
}

QStringList scenarioNames() {
    QStringList names;
    for (const QString& file : demoFiles() + scenarioFiles())
        names << QFileInfo(file).completeBaseName();
    return names;
}

QString readText(const QString& file) {
    QFile input(file);
    return input.open(QIODevice::ReadOnly) ? QString::fromUtf8(input.readAll()) : QString();
}

QString scenarioTitle(const QString& text, const QString& file) {
    const QString title = parseDemo(text).script.title;
    return title.isEmpty() ? QFileInfo(file).completeBaseName() : title;
}

} // namespace gui
