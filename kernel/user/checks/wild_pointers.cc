// Every system call with addresses that are wild, unmapped, read-only, or the kernel's: an error, and nothing
// else.
#include "kernel/user/lib/check.h"

int main(int, char**) {
    char* const read_only = map_anon(page, abi::prot_read);
    char* const none = map_anon(page, abi::prot_none);
    char* const edge = map_anon(2 * page);
    munmap(edge + page, page);
    long const addresses[] = {0,
                              1,
                              long(page),
                              long(none),
                              long(read_only),
                              long(edge + page - 1),
                              -1,
                              -4096,
                              long(uintptr_t(0xc0000000)),
                              long(uintptr_t(0xbfbfefff)),
                              long(~uintptr_t{0} >> 1),
                              long(~(~uintptr_t{0} >> 1))};
    long const lengths[] = {0, 1, 4096, 4097, -1, -4096, long(~uintptr_t{0} >> 1)};
    for (uint32_t number = 0; number < uint32_t(call::count) + 3; ++number) {
        auto const c = call(number);
        if (c == call::exit || c == call::fork || c == call::vfork || c == call::thread_exit ||
            c == call::halt || c == call::wait || c == call::kill || c == call::sigreturn ||
            c == call::nanosleep || c == call::munmap || c == call::mprotect || c == call::thread_create ||
            c == call::brk || c == call::minherit || c == call::setrlimit || c == call::word_wait ||
            c == call::sigprocmask || c == call::mmap || c == call::close || c == call::read ||
            c == call::write)
            continue; // these end, change or stop the program itself; the fuzzer has them, in children
        for (long const a : addresses)
            for (long const l : lengths) {
                system_call(long(number), a, l, a, l, a, l);
                system_call(long(number), 1, a, l, 1, a, l);
                system_call(long(number), 1000, a, l, 2, 0, 0);
            }
    }
    munlockall();
    for (int fd = 3; fd < 40; ++fd)
        close(fd);
    // What each says about a wild address.
    expect_is(write(1, nullptr, 10), -EFAULT, "write from nothing");
    expect_is(write(1, (void*)-10, 5), -EFAULT, "write from the kernel");
    expect_is(write(1, edge, ~size_t{0}), -EINVAL, "a length that no result can tell");
    int const file = make_file("wild", 100, 'w');
    uint64_t offset;
    expect_is(lseek(file, 0, abi::seek_set, &offset), 0, "seek");
    expect_is(read(file, read_only, 10), -EFAULT, "read into a read-only page");
    expect_is(read(file, none, 10), -EFAULT, "read into a page without rights");
    expect_is(lseek(file, 0, abi::seek_set, &offset), 0, "seek");
    expect_is(read(file, edge + page - 50, 100), -EFAULT, "a buffer that ends in a hole");
    edge[page - 1] = 0;
    expect_is(open((const char*)edge + page - 1, 0), -ENOENT, "a string that ends at the edge is a string");
    edge[page - 1] = 'x';
    expect_is(open((const char*)edge + page - 1, 0), -EFAULT, "one that runs over it is none");
    expect_is(pipe((int*)read_only), -EFAULT, "pipe's numbers");
    expect_is(open("wild", abi::open_read), file + 1, "no descriptor was lost");
    expect_is(ask(call(9999)), -ENOSYS, "an unknown number");
    expect_is(ask(call(0)), -ENOSYS, "number 0");
    expect_is(ask(call::nanosleep, 8), -EFAULT, "nanosleep");
    expect_is(ask(call::sigaction, abi::sig_usr1, 8, 0), -EFAULT, "sigaction");
    expect_is(mincore(edge, page, (void*)-1), -EFAULT, "V025 mincore into -1");
    expect_is(ask(call::thread_create, 0x400000, 0, read_only + 64), -EFAULT,
              "a stack that cannot be written");
    unlink("wild");
    return outcome("wild_pointers");
}
