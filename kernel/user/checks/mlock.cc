// mlock and its relatives: what is locked is in memory, limits hold, one munlock undoes any number of mlocks.
#include "kernel/user/lib/check.h"

namespace {
constexpr uint32_t rw = abi::prot_read | abi::prot_write;
void set_limit(uint64_t bytes) {
    abi::rlimit limit{};
    getrlimit(abi::limit_memlock, &limit);
    limit.current = bytes;
    setrlimit(abi::limit_memlock, &limit);
}
} // namespace

int main(int, char**) {
    char* const area = map_anon(8 * page);
    expect_is(mlock(nullptr, page), -ENOMEM, "V016 mlock at 0");
    expect_is(munlock(nullptr, page), -ENOMEM, "V016 munlock at 0");
    char* const end = brk(nullptr);
    expect_is(mlock(end + page, page), -ENOMEM, "V018 behind the break");
    expect_is(munlock(end + page, page), -ENOMEM, "V018 behind the break");
    expect_is(mlock(area, ~size_t{0}), -ENOMEM, "a length that wraps");
    expect_is(resident(area, 8), 0, "nothing there yet");
    expect_is(mlock(area + 100, 2 * page), 0, "lock what three pages touch");
    expect_is(resident(area, 8), 3, "V097 exactly these");
    expect_is(munlock(area, 3 * page), 0, "unlock");
    for (int i = 0; i < 100; ++i)
        mlock(area, page);
    expect_is(munlock(area, page), 0, "V022 one munlock");
    expect_is(munlock(area, page), -ENOMEM, "undoes them all");
    // V015: lengths down to nothing.
    for (size_t i = 0; i <= page; i += 256) {
        expect_is(mlock(area + 4 * page, i), 0, "V015 lock");
        expect_is(munlock(area + 4 * page, i), i == 0 ? 0 : 0, "V015 unlock");
    }
    for (size_t i = page; i >= 2; i -= 100) {
        set_limit(i - 1);
        if (!expect_is(mlock(area, i), -EAGAIN, "V019 over the limit") || i < 102)
            break;
    }
    set_limit(2 * page);
    expect_is(mlock(area, 2 * page), 0, "up to the limit");
    expect_is(mlock(area + 2 * page, 1), -EAGAIN, "V094 and no more");
    expect_is(error_of(mmap(nullptr, page, rw, abi::map_anon | abi::map_private | abi::map_wired, -1, 0)),
              ENOMEM, "not by mmap either");
    munlock(area, 2 * page);
    set_limit(~uint64_t{0} >> 1);
    char* const wired = mmap(nullptr, 4 * page, rw, abi::map_anon | abi::map_private | abi::map_wired, -1, 0);
    expect_is(resident(wired, 4), 4, "V079 a locked mapping is there");
    char* const none = mmap(nullptr, page, 0, abi::map_anon | abi::map_private | abi::map_wired, -1, 0);
    expect(!failed(none), "V021 a locked mapping without rights");
    expect(mlock(none, page) < 0, "V021 cannot be locked later");
    munmap(area + page, page);
    expect_is(mlock(area, 3 * page), -ENOMEM, "a hole");
    expect_is(munlock(area, page), -ENOMEM, "nothing was locked then");
    // A wired page and a fork: the child's writes do not reach the parent.
    memset(wired, 'w', 4 * page);
    expect_is(in_child([&] {
                  expect(all_are(wired, 4 * page, 'w'), "the child sees it");
                  memset(wired, 'c', 4 * page);
              }),
              0, "fork of locked memory");
    expect(all_are(wired, 4 * page, 'w'), "the parent's is untouched");
    munmap(wired, 4 * page);
    // mlockall: V027, V028, V051, V099.
    expect_is(mlockall(0), -EINVAL, "V099 no flags");
    expect_is(mlockall(8), -EINVAL, "unknown flags");
    char* const before = map_anon(128 * page);
    expect_is(resident(before, 128), 0, "V027 untouched");
    expect_is(mlockall(abi::lock_current | abi::lock_future), 0, "mlockall");
    expect_is(resident(before, 128), 128, "V027 all there");
    char* const reading = map_anon(128 * page, abi::prot_read);
    expect_is(resident(reading, 128), 128, "V028 a new mapping, too");
    char* const closed = map_anon(128 * page, abi::prot_none);
    expect_is(resident(closed, 128), 0, "V028 but not one without rights");
    expect_is(mprotect(closed, 2 * page, rw), 0, "W06 until it gets some");
    expect_is(resident(closed, 2), 2, "W06 then it is there");
    expect_is(madvise(reading, 128 * page, abi::adv_free), -EBUSY, "what is locked is not given away");
    expect_is(munlockall(), 0, "munlockall");
    expect_is(madvise(reading, 128 * page, abi::adv_free), 0, "V030 then it is");
    expect_is(resident(reading, 128), 0, "V030 gone");
    // More than there is: an error, and everything is as before.
    char* const huge = map_anon(size_t{1} << 30);
    expect_is(mlock(huge, size_t{1} << 30), -EAGAIN, "more than the machine has");
    expect_is(mlockall(abi::lock_current), -ENOMEM, "all of it");
    expect_is(resident(huge, 4), 0, "nothing of it came");
    return outcome("mlock");
}
