// No right and no page outlives the call that takes it: a processor that is not told goes on with what it
// remembers of the page tables, which shows only where nothing else is run in between. And what only the page
// tables know, that a page was written, is not lost with its mapping.
#include "kernel/user/lib/check.h"

namespace {

constexpr uint32_t rw = abi::prot_read | abi::prot_write;
constexpr size_t pages = 16;

volatile uint32_t faults = 0;
char* closed;
void open_again(int, abi::signal_info*, void*) {
    faults = faults + 1;
    mprotect(closed, page, rw);
}

// Pages that were unmapped are not seen in what is mapped in their place.
void pages_go() {
    char* const at = map_anon(pages * page);
    memset(at, 'o', pages * page);
    munmap(at, pages * page);
    char* const again = mmap(at, pages * page, rw, abi::map_anon | abi::map_private | abi::map_fixed, -1, 0);
    expect(again == at, "the same place");
    expect(all_are(again, pages * page, 0), "the old pages are gone");
    memset(again, 'n', pages * page);
    madvise(again, pages * page, abi::adv_free);
    expect(all_are(again, pages * page, 0), "and those that were given away");
}

// Each page that was written before needs a fault to be written again.
void rights_go() {
    char* const at = map_anon(pages * page);
    memset(at, 'w', pages * page);
    on_signal(abi::sig_segv, open_again);
    mprotect(at, pages * page, abi::prot_read);
    for (size_t i = 0; i < pages; ++i) {
        closed = at + i * page;
        *(volatile char*)closed = 'x';
        expect(all_are(closed + 1, page - 1, 'w'), "reading goes on");
    }
    expect_is(faults, pages, "stores to read-only pages");
}

// A page of a file from the boot archive that is still what the archive has can be thrown away and made
// again. Only its dirty bit tells that a store through a mapping has changed it: the fault was a load's. The
// file is this program's own, which is in every archive from which it can be run: two pages of it that are
// not loaded.
void bits_stay(const char* program) {
    constexpr uint64_t behind = 8; // pages
    int const file = open(program, abi::open_read_write);
    uint64_t size = 0;
    lseek(file, 0, abi::seek_end, &size);
    if (!expect(size >= (behind + 2) * page, "the program's own file"))
        return;
    char* const first = mmap(nullptr, 2 * page, rw, abi::map_shared, file, behind);
    char* const second = mmap(nullptr, 2 * page, rw, abi::map_shared, file, behind);
    char const before = first[0];
    touch(first + page);
    first[0] = char(before + 1);
    munmap(first, 2 * page);
    expect_is(msync(second, 2 * page, abi::sync_sync | abi::sync_invalidate), 0, "out of memory");
    expect_is(resident(second, 2), 1, "only the page that nobody has written can go");
    expect(second[0] == char(before + 1), "what was written is not lost with the mapping");
    second[0] = before;
    expect_is(msync(second, 2 * page, abi::sync_sync | abi::sync_invalidate), 0, "again");
    expect(second[0] == before, "nor when the page loses all its mappings at once");
    munmap(second, 2 * page);
    close(file);
}

// A locked page that faults and is entered again is locked once.
void wirings_go() {
    char* const at = map_anon(page);
    expect_is(mlock(at, page), 0, "locked");
    for (int i = 0; i < 8; ++i) {
        mprotect(at, page, abi::prot_read);
        mprotect(at, page, rw);
        at[0] = char(i);
    }
    abi::rlimit limit{};
    getrlimit(abi::limit_memlock, &limit);
    limit.current = 2 * page;
    setrlimit(abi::limit_memlock, &limit);
    char* const second = map_anon(page);
    expect_is(mlock(second, page), 0, "room for a second page");
    expect_is(munlock(at, page), 0, "unlocked");
    char* const third = map_anon(page);
    expect_is(mlock(third, page), 0, "room for one in its place");
}

} // namespace

int main(int, char** argv) {
    pages_go();
    rights_go();
    bits_stay(argv[0]);
    wirings_go();
    return outcome("page_tables");
}
