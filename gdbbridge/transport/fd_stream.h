// One end of a local stream in the event loop.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QSocketNotifier>
#include <memory>

#include "gdbbridge/transport/unique_fd.h"

namespace gdbbridge {

class FdStream : public QObject {
    Q_OBJECT

public:
    // Owns the descriptor.
    explicit FdStream(UniqueFd fd, QObject* parent = nullptr);

    // Sends all of it; false when the other side is gone. For short messages: waits for the other side to
    // take them.
    bool send(const QByteArray& bytes);
    // Hands over at once what has arrived. Call it when the other side has ended, so that nothing it said is
    // lost.
    void drain();

Q_SIGNALS:
    void received(const QByteArray& bytes);
    // The other side has closed; comes once, after everything was received.
    void closed();

private:
    UniqueFd m_fd;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace gdbbridge
