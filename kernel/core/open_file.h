// Open files and descriptors: a file in memory, an end of a pipe, the console, or a source of nothing.
//
// Field tags: [f] files_lock, [I] set once, [i] the open file's own lock, which is held over a transfer so
// that its offset counts once.
#pragma once

#include "kernel/core/ram_file.h"
#include "kernel/core/user_process.h"

namespace uvm {

struct pipe_buffer;

enum class file_kind : uint8_t { ram, pipe_read_end, pipe_write_end, console, null, zero };

struct open_file {
    file_kind kind{}; // [I]
    uint32_t flags{}; // [I] as given to open
    uint32_t refs{};  // [f] descriptors and calls under way
    mutex lock{"open file"};
    uint64_t offset{};   // [i]
    ram_file* ram{};     // [I] one reference
    pipe_buffer* pipe{}; // [I] one end of it
    [[nodiscard]] bool readable() const { return (flags & abi::open_access) != abi::open_write; }
    [[nodiscard]] bool writable() const { return (flags & abi::open_access) != abi::open_read; }
};

// Guards the directory and all tables of descriptors. Lock order: below user_process_lock.
extern mutex files_lock;

// The file of a descriptor of the calling process, with a reference for the caller. Fails: EBADF.
[[nodiscard]] result<open_file*> file_get(uint32_t descriptor);
// One reference less; the last one closes. Locks: takes files_lock.
void file_release(open_file& file);
// A new open file of one reference, or null. / The lowest free descriptor for it. Fails: EMFILE.
[[nodiscard]] open_file* file_create(file_kind kind, uint32_t flags);
[[nodiscard]] result<uint32_t> file_install(open_file& file);
// Frees a descriptor. Fails: EBADF.
[[nodiscard]] errno_t file_close(uint32_t descriptor);

// The console as files 0, 1 and 2. Fails: ENOMEM. / A child gets the same files. / All are closed.
[[nodiscard]] errno_t files_open_console(user_process& p);
void files_share(const user_process& from, user_process& to);
void files_close_all(user_process& p);

// Moves up to `length` bytes between a file and the calling program's memory. Fails: EBADF (not open for it),
// EFAULT, EINTR, ENOMEM (for the file itself), EPIPE, EFBIG; what was moved before the error counts when
// there was any.
[[nodiscard]] result<size_t> file_read(open_file& file, vaddr_t to, size_t length);
[[nodiscard]] result<size_t> file_write(open_file& file, vaddr_t from, size_t length);

// Pipes: both ends. / What is there, at least a byte; 0 when nobody can write any more. Fails: EINTR. /
// Fails: EPIPE, EINTR; fewer bytes than asked when interrupted later.
[[nodiscard]] errno_t pipe_create(open_file** read_end, open_file** write_end);
[[nodiscard]] result<size_t> pipe_read(pipe_buffer& pipe, std::span<std::byte> to);
[[nodiscard]] result<size_t> pipe_write(pipe_buffer& pipe, std::span<const std::byte> from);
// Whole pages of the calling program from `from` on, which is the start of one, without a copy; what is read
// is what they hold now. Returns how many bytes, at least a page. Waits until what was lent before is read.
// Fails: EPIPE, EINTR, or as uvm_loan: these pages cannot be lent, only copied.
[[nodiscard]] result<size_t> pipe_lend(pipe_buffer& pipe, vaddr_t from, size_t length);
void pipe_close(pipe_buffer& pipe, file_kind end);
// How many pages are lent to pipes now.
[[nodiscard]] uint32_t pipe_pages_lent();

// The directory, which is one. Names may have "/" in front. / Puts the archive's files into it; a file that
// is damaged ends that, with a line on the console. / The file, with a reference for the caller. / A new one;
// the same name must not be there. / Takes the name away.
void directory_init(std::span<const std::byte> archive);
[[nodiscard]] ram_file* directory_find(std::string_view path);
[[nodiscard]] result<ram_file*> directory_create(std::string_view path);
[[nodiscard]] errno_t directory_remove(std::string_view path);
// The file with that number from 0, or ENOENT.
[[nodiscard]] errno_t directory_entry(uint32_t index, abi::file_info* info);

} // namespace uvm
