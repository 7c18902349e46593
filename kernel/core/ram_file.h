// Files in memory: each is a memory object, so reading, writing and mapping all see the same pages.
//
// What the boot archive has of a file is copied into a page when the page is first needed. A page that was
// written is the only place of its data after that, and stays; others can be freed and made again. A file
// lives as long as somebody refers to its object: the directory, an open file, a mapping. Field tags: [o] the
// object's lock, [I] set once, [f] files lock.
#pragma once

#include <span>
#include <string_view>

#include "kernel/core/system_call_abi.h"
#include "kernel/vm/uvm_object.h"

namespace uvm {

struct ram_file {
    uvm_object obj;
    std::span<const std::byte> initial; // [o] what pages begin with; zeros behind it
    char name[abi::path_limit]{};       // [I]
    ram_file* next{};                   // [f] in the directory
};

// The largest size of a file. Pages are made when they are touched, so it bounds nothing but arithmetic.
inline constexpr uint64_t ram_file_limit = uint64_t{1} << 40;

// A file of one reference, or null without memory. `name` is shorter than path_limit.
[[nodiscard]] ram_file* ram_file_create(std::string_view name, std::span<const std::byte> initial);
// Give and take references.
void ram_file_reference(ram_file& file);
void ram_file_release(ram_file& file);

[[nodiscard]] uint64_t ram_file_size(ram_file& file);
// Copies from / to the file at `offset`; reading ends at the file's end, also at one that comes nearer
// meanwhile, writing moves it. Returns how many bytes; fewer when memory runs out on the way. Fails: ENOMEM
// (none at all), EFBIG. Locks: take the object's.
[[nodiscard]] result<size_t> ram_file_read(ram_file& file, uint64_t offset, std::span<std::byte> to);
[[nodiscard]] result<size_t> ram_file_write(ram_file& file, uint64_t offset, std::span<const std::byte> from);
// Sets the size. What lies behind it reads as zero when the file grows again, also what was written there by
// who has the file mapped. Pages that are locked in memory stay. Fails: EFBIG, ENOMEM (the last page is on
// loan, and there is none for its copy); nothing changed.
[[nodiscard]] errno_t ram_file_truncate(ram_file& file, uint64_t size);

} // namespace uvm
