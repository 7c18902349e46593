#include "gdbbridge/transport/boot_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <memory>

namespace gdbbridge {

namespace {

la_ssize_t appendBytes(archive*, void* out, const void* bytes, size_t length) {
    static_cast<QByteArray*>(out)->append(static_cast<const char*>(bytes), qsizetype(length));
    return la_ssize_t(length);
}

bool addFile(archive* out, const BootFile& file) {
    std::unique_ptr<archive_entry, void (*)(archive_entry*)> const entry(archive_entry_new(),
                                                                         archive_entry_free);
    archive_entry_set_pathname(entry.get(), file.name.constData());
    archive_entry_set_size(entry.get(), file.bytes.size());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    if (archive_write_header(out, entry.get()) != ARCHIVE_OK)
        return false;
    return archive_write_data(out, file.bytes.constData(), size_t(file.bytes.size())) == file.bytes.size();
}

} // namespace

std::optional<QByteArray> makeBootArchive(const std::vector<BootFile>& files) {
    QByteArray bytes;
    std::unique_ptr<archive, int (*)(archive*)> const out(archive_write_new(), archive_write_free);
    archive_write_set_format_ustar(out.get());
    archive_write_add_filter_none(out.get());
    archive_write_set_bytes_in_last_block(out.get(), 1);
    if (archive_write_open(out.get(), &bytes, nullptr, appendBytes, nullptr) != ARCHIVE_OK)
        return std::nullopt;
    for (const BootFile& file : files) {
        if (!addFile(out.get(), file))
            return std::nullopt;
    }
    if (archive_write_close(out.get()) != ARCHIVE_OK)
        return std::nullopt;
    return bytes;
}

} // namespace gdbbridge
