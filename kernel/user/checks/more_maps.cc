// More of what programs rely on when they map: hints, sizes, rights, huge offsets, many rounds.
#include "kernel/user/lib/check.h"

namespace {

constexpr uint32_t rw = abi::prot_read | abi::prot_write;
constexpr uint32_t anon = abi::map_anon | abi::map_private;

void hints() {
    uintptr_t const top = sizeof(void*) == 8 ? uintptr_t(0x7fffffffe000ull & ~uintptr_t{0}) : 0xbfbfe000u;
    uintptr_t const all[] = {0, ~uintptr_t{0}, page, 0x1000, top};
    for (uintptr_t const hint : all) {
        char* const a = mmap((char*)hint, page, rw, anon, -1, 0);
        char* const b = mmap(a, page, rw, anon, -1, 0);
        char* const c = mmap((char*)hint, page, rw, anon, -1, 0);
        if (!expect(!failed(a) && !failed(b) && !failed(c), "V013 three mappings for a hint"))
            continue;
        expect(a != b && b != c && a != c, "V013 that are three pages");
        a[0] = b[0] = c[0] = 'h';
        munmap(a, page);
        munmap(b, page);
        munmap(c, page);
    }
}

// Each fails, or is usable all over.
void sizes() {
    uint32_t fit = 0;
    for (size_t i = 0; i <= 0x1f00; i += 0x100) {
        size_t const lengths[] = {i, size_t(0) - i, ~size_t{0} / 2 - 0x1000};
        for (size_t const length : lengths) {
            char* const at = mmap(nullptr, length, rw, anon, -1, 0);
            if (failed(at))
                continue;
            ++fit;
            at[0] = at[length / 2] = at[length - 1] = 's';
            expect(at[length - 1] == 's', "V061 usable to its end");
            expect_is(munmap(at, length), 0, "V061 unmap");
        }
    }
    expect(fit >= 0x1f, "V061 the small ones fit");
}

void refused() {
    expect_is(error_of(mmap(nullptr, 0, rw, anon, -1, 0)), EINVAL, "V052 length 0");
    expect_is(error_of(mmap(nullptr, page, rw, abi::map_private, -1, 0)), EBADF, "V001 no such descriptor");
    expect_is(error_of(mmap(nullptr, page, rw, anon, 0x7fffffff, 0)), EINVAL,
              "V003 a descriptor for nothing");
}

// A part that was replaced by other rights shows exactly these.
void other_rights() {
    uint32_t const rights[] = {abi::prot_none, abi::prot_read, abi::prot_write | abi::prot_read,
                               abi::prot_read | abi::prot_exec};
    for (uint32_t const r : rights) {
        for (uint32_t const kind : {abi::map_private, abi::map_shared}) {
            char* const at = map_anon(2 * page, rw);
            memset(at, 'a', 2 * page);
            char* const second = mmap(at + page, page, r, abi::map_anon | abi::map_fixed | kind, -1, 0);
            expect(second == at + page, "V072 the second page");
            expect_is(signal_in_child([&] { touch(second); }), r == abi::prot_none ? abi::sig_segv : 0,
                      "V072 a load");
            expect_is(signal_in_child([&] { second[0] = 1; }), r & abi::prot_write ? 0 : abi::sig_segv,
                      "V072 a store");
            at[0] = 'b';
            expect(at[0] == 'b', "V072 the first page is as before");
            munmap(at, 2 * page);
        }
    }
}

// Zeros for whoever comes first, private to who writes, and nothing left over.
void many_rounds() {
    abi::memory_info before{}, after{};
    for (int round = 0; round < 40; ++round) {
        if (round == 8)
            ask(call::memory_info, &before);
        char* const at = map_anon(8 * page);
        expect(all_are(at, 8 * page, 0), "V076 zeros");
        memset(at, 'r', 8 * page);
        expect_is(in_child([&] {
                      expect(all_are(at, 8 * page, 'r'), "V076 the parent's");
                      memset(at, 'c', 8 * page);
                  }),
                  0, "child");
        expect(all_are(at, 8 * page, 'r'), "V076 private to who wrote");
        munmap(at, 8 * page);
    }
    ask(call::memory_info, &after);
    expect(after.free + 4 >= before.free, "V076 no leak");
}

// The same page of a file twice in one mapping: both show a write at once.
void aliases() {
    int const fd = make_file("twice", 2 * page, 't');
    char* const at = mmap(nullptr, 2 * page, rw, abi::map_shared, fd, 0);
    char* const second = mmap(at + page, page, rw, abi::map_shared | abi::map_fixed, fd, 0);
    expect(second == at + page, "V066 the first page again");
    memcpy(at, "text", 5);
    expect(strcmp(second, "text") == 0, "V066 seen through the other at once");
    expect_is(munmap(at, 2 * page), 0, "V066 unmap both");
    close(fd);
}

// A large file, written through memory and read through a descriptor.
void large_file() {
    constexpr size_t size = 64 * page;
    int const fd = make_file("large", size, 0);
    char* const at = mmap(nullptr, size, rw, abi::map_shared, fd, 0);
    for (size_t i = 0; i < size; ++i)
        at[i] = char(i * 7 + i / page);
    munmap(at, size);
    uint64_t place;
    lseek(fd, 0, abi::seek_set, &place);
    size_t wrong = 0;
    static char buffer[page];
    for (size_t i = 0; i < size; i += page) {
        expect_is(read(fd, buffer, page), page, "V084 read");
        for (size_t k = 0; k < page; ++k)
            wrong += buffer[k] != char((i + k) * 7 + i / page);
    }
    expect_is(long(wrong), 0, "V084 bytes that differ");
    close(fd);
}

// What was written through a mapping that is gone is still the file's.
void modified_survives_unmap() {
    int const fd = make_file("modified", page, 'a');
    char* const one = mmap(nullptr, page, rw, abi::map_shared, fd, 0);
    memset(one, 'x', page);
    munmap(one, page);
    char* const two = mmap(nullptr, page, rw, abi::map_shared, fd, 0);
    expect(all_are(two, page, 'x'), "V060 the second mapping shows it");
    expect_is(msync(two, page, abi::sync_sync), 0, "V060 msync");
    uint64_t place;
    char c = 0;
    lseek(fd, page / 2, abi::seek_set, &place);
    read(fd, &c, 1);
    expect(c == 'x', "V060 the file has it");
    munmap(two, page);
    close(fd);
}

// Locking piece by piece, to nothing, leaves the map as it was.
void locking_pieces() {
    char* const at = map_anon(page);
    for (size_t i = page; i > 1024; i -= 1024) {
        expect_is(mlock(at, page - i), 0, "V015 mlock");
        expect_is(munlock(at, page - i), 0, "V015 munlock");
    }
    memset(at, 'l', page);
    expect_is(resident(at, 1), 1, "V015 the map is intact");
    for (size_t const length : {size_t(1), size_t(1024), size_t(64 * page)}) {
        char* const some = map_anon(length);
        expect_is(mlock(some, length), 0, "V093 any length");
        munlock(some, length);
        munmap(some, length);
    }
    munmap(at, page);
}

// A hint is where the mapping goes when there is room.
void near_the_hint() {
    char* const low = mmap((char*)page, page, rw, anon, -1, 0);
    expect(!failed(low) && uintptr_t(low) - page < size_t{1} << 31, "V058 within 2 GB of the lowest page");
    char here;
    char* const high = (char*)(uintptr_t(&here) & ~(page - 1)) - (size_t{4} << 20);
    char* const found = mmap(high, page, rw, anon, -1, 0);
    expect(!failed(found) && uintptr_t(high) - uintptr_t(found) < size_t{1} << 31, "V057 within 2 GB below");
    munmap(low, page);
    munmap(found, page);
}

void rights_of_a_file() {
    int const fd = make_file("rights", 3 * page, 'r');
    char* const none = mmap(nullptr, page, abi::prot_none, abi::map_private, fd, 0);
    expect(!failed(none), "V073 a file without any right");
    expect_is(signal_in_child([&] { touch(none); }), abi::sig_segv, "V073 a load");
    munmap(none, page);
    for (size_t const kept : {size_t(0), page}) {
        char* const at = mmap(nullptr, 3 * page, rw, abi::map_shared, fd, 0);
        expect_is(munmap(at + kept, 3 * page - kept), 0, "V090 unmap");
        expect_is(signal_in_child([&] { at[kept] = 1; }), abi::sig_segv, "V090 a store there");
        if (kept) {
            at[0] = 'k';
            expect(at[0] == 'k', "V090 the first page is usable");
            munmap(at, page);
        }
    }
    close(fd);
}

void locked_file() {
    int const fd = make_file("locked", 4 * page, 'l');
    char* const at = mmap(nullptr, 4 * page, abi::prot_read, abi::map_shared, fd, 0);
    expect_is(mlock(at, 4 * page), 0, "V048 lock all its pages");
    expect_is(resident(at, 4), 4, "V048 V103 all resident");
    expect_is(munlock(at + page, page), 0, "V048 unlock one");
    expect_is(munmap(at, 4 * page), 0, "V049 unmap");
    expect_is(munlock(at, 4 * page), -ENOMEM, "V049 nothing to unlock");
    close(fd);
}

} // namespace

int main(int, char**) {
    hints();
    sizes();
    refused();
    other_rights();
    many_rounds();
    aliases();
    large_file();
    modified_survives_unmap();
    locking_pieces();
    near_the_hint();
    rights_of_a_file();
    locked_file();
    return outcome("more_maps");
}
