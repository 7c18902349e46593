// The control line of QEMU (QMP): JSON objects, one a line.
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QObject>
#include <QString>
#include <functional>
#include <map>
#include <memory>

#include "gdbbridge/mi/line_splitter.h"
#include "gdbbridge/transport/fd_stream.h"

namespace gdbbridge {

class QmpClient : public QObject {
    Q_OBJECT

public:
    // Answer of a command: what "return" holds, or the text of the error.
    struct Answer {
        bool ok = false;
        QJsonValue value;
        QString error;
    };

    explicit QmpClient(UniqueFd fd, QObject* parent = nullptr);

    // Sends a command; `done` gets its answer. Before ready() QEMU takes none.
    void execute(const QString& command, std::function<void(const Answer&)> done = {},
                 const QJsonObject& arguments = {});
    void drain() { m_stream.drain(); }

Q_SIGNALS:
    // QEMU has said hello and takes commands.
    void ready(int majorVersion, int minorVersion);
    void event(const QString& name, const QJsonObject& data);
    // A line that is no QMP.
    void garbled(const QByteArray& line);

private:
    void handleLine(const std::string& line);
    void greet(const QJsonObject& greeting);

    FdStream m_stream;
    mi::LineSplitter m_splitter{size_t(1) << 20};
    qint64 m_nextId = 1;
    std::map<qint64, std::function<void(const Answer&)>> m_pending;
};

} // namespace gdbbridge
