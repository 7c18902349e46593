#include "gdbbridge/transport/qemu_process.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace gdbbridge {

namespace {

constexpr int oldestQemu = 7;
// Of QEMU's own: code, translated blocks, threads' stacks.
constexpr uint64_t overheadMiB = 2048;

// An option that lets a drive do so many bytes a second of a kind of work; 0: as many as it can.
QString throttle(const QString& what, int bytesPerSecond) {
    return bytesPerSecond == 0 ? QString()
                               : QStringLiteral(",throttling.bps-%1=%2").arg(what).arg(bytesPerSecond);
}

// A directory that only this user can enter, below the place meant for sockets.
std::unique_ptr<QTemporaryDir> makePrivateDirectory() {
    QString base = qEnvironmentVariable("XDG_RUNTIME_DIR");
    if (base.isEmpty() || !QFileInfo(base).isWritable())
        base = QDir::tempPath();
    return std::make_unique<QTemporaryDir>(base + QStringLiteral("/uvmscope-XXXXXX"));
}

Error systemError(const QString& what) {
    return {ErrorKind::StartFailed,
            what + QStringLiteral(": ") + QString::fromLocal8Bit(std::strerror(errno)),
            {}};
}

QString descriptorPath(const UniqueFd& fd) { return QStringLiteral("/proc/self/fd/%1").arg(fd.get()); }

} // namespace

QemuProcess::QemuProcess(QObject* parent) : QObject(parent) {
    connect(&m_child, &ChildProcess::startFailed, this, [this] {
        Q_EMIT failed({ErrorKind::StartFailed, QStringLiteral("QEMU could not be started"),
                       QStringLiteral("run 'uvmscope doctor' to see what is missing")});
    });
    connect(&m_child, &ChildProcess::ended, this, &QemuProcess::finish);
}

QemuProcess::~QemuProcess() { stop(); }

void QemuProcess::stop() {
    m_child.stop();
    removeGdbSocket();
    for (FdStream* stream : {m_console.get(), m_transcript.get()}) {
        if (stream)
            stream->disconnect(this);
    }
    if (m_qmp)
        m_qmp->disconnect(this);
}

void QemuProcess::removeGdbSocket() {
    if (!m_gdbSocketPath.isEmpty())
        QFile::remove(m_gdbSocketPath);
    m_gdbSocketPath.clear();
    m_directory.reset();
}

std::optional<Error> QemuProcess::makeGdbSocket(const QString& wanted) {
    QString path = wanted;
    if (path.isEmpty()) {
        m_directory = makePrivateDirectory();
        if (!m_directory->isValid())
            return systemError(QStringLiteral("no private directory for the debugger's socket"));
        path = m_directory->filePath(QStringLiteral("gdb"));
    }
    QByteArray const bytes = QFile::encodeName(path);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (size_t(bytes.size()) >= sizeof address.sun_path)
        return Error{ErrorKind::StartFailed, QStringLiteral("the socket path %1 is too long").arg(path),
                     QStringLiteral("set XDG_RUNTIME_DIR to a shorter path")};
    std::memcpy(address.sun_path, bytes.constData(), size_t(bytes.size()));
    m_gdbListener = UniqueFd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    mode_t const mask = umask(0077);
    int const bound = bind(m_gdbListener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    int const problem = errno;
    umask(mask);
    errno = problem;
    if (bound != 0 && errno == EADDRINUSE)
        return Error{ErrorKind::SocketBusy, QStringLiteral("the socket %1 is in use").arg(path),
                     QStringLiteral("end the other debugger, or remove the file, or choose another path")};
    if (bound != 0 || listen(m_gdbListener.get(), 1) != 0)
        return systemError(QStringLiteral("no socket at %1").arg(path));
    m_gdbSocketPath = path;
    return std::nullopt;
}

QStringList QemuProcess::arguments(const QemuConfig& config, int qmp, int com1, int com2) const {
    auto const text = [](const char* s) { return QString::fromLatin1(s); };
    QStringList list{text("-accel"),
                     text("tcg,tb-size=64"),
                     text("-m"),
                     QString::number(config.memoryMiB),
                     text("-object"),
                     QStringLiteral("memory-backend-file,id=ram,size=%1M,mem-path=/proc/self/fd/%2,share=on")
                         .arg(config.memoryMiB)
                         .arg(m_ram->fd()),
                     text("-machine"),
                     text("pc,memory-backend=ram"),
                     text("-nodefaults"),
                     text("-no-user-config"),
                     text("-no-reboot"),
                     text("-no-shutdown"),
                     text("-display"),
                     text("none"),
                     text("-vga"),
                     text("none"),
                     text("-nic"),
                     text("none"),
                     text("-monitor"),
                     text("none"),
                     text("-sandbox"),
                     text("on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"),
                     text("-device"),
                     text("isa-debug-exit,iobase=0xf4,iosize=4"),
                     text("-chardev"),
                     QStringLiteral("socket,id=qmp,fd=%1").arg(qmp),
                     text("-mon"),
                     text("chardev=qmp,mode=control"),
                     text("-chardev"),
                     QStringLiteral("socket,id=com1,fd=%1").arg(com1),
                     text("-serial"),
                     text("chardev:com1"),
                     text("-chardev"),
                     QStringLiteral("socket,id=com2,fd=%1").arg(com2),
                     text("-serial"),
                     text("chardev:com2"),
                     text("-kernel"),
                     config.kernelPath,
                     text("-append"),
                     config.commandLine};
    if (m_archive.isValid())
        list << text("-initrd") << descriptorPath(m_archive);
    if (m_disk.isValid())
        list << text("-drive")
             << QStringLiteral("if=none,id=disk,format=raw,file=%1,file.locking=off,readonly=%2")
                        .arg(descriptorPath(m_disk),
                             config.disk->readOnly ? QStringLiteral("on") : QStringLiteral("off")) +
                    throttle(QStringLiteral("read"), config.disk->readBytesPerSecond) +
                    throttle(QStringLiteral("write"), config.disk->writeBytesPerSecond)
             << text("-device") << text("virtio-blk-pci,drive=disk");
    // Time is counted in instructions: the time stamp counter says what each stage of a fault costs, and a
    // run that is begun anew comes to the same states. Not at the same instructions: stops cost some.
    if (config.debugger || config.countInstructions)
        list << text("-icount") << text("shift=0,sleep=off");
    if (config.debugger)
        list << text("-chardev")
             << QStringLiteral("socket,id=gdb,fd=%1,server=on,wait=off").arg(m_gdbListener.get())
             << text("-gdb") << text("chardev:gdb") << text("-S");
    return list;
}

std::optional<Error> QemuProcess::start(const QemuConfig& config) {
    QString const program = findProgram(config.program);
    if (program.isEmpty())
        return Error{ErrorKind::MissingProgram, QStringLiteral("%1 was not found").arg(config.program),
                     QStringLiteral("install it: apt-get install qemu-system-x86")};
    m_ram = RamFile::create(size_t(config.memoryMiB) << 20);
    if (!m_ram)
        return systemError(QStringLiteral("no shared memory of %1 MiB for the guest").arg(config.memoryMiB));
    if (!config.bootArchive.isEmpty()) {
        m_archive = makeMemoryFile("boot-archive", config.bootArchive);
        if (!m_archive.isValid())
            return systemError(QStringLiteral("no memory for the boot archive"));
    }
    if (config.disk) {
        m_disk = UniqueFd(memfd_create("disk", MFD_CLOEXEC));
        if (!m_disk.isValid() || ftruncate(m_disk.get(), off_t(config.disk->bytes)) != 0)
            return systemError(QStringLiteral("no disk of %1 bytes").arg(config.disk->bytes));
    }
    if (config.debugger) {
        if (auto error = makeGdbSocket(config.gdbSocketPath))
            return error;
    }
    auto [qmpHere, qmpThere] = makeSocketPair();
    auto [consoleHere, consoleThere] = makeSocketPair();
    auto [transcriptHere, transcriptThere] = makeSocketPair();
    if (!qmpHere.isValid() || !consoleHere.isValid() || !transcriptHere.isValid())
        return systemError(QStringLiteral("no sockets for the machine's lines"));
    m_qmp = std::make_unique<QmpClient>(std::move(qmpHere));
    m_console = std::make_unique<FdStream>(std::move(consoleHere));
    m_transcript = std::make_unique<FdStream>(std::move(transcriptHere));
    connect(m_qmp.get(), &QmpClient::ready, this, &QemuProcess::checkVersion);
    connect(m_qmp.get(), &QmpClient::event, this, [this](const QString& name, const QJsonObject& data) {
        if (name == QLatin1String("JOB_STATUS_CHANGE") &&
            data[QStringLiteral("status")].toString() == QLatin1String("concluded"))
            endOfJob(data[QStringLiteral("id")].toString());
        if (name == QLatin1String("SHUTDOWN") || name == QLatin1String("GUEST_PANICKED"))
            Q_EMIT guestDown(data[QStringLiteral("reason")].toString(name));
    });
    connect(m_qmp.get(), &QmpClient::garbled, this, [this](const QByteArray& line) {
        Q_EMIT failed({ErrorKind::Protocol,
                       QStringLiteral("QEMU's control line said: ") + QString::fromUtf8(line.left(100)),
                       {}});
    });
    connect(m_console.get(), &FdStream::received, this, &QemuProcess::console);
    connect(m_transcript.get(), &FdStream::received, this, &QemuProcess::transcript);
    m_snapshots = makeMemoryFile("machine-snapshots", {});
    for (int const fd : {m_ram->fd(), m_archive.get(), m_disk.get(), m_gdbListener.get(), m_snapshots.get(),
                         qmpThere.get(), consoleThere.get(), transcriptThere.get()}) {
        if (fd >= 0)
            m_child.inherit(fd);
    }
    m_child.setAddressSpaceLimit((uint64_t(config.memoryMiB) + overheadMiB) << 20);
    m_child.start(program, arguments(config, qmpThere.get(), consoleThere.get(), transcriptThere.get()));
    // QEMU holds the listener from here on: when it goes, GDB's connection goes.
    m_gdbListener.reset();
    m_archive.reset();
    m_disk.reset();
    return std::nullopt;
}

void QemuProcess::checkVersion(int major, int minor) {
    if (major < oldestQemu)
        Q_EMIT failed({ErrorKind::WrongVersion, QStringLiteral("this is QEMU %1.%2").arg(major).arg(minor),
                       QStringLiteral("install version %1 or newer").arg(oldestQemu)});
    else
        Q_EMIT ready();
}

void QemuProcess::ping(std::function<void(bool)> done) {
    if (m_qmp)
        m_qmp->execute(QStringLiteral("query-status"),
                       [done = std::move(done)](const QmpClient::Answer& answer) {
                           done(answer.value.toObject()[QStringLiteral("running")].toBool());
                       });
}

void QemuProcess::pauseMachine() { m_qmp->execute(QStringLiteral("stop")); }

void QemuProcess::processorText(std::function<void(const QString&)> done) {
    monitor(QStringLiteral("info registers"), std::move(done));
}

void QemuProcess::monitor(const QString& line, std::function<void(const QString&)> done) {
    m_qmp->execute(
        QStringLiteral("human-monitor-command"),
        [done = std::move(done)](const QmpClient::Answer& answer) { done(answer.value.toString()); },
        {{QStringLiteral("command-line"), line}});
}

void QemuProcess::drainLines() {
    m_qmp->drain();
    m_console->drain();
    m_transcript->drain();
}

void QemuProcess::finish() {
    drainLines();
    Q_EMIT ended();
}

} // namespace gdbbridge
