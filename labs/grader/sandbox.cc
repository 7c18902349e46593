#include "labs/grader/sandbox.h"

#include <QDir>
#include <QEventLoop>
#include <QFileInfo>
#include <QProcess>
#include <QSocketNotifier>
#include <QTimer>

#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "gdbbridge/transport/unique_fd.h"

namespace grader {

namespace {

using gdbbridge::UniqueFd;

constexpr qsizetype mostChannel = qsizetype{32} << 20;
constexpr int signalBase = 128; // bubblewrap and make say so that a signal ended what they ran

struct Pipe {
    UniqueFd read, write;
    static Pipe make() {
        int fds[2] = {-1, -1};
        if (pipe2(fds, O_CLOEXEC) != 0)
            return {};
        // Above the numbers that the program is to see them under.
        Pipe pipe{UniqueFd(fcntl(fds[0], F_DUPFD_CLOEXEC, 10)), UniqueFd(fcntl(fds[1], F_DUPFD_CLOEXEC, 10))};
        close(fds[0]);
        close(fds[1]);
        return pipe;
    }
};

void limit(int what, uint64_t most, uint64_t hard) {
    rlimit const value{most, hard};
    setrlimit(__rlimit_resource_t(what), &value);
}
void limit(int what, uint64_t most) { limit(what, most, most); }

QStringList sandboxArguments(const RunRequest& request) {
    QStringList words;
    const auto add = [&](std::initializer_list<const char*> list) {
        for (const char* word : list)
            words << QString::fromLatin1(word);
    };
    add({"--unshare-all", "--die-with-parent", "--new-session", "--uid", "65534", "--gid", "65534"});
    add({"--ro-bind", "/usr", "/usr", "--ro-bind-try", "/etc/alternatives", "/etc/alternatives"});
    for (const char* folder : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
        const QFileInfo info(QString::fromLatin1(folder));
        if (info.isSymLink())
            words << QStringLiteral("--symlink") << QStringLiteral("usr") + info.filePath()
                  << info.filePath();
        else if (info.exists())
            words << QStringLiteral("--ro-bind") << info.filePath() << info.filePath();
    }
    add({"--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"});
    for (const QString& path : request.read)
        words << QStringLiteral("--ro-bind") << path << path;
    words << QStringLiteral("--bind") << request.folder << request.folder;
    words << QStringLiteral("--chdir") << request.folder;
    add({"--clearenv", "--setenv", "PATH", "/usr/bin:/bin", "--setenv", "LANG", "C", "--setenv", "TMPDIR",
         "/tmp", "--setenv", "HOME", "/tmp"});
    return words << QStringLiteral("--");
}

void append(QByteArray& to, const QByteArray& bytes, qsizetype most) { to += bytes.left(most - to.size()); }

// What is there to be read now.
void drain(int fd, QByteArray& to) {
    char buffer[65536];
    ssize_t got;
    while ((got = read(fd, buffer, sizeof buffer)) > 0)
        append(to, QByteArray(buffer, got), mostChannel);
}

RunResult runWith(const RunRequest& request, bool sandboxed) {
    RunResult result;
    result.sandboxed = sandboxed;
    Pipe results = Pipe::make(), word = Pipe::make();
    if (!results.read.isValid() || !word.read.isValid())
        return result;
    fcntl(results.read.get(), F_SETFL, O_NONBLOCK);
    const bool channel = !request.word.isEmpty();
    if (write(word.write.get(), request.word.constData(), size_t(request.word.size())) != request.word.size())
        return result;
    word.write.reset();

    QProcess process;
    QEventLoop loop;
    process.setWorkingDirectory(request.folder);
    process.setStandardInputFile(QProcess::nullDevice());
    process.setChildProcessModifier(
        [limits = request.limits, channel, out = results.write.get(), in = word.read.get()] {
            setsid();
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            const auto cpu = uint64_t(limits.cpuSeconds > 0 ? limits.cpuSeconds : limits.seconds);
            limit(RLIMIT_CPU, cpu, cpu + 1);
            limit(RLIMIT_AS, limits.memoryBytes);
            limit(RLIMIT_FSIZE, limits.fileBytes);
            limit(RLIMIT_CORE, 0);
            if (channel) {
                dup2(out, 3);
                dup2(in, 4);
            }
        });
    QObject::connect(&process, &QProcess::readyReadStandardOutput, &loop, [&] {
        append(result.out, process.readAllStandardOutput(), request.limits.outputBytes);
    });
    QObject::connect(&process, &QProcess::readyReadStandardError, &loop,
                     [&] { append(result.err, process.readAllStandardError(), request.limits.outputBytes); });
    QObject::connect(&process, &QProcess::finished, &loop, &QEventLoop::quit);
    QObject::connect(&process, &QProcess::errorOccurred, &loop, [&](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            loop.quit();
    });
    QSocketNotifier notifier(results.read.get(), QSocketNotifier::Read);
    notifier.setEnabled(channel);
    QObject::connect(&notifier, &QSocketNotifier::activated, &loop, [&] {
        const qsizetype before = result.channel.size();
        drain(results.read.get(), result.channel);
        if (result.channel.size() == before) // the end
            notifier.setEnabled(false);
    });
    QTimer::singleShot(request.limits.seconds * 1000, &loop, [&] {
        result.end = RunEnd::TimedOut;
        result.byClock = true;
        kill(-pid_t(process.processId()), SIGKILL);
        process.kill();
    });
    if (sandboxed)
        process.start(QStringLiteral("bwrap"), sandboxArguments(request)
                                                   << request.program << request.arguments);
    else
        process.start(request.program, request.arguments);
    if (!process.waitForStarted())
        return result;
    const auto group = pid_t(process.processId());
    results.write.reset();
    word.read.reset();
    if (process.state() != QProcess::NotRunning)
        loop.exec();
    kill(-group, SIGKILL); // whom it left behind
    append(result.out, process.readAllStandardOutput(), request.limits.outputBytes);
    append(result.err, process.readAllStandardError(), request.limits.outputBytes);
    if (channel)
        drain(results.read.get(), result.channel);
    if (result.end == RunEnd::TimedOut)
        return result;
    const bool killed = process.exitStatus() == QProcess::CrashExit;
    result.code = process.exitCode();
    result.end = killed ? RunEnd::Signalled : RunEnd::Exited;
    if (sandboxed && !killed && result.code > signalBase) {
        result.end = RunEnd::Signalled;
        result.code -= signalBase;
    }
    if (result.end == RunEnd::Signalled && (result.code == SIGXCPU || result.code == SIGPROF))
        result.end = RunEnd::TimedOut;
    return result;
}

} // namespace

bool hasSandbox() {
    static const bool works = [] {
        RunRequest request;
        request.program = QStringLiteral("/usr/bin/true");
        request.folder = QDir::tempPath();
        const RunResult result = runWith(request, true);
        return result.end == RunEnd::Exited && result.code == 0;
    }();
    return works;
}

RunResult runUntrusted(const RunRequest& request) { return runWith(request, hasSandbox()); }

} // namespace grader
