// Resizing and moving what is mapped: pages go along, nothing is copied, and what fails changes nothing.
#include "kernel/user/lib/check.h"

namespace {

constexpr uint32_t rw = abi::prot_read | abi::prot_write;

void grows_and_shrinks() {
    char* const at = map_anon(4 * page);
    memset(at, 'a', 4 * page);
    char* const smaller = mremap(at, 4 * page, nullptr, 2 * page, 0);
    expect(smaller == at, "what shrinks stays");
    expect(all_are(at, 2 * page, 'a'), "its front is as before");
    expect_is(signal_in_child([&] { touch(at + 2 * page); }), abi::sig_segv, "its back is gone");
    char* const larger = mremap(at, 2 * page, nullptr, 64 * page, 0);
    expect(!failed(larger), "it grows");
    expect(all_are(larger, 2 * page, 'a'), "the front came along");
    expect(all_are(larger + 2 * page, 62 * page, 0), "what is new is zero");
    memset(larger, 'b', 64 * page);
    expect_is(munmap(larger, 64 * page), 0, "unmap");
}

void moves() {
    char* const from = map_anon(3 * page);
    char* const room = map_anon(8 * page);
    munmap(room, 8 * page);
    memset(from, 'm', 3 * page);
    char* const to = mremap(from, 3 * page, room, 3 * page, abi::map_fixed);
    expect(to == room, "it is where it was sent");
    expect(all_are(to, 3 * page, 'm'), "with its bytes");
    expect_is(signal_in_child([&] { touch(from); }), abi::sig_segv, "and nothing is left");
    // Occupied.
    char* const other = map_anon(3 * page);
    memset(other, 'o', 3 * page);
    expect_is(error_of(mremap(to, 3 * page, other, 3 * page, abi::map_fixed)), ENOMEM, "onto another");
    expect(all_are(other, 3 * page, 'o') && all_are(to, 3 * page, 'm'), "both are as they were");
    munmap(other, 3 * page);
    munmap(to, 3 * page);
}

void stays_too() {
    char* const at = map_anon(2 * page);
    memset(at, 'k', 2 * page);
    char* const twin = mremap(at, 2 * page, nullptr, 2 * page, abi::remap_keep);
    if (!expect(!failed(twin) && twin != at, "a second view"))
        return;
    twin[page] = 'x';
    expect(at[page] == 'x' && at[0] == 'k', "of the same pages");
    munmap(at, 2 * page);
    expect(twin[page] == 'x', "which lives on without the first");
    munmap(twin, 2 * page);
}

void file_grows() {
    int const fd = make_file("long", 3 * page, 'f');
    char* const at = mmap(nullptr, page, rw, abi::map_shared, fd, 0);
    char* const all = mremap(at, page, nullptr, 3 * page, 0);
    if (expect(!failed(all), "V106 a file's mapping grows")) {
        expect(all_are(all, 3 * page, 'f'), "V106 the new part is the file");
        all[2 * page] = 'n';
        expect_is(msync(all, 3 * page, abi::sync_sync), 0, "V106 msync");
        uint64_t place;
        char c = 0;
        lseek(fd, 2 * page, abi::seek_set, &place);
        read(fd, &c, 1);
        expect(c == 'n', "V106 the file has what was written behind the old end");
        munmap(all, 3 * page);
    }
    close(fd);
}

void not_mapped() {
    char* const at = map_anon(3 * page);
    memset(at, 'h', 3 * page);
    munmap(at + page, page);
    expect_is(error_of(mremap(at + page, page, nullptr, page, 0)), EINVAL, "V108 nothing there");
    expect_is(error_of(mremap(at, 3 * page, nullptr, 4 * page, 0)), EINVAL, "V108 a hole inside");
    expect(all_are(at, page, 'h') && all_are(at + 2 * page, page, 'h'), "V108 nothing changed");
    munmap(at, 3 * page);
}

void neighbour_in_the_way() {
    char* const both = map_anon(2 * page);
    memset(both, 'p', 2 * page);
    mprotect(both + page, page, abi::prot_read);
    expect_is(error_of(mremap(both, page, both, 2 * page, abi::map_fixed)), ENOMEM, "V109 no room");
    expect(all_are(both, 2 * page, 'p'), "V109 unchanged");
    both[0] = 'q';
    munmap(both, 2 * page);
}

void blocks_keep_their_offsets() {
    constexpr int blocks = 5;
    int const fd = make_file("blocks", 0, 0);
    for (int i = 0; i < blocks; ++i) {
        static char block[page];
        memset(block, '0' + i, page);
        write(fd, block, page);
    }
    for (int change = 0; change < 2; ++change) {
        char* const at = mmap(nullptr, blocks * page, rw, abi::map_shared, fd, 0);
        char* const away = mremap(at + page, page, nullptr, page, abi::remap_keep);
        expect(!failed(away) && all_are(away, page, '1'), "V111 block 1 seen from elsewhere");
        munmap(at + page, page);
        if (change)
            expect_is(mprotect(at + 2 * page, page, abi::prot_read), 0, "V111 rights of a neighbour");
        char* const back = mremap(away, page, at + page, page, abi::map_fixed);
        expect(back == at + page, "V111 block 1 is back");
        for (int i = 0; i < blocks; ++i)
            expect(all_are(at + i * page, page, char('0' + i)), "V111 each block is its own");
        munmap(at, blocks * page);
    }
    close(fd);
}

// W16: what was unmapped is gone, also where the mapping beside it comes back to its place.
void grows_over_what_was() {
    for (bool const by_mmap : {false, true}) {
        char* const at = map_anon(8 * page);
        munmap(at + 4 * page, 4 * page);
        memset(at, 'o', 4 * page);
        munmap(at + 2 * page, 2 * page);
        char* const again = by_mmap ? mmap(at + 2 * page, 2 * page, rw,
                                           abi::map_anon | abi::map_private | abi::map_fixed, -1, 0) -
                                          2 * page
                                    : mremap(at, 2 * page, at, 4 * page, abi::map_fixed);
        expect(again == at, "W16 it grows where it is");
        expect(all_are(at, 2 * page, 'o') && all_are(at + 2 * page, 2 * page, 0), "W16 over zeros");
        munmap(at, 4 * page);
    }
}

void wrong_arguments() {
    char* const at = map_anon(2 * page);
    memset(at, 'w', 2 * page);
    expect_is(error_of(mremap(at, 0, nullptr, page, 0)), EINVAL, "old length 0");
    expect_is(error_of(mremap(at, page, nullptr, 0, 0)), EINVAL, "new length 0");
    expect_is(error_of(mremap(at + 1, page, nullptr, page, 0)), EINVAL, "misaligned");
    expect_is(error_of(mremap(at, page, at + 1, page, abi::map_fixed)), EINVAL, "to a misaligned place");
    expect_is(error_of(mremap(at, page, nullptr, page, 0x8000)), EINVAL, "unknown flag");
    expect_is(error_of(mremap(at, ~size_t{0}, nullptr, page, 0)), EINVAL, "old length that wraps");
    expect_is(error_of(mremap(at, page, nullptr, ~size_t{0}, 0)), EINVAL, "new length that wraps");
    expect_is(error_of(mremap(at, page, (char*)~size_t{0xfff}, 2 * page, abi::map_fixed)), EINVAL,
              "beyond user memory");
    expect(all_are(at, 2 * page, 'w'), "nothing changed");
    mlock(at, page);
    expect_is(error_of(mremap(at, page, nullptr, 64 * page, 0)), EBUSY, "locked memory does not move");
    expect(all_are(at, 2 * page, 'w'), "and is still there");
    munlock(at, page);
    abi::rlimit limit{};
    getrlimit(abi::limit_space, &limit);
    expect_is(in_child([&] {
                  abi::rlimit const tight{0, limit.maximum};
                  setrlimit(abi::limit_space, &tight);
                  expect_is(error_of(mremap(at, 2 * page, nullptr, 4 * page, 0)), ENOMEM,
                            "W18 over the limit");
                  expect(mremap(at, 2 * page, nullptr, page, 0) == at,
                         "W18 it is there still, and less is always allowed");
              }),
              0, "child");
    munmap(at, 2 * page);
}

// Pages that a child shares copy-on-write stay the child's own when the parent's move.
void moves_across_fork() {
    char* at = map_anon(4 * page);
    memset(at, 'p', 4 * page);
    int ends[2];
    pipe(ends);
    int const pid = fork();
    if (pid == 0) {
        char c;
        read(ends[0], &c, 1); // until the parent has moved and written
        exit(all_are(at, 4 * page, 'p') ? 0 : 1);
    }
    at = mremap(at, 4 * page, nullptr, 256 * page, 0);
    memset(at, 'q', 256 * page);
    write(ends[1], "x", 1);
    int status = -1;
    wait(pid, &status);
    expect_is(status, 0, "the child has what was there at the fork");
    expect(all_are(at, 256 * page, 'q'), "the parent has its own");
    close(ends[0]);
    close(ends[1]);
    munmap(at, 256 * page);
}

// Whatever a length is, the answer is an error number or memory that is usable to its end.
void huge_lengths() {
    constexpr bool wide = sizeof(size_t) == 8;
    constexpr size_t beyond = wide ? ~size_t{0} / 2 + 1 : size_t(0xc0000000);
    char* const at = map_anon(2 * page);
    memset(at, 'h', 2 * page);
    size_t const lengths[] = {beyond - page,         beyond,           beyond + page, beyond + beyond / 8,
                              ~size_t{0} - 2 * page, ~size_t{0} - page};
    for (size_t const length : lengths) {
        for (uint32_t const flags : {0u, abi::remap_keep}) {
            expect_is(error_of(mremap(at, 2 * page, nullptr, length, flags)), ENOMEM,
                      "grown beyond all memory");
            expect_is(error_of(mremap(at, length, nullptr, page, flags)), EINVAL,
                      "an old length beyond memory");
            expect_is(error_of(mremap(at, length, nullptr, length, flags)), EINVAL, "both beyond memory");
            expect_is(error_of(mremap(at, 2 * page, at + 16 * page, length, flags | abi::map_fixed)), EINVAL,
                      "to a place that ends beyond memory");
        }
    }
    expect(all_are(at, 2 * page, 'h'), "nothing changed");
    munmap(at, 2 * page);
}

// V121: a mapping whose file offset would pass the largest there is does not grow.
void offset_at_its_end() {
    int const fd = make_file("offset", page, 'o');
    bool const wide =
        sizeof(size_t) == 8; // a word tells the offset in pages: the other machine's ends before
    uint64_t const last = wide ? (uint64_t{1} << 51) - 2 : 0xffffffff;
    char* const at = mmap(nullptr, page, rw, abi::map_shared, fd, last);
    if (!expect(!failed(at), "V121 the last page that there can be"))
        return;
    char* const more = mremap(at, page, nullptr, 2 * page, 0);
    if (wide)
        expect_is(error_of(more), E2BIG, "V121 no further");
    else
        expect(!failed(more), "V121 an offset of 2^44 is far from the end");
    char* const now = failed(more) ? at : more;
    expect_is(signal_in_child([&] { touch(now); }), abi::sig_bus,
              "V121 it is mapped, with nothing behind it");
    expect_is(signal_in_child([&] { touch(now + page); }), failed(more) ? abi::sig_segv : abi::sig_bus,
              "V121 and no other page of the file is behind it");
    munmap(now, 2 * page);
    close(fd);
}

} // namespace

int main(int, char**) {
    grows_and_shrinks();
    moves();
    stays_too();
    file_grows();
    not_mapped();
    neighbour_in_the_way();
    blocks_keep_their_offsets();
    grows_over_what_was();
    wrong_arguments();
    moves_across_fork();
    huge_lengths();
    offset_at_its_end();
    return outcome("mremap");
}
