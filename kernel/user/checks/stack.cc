// The stack grows as it is used, to its limit and not further, and never into what lies in its way.
#include "kernel/user/lib/check.h"

namespace {

[[gnu::noinline]] int dig(int depth) { // NOLINT: as deep as it goes
    volatile char here[1024];
    here[0] = char(depth);
    return depth == 0 ? here[0] : dig(depth - 1) + (here[0] != 0);
}

char* page_of(const void* at) { return (char*)(uintptr_t(at) & ~(page - 1)); }

// mincore says ENOMEM for what is not mapped.
bool is_mapped(const char* at) {
    unsigned char seen;
    return mincore(at, page, &seen) == 0;
}

void grows() {
    char here;
    char* const deep = page_of(&here) - 100 * page;
    expect_is(in_child([&] {
                  expect(!is_mapped(deep), "400 KiB down nothing is mapped yet");
                  expect(dig(600) > 500, "600 KiB deep");
                  expect(is_mapped(deep), "now it is");
                  expect_is(resident(deep, 1), 1, "with a page");
              }),
              0, "child");
    expect(!is_mapped(deep), "a child's stack is its own");
}

// A page far down is reached at once, and everything in between with it.
void jumps() {
    char here;
    char* const deep = page_of(&here) - 120 * page;
    expect_is(in_child([&] {
                  *deep = 'd';
                  expect(is_mapped(deep + 60 * page) && *deep == 'd', "in one piece");
                  expect_is(resident(deep + 60 * page, 1), 0, "which has no page where nobody was");
              }),
              0, "child");
}

// The kernel writes there for the program.
void kernel_lets_it_grow() {
    char here;
    char* const deep = page_of(&here) - 110 * page;
    int const fd = make_file("deep", 100, 's');
    expect_is(in_child([&] {
                  uint64_t place;
                  lseek(fd, 0, abi::seek_set, &place);
                  expect_is(read(fd, deep, 100), 100, "read into what will be the stack");
                  expect(all_are(deep, 100, 's'), "it is there");
              }),
              0, "child");
    close(fd);
}

void ends_at_the_limit() {
    expect_is(signal_in_child([] { dig(2000); }), abi::sig_segv, "V082 not two megabytes");
    expect_is(in_child([] {
                  abi::rlimit limit{};
                  getrlimit(abi::limit_stack, &limit);
                  limit.current = 256 << 10;
                  expect_is(setrlimit(abi::limit_stack, &limit), 0, "a lower limit");
                  expect(dig(150) > 100, "150 KiB deep");
                  expect_is(signal_in_child([] { dig(400); }), abi::sig_segv, "not 400 KiB");
              }),
              0, "child");
    // Nothing can be mapped right below it without being asked to.
    char* const neighbour = map_anon(page);
    memset(neighbour, 'n', page);
    expect_is(signal_in_child([] { dig(2000); }), abi::sig_segv, "again");
    expect(all_are(neighbour, page, 'n'), "V082 the neighbour is untouched");
    munmap(neighbour, page);
}

// Somebody maps in its way: it stops short of that, with a gap.
void stops_at_a_neighbour() {
    char here;
    char* const way = page_of(&here) - 100 * page;
    constexpr uint32_t flags = abi::map_anon | abi::map_private | abi::map_fixed;
    expect_is(in_child([&] {
                  char* const at = mmap(way, page, abi::prot_read | abi::prot_write, flags, -1, 0);
                  expect(at == way, "in its way");
                  memset(at, 'w', page);
                  expect(dig(200) > 100, "there is room for 200 KiB");
                  expect_is(signal_in_child([] { dig(500); }), abi::sig_segv, "V082 not for 500");
                  expect(all_are(at, page, 'w'), "V082 the neighbour is as it was");
                  expect_is(signal_in_child([&] { touch(way + page); }), abi::sig_segv, "V082 the gap stays");
                  expect_is(signal_in_child([&] { touch(way - page); }), abi::sig_segv,
                            "nor does it go on behind it");
              }),
              0, "child");
}

} // namespace

int main(int, char**) {
    grows();
    jumps();
    kernel_lets_it_grow();
    ends_at_the_limit();
    stops_at_a_neighbour();
    char here;
    expect(resident(page_of(&here), 1) == 1, "the page that is used is there");
    return outcome("stack");
}
