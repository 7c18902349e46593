// QEMU as a process: the machine, its memory, its serial lines and its control line.
//
// Everything but GDB's socket is handed over as an open descriptor (the memory and the boot archive are files
// without a name), so nothing is left on disk however the bridge ends.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QTemporaryDir>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "gdbbridge/transport/child_process.h"
#include "gdbbridge/transport/fd_stream.h"
#include "gdbbridge/transport/qmp_client.h"
#include "gdbbridge/transport/ram_file.h"

namespace gdbbridge {

// An empty disk that is gone when the machine is.
struct QemuDisk {
    int64_t bytes = 0;
    bool readOnly = false;
    // 0: as fast as it can. With 1 the disk does a request, and then none for more than an hour.
    int readBytesPerSecond = 0, writeBytesPerSecond = 0;
};

struct QemuConfig {
    QString program = QStringLiteral("qemu-system-i386");
    QString kernelPath;
    QString commandLine;    // of the kernel
    QByteArray bootArchive; // "" for none
    int memoryMiB = 128;
    std::optional<QemuDisk> disk;   // what the kernel swaps to when it runs programs
    bool countInstructions = false; // without a debugger too: time is counted in instructions
    bool debugger = true;           // a socket for GDB, and the machine waits for it
    QString gdbSocketPath;          // where that socket shall be; "" for a private place
};

class QemuProcess : public QObject {
    Q_OBJECT

public:
    explicit QemuProcess(QObject* parent = nullptr);
    ~QemuProcess() override;

    // Starts the machine; ready(), failed() or ended() follows. What can be told at once is returned.
    std::optional<Error> start(const QemuConfig& config);
    // Ends it now and waits for that; no signal is emitted any more.
    void stop();

    // Calls `done` once QEMU answers, with whether its machine runs.
    void ping(std::function<void(bool)> done);
    // Stops the machine where it is, without GDB.
    void pauseMachine();
    // The processor's state as QEMU prints it, for people; "" when it refuses.
    void processorText(std::function<void(const QString&)> done);
    // What there is beside memory and registers that people can compare: the interrupt controllers. "" when
    // QEMU refuses.
    void devicesText(std::function<void(const QString&)> done);
    // Keeps the whole machine, which must stand, under a name / makes it what it was then. `done` gets "" or
    // what went wrong. The file for it is made at the first call and goes with the process.
    void saveMachine(const QString& name, std::function<void(const QString&)> done);
    void loadMachine(const QString& name, std::function<void(const QString&)> done);
    // Types at the console. False: the machine is gone.
    bool type(const QByteArray& bytes) { return m_console && m_console->send(bytes); }
    // Hands over at once what has arrived on all lines.
    void drainLines();

    RamFile* ram() { return m_ram ? &*m_ram : nullptr; }
    QString gdbSocketPath() const { return m_gdbSocketPath; }
    // GDB has connected (or never will): the socket's name is not needed any more.
    void removeGdbSocket();

    qint64 processId() const { return m_child.processId(); }
    const ChildProcess& child() const { return m_child; }

Q_SIGNALS:
    void ready();
    void failed(const gdbbridge::Error& error);
    void console(const QByteArray& bytes);
    void transcript(const QByteArray& bytes);
    // The guest has shut down, reset or lost its processor, and is kept as it is: `reason` in QEMU's words.
    void guestDown(const QString& reason);
    // QEMU has ended; all that it said was handed over before.
    void ended();

private:
    std::optional<Error> makeGdbSocket(const QString& path);
    QStringList arguments(const QemuConfig& config, int qmp, int com1, int com2) const;
    void monitor(const QString& line, std::function<void(const QString&)> done);
    // Runs a job of QEMU's to its end.
    void job(const QString& command, QJsonObject arguments, std::function<void(const QString&)> done);
    void endOfJob(const QString& id);
    void withSnapshotNode(std::function<void(const QString&)> done);
    void machineJob(const QString& command, const QString& name, std::function<void(const QString&)> done);
    void checkVersion(int major, int minor);
    void finish();

    ChildProcess m_child;
    std::optional<RamFile> m_ram;
    UniqueFd m_archive, m_disk, m_gdbListener;
    QString m_gdbSocketPath;
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<QmpClient> m_qmp;
    std::unique_ptr<FdStream> m_console, m_transcript;
    UniqueFd m_snapshots; // where machines are kept
    bool m_snapshotNode = false;
    int m_lastJob = 0;
    std::map<QString, std::function<void(const QString&)>> m_jobs; // by id
};

} // namespace gdbbridge
