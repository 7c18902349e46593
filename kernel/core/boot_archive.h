// The boot archive: files that the loader put into memory, as a ustar archive.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "kernel/base/result.h"

namespace uvm {

struct archive_file {
    std::string_view name;
    std::span<const std::byte> content;
};

// The file of this name; "./" in front of a stored name does not count.
// Fails: ENOENT; EINVAL when the archive is damaged before the file was found.
[[nodiscard]] result<archive_file> archive_find(std::span<const std::byte> archive, std::string_view name);

// Calls f(file) for each regular file, in the archive's order. Fails: EINVAL where it is damaged; those
// before were told.
[[nodiscard]] errno_t archive_for_each(std::span<const std::byte> archive,
                                       void (*f)(const archive_file& file));

} // namespace uvm
