// GDB as a process that takes MI commands and gives MI records.
#pragma once

#include <QObject>
#include <QString>

#include "gdbbridge/mi/line_splitter.h"
#include "gdbbridge/mi/record.h"
#include "gdbbridge/transport/child_process.h"

namespace gdbbridge {

class GdbProcess : public QObject {
    Q_OBJECT

public:
    explicit GdbProcess(QObject* parent = nullptr);

    // Starts GDB on the ELF file. Nothing that the file or a configuration brings along is executed.
    void start(const QString& program, const QString& elfPath);
    void send(const std::string& line);
    void stop() { m_child.stop(); }

    qint64 processId() const { return m_child.processId(); }
    const ChildProcess& child() const { return m_child; }

Q_SIGNALS:
    void record(const gdbbridge::mi::Record& record);
    void startFailed();
    void ended();

private:
    ChildProcess m_child;
    mi::LineSplitter m_splitter;
};

} // namespace gdbbridge
