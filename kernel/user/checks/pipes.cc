// Pipes: bytes in order, waiting on both ends, the end of either.
#include "kernel/user/lib/check.h"

namespace {

// Reads until `bytes` are there; how many are not as `expected` says.
size_t read_and_compare(int fd, const char* expected, size_t bytes) {
    static char buffer[3000];
    size_t got = 0, wrong = 0;
    while (got < bytes) {
        long const n = read(fd, buffer, bytes - got < sizeof buffer ? bytes - got : sizeof buffer);
        if (n <= 0)
            return bytes;
        for (long i = 0; i < n; ++i)
            wrong += buffer[i] != expected[got + size_t(i)];
        got += size_t(n);
    }
    return wrong;
}

// V004, with a pipe for the socket: pages of a private mapping of a file are lent, not copied, and who reads
// finds what was written, though the writer has changed its memory meanwhile.
void lent_pages() {
    constexpr size_t size = 8 * page, part = size - page;
    static char copy[size];
    int const fd = make_file("lent", size, 'x');
    char* const at = mmap(nullptr, size, abi::prot_read | abi::prot_write, abi::map_private, fd, 0);
    int ends[2];
    expect_is(pipe(ends), 0, "pipe");
    for (char const fill : {'A', 'B'}) {
        memcpy(copy, at, size);
        // Nobody reads yet: more than a pipe's own room is taken only by a loan.
        expect_is(write(ends[1], at + page, part), part, "V004 all is taken at once");
        memset(at, fill, size);
        expect_is(long(read_and_compare(ends[0], copy + page, part)), 0,
                  "V004 bytes that differ from what was written");
        expect(all_are(at, size, fill), "V004 the writer has its own");
    }
    uint64_t place;
    char c = 0;
    lseek(fd, page, abi::seek_set, &place);
    read(fd, &c, 1);
    expect(c == 'x', "V004 the file is as it was");
    // Misaligned, with a head and a tail that are copied, in order around a loan.
    for (size_t i = 0; i < size; ++i)
        copy[i] = at[i] = char(i * 11 + i / page);
    int const writer = fork();
    if (writer == 0) {
        bool const first = write(ends[1], at + 100, size - 300) == size - 300;
        exit(first && write(ends[1], at, 50) == 50 ? 0 : 1);
    }
    expect_is(long(read_and_compare(ends[0], copy + 100, size - 300)), 0,
              "bytes that differ, of head, loan, tail");
    expect_is(long(read_and_compare(ends[0], copy, 50)), 0, "and of what came after");
    int status = -1;
    wait(writer, &status);
    expect_is(status, 0, "the writer was content");
    // What cannot be lent is copied: locked memory.
    expect_is(mlock(at, size), 0, "locked");
    int const locked = fork();
    if (locked == 0) {
        mlock(at, size);
        exit(write(ends[1], at, size) == size ? 0 : 1);
    }
    expect_is(long(read_and_compare(ends[0], copy, size)), 0, "locked bytes that differ");
    wait(locked, &status);
    expect_is(status, 0, "that writer, too");
    munlock(at, size);
    // A loan that nobody reads ends with the pipe; the memory is there for whoever wants it.
    abi::memory_info before{}, after{};
    for (int round = 0; round < 40; ++round) {
        if (round == 8)
            ask(call::memory_info, &before);
        int unread[2];
        pipe(unread);
        char* const some = map_anon(size);
        memset(some, 'u', size);
        expect_is(write(unread[1], some, size), size, "taken");
        char few[5000];
        expect(read(unread[0], few, sizeof few) > 0, "read in part");
        munmap(some, size);
        close(unread[0]);
        close(unread[1]);
    }
    ask(call::memory_info, &after);
    expect(after.free + 4 >= before.free, "no page is lost");
    close(ends[0]);
    expect_is(write(ends[1], at, size), -EPIPE, "nobody can read a loan");
    munmap(at, size);
    close(ends[1]);
    close(fd);
}

} // namespace

int main(int, char**) {
    int ends[2];
    expect_is(pipe(ends), 0, "pipe");
    constexpr int total = 20000;
    int const child = fork();
    if (child == 0) {
        close(ends[0]);
        for (int i = 0; i < total;) {
            unsigned char bytes[997];
            int count = 0;
            while (count < int(sizeof bytes) && i < total)
                bytes[count++] = (unsigned char)(i++ * 7);
            if (write(ends[1], bytes, size_t(count)) != count)
                exit(1);
        }
        exit(0);
    }
    close(ends[1]);
    int got = 0;
    bool right = true;
    for (;;) {
        unsigned char bytes[313];
        long const n = read(ends[0], bytes, sizeof bytes);
        if (n <= 0) {
            expect_is(n, 0, "the end comes when the writer has gone");
            break;
        }
        for (long i = 0; i < n; ++i)
            right = right && bytes[i] == (unsigned char)(got++ * 7);
    }
    expect_is(got, total, "every byte");
    expect(right, "in order");
    int status = -1;
    wait(child, &status);
    expect_is(status, 0, "the writer was content");
    int broken[2];
    pipe(broken);
    close(broken[0]);
    on_signal(abi::sig_pipe, (handler)abi::sig_ignore);
    expect_is(write(broken[1], "x", 1), -EPIPE, "nobody can read");
    expect_is(signal_in_child([&] {
                  on_signal(abi::sig_pipe, nullptr);
                  write(broken[1], "x", 1);
              }),
              abi::sig_pipe, "SIGPIPE");
    // One that waits for ever can be killed.
    int silent[2];
    pipe(silent);
    int const waiter = fork();
    if (waiter == 0) {
        char byte;
        read(silent[0], &byte, 1);
        exit(0);
    }
    sleep_milliseconds(30);
    kill(waiter, abi::sig_term);
    expect_is(wait(waiter, &status), waiter, "wait");
    expect_is(abi::end_signal(status), abi::sig_term, "killed while it waits");
    lent_pages();
    uint64_t at;
    expect_is(lseek(silent[0], 0, abi::seek_set, &at), -ESPIPE, "no seeking");
    return outcome("pipes");
}
