#include "gdbbridge/transport/child_process.h"

#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace gdbbridge {

namespace {

constexpr qsizetype maxErrorOutput = 4096;

void limitResource(__rlimit_resource resource, uint64_t value) {
    rlimit const limit{value, value};
    setrlimit(resource, &limit);
}

// Runs in the child between fork and exec: only calls that are safe there.
void prepareChild(pid_t parent, const std::vector<int>& inherited, uint64_t addressSpace) {
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(127); // it went before we could ask to die with it
    limitResource(RLIMIT_CORE, 0);
    if (addressSpace != 0)
        limitResource(RLIMIT_AS, addressSpace);
    for (int const fd : inherited)
        fcntl(fd, F_SETFD, 0);
}

} // namespace

qint64 processorMsOf(qint64 process) {
    QFile file(QStringLiteral("/proc/%1/stat").arg(process));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    // Behind the name, which is in parentheses and may have blanks: the 12th and the 13th, in ticks.
    QList<QByteArray> const words = file.readAll().split(')').constLast().simplified().split(' ');
    constexpr qsizetype user = 11, system = 12;
    return words.size() > system
               ? (words[user].toLongLong() + words[system].toLongLong()) * 1000 / sysconf(_SC_CLK_TCK)
               : 0;
}

QString findProgram(const QString& name) {
    if (!name.contains(QLatin1Char('/')))
        return QStandardPaths::findExecutable(name);
    QFileInfo const file(name);
    return file.isFile() && file.isExecutable() ? name : QString();
}

ChildProcess::ChildProcess(QObject* parent) : QObject(parent) {
    connect(&m_process, &QProcess::readyReadStandardOutput, this,
            [this] { Q_EMIT output(m_process.readAllStandardOutput()); });
    connect(&m_process, &QProcess::readyReadStandardError, this, [this] {
        m_errorOutput = (m_errorOutput + m_process.readAllStandardError()).right(maxErrorOutput);
    });
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            Q_EMIT startFailed();
    });
    connect(&m_process, &QProcess::finished, this, [this] {
        m_ended = true;
        Q_EMIT ended();
    });
}

ChildProcess::~ChildProcess() { stop(); }

void ChildProcess::start(const QString& program, const QStringList& arguments) {
    m_process.setChildProcessModifier([parent = getpid(), inherited = m_inherited, limit = m_addressSpace] {
        prepareChild(parent, inherited, limit);
    });
    m_process.start(program, arguments);
}

void ChildProcess::stop() {
    m_process.disconnect(this);
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished(-1);
}

QString ChildProcess::errorText() const { return QString::fromLocal8Bit(m_errorOutput).trimmed(); }

QString ChildProcess::endText() const {
    if (!m_ended)
        return QStringLiteral("is running");
    if (m_process.exitStatus() == QProcess::CrashExit)
        return QStringLiteral("was killed by signal %1").arg(m_process.exitCode());
    return QStringLiteral("ended with status %1").arg(m_process.exitCode());
}

std::optional<int> ChildProcess::exitStatus() const {
    if (!m_ended || m_process.exitStatus() == QProcess::CrashExit)
        return std::nullopt;
    return m_process.exitCode();
}

} // namespace gdbbridge
