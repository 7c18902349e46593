// mincore tells what is in memory; msync checks its arguments and locks.
#include "kernel/user/lib/check.h"

int main(int, char**) {
    unsigned char seen[8];
    char* const area = map_anon(4 * page);
    expect_is(mincore(nullptr, page, seen), -ENOMEM, "V024 address 0");
    expect_is(mincore(area + 1, page, seen), -EINVAL, "V102 misaligned");
    expect_is(mincore(area, 0, seen), -EINVAL, "length 0");
    expect_is(mincore(area, page, (void*)~uintptr_t{0}), -EFAULT, "V025 wild vector");
    expect_is(mincore(area, ~size_t{0} - 2 * page, seen), -ENOMEM, "V102 past the end");
    area[page] = 1;
    expect_is(mincore(area, 4 * page, seen), 0, "mincore");
    expect(!seen[0] && seen[1] && !seen[2] && !seen[3], "the page that was touched");
    munmap(area + 2 * page, page);
    memset(seen, 9, sizeof seen);
    expect_is(mincore(area, 4 * page, seen), -ENOMEM, "a hole");
    expect(seen[0] == 0 && seen[1] == 1 && seen[2] == 9, "what came before it is told");
    char* const shared = map_anon(4 * page, abi::prot_read | abi::prot_write, abi::map_shared);
    expect_is(in_child([&] { memset(shared, 1, 4 * page); }), 0, "child");
    expect_is(resident(shared, 4), 4, "V105 touched by the child, there for the parent");
    char* const anon = map_anon(page);
    expect_is(msync(anon, page, uint32_t(-1)), -EINVAL, "V036 flags");
    expect_is(msync(anon, page, 0x7fffffff), -EINVAL, "V036 flags");
    expect_is(msync(anon, page, 0), -EINVAL, "no flags");
    expect_is(msync(anon, page, abi::sync_async | abi::sync_sync), -EINVAL, "V100 both");
    munmap(anon, page);
    expect_is(msync(anon, page, abi::sync_sync), -ENOMEM, "V037 not mapped");
    int const file = make_file("sync", 2 * page, 's');
    char* const map = mmap(nullptr, 2 * page, abi::prot_read | abi::prot_write, abi::map_shared, file, 0);
    mlock(map + page, page);
    expect_is(msync(map, 2 * page, abi::sync_invalidate), -EBUSY, "V100, W13 a locked page, the second one");
    expect_is(msync(map, page, abi::sync_invalidate), 0, "the other one alone");
    expect_is(msync(map, 0, abi::sync_sync), 0, "length 0: the whole entry");
    expect_is(msync(map + 1, page, abi::sync_async), 0, "V034, and misaligned");
    munlock(map + page, page);
    expect_is(msync(map, 2 * page, abi::sync_invalidate | abi::sync_sync), 0, "unlocked");
    expect(all_are(map, 2 * page, 's'), "contents");
    unlink("sync");
    return outcome("mincore_msync");
}
