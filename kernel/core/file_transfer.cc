// Bytes between open files and the memory of the program that calls.
#include <algorithm>

#include "kernel/core/console.h"
#include "kernel/core/console_input.h"
#include "kernel/core/open_file.h"
#include "kernel/core/user_memory.h"
#include "kernel/vm/uvm_pool.h"

namespace uvm {

namespace {

// A piece of a program's output, up to a page, is not torn apart by that of another.
constinit mutex console_output_lock{"console output"};

// What a transfer moves at a time, by way of the kernel: the program's page may be the very page of the file.
// Without a page for it the pieces are smaller: what a program says about a lack of memory is not to fail by
// that.
class transfer_buffer {
public:
    transfer_buffer() = default;
    ~transfer_buffer() {
        if (page_)
            uvm_kmem_free(page_, page_size);
    }
    transfer_buffer(const transfer_buffer&) = delete;
    transfer_buffer& operator=(const transfer_buffer&) = delete;
    [[nodiscard]] size_t size() const { return page_ ? page_size : sizeof small_; }
    [[nodiscard]] std::span<std::byte> first(size_t bytes) { return {page_ ? page_ : small_, bytes}; }

private:
    std::byte* page_ = static_cast<std::byte*>(uvm_kmem_alloc(page_size));
    std::byte small_[256];
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
    case file_kind::console: {
        mutex_guard const guard(console_output_lock);
        console().text({reinterpret_cast<const char*>(from.data()), from.size()});
        return from.size();
    }
    default:
        return from.size();
    }
}

// Pieces of at most `most` bytes, until a short one: f(done, piece's length) moves it.
template <class F>
result<size_t> transfer(size_t length, size_t most, bool whole, F&& f) {
    size_t done = 0;
    while (done < length) {
        size_t const piece = std::min(length - done, most);
        result<size_t> const moved = f(done, piece);
        if (!moved)
            return done > 0 ? result<size_t>(done) : moved;
        done += *moved;
        if (*moved < piece || !whole)
            break;
    }
    return done;
}

// A large write to a pipe: lends what it can, and copies the rest, at most `most` bytes at a time.
template <class Copy>
result<size_t> write_pipe(pipe_buffer& pipe, vaddr_t from, size_t length, size_t most, Copy&& copy) {
    size_t done = 0;
    while (done < length) {
        vaddr_t const at = from + vsize_t(done);
        size_t const to_page_end = page_size - (at.value & page_mask);
        result<size_t> moved = errno_t::einval;
        if (to_page_end == page_size && length - done >= page_size)
            moved = pipe_lend(pipe, at, length - done);
        if (!moved && moved.error() != errno_t::epipe && moved.error() != errno_t::eintr)
            moved = copy(done, std::min({length - done, to_page_end, most}));
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

result<size_t> file_read(open_file& file, vaddr_t to, size_t length) {
    if (!file.readable())
        return errno_t::ebadf;
    transfer_buffer buffer;
    offset_guard const guard(file);
    return transfer(length, buffer.size(), !is_stream(file),
                    [&](size_t done, size_t piece) -> result<size_t> {
                        result<size_t> const got = read_piece(file, buffer.first(piece));
                        if (!got || *got == 0)
                            return got;
                        errno_t const error = copy_out_bytes(buffer.first(*got), to + vsize_t(done));
                        return error == errno_t::ok ? got : error;
                    });
}

result<size_t> file_write(open_file& file, vaddr_t from, size_t length) {
    if (!file.writable())
        return errno_t::ebadf;
    transfer_buffer buffer;
    offset_guard const guard(file);
    auto const copy = [&](size_t done, size_t piece) -> result<size_t> {
        errno_t const error = copy_in_bytes(from + vsize_t(done), buffer.first(piece));
        if (error != errno_t::ok)
            return error;
        return write_piece(file, buffer.first(piece));
    };
    return file.kind == file_kind::pipe_write_end ? write_pipe(*file.pipe, from, length, buffer.size(), copy)
                                                  : transfer(length, buffer.size(), true, copy);
}

} // namespace uvm
