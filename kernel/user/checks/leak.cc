// What programs take comes back when they end: memory after many of them is what it was.
#include "kernel/user/lib/check.h"

namespace {
uint64_t free_pages() {
    abi::memory_info info{};
    ask(call::memory_info, &info);
    return info.free;
}
void live() {
    char* const area = map_anon(64 * page);
    memset(area, 1, 64 * page);
    char* const shared = map_anon(16 * page, abi::prot_read | abi::prot_write, abi::map_shared);
    memset(shared, 1, 16 * page);
    int ends[2];
    pipe(ends);
    write(ends[1], "x", 1);
    int const file = make_file("leaking", 5 * page, 'l');
    char* const map = mmap(nullptr, 5 * page, abi::prot_read | abi::prot_write, abi::map_private, file, 0);
    map[0] = 'm';
    mlock(area, 8 * page);
    unlink("leaking");
    in_child([&] {
        memset(area, 2, 64 * page);
        map[page] = 'c';
    });
    thread_start([](void*) { sleep_milliseconds(1000); }, nullptr);
    brk(brk(nullptr) + 10 * page);
}
} // namespace

int main(int, char**) {
    for (int i = 0; i < 3; ++i)
        in_child(live);
    uint64_t const before = free_pages();
    for (int i = 0; i < 40; ++i)
        if (!expect_is(in_child(live), 0, "a life"))
            break;
    uint64_t const after = free_pages();
    printf("pages free: %llu before, %llu after\n", (unsigned long long)before, (unsigned long long)after);
    expect_is(long(before - after), 0, "no page is lost");
    return outcome("leak");
}
