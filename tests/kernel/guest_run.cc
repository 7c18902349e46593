#include "tests/kernel/guest_run.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QFileInfo>
#include <QTest>
#include <QThread>
#include <QTimer>

#include "gdbbridge/transport/qemu_process.h"
#include "tests/scenario/transcripts.h"

namespace test {

namespace {

// isa-debug-exit ends QEMU with (value << 1) | 1.
std::optional<int> statusOfExit(std::optional<int> exitStatus) {
    if (!exitStatus || *exitStatus % 2 == 0)
        return std::nullopt;
    return *exitStatus >> 1;
}

QString g_architecture = QStringLiteral("i386");

} // namespace

QString architecture() { return g_architecture; }

QString kernelFile() { return QStringLiteral(UVMSCOPE_BUILD_DIR "/kernel-%1.elf").arg(g_architecture); }

void takeArchitecture(QStringList* arguments) {
    g_architecture = takeOption(*arguments, "--arch", g_architecture);
}

int guestTestMain(QObject& test, int argc, char** argv) {
    QCoreApplication const app(argc, argv);
    QStringList arguments = QCoreApplication::arguments();
    takeArchitecture(&arguments);
    return QTest::qExec(&test, arguments);
}

QByteArray GuestRun::text() const {
    static const char* const ends[] = {"exit", "down", "said", "timeout", "failed"};
    return QByteArray("the run ended by: ") + ends[int(end)] + " " + reason.toUtf8() + ", status " +
           (status ? QByteArray::number(*status) : QByteArray("none")) + "\n--- console ---\n" + console +
           "\n--- transcript ---\n" + transcript;
}

GuestRun runGuest(const GuestRequest& request) {
    using namespace gdbbridge;
    GuestRun run;
    QemuConfig config;
    config.program = QStringLiteral("qemu-system-") + g_architecture;
    config.kernelPath = kernelFile();
    config.commandLine = request.commandLine;
    config.bootArchive = request.archive;
    config.memoryMiB = request.memoryMiB;
    config.disk = request.disk;
    config.countInstructions = request.countInstructions;
    config.debugger = false;
    if (!request.files.empty()) {
        std::optional<QByteArray> archive = makeBootArchive(request.files);
        if (!archive) {
            run.reason = QStringLiteral("a file's name does not fit the boot archive");
            return run;
        }
        config.bootArchive = *archive;
    }

    QElapsedTimer clock;
    QemuProcess qemu;
    QEventLoop loop;
    bool over = false;
    qsizetype typed = 0, heard = 0;
    size_t answered = 0;
    auto const finish = [&](GuestEnd end, const QString& reason) {
        if (over)
            return;
        over = true;
        run.end = end;
        run.reason = reason;
        loop.quit();
    };
    QObject::connect(&qemu, &QemuProcess::console, &loop, [&](const QByteArray& bytes) {
        run.console += bytes;
        if (run.firstLine.count() < 0 && run.console.contains('\n'))
            run.firstLine = std::chrono::milliseconds(clock.elapsed());
        if (run.prompt.count() < 0 && run.console.contains("\n$ "))
            run.prompt = std::chrono::milliseconds(clock.elapsed());
        if (typed < request.typed.size() && run.console.endsWith("\n$ "))
            qemu.type(request.typed[typed++] + "\n");
        while (answered < request.answers.size()) {
            test::GuestAnswer const& answer = request.answers[answered];
            qsizetype const at = run.console.indexOf(answer.after, heard);
            if (at < 0)
                break;
            heard = at + answer.after.size();
            qemu.type(answer.type);
            ++answered;
        }
        if (!request.untilConsole.isEmpty() && run.console.contains(request.untilConsole))
            finish(GuestEnd::Said, {});
    });
    QObject::connect(&qemu, &QemuProcess::transcript, &loop, [&](const QByteArray& bytes) {
        if (run.transcript.isEmpty())
            QThread::msleep(ulong(request.readerPause.count()));
        run.transcript += bytes;
    });
    QObject::connect(&qemu, &QemuProcess::failed, &loop,
                     [&](const Error& error) { finish(GuestEnd::Failed, error.text()); });
    QObject::connect(&qemu, &QemuProcess::guestDown, &loop, [&](const QString& reason) {
        run.keptAfterDown = qemu.child().isRunning();
        finish(GuestEnd::Down, reason);
    });
    QObject::connect(&qemu, &QemuProcess::ended, &loop, [&] {
        run.status = statusOfExit(qemu.child().exitStatus());
        if (run.status)
            finish(GuestEnd::Exit, {});
        else
            finish(GuestEnd::Failed,
                   qemu.child().endText() + QStringLiteral(": ") + qemu.child().errorText());
    });
    QTimer::singleShot(request.limit, &loop, [&] { finish(GuestEnd::Timeout, {}); });

    clock.start();
    if (auto const error = qemu.start(config))
        finish(GuestEnd::Failed, error->text());
    if (!over)
        loop.exec();
    qemu.stop();
    return run;
}

gdbbridge::BootFile bootFile(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s cannot be read", qPrintable(path));
    return {QFileInfo(path).fileName().toUtf8(), file.readAll()};
}

QString programFile(const QString& name) {
    return QStringLiteral(UVMSCOPE_BUILD_DIR "/user/%1/%2").arg(g_architecture, name);
}

std::vector<gdbbridge::BootFile> allPrograms() {
    std::vector<gdbbridge::BootFile> files;
    QDir const folder(programFile({}));
    for (const QString& name : folder.entryList(QDir::Files))
        files.push_back(bootFile(folder.filePath(name)));
    return files;
}

} // namespace test
