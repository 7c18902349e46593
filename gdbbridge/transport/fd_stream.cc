#include "gdbbridge/transport/fd_stream.h"

#include <cerrno>
#include <sys/socket.h>

namespace gdbbridge {

FdStream::FdStream(UniqueFd fd, QObject* parent)
    : QObject(parent), m_fd(std::move(fd)),
      m_notifier(std::make_unique<QSocketNotifier>(m_fd.get(), QSocketNotifier::Read)) {
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &FdStream::drain);
}

bool FdStream::send(const QByteArray& bytes) {
    qsizetype done = 0;
    while (done < bytes.size()) {
        ssize_t const n =
            ::send(m_fd.get(), bytes.constData() + done, size_t(bytes.size() - done), MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += n;
    }
    return true;
}

void FdStream::drain() {
    QByteArray all;
    bool ended = false;
    char buffer[16384];
    while (m_fd.isValid()) {
        ssize_t const n = recv(m_fd.get(), buffer, sizeof buffer, MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        if (n <= 0) {
            m_notifier->setEnabled(false);
            m_fd.reset();
            ended = true;
            break;
        }
        all.append(buffer, n);
    }
    if (!all.isEmpty())
        Q_EMIT received(all);
    if (ended)
        Q_EMIT closed();
}

} // namespace gdbbridge
