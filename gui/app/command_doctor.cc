#include "gui/app/command_doctor.h"

#include <QDir>
#include <QFile>
#include <QFontDatabase>
#include <QFontInfo>
#include <QGuiApplication>
#include <QProcess>
#include <QRegularExpression>
#include <QStorageInfo>

#include <cstdio>

#include "gdbbridge/session/kernel_file.h"
#include "gdbbridge/transport/child_process.h"
#include "gdbbridge/transport/ram_file.h"
#include "gui/app/paths.h"

namespace gui {

namespace {

enum class Need : uint8_t { Required, Useful };

class Report {
public:
    void fine(const QString& what, const QString& detail) { line("ok     ", what, detail, {}); }
    void lack(Need need, const QString& what, const QString& detail, const QString& fix) {
        m_missing += need == Need::Required;
        line(need == Need::Required ? "missing" : "note   ", what, detail, fix);
    }
    int missing() const { return m_missing; }

private:
    static void line(const char* mark, const QString& what, const QString& detail, const QString& fix) {
        std::printf("%s  %-16s %s\n", mark, qPrintable(what), qPrintable(detail));
        if (!fix.isEmpty())
            std::printf("         %-16s fix: %s\n", "", qPrintable(fix));
    }
    int m_missing = 0;
};

// The first number with a point in what `program --version` says; empty when it does not run.
QString versionOf(const QString& program) {
    QProcess process;
    process.start(program, {QStringLiteral("--version")});
    if (!process.waitForFinished(5000))
        return {};
    static const QRegularExpression number(QStringLiteral("\\b(\\d+\\.\\d+[.\\d]*)\\s*(?:$|\\()"),
                                           QRegularExpression::MultilineOption);
    const QString text = QString::fromUtf8(process.readAllStandardOutput());
    const auto match = number.match(text.section(u'\n', 0, 0));
    return match.hasMatch() ? match.captured(1) : QStringLiteral("?");
}

void checkProgram(Report& report, Need need, const QString& what, const QString& program, int oldest,
                  const QString& package) {
    const QString path = gdbbridge::findProgram(program);
    const QString fix = QStringLiteral("apt-get install %1").arg(package);
    if (path.isEmpty())
        return report.lack(need, what, QStringLiteral("%1 was not found").arg(program), fix);
    const QString version = versionOf(path);
    if (version.isEmpty())
        return report.lack(need, what, QStringLiteral("%1 does not run").arg(path), fix);
    const int major = version.section(u'.', 0, 0).toInt();
    if (oldest > 0 && major > 0 && major < oldest)
        return report.lack(need, what, QStringLiteral("%1 is version %2").arg(path, version),
                           QStringLiteral("install version %1 or newer").arg(oldest));
    report.fine(what, QStringLiteral("%1, %2").arg(path, version));
}

void checkFonts(Report& report) {
    const QStringList families = QFontDatabase::families();
    if (families.contains(QStringLiteral("DejaVu Sans")) &&
        families.contains(QStringLiteral("DejaVu Sans Mono")))
        report.fine(QStringLiteral("fonts"), QStringLiteral("DejaVu Sans, DejaVu Sans Mono"));
    else
        report.lack(Need::Required, QStringLiteral("fonts"),
                    QStringLiteral("DejaVu is missing; pictures would differ"),
                    QStringLiteral("apt-get install fonts-dejavu-core"));
}

void checkDisplay(Report& report) {
    if (!qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY"))
        report.fine(QStringLiteral("display"),
                    qEnvironmentVariable("WAYLAND_DISPLAY", qEnvironmentVariable("DISPLAY")));
    else
        report.lack(Need::Useful, QStringLiteral("display"),
                    QStringLiteral("none; the program runs headless"),
                    QStringLiteral("log in to a desktop, or use ssh -X"));
}

void checkSharedMemory(Report& report) {
    constexpr size_t guest = size_t{64} << 20;
    if (gdbbridge::RamFile::create(guest))
        report.fine(QStringLiteral("shared memory"), QStringLiteral("64 MiB for the guest can be had"));
    else
        report.lack(Need::Required, QStringLiteral("shared memory"), QStringLiteral("64 MiB cannot be had"),
                    QStringLiteral("free some memory, or raise the limit of it (ulimit -v)"));
}

void checkSocketFolder(Report& report) {
    QString folder = qEnvironmentVariable("XDG_RUNTIME_DIR");
    if (folder.isEmpty() || !QFileInfo(folder).isWritable())
        folder = QDir::tempPath();
    if (QFileInfo(folder).isWritable())
        report.fine(QStringLiteral("socket folder"), folder);
    else
        report.lack(Need::Required, QStringLiteral("socket folder"),
                    QStringLiteral("%1 cannot be written").arg(folder),
                    QStringLiteral("set XDG_RUNTIME_DIR or TMPDIR to a folder of yours"));
}

void checkKernel(Report& report, const QString& architecture) {
    const QString path = kernelPath(architecture);
    if (const auto problem = gdbbridge::kernelFileProblem(path, *gdbbridge::findArchitecture(architecture)))
        report.lack(Need::Required, QStringLiteral("kernel %1").arg(architecture), problem->message,
                    problem->advice);
    else
        report.fine(QStringLiteral("kernel %1").arg(architecture), path);
}

} // namespace

ExitCode runDoctor() {
    Report report;
    for (const QString& architecture : architectures())
        checkProgram(report, Need::Required, QStringLiteral("QEMU %1").arg(architecture),
                     QString::fromLatin1(gdbbridge::findArchitecture(architecture)->qemu), 7,
                     QStringLiteral("qemu-system-x86"));
    checkProgram(report, Need::Required, QStringLiteral("GDB"), QStringLiteral("gdb"), 12,
                 QStringLiteral("gdb"));
    checkProgram(report, Need::Useful, QStringLiteral("compiler"), QStringLiteral("g++"), 12,
                 QStringLiteral("g++ g++-multilib"));
    for (const QString& architecture : architectures())
        checkKernel(report, architecture);
    if (scenarioNames().isEmpty())
        report.lack(Need::Required, QStringLiteral("demos"),
                    QStringLiteral("no scenarios beside the program"),
                    QStringLiteral("run the program from its build folder or install it"));
    else
        report.fine(QStringLiteral("demos"),
                    QStringLiteral("%1 in %2").arg(scenarioNames().size()).arg(scenarioFolder()));
    checkSharedMemory(report);
    checkSocketFolder(report);
    checkDisplay(report);
    checkFonts(report);
    if (report.missing() == 0)
        std::printf("all is there\n");
    return report.missing() == 0 ? ExitCode::Ok : ExitCode::CannotStart;
}

} // namespace gui
