#include "labs/grader/guest.h"

#include <QEventLoop>
#include <QTimer>

#include "gdbbridge/transport/child_process.h"
#include "gdbbridge/transport/qemu_process.h"

namespace grader {

namespace {
constexpr qsizetype mostConsole = qsizetype{1} << 18, mostTranscript = qsizetype{32} << 20;
constexpr int lookMs = 50;
} // namespace

GuestResult runGuest(const GuestRequest& request) {
    using gdbbridge::QemuProcess;
    GuestResult result;
    gdbbridge::QemuConfig config;
    config.program = QStringLiteral("qemu-system-") + machineName(request.machine);
    config.kernelPath = request.kernel;
    config.commandLine = request.commandLine;
    config.debugger = false;
    config.memoryMiB = request.memoryMiB;
    if (request.diskMiB > 0)
        config.disk = gdbbridge::QemuDisk{qint64(request.diskMiB) << 20};
    const auto archive = gdbbridge::makeBootArchive(request.files);
    if (!archive) {
        result.problem = QStringLiteral("a file's name does not fit the boot archive");
        return result;
    }
    config.bootArchive = *archive;
    QemuProcess qemu;
    QEventLoop loop;
    bool over = false;
    const auto finish = [&](GuestEnd end, const QString& problem) {
        if (over)
            return;
        over = true;
        result.end = end;
        result.problem = problem;
        loop.quit();
    };
    QObject::connect(&qemu, &QemuProcess::console, &loop, [&](const QByteArray& bytes) {
        result.console += bytes.left(mostConsole - result.console.size());
    });
    QObject::connect(&qemu, &QemuProcess::transcript, &loop, [&](const QByteArray& bytes) {
        result.transcript += bytes.left(mostTranscript - result.transcript.size());
    });
    QObject::connect(&qemu, &QemuProcess::failed, &loop,
                     [&](const gdbbridge::Error& error) { finish(GuestEnd::Failed, error.text()); });
    QObject::connect(&qemu, &QemuProcess::guestDown, &loop, [&](const QString& reason) {
        if (reason == QLatin1String("guest-reset"))
            finish(GuestEnd::Reset, {});
    });
    QObject::connect(&qemu, &QemuProcess::ended, &loop, [&] {
        // The kernel leaves through the emulator's exit port, which makes the status 2 * value + 1.
        const auto status = qemu.child().exitStatus();
        if (status && (*status & 1)) {
            result.status = *status >> 1;
            finish(GuestEnd::Exit, {});
        } else {
            finish(GuestEnd::Failed,
                   QStringLiteral("QEMU %1 %2").arg(qemu.child().endText(), qemu.child().errorText()));
        }
    });
    QTimer::singleShot(request.time.seconds * 1000, &loop, [&] {
        result.byClock = !over;
        finish(GuestEnd::Timeout, {});
    });
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
        if (gdbbridge::processorMsOf(qemu.processId()) >= request.time.cpuMs)
            finish(GuestEnd::Timeout, {});
    });
    look.start(lookMs);
    if (const auto error = qemu.start(config))
        finish(GuestEnd::Failed, error->text());
    if (!over)
        loop.exec();
    qemu.stop();
    return result;
}

} // namespace grader
