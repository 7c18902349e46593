#include "gdbbridge/transport/unique_fd.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gdbbridge {

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
        reset();
        m_fd = std::exchange(other.m_fd, -1);
    }
    return *this;
}

void UniqueFd::reset() {
    if (m_fd >= 0)
        close(m_fd);
    m_fd = -1;
}

std::pair<UniqueFd, UniqueFd> makeSocketPair() {
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
        return {};
    return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

UniqueFd makeMemoryFile(const char* label, const QByteArray& bytes) {
    UniqueFd file(memfd_create(label, MFD_CLOEXEC));
    qsizetype done = 0;
    while (file.isValid() && done < bytes.size()) {
        ssize_t const n = write(file.get(), bytes.constData() + done, size_t(bytes.size() - done));
        if (n <= 0)
            file.reset();
        done += n;
    }
    return file;
}

} // namespace gdbbridge
