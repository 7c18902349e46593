// A file descriptor that is closed once.
#pragma once

#include <QByteArray>
#include <utility>

namespace gdbbridge {

class UniqueFd {
public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : m_fd(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept;
    ~UniqueFd() { reset(); }

    int get() const { return m_fd; }
    bool isValid() const { return m_fd >= 0; }
    void reset();

private:
    int m_fd = -1;
};

// Two ends of a stream; both invalid when the system refuses.
std::pair<UniqueFd, UniqueFd> makeSocketPair();

// A file in memory that has no name, with these bytes; invalid when the system refuses. A child that inherits
// it opens it as /proc/self/fd/N, and it is gone with its last user, however that ends.
UniqueFd makeMemoryFile(const char* label, const QByteArray& bytes);

} // namespace gdbbridge
