#include "gdbbridge/transport/gdb_process.h"

#include "gdbbridge/mi/parser.h"

namespace gdbbridge {

GdbProcess::GdbProcess(QObject* parent) : QObject(parent) {
    connect(&m_child, &ChildProcess::startFailed, this, &GdbProcess::startFailed);
    connect(&m_child, &ChildProcess::ended, this, &GdbProcess::ended);
    connect(&m_child, &ChildProcess::output, this, [this](const QByteArray& bytes) {
        for (const std::string& line : m_splitter.feed({bytes.constData(), size_t(bytes.size())}))
            Q_EMIT record(mi::parseLine(line));
    });
}

void GdbProcess::start(const QString& program, const QString& elfPath) {
    // -iex takes effect before the file is read; -nx alone would still let the file bring scripts along.
    m_child.start(program, {QStringLiteral("-nx"), QStringLiteral("-q"), QStringLiteral("--interpreter=mi3"),
                            QStringLiteral("-iex"), QStringLiteral("set auto-load off"),
                            QStringLiteral("-iex"), QStringLiteral("set debuginfod enabled off"),
                            QStringLiteral("-iex"), QStringLiteral("set may-call-functions off"), elfPath});
}

void GdbProcess::send(const std::string& line) { m_child.write(QByteArray::fromStdString(line)); }

} // namespace gdbbridge
