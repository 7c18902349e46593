// The boot archive: the files that a kernel finds at its start, as a ustar archive.
#pragma once

#include <QByteArray>
#include <QString>
#include <optional>
#include <vector>

namespace gdbbridge {

struct BootFile {
    QByteArray name; // in the archive
    QByteArray bytes;
};

// The archive; nothing when a name does not fit the format.
std::optional<QByteArray> makeBootArchive(const std::vector<BootFile>& files);

} // namespace gdbbridge
