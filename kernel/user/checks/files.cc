// Files by name and descriptor: create, read, write, seek, truncate, unlink, limits.
#include "kernel/user/lib/check.h"

int main(int, char**) {
    uint64_t at = 0;
    char buffer[64];
    expect_is(open("nothing", abi::open_read), -ENOENT, "no such file");
    int const file = open("/file", abi::open_read_write | abi::open_create | abi::open_exclusive);
    expect(file >= 0, "create");
    expect_is(open("file", abi::open_read_write | abi::open_create | abi::open_exclusive), -EEXIST,
              "exclusive");
    expect_is(open("file", 0x8000), -EINVAL, "unknown flags");
    expect_is(write(file, "0123456789", 10), 10, "write");
    expect_is(lseek(file, 3, abi::seek_set, &at), 0, "seek");
    expect_is(read(file, buffer, 4), 4, "read");
    expect(memcmp(buffer, "3456", 4) == 0, "what was written");
    expect_is(read(file, buffer, 64), 3, "to the end");
    expect_is(read(file, buffer, 64), 0, "the end");
    expect_is(lseek(file, uint64_t(-5), abi::seek_end, &at), 0, "from the end");
    expect_is(long(at), 5, "where that is");
    expect_is(lseek(file, uint64_t(-6), abi::seek_current, &at), -EINVAL, "before the beginning");
    expect_is(lseek(file, 0, 9, &at), -EINVAL, "from nowhere");
    expect_is(lseek(file, 100, abi::seek_set, &at), 0, "behind the end");
    expect_is(write(file, "x", 1), 1, "leaves a hole");
    lseek(file, 50, abi::seek_set, &at);
    expect_is(read(file, buffer, 50), 50, "the hole");
    expect(all_are(buffer, 50, 0), "is zeros");
    int const append = open("file", abi::open_write | abi::open_append);
    write(append, "yy", 2);
    expect_is(read(append, buffer, 1), -EBADF, "not open for reading");
    lseek(append, 0, abi::seek_end, &at);
    expect_is(long(at), 103, "appended");
    expect_is(lseek(file, uint64_t{1} << 41, abi::seek_set, &at), 0, "far away");
    expect_is(write(file, "x", 1), -EFBIG, "too far");
    expect_is(ftruncate(file, uint64_t{1} << 62), -EFBIG, "too large");
    expect_is(ftruncate(file, ~uint64_t{0}), -EINVAL, "negative");
    expect_is(unlink("file"), 0, "unlink");
    expect_is(unlink("file"), -ENOENT, "again");
    lseek(file, 0, abi::seek_set, &at);
    expect_is(read(file, buffer, 2), 2, "an open file lives on");
    int const other = open("file", abi::open_read_write | abi::open_create);
    expect_is(read(other, buffer, 2), 0, "the name is another file now");
    unlink("file");
    expect_is(close(other), 0, "close");
    expect_is(close(other), -EBADF, "again");
    expect_is(close(-1), -EBADF, "none");
    // Descriptors run out, and come back.
    int count = 0, last = 0;
    for (int fd = open("/dev/null", abi::open_read_write); fd >= 0;
         fd = open("/dev/null", abi::open_read_write)) {
        last = fd;
        ++count;
    }
    expect(count > 10 && count < 32, "there is a limit");
    expect_is(open("/dev/null", 0), -EMFILE, "EMFILE");
    close(last);
    expect_is(open("/dev/zero", 0), last, "the lowest free one");
    expect_is(read(last, buffer, 8), 8, "zeros");
    expect(all_are(buffer, 8, 0), "V076 /dev/zero");
    return outcome("files");
}
