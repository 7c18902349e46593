#include "gui/app/command_script.h"

#include <QEventLoop>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTimer>

#include <algorithm>
#include <cstdio>

#include "gdbbridge/transport/boot_archive.h"
#include "gdbbridge/transport/qemu_process.h"
#include "gui/app/complain.h"
#include "gui/app/paths.h"

namespace gui {

namespace {

// Every scenario has this name in the machine, so no file name has to fit there.
const char* const nameInGuest = "scenario";

void write(FILE* to, const QByteArray& bytes) { std::fwrite(bytes.constData(), 1, size_t(bytes.size()), to); }

ExitCode exitCodeOf(int scenarioStatus) {
    const bool known =
        (scenarioStatus >= 0 && scenarioStatus <= 3) || scenarioStatus == int(ExitCode::CannotWrite);
    return known ? ExitCode(scenarioStatus) : ExitCode::TargetDied;
}

ExitCode runOnHost(const QString& file, int timeoutS) {
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    process.start(hostProgramPath(), {file});
    if (!process.waitForStarted()) {
        return complain(
            ExitCode::CannotStart,
            QStringLiteral("%1 could not be started; build the project again").arg(hostProgramPath()));
    }
    if (!process.waitForFinished(timeoutS * 1000)) {
        process.kill();
        process.waitForFinished();
        return complain(ExitCode::TargetDied,
                        QStringLiteral("%1 has not ended after %2 s; give it more with --timeout")
                            .arg(file)
                            .arg(timeoutS));
    }
    return process.exitStatus() == QProcess::NormalExit ? exitCodeOf(process.exitCode())
                                                        : ExitCode::TargetDied;
}

// What the kernel said about a line that does not parse, under the file's own name.
QByteArray parseError(const QByteArray& console, const QString& file) {
    static const QRegularExpression line(
        QStringLiteral("^%1(:\\d+: error: .*)$").arg(QLatin1String(nameInGuest)),
        QRegularExpression::MultilineOption);
    const auto match = line.match(QString::fromUtf8(console));
    return match.hasMatch() ? (file + match.captured(1) + u'\n').toUtf8() : QByteArray();
}

class GuestRun {
public:
    GuestRun(const QString& file, const QString& architecture) : m_file(file), m_architecture(architecture) {}

    ExitCode run(const QByteArray& text, int timeoutS) {
        using gdbbridge::QemuProcess;
        gdbbridge::QemuConfig config;
        config.program = QStringLiteral("qemu-system-") + m_architecture;
        config.kernelPath = kernelPath(m_architecture);
        config.commandLine = QStringLiteral("scenario=%1 halt").arg(QLatin1String(nameInGuest));
        config.debugger = false;
        if (!QFile::exists(config.kernelPath))
            return complain(
                ExitCode::CannotStart,
                QStringLiteral("there is no kernel at %1; build the project again").arg(config.kernelPath));
        config.bootArchive = gdbbridge::makeBootArchive({{nameInGuest, text}}).value();
        QObject::connect(&m_qemu, &QemuProcess::transcript,
                         [](const QByteArray& bytes) { write(stdout, bytes); });
        QObject::connect(&m_qemu, &QemuProcess::console,
                         [this](const QByteArray& bytes) { m_console += bytes; });
        QObject::connect(&m_qemu, &QemuProcess::failed, [this](const gdbbridge::Error& error) {
            finish(ExitCode(error.exitCode()), error.text());
        });
        QObject::connect(&m_qemu, &QemuProcess::guestDown, [this](const QString& reason) {
            if (reason == QLatin1String("guest-reset"))
                finish(ExitCode::TargetDied, QStringLiteral("the kernel died of a triple fault; "
                                                            "see it with: uvmscope demo %1")
                                                 .arg(m_file));
        });
        QObject::connect(&m_qemu, &QemuProcess::ended, [this] { ended(); });
        if (const auto error = m_qemu.start(config))
            return complain(ExitCode(error->exitCode()), error->text());
        QTimer::singleShot(timeoutS * 1000, &m_loop, [this, timeoutS] {
            finish(ExitCode::TargetDied,
                   QStringLiteral("%1 has not ended after %2 s; give it more with --timeout")
                       .arg(m_file)
                       .arg(timeoutS));
        });
        if (!m_finished)
            m_loop.exec();
        m_qemu.stop();
        return m_code;
    }

private:
    void finish(ExitCode code, const QString& text) {
        if (m_finished)
            return;
        m_finished = true;
        if (!text.isEmpty())
            complain(code, text);
        m_code = code;
        m_loop.quit();
    }
    // The kernel leaves through the emulator's exit port, which makes the status 2 * value + 1.
    void ended() {
        const auto status = m_qemu.child().exitStatus();
        const bool said = status && (*status & 1);
        const ExitCode code = said ? exitCodeOf(*status >> 1) : ExitCode::TargetDied;
        if (code == ExitCode::BadInput)
            write(stderr, parseError(m_console, m_file));
        else if (code == ExitCode::TargetDied)
            write(stderr, m_console);
        finish(code,
               said ? QString()
                    : QStringLiteral("QEMU %1 %2").arg(m_qemu.child().endText(), m_qemu.child().errorText()));
    }

    QString m_file, m_architecture;
    gdbbridge::QemuProcess m_qemu;
    QEventLoop m_loop;
    QByteArray m_console;
    ExitCode m_code = ExitCode::TargetDied;
    bool m_finished = false;
};

} // namespace

QStringList scriptTargets() { return QStringList{QStringLiteral("host")} + architectures(); }

ExitCode runScripts(const QStringList& files, const QString& target, int timeoutS) {
    ExitCode worst = ExitCode::Ok;
    for (const QString& name : files) {
        const QString file = findScenario(name);
        QFile input(file);
        ExitCode code = ExitCode::BadInput;
        if (file.isEmpty() || !input.open(QIODevice::ReadOnly))
            complain(code, QStringLiteral("cannot read the scenario %1; the demos are: %2")
                               .arg(name, scenarioNames().join(QStringLiteral(", "))));
        else if (target == QStringLiteral("host"))
            code = runOnHost(file, timeoutS);
        else
            code = GuestRun(file, target).run(input.readAll(), timeoutS);
        std::fflush(stdout);
        worst = std::max(worst, code);
    }
    if (std::ferror(stdout))
        return complain(ExitCode::CannotWrite,
                        QStringLiteral("the transcript cannot be written; is the disk full?"));
    return worst;
}

} // namespace gui
