// mmap and munmap with wrong arguments, hints, fixed places.
#include "kernel/user/lib/check.h"

namespace {
constexpr uint32_t rw = abi::prot_read | abi::prot_write;
constexpr uint32_t anon_private = abi::map_anon | abi::map_private;
int map_error(const volatile void* at, size_t length, uint32_t prot, uint32_t flags, int fd,
              uint64_t offset = 0) {
    return error_of(mmap(at, length, prot, flags, fd, offset));
}
} // namespace

int main(int, char**) {
    expect_is(map_error(nullptr, 3, abi::prot_read, abi::map_private, -1), EBADF,
              "V001 a file, but no descriptor");
    expect_is(map_error(nullptr, page, rw, anon_private, 0x7fffffff), EINVAL,
              "V003 anonymous with a descriptor");
    expect_is(map_error(nullptr, 0, rw, anon_private, -1), EINVAL, "V052 length 0");
    expect_is(map_error(nullptr, ~size_t{0} - 10, rw, anon_private, -1), ENOMEM, "X02 a length that wraps");
    expect_is(map_error(nullptr, ~size_t{0} / 2, rw, anon_private, -1), sizeof(void*) == 4 ? 0 : ENOMEM,
              "half of everything");
    expect_is(map_error(nullptr, page, rw, abi::map_anon | abi::map_private | abi::map_shared, -1), EINVAL,
              "shared and private");
    expect_is(map_error((void*)0x10000001, page, rw, anon_private | abi::map_fixed, -1), EINVAL,
              "misaligned");
    expect_is(map_error(nullptr, page, rw, anon_private | abi::map_fixed, -1), EINVAL, "V012 address 0");
    expect_is(map_error((void*)~uintptr_t{0xfff}, page, rw, anon_private | abi::map_fixed, -1), EOVERFLOW,
              "wraps");
    expect_is(
        map_error((void*)uintptr_t(sizeof(void*) == 4 ? 0xc0000000 : (~uintptr_t{0} >> 2) & ~(page - 1)),
                  page, rw, anon_private | abi::map_fixed, -1),
        EFBIG, "in the kernel");
    expect_is(map_error(nullptr, page, 0x80, anon_private, -1), EINVAL, "unknown rights");
    int const file = make_file("errors", 3, 'e');
    close(file);
    int const write_only = open("errors", abi::open_write);
    expect_is(map_error(nullptr, 3, abi::prot_read, abi::map_private, write_only), EACCES,
              "V006 no right to read");
    expect_is(map_error(nullptr, 3, abi::prot_write, abi::map_private, write_only), 0,
              "V006 private, to write");
    int const read_only = open("errors", abi::open_read);
    expect_is(map_error(nullptr, 3, rw, abi::map_shared, read_only), EACCES, "shared, to write");
    expect_is(map_error(nullptr, 3, abi::prot_read, abi::map_private, read_only), 0, "V070 private, to read");
    expect_is(map_error(nullptr, page, abi::prot_read, abi::map_shared, read_only, ~uintptr_t{0}),
              sizeof(void*) == 4 ? 0 : EINVAL, "an offset that no file has");
    char* const shared = mmap(nullptr, page, abi::prot_read, abi::map_shared, read_only, 0);
    expect_is(mprotect(shared, page, rw), -EACCES, "V085 more than the file allows");
    int ends[2];
    pipe(ends);
    expect_is(map_error(nullptr, page, abi::prot_read, abi::map_private, ends[0]), ENODEV, "a pipe");
    // V013: hints, each three times.
    void* const hints[] = {nullptr, (void*)~uintptr_t{0}, (void*)page, (void*)(page + 1), (void*)0xbfbfe000};
    for (void* const hint : hints) {
        char* const a = mmap(hint, page, rw, anon_private, -1, 0);
        char* const b = mmap(a, page, rw, anon_private, -1, 0);
        char* const c = mmap(hint, page, rw, anon_private, -1, 0);
        expect(!failed(a) && !failed(b) && !failed(c) && a != b && b != c && a != c, "V013 hints");
        a[0] = b[0] = c[0] = 1;
        munmap(a, page);
        munmap(b, page);
        munmap(c, page);
    }
    // V061: sizes around everything: a success is usable.
    for (size_t i = 0; i <= 0x1f00; i += 0x100) {
        for (size_t const size : {i, size_t{0} - i, ~size_t{0} / 2 - 0x1000}) {
            char* const at = mmap(nullptr, size, rw, anon_private, -1, 0);
            if (failed(at))
                continue;
            at[0] = at[size / 2] = at[size - 1] = 1;
            expect_is(munmap(at, size), 0, "V061 unmap");
        }
    }
    // Replacing, exclusively, and not.
    char* const area = map_anon(3 * page);
    memset(area, 'x', 3 * page);
    expect_is(map_error(area + page, page, rw, anon_private | abi::map_fixed | abi::map_excl, -1), EEXIST,
              "V081 exclusively over a mapping");
    expect(all_are(area, 3 * page, 'x'), "it is intact");
    expect(mmap(area + page, page, rw, anon_private | abi::map_fixed, -1, 0) == area + page, "over it");
    expect(all_are(area + page, page, 0) && all_are(area, page, 'x') && all_are(area + 2 * page, page, 'x'),
           "only that page is new");
    for (int i = 0; i < 2000; ++i)
        if (!expect(mmap(area, 3 * page, rw, anon_private | abi::map_fixed, -1, 0) == area,
                    "V055 again and again"))
            break;
    abi::rlimit limit{};
    abi::process_info self{};
    for (uint32_t i = 0; ask(call::process_info, i, &self) == 0 && self.pid != uint32_t(getpid()); ++i) {
    }
    expect_is(getrlimit(abi::limit_space, &limit), 0, "getrlimit");
    limit.current = self.map_size;
    expect_is(setrlimit(abi::limit_space, &limit), 0, "setrlimit");
    expect_is(map_error(nullptr, page, rw, anon_private, -1), ENOMEM, "over the limit");
    expect(mmap(area, page, rw, anon_private | abi::map_fixed, -1, 0) == area,
           "W15 replacing takes no more room");
    expect_is(munmap(area, 0), -EINVAL, "V091 length 0");
    expect_is(munmap(area + 1, page), -EINVAL, "misaligned");
    expect_is(munmap((void*)~uintptr_t{0xfff}, page), -EINVAL, "beyond user space");
    expect_is(munmap(area, 3 * page), 0, "unmap");
    expect_is(munmap(area, 3 * page), 0, "a hole can be unmapped");
    unlink("errors");
    return outcome("mmap_errors");
}
