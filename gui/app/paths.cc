#include "gui/app/paths.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>

#include <utility>

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

QString projectFolder() { return QStringLiteral(UVMSCOPE_SOURCE_FOLDER); }

QString sourcePath(const QString& name) {
    for (const QString& folder : {QStringLiteral("../share/uvmscope/source/"), QStringLiteral("../")})
        if (const QString path = besideProgram(folder + name); QFileInfo::exists(path))
            return QDir::cleanPath(path);
    return projectFolder() + u'/' + name;
}

QString hostProgramPath() { return besideProgram(QStringLiteral("uvmscope-host")); }

QString benchProgramPath(const QString& part) { return besideProgram(QStringLiteral("bench_") + part); }
QString instructionCounterPath() {
    return besideProgram(QStringLiteral("../tests/bench/count-instructions"));
}
QString experimentsPath() { return besideProgram(QStringLiteral("../tests/bench/experiments")); }

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
    const QStringList demos = demosOfLecture(name);
    const QString wanted = demos.isEmpty() ? name : demos.front();
    for (const QString& file : demoFiles() + scenarioFiles())
        if (QFileInfo(file).completeBaseName() == wanted || QFileInfo(file).fileName() == wanted)
            return file;
    return {};
}

QStringList demoFiles() {
    const QString folder = scenarioFolder();
    if (folder.isEmpty())
        return filesIn(ownDemoFolder());
    QStringList others =
        filesIn(folder + QStringLiteral("/demos")) + filesIn(folder + QStringLiteral("/lectures"));
    QStringList lectured;
    for (const QString& lecture : lectureNames())
        for (const QString& name : demosOfLecture(lecture))
            for (const QString& file : std::as_const(others))
                if (QFileInfo(file).completeBaseName() == name)
                    lectured << file;
    others.removeIf([&](const QString& file) { return lectured.contains(file); });
    return filesIn(ownDemoFolder()) + lectured + others;
}

QStringList lectureNames() {
    QStringList names;
    const QDir folder(scenarioFolder() + QStringLiteral("/lectures"));
    for (const QString& file : folder.entryList({QStringLiteral("lecture-*.md")}, QDir::Files, QDir::Name))
        names << QFileInfo(file).completeBaseName();
    return names;
}

QStringList demosOfLecture(const QString& lecture) {
    if (!lectureNames().contains(lecture))
        return {};
    // A row of the plan: | from | minutes | `demo` | what |
    static const QRegularExpression row(QStringLiteral(R"(^\| \d+:\d\d \| \d+ \| `([\w-]+)` \|)"),
                                        QRegularExpression::MultilineOption);
    const QString text = readText(scenarioFolder() + QStringLiteral("/lectures/%1.md").arg(lecture));
    QStringList demos;
    for (const auto& match : row.globalMatch(text))
        demos << match.captured(1);
    return demos;
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
