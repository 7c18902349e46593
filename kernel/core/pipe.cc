// Pipes: a ring of bytes between open files, and behind it pages that a writer has lent.
//
// Whole pages of a large write are not copied into the ring: the writer's pages are borrowed until they are
// read, and the writer may change its memory meanwhile, which breaks the loan (uvm_loan.h). What is written
// after a loan waits until that is read.
#include <algorithm>

#include "kernel/core/open_file.h"
#include "kernel/core/thread.h"
#include "kernel/core/user_memory.h"
#include "kernel/vm/uvm_loan.h"
#include "kernel/vm/uvm_pool.h"

#include <machine/memory.h>

namespace uvm {

// Pages on loan, read up to a byte.
struct pipe_loan {
    static constexpr uint32_t most = 8;
    uvm_loaned pages[most]{};
    uint32_t count{}, ended{}; // pages; those whose loan is over
    size_t read{};             // bytes
    [[nodiscard]] size_t left() const { return size_t{count} * page_size - read; }
};

// Positions count up for ever. Field tags: [l] its lock, [I] set once.
struct pipe_buffer {
    static constexpr uint32_t size = 2048;
    mutex lock{"pipe"};
    std::byte* ring{};          // [I] size bytes, owned
    uint32_t read{}, written{}; // [l]
    pipe_loan loan;             // [l] comes after the ring
    bool readers{true};         // [l] the end is open
    bool writers{true};         // [l]
    uint32_t changed{};         // [l] who waits sleeps on it
};

namespace {

constinit object_pool<pipe_buffer> pipe_pool{"pipe"};
constinit uint32_t pages_lent = 0; // atomic

void give_back(std::span<uvm_loaned> pages) {
    uvm_unloan(pages, uvm_loan_to::page);
    atomic::sub(pages_lent, uint32_t(pages.size()));
}

void tell_change(pipe_buffer& pipe) {
    ++pipe.changed;
    wakeup(pipe.changed);
}

// Copies between the ring, from position `at` on, and memory: f(ring's part, done, bytes), in two parts at
// most.
template <class F>
void for_ring(pipe_buffer& pipe, uint32_t at, size_t length, F&& f) {
    for (size_t done = 0; done < length;) {
        uint32_t const place = uint32_t(at + done) % pipe_buffer::size;
        size_t const piece = std::min<size_t>(length - done, pipe_buffer::size - place);
        f(pipe.ring + place, done, piece);
        done += piece;
    }
}

} // namespace

errno_t pipe_create(open_file** read_end, open_file** write_end) {
    pipe_buffer* const pipe = pipe_pool.create();
    *read_end = pipe ? file_create(file_kind::pipe_read_end, abi::open_read) : nullptr;
    *write_end = *read_end ? file_create(file_kind::pipe_write_end, abi::open_write) : nullptr;
    if (*write_end)
        pipe->ring = static_cast<std::byte*>(uvm_kmem_alloc(pipe_buffer::size));
    if (!*write_end || !pipe->ring) {
        if (*write_end)
            file_release(**write_end);
        if (*read_end)
            file_release(**read_end);
        if (pipe)
            pipe_pool.destroy(*pipe);
        return errno_t::enomem;
    }
    (*read_end)->pipe = (*write_end)->pipe = pipe;
    return errno_t::ok;
}

namespace {

// Copies out of the loan, at most to the end of a page. `over`: the page that has been read whole, or none.
size_t read_loan(pipe_loan& loan, std::span<std::byte> to, uvm_loaned* over) {
    size_t const place = loan.read & page_mask, count = std::min<size_t>(to.size(), page_size - place);
    uvm_loaned const page = loan.pages[loan.read >> machine::page_shift];
    std::copy_n(static_cast<const std::byte*>(machine::phys_to_ptr(page.page->phys_addr)) + place, count,
                to.data());
    loan.read += count;
    if (place + count == page_size) {
        ++loan.ended;
        *over = page;
    }
    if (loan.left() == 0)
        loan = {};
    return count;
}

} // namespace

result<size_t> pipe_read(pipe_buffer& pipe, std::span<std::byte> to) {
    for (;;) {
        uint32_t seen;
        size_t lent = 0;
        uvm_loaned over{};
        {
            mutex_guard const guard(pipe.lock);
            size_t const count = std::min<size_t>(to.size(), pipe.written - pipe.read);
            if (count == 0 && !to.empty() && pipe.loan.left() > 0) {
                lent = read_loan(pipe.loan, to, &over);
                tell_change(pipe);
            } else if (count > 0 || to.empty() || !pipe.writers) {
                for_ring(pipe, pipe.read, count, [&](std::byte* ring, size_t done, size_t bytes) {
                    std::copy_n(ring, bytes, to.data() + done);
                });
                pipe.read += uint32_t(count);
                tell_change(pipe);
                return count;
            }
            seen = pipe.changed;
        }
        if (over.page)
            give_back({&over, 1});
        if (lent > 0)
            return lent;
        if (sleep_interruptibly(pipe.changed, seen, "bytes in a pipe", 0) == sleep_end::interrupted)
            return errno_t::eintr;
    }
}

result<size_t> pipe_write(pipe_buffer& pipe, std::span<const std::byte> from) {
    size_t done = 0;
    while (done < from.size()) {
        uint32_t seen;
        {
            mutex_guard const guard(pipe.lock);
            if (!pipe.readers)
                return done > 0 ? result<size_t>(done) : errno_t::epipe;
            size_t const room = pipe.loan.left() > 0 ? 0 : pipe_buffer::size - (pipe.written - pipe.read);
            size_t const count = std::min(from.size() - done, room);
            for_ring(pipe, pipe.written, count, [&](std::byte* ring, size_t part, size_t bytes) {
                std::copy_n(from.data() + done + part, bytes, ring);
            });
            pipe.written += uint32_t(count);
            done += count;
            if (count > 0)
                tell_change(pipe);
            seen = pipe.changed;
        }
        if (done < from.size() &&
            sleep_interruptibly(pipe.changed, seen, "room in a pipe", 0) == sleep_end::interrupted)
            return done > 0 ? result<size_t>(done) : errno_t::eintr;
    }
    return done;
}

result<size_t> pipe_lend(pipe_buffer& pipe, vaddr_t from, size_t length) {
    pipe_loan loan{.count = uint32_t(std::min<size_t>(length >> machine::page_shift, pipe_loan::most))};
    std::span<uvm_loaned> const pages(loan.pages, loan.count);
    vm_map& map = current_vmspace().vm_map;
    if (errno_t const error = uvm_loan(map, from, pages, uvm_loan_to::page); error != errno_t::ok)
        return error;
    atomic::add(pages_lent, loan.count);
    for (;;) {
        uint32_t seen;
        bool readers;
        {
            mutex_guard const guard(pipe.lock);
            readers = pipe.readers;
            if (readers && pipe.loan.left() == 0) {
                pipe.loan = loan;
                tell_change(pipe);
                return loan.left();
            }
            seen = pipe.changed;
        }
        if (readers && sleep_interruptibly(pipe.changed, seen, "room in a pipe", 0) != sleep_end::interrupted)
            continue;
        give_back(pages);
        return readers ? errno_t::eintr : errno_t::epipe;
    }
}

void pipe_close(pipe_buffer& pipe, file_kind end) {
    {
        mutex_guard const guard(pipe.lock);
        (end == file_kind::pipe_read_end ? pipe.readers : pipe.writers) = false;
        tell_change(pipe);
        if (pipe.readers || pipe.writers)
            return;
    }
    pipe_loan& loan = pipe.loan;
    if (loan.left() > 0)
        give_back({loan.pages + loan.ended, loan.count - loan.ended});
    uvm_kmem_free(pipe.ring, pipe_buffer::size);
    pipe_pool.destroy(pipe);
}

uint32_t pipe_pages_lent() { return atomic::load(pages_lent); }

} // namespace uvm
