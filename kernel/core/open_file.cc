#include "kernel/core/open_file.h"

#include <algorithm>
#include <utility>

#include "kernel/core/console.h"
#include "kernel/core/console_input.h"
#include "kernel/core/user_memory.h"
#include "kernel/vm/uvm_pool.h"

namespace uvm {

constinit mutex files_lock{"files"};

namespace {

constinit object_pool<open_file> file_pool{"open file"};

// What a transfer moves at a time, by way of the kernel: the program's page may be the very page of the file.
struct transfer_buffer {
    std::byte* bytes = static_cast<std::byte*>(uvm_kmem_alloc(page_size));
    transfer_buffer() = default;
    ~transfer_buffer() {
        if (bytes)
            uvm_kmem_free(bytes, page_size);
    }
    transfer_buffer(const transfer_buffer&) = delete;
    transfer_buffer& operator=(const transfer_buffer&) = delete;
};

result<size_t> read_piece(open_file& file, std::span<std::byte> to) {
    switch (file.kind) {
    case file_kind::ram: {
        result<size_t> const got = ram_file_read(*file.ram, file.offset, to);
        if (got)
            file.offset += *got;
        return got;
    }
    case file_kind::pipe_read_end:
        return pipe_read(*file.pipe, to);
    case file_kind::console:
        return console_input_read(to);
    case file_kind::zero:
        std::fill(to.begin(), to.end(), std::byte{0});
        return to.size();
    default:
        return size_t{0};
    }
}

result<size_t> write_piece(open_file& file, std::span<const std::byte> from) {
    switch (file.kind) {
    case file_kind::ram: {
        if (file.flags & abi::open_append)
            file.offset = ram_file_size(*file.ram);
        result<size_t> const put = ram_file_write(*file.ram, file.offset, from);
        if (put)
            file.offset += *put;
        return put;
    }
    case file_kind::pipe_write_end:
        return pipe_write(*file.pipe, from);
    case file_kind::console:
        console().text({reinterpret_cast<const char*>(from.data()), from.size()});
        return from.size();
    default:
        return from.size();
    }
}

// One piece each time, until a short one: f(piece's length) moves it.
template <class F>
result<size_t> transfer(size_t length, bool whole, F&& f) {
    size_t done = 0;
    while (done < length) {
        size_t const piece = std::min<size_t>(length - done, page_size);
        result<size_t> const moved = f(done, piece);
        if (!moved)
            return done > 0 ? result<size_t>(done) : moved;
        done += *moved;
        if (*moved < piece || !whole)
            break;
    }
    return done;
}

// A large write to a pipe: lends what it can, and copies the rest page by page.
template <class Copy>
result<size_t> write_pipe(pipe_buffer& pipe, vaddr_t from, size_t length, Copy&& copy) {
    size_t done = 0;
    while (done < length) {
        vaddr_t const at = from + vsize_t(done);
        size_t const to_page_end = page_size - (at.value & page_mask);
        result<size_t> moved = errno_t::einval;
        if (to_page_end == page_size && length - done >= page_size)
            moved = pipe_lend(pipe, at, length - done);
        if (!moved && moved.error() != errno_t::epipe && moved.error() != errno_t::eintr)
            moved = copy(done, std::min(length - done, to_page_end));
        if (!moved)
            return done > 0 ? result<size_t>(done) : moved;
        done += *moved;
    }
    return done;
}

// Streams keep nobody waiting for the rest, and have no offset that a lock would guard.
bool is_stream(const open_file& file) {
    return file.kind == file_kind::console || file.kind == file_kind::pipe_read_end ||
           file.kind == file_kind::pipe_write_end;
}

class offset_guard {
public:
    explicit offset_guard(open_file& file) UVM_NO_THREAD_SAFETY_ANALYSIS
        : lock_(is_stream(file) ? nullptr : &file.lock) {
        if (lock_)
            lock_->lock();
    }
    ~offset_guard() UVM_NO_THREAD_SAFETY_ANALYSIS {
        if (lock_)
            lock_->unlock();
    }
    offset_guard(const offset_guard&) = delete;
    offset_guard& operator=(const offset_guard&) = delete;

private:
    mutex* lock_;
};

} // namespace

open_file* file_create(file_kind kind, uint32_t flags) {
    open_file* const file = file_pool.create();
    if (file) {
        file->kind = kind;
        file->flags = flags;
        file->refs = 1;
    }
    return file;
}

void file_release(open_file& file) {
    {
        mutex_guard const guard(files_lock);
        if (--file.refs != 0)
            return;
    }
    if (file.ram)
        ram_file_release(*file.ram);
    if (file.pipe)
        pipe_close(*file.pipe, file.kind);
    file_pool.destroy(file);
}

result<open_file*> file_get(uint32_t descriptor) {
    mutex_guard const guard(files_lock);
    open_file* const file =
        descriptor < descriptor_limit ? current_user_process().files[descriptor] : nullptr;
    if (!file)
        return errno_t::ebadf;
    ++file->refs;
    return file;
}

result<uint32_t> file_install(open_file& file) {
    user_process& p = current_user_process();
    auto const limit = uint32_t(std::min<uint64_t>(descriptor_limit, p.limits[abi::limit_files].current));
    mutex_guard const guard(files_lock);
    for (uint32_t d = 0; d < limit; ++d) {
        if (!p.files[d]) {
            p.files[d] = &file;
            return d;
        }
    }
    return errno_t::emfile;
}

errno_t file_close(uint32_t descriptor) {
    open_file* file = nullptr;
    {
        mutex_guard const guard(files_lock);
        if (descriptor < descriptor_limit)
            file = std::exchange(current_user_process().files[descriptor], nullptr);
    }
    if (!file)
        return errno_t::ebadf;
    file_release(*file);
    return errno_t::ok;
}

errno_t files_open_console(user_process& p) {
    open_file* const file = file_create(file_kind::console, abi::open_read_write);
    if (!file)
        return errno_t::enomem;
    mutex_guard const guard(files_lock);
    file->refs = 3;
    p.files[0] = p.files[1] = p.files[2] = file;
    return errno_t::ok;
}

void files_share(const user_process& from, user_process& to) {
    mutex_guard const guard(files_lock);
    for (uint32_t d = 0; d < descriptor_limit; ++d) {
        to.files[d] = from.files[d];
        if (to.files[d])
            ++to.files[d]->refs;
    }
}

void files_close_all(user_process& p) {
    for (open_file*& place : p.files) {
        open_file* file;
        {
            mutex_guard const guard(files_lock);
            file = std::exchange(place, nullptr);
        }
        if (file)
            file_release(*file);
    }
}

result<size_t> file_read(open_file& file, vaddr_t to, size_t length) {
    if (!file.readable())
        return errno_t::ebadf;
    transfer_buffer const buffer;
    if (!buffer.bytes)
        return errno_t::enomem;
    offset_guard const guard(file);
    return transfer(length, !is_stream(file), [&](size_t done, size_t piece) -> result<size_t> {
        result<size_t> const got = read_piece(file, {buffer.bytes, piece});
        if (!got || *got == 0)
            return got;
        errno_t const error = copy_out_bytes({buffer.bytes, *got}, to + vsize_t(done));
        return error == errno_t::ok ? got : error;
    });
}

result<size_t> file_write(open_file& file, vaddr_t from, size_t length) {
    if (!file.writable())
        return errno_t::ebadf;
    transfer_buffer const buffer;
    if (!buffer.bytes)
        return errno_t::enomem;
    offset_guard const guard(file);
    auto const copy = [&](size_t done, size_t piece) -> result<size_t> {
        errno_t const error = copy_in_bytes(from + vsize_t(done), {buffer.bytes, piece});
        if (error != errno_t::ok)
            return error;
        return write_piece(file, {buffer.bytes, piece});
    };
    return file.kind == file_kind::pipe_write_end ? write_pipe(*file.pipe, from, length, copy)
                                                  : transfer(length, true, copy);
}

} // namespace uvm
