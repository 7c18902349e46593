// A program that is started by the bridge and never outlives it.
#pragma once

#include <QObject>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

#include "gdbbridge/transport/error.h"

namespace gdbbridge {

// The path of a program: as given when it has a slash, otherwise looked up in PATH; "" when there is none
// that can run.
QString findProgram(const QString& name);

// What a process has had of the processor, in milliseconds; 0 when it is gone.
qint64 processorMsOf(qint64 process);

// The child gets its own session (a ^C in the terminal is the bridge's business), dies with the thread that
// started it, writes no core file, and inherits only the descriptors named.
class ChildProcess : public QObject {
    Q_OBJECT

public:
    explicit ChildProcess(QObject* parent = nullptr);
    ~ChildProcess() override;

    // Bytes of address space that the child may have; 0 for no limit.
    void setAddressSpaceLimit(uint64_t bytes) { m_addressSpace = bytes; }
    // A descriptor that the child shall have under the same number. Must stay open until it has started.
    void inherit(int fd) { m_inherited.push_back(fd); }

    // Starts the program. What goes wrong is told by startFailed or ended.
    void start(const QString& program, const QStringList& arguments);
    // Ends it now and waits for that; no signal is emitted any more.
    void stop();

    bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    qint64 processId() const { return m_process.processId(); }
    void write(const QByteArray& bytes) { m_process.write(bytes); }

    // The last that it wrote to its standard error.
    QString errorText() const;
    // How it ended, as in "ended with status 1" or "was killed".
    QString endText() const;
    std::optional<int> exitStatus() const;

Q_SIGNALS:
    void output(const QByteArray& bytes);
    void startFailed();
    void ended();

private:
    QProcess m_process;
    QByteArray m_errorOutput;
    std::vector<int> m_inherited;
    uint64_t m_addressSpace = 0;
    bool m_ended = false;
};

} // namespace gdbbridge
