// No right, no page and no bit outlives the call that takes it. A processor that is not told goes on with
// what it remembers of the page tables; it shows only where nothing else is run in between.
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

// What is written after the page was written out is written out as well.
void bits_go() {
    int const file = make_file("bits", pages * page, 'f');
    char* const at = mmap(nullptr, pages * page, rw, abi::map_shared, file, 0);
    memset(at, 'a', pages * page);
    expect_is(msync(at, pages * page, abi::sync_sync), 0, "written out");
    memset(at, 'b', pages * page);
    expect_is(msync(at, pages * page, abi::sync_sync | abi::sync_invalidate), 0, "again, and out of memory");
    expect(all_are(at, pages * page, 'b'), "the second time counts");
    unlink("bits");
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

int main(int, char**) {
    pages_go();
    rights_go();
    bits_go();
    wirings_go();
    return outcome("page_tables");
}
