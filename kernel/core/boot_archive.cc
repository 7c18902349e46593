#include "kernel/core/boot_archive.h"

#include <algorithm>

namespace uvm {

namespace {

constexpr size_t block = 512;

// Fields of a header, by offset and length.
struct field {
    size_t at, length;
};
constexpr field name_field{0, 100}, size_field{124, 12}, checksum_field{148, 8}, type_field{156, 1},
    magic_field{257, 5};

std::string_view text_of(std::span<const std::byte> header, field f) {
    std::string_view const all(reinterpret_cast<const char*>(header.data()) + f.at, f.length);
    return all.substr(0, all.find('\0'));
}

// Octal digits, perhaps after blanks; false for anything else.
bool octal(std::string_view text, size_t* value) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    text = text.substr(0, text.find(' '));
    if (text.empty() || text.size() > 11)
        return false;
    uint64_t sum = 0;
    for (char c : text) {
        if (c < '0' || c > '7')
            return false;
        sum = sum * 8 + unsigned(c - '0');
    }
    *value = size_t(sum);
    return sum <= SIZE_MAX;
}

// The sum of all bytes, with the field of the sum itself counted as blanks.
bool checksum_right(std::span<const std::byte> header) {
    size_t expected;
    if (!octal(text_of(header, checksum_field), &expected))
        return false;
    size_t sum = checksum_field.length * ' ';
    for (size_t i = 0; i < block; ++i)
        if (i < checksum_field.at || i >= checksum_field.at + checksum_field.length)
            sum += std::to_integer<uint8_t>(header[i]);
    return sum == expected;
}

// Takes the first file off the archive. Fails: ENOENT (the end), EINVAL. A file that is none has no name.
result<archive_file> take_file(std::span<const std::byte>& archive) {
    if (archive.size() < block || archive[0] == std::byte{0})
        return errno_t::enoent;
    std::span<const std::byte> const header = archive.first(block);
    size_t size;
    if (text_of(header, magic_field) != "ustar" || !checksum_right(header) ||
        !octal(text_of(header, size_field), &size) || size > archive.size() - block)
        return errno_t::einval;
    std::string_view stored = text_of(header, name_field);
    if (stored.starts_with("./"))
        stored.remove_prefix(2);
    std::string_view const type = text_of(header, type_field);
    archive_file const file{type.empty() || type == "0" ? stored : std::string_view(),
                            archive.subspan(block, size)};
    archive = archive.subspan(std::min(block + (size + block - 1) / block * block, archive.size()));
    return file;
}

} // namespace

result<archive_file> archive_find(std::span<const std::byte> archive, std::string_view name) {
    for (;;) {
        result<archive_file> const file = take_file(archive);
        if (!file || (!(*file).name.empty() && (*file).name == name))
            return file;
    }
}

errno_t archive_for_each(std::span<const std::byte> archive, void (*f)(const archive_file& file)) {
    for (;;) {
        result<archive_file> const file = take_file(archive);
        if (!file)
            return file.error() == errno_t::enoent ? errno_t::ok : file.error();
        if (!(*file).name.empty())
            f(*file);
    }
}

} // namespace uvm
