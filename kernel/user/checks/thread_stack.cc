// Every thread's stack grows as it is used, to the end of its room less a gap, and never into a neighbour.
#include "kernel/user/lib/check.h"

namespace {

constexpr uint32_t rw = abi::prot_read | abi::prot_write;
constexpr uint32_t stack = abi::map_private | abi::map_anon | abi::map_stack;
constexpr size_t gap = 16 * page;

[[gnu::noinline]] int dig(int depth) { // NOLINT: as deep as it goes
    volatile char here[1024];
    here[0] = char(depth);
    return depth == 0 ? here[0] : dig(depth - 1) + (here[0] != 0);
}

volatile int reached;

void dig_deep(void* depth) { reached = dig(int(intptr_t(depth))); }

// In threads, several at a time; their own 64 KiB would have been too short.
void threads_grow() {
    constexpr int count = 3;
    int handles[count];
    reached = 0;
    for (int& h : handles)
        h = thread_start(dig_deep, (void*)intptr_t(600));
    for (int const h : handles)
        if (expect(h >= 0, "a thread"))
            thread_join(h);
    expect(reached > 500, "600 KiB deep in a thread");
    expect_is(signal_in_child([] {
                  int const h = thread_start(dig_deep, (void*)intptr_t(1100));
                  thread_join(h);
              }),
              abi::sig_segv, "not 1100 KiB");
}

void room_and_gap() {
    constexpr size_t size = 64 * page;
    char* const at = map_anon(size, rw, abi::map_private | abi::map_stack);
    if (!expect(!failed(at), "a stack"))
        return;
    char* const end = at + size;
    end[-1] = 'e';
    expect_is(resident(end - page, 1), 1, "its last page is there at once");
    char* const other = map_anon(page);
    expect(other + page <= at || other >= end, "what is mapped then lies elsewhere");
    munmap(other, page);
    expect_is(in_child([&] {
                  end[-long(20 * page)] = 'd';
                  expect_is(resident(end - 19 * page, 1), 0, "what nobody touched has no page");
                  touch(at + gap);
              }),
              0, "down to the gap");
    expect_is(signal_in_child([&] { touch(at + gap - 1); }), abi::sig_segv, "V082 the gap stays");
    expect_is(signal_in_child([&] { touch(at); }), abi::sig_segv, "V082 to its start");
    expect_is(mprotect(at, page, rw), -EACCES, "room cannot be had otherwise");
    // The kernel lets it grow for the program.
    int const fd = make_file("stack", 100, 's');
    uint64_t place;
    lseek(fd, 0, abi::seek_set, &place);
    expect_is(read(fd, end - 30 * page, 100), 100, "read into what will be the stack");
    expect(all_are(end - 30 * page, 100, 's'), "it is there");
    close(fd);
    // Somebody maps over the room: the gap is kept from there.
    char* const way =
        mmap(at + 20 * page, page, rw, abi::map_private | abi::map_anon | abi::map_fixed, -1, 0);
    expect(way == at + 20 * page, "V082 a neighbour in its way");
    memset(way, 'w', page);
    expect_is(signal_in_child([&] { touch(end - 40 * page); }), abi::sig_segv,
              "V082 it keeps away from that");
    expect_is(signal_in_child([&] { touch(way + page); }), abi::sig_segv, "V082 also next to it");
    expect(all_are(way, page, 'w'), "V082 the neighbour is as it was");
    // A page that the program itself has closed is no room.
    expect_is(mprotect(end - 10 * page, page, abi::prot_none), 0, "a page is closed");
    expect_is(signal_in_child([&] { touch(end - 10 * page); }), abi::sig_segv, "and stays closed");
    expect_is(munmap(at, size), 0, "unmap");
}

// Two threads touch the same new page of a third stack: both get it.
char* common;
void touch_common(void*) {
    for (size_t i = 1; i <= 40; ++i)
        common[-long(i * page)] = 'c';
}
void two_at_once() {
    char* const at = map_anon(64 * page, rw, abi::map_private | abi::map_stack);
    common = at + 64 * page;
    int const one = thread_start(touch_common, nullptr), two = thread_start(touch_common, nullptr);
    thread_join(one);
    thread_join(two);
    expect_is(resident(common - 40 * page, 40), 40, "forty pages");
    munmap(at, 64 * page);
}

void refused() {
    expect_is(error_of(mmap(nullptr, gap, rw, stack, -1, 0)), EINVAL, "no longer than the gap");
    expect_is(error_of(mmap(nullptr, 64 * page, abi::prot_read, stack, -1, 0)), EINVAL,
              "that cannot be written");
    expect_is(error_of(mmap(nullptr, 64 * page, rw, stack & ~abi::map_anon, -1, 0)), EINVAL, "of a file");
    expect_is(error_of(mmap(nullptr, 64 * page, rw, (stack & ~abi::map_private) | abi::map_shared, -1, 0)),
              EINVAL, "shared");
    char* const at = map_anon(64 * page);
    memset(at, 'k', 64 * page);
    expect_is(error_of(mmap(at, 64 * page, rw, stack | abi::map_fixed, -1, 0)), EINVAL, "over another");
    expect_is(error_of(mmap(at, 64 * page, rw, stack | abi::map_fixed | abi::map_excl, -1, 0)), EEXIST,
              "likewise");
    expect(all_are(at, 64 * page, 'k'), "which is as it was");
    munmap(at, 64 * page);
    char* const there = mmap(at, 64 * page, rw, stack | abi::map_fixed | abi::map_excl, -1, 0);
    expect(there == at, "where there is room");
    munmap(at, 64 * page);
}

} // namespace

int main(int, char**) {
    threads_grow();
    room_and_gap();
    two_at_once();
    refused();
    return outcome("thread_stack");
}
