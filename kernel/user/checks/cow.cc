// Copy-on-write: a fork costs no copies; a write costs exactly one fault and one page.
#include "kernel/user/lib/check.h"

namespace {
abi::memory_info machine() {
    abi::memory_info info{};
    ask(call::memory_info, &info);
    return info;
}
} // namespace

int main(int, char**) {
    constexpr size_t pages = 64;
    char* const area = map_anon(pages * page);
    memset(area, 1, pages * page);
    int to_parent[2];
    expect_is(pipe(to_parent), 0, "pipe");
    int const child = fork();
    if (child == 0) {
        touch(area); // whatever else the child's first steps cost
        madvise(area, pages * page, abi::adv_random);
        abi::memory_info const before = machine();
        for (size_t i = 0; i < pages; ++i)
            area[i * page] = 2;
        abi::memory_info const after = machine();
        uint64_t const taken[2] = {after.faults - before.faults, before.free - after.free};
        write(to_parent[1], taken, sizeof taken);
        exit(all_are(area, 1, 2) && area[1] == 1 ? 0 : 1);
    }
    uint64_t taken[2] = {};
    expect_is(read(to_parent[0], taken, sizeof taken), sizeof taken, "what the child found");
    int status = -1;
    expect_is(wait(child, &status), child, "the child ends");
    expect_is(status, 0, "and saw its own bytes and the parent's");
    expect_is(long(taken[0]), pages, "one fault for each page written");
    // A page each, and a little for what describes them.
    expect(taken[1] >= pages && taken[1] < pages + 8, "one page for each page written");
    expect(all_are(area, pages * page, 1), "the parent's memory is untouched");
    return outcome("cow");
}
