// A fixed mapping replaces what was there in one step: another thread sees the old one or the new one, never
// a hole; and a call that fails leaves the old one.
#include "kernel/user/lib/check.h"

namespace {

constexpr uint32_t rw = abi::prot_read | abi::prot_write;
constexpr size_t length = 13 * page;

struct race {
    char* place;
    volatile bool over;
    uint32_t looks, holes;
};

// Looks at a page all the time; the kernel's own access says EFAULT for a hole, where a load would end us.
void look(void* argument) {
    auto& r = *(race*)argument;
    int ends[2];
    if (pipe(ends) != 0)
        return;
    while (!r.over) {
        char c;
        long const n = write(ends[1], r.place + 7 * page, 1);
        r.holes += n != 1;
        if (n == 1)
            read(ends[0], &c, 1);
        ++r.looks;
    }
    close(ends[0]);
    close(ends[1]);
}

void no_hole() {
    race r{map_anon(length), false, 0, 0};
    int const looker = thread_start(look, &r);
    uint32_t wrong = 0, rounds = 0;
    for (; rounds < 3000 || r.looks < 300; ++rounds) {
        char* const again =
            mmap(r.place, length, rw, abi::map_anon | abi::map_private | abi::map_fixed, -1, 0);
        wrong += again != r.place;
    }
    r.over = true;
    thread_join(looker);
    expect_is(wrong, 0, "V009 calls that failed");
    expect_is(r.holes, 0, "V009 looks that found a hole");
    munmap(r.place, length);
}

// V009 as it is told: one thread maps and unmaps where it likes, the other replaces.
void map_and_unmap(void* argument) {
    auto& r = *(race*)argument;
    while (!r.over) {
        char* const at = map_anon(length);
        if (failed(at) || munmap(at, length) != 0)
            ++r.holes;
        ++r.looks;
    }
}

void place_is_kept() {
    race r{nullptr, false, 0, 0};
    int const other = thread_start(map_and_unmap, &r);
    uint32_t wrong = 0;
    for (uint32_t i = 0; i < 2000 || r.looks < 200; ++i) {
        char* const at = map_anon(length, abi::prot_none);
        char* const same = mmap(at, length, rw, abi::map_anon | abi::map_private | abi::map_fixed, -1, 0);
        wrong += same != at;
        same[0] = 1;
        wrong += munmap(at, length) != 0;
    }
    r.over = true;
    thread_join(other);
    expect_is(wrong, 0, "V009 replacing, or unmapping, failed");
    expect_is(r.holes, 0, "V009 the other thread's calls failed");
}

void failure_keeps_the_old() {
    char* const at = map_anon(4 * page);
    memset(at, 'k', 4 * page);
    abi::rlimit old{};
    getrlimit(abi::limit_space, &old);
    expect_is(in_child([&] {
                  abi::rlimit const tight{0, old.maximum};
                  setrlimit(abi::limit_space, &tight);
                  char* const no =
                      mmap(at, 8 * page, rw, abi::map_anon | abi::map_private | abi::map_fixed, -1, 0);
                  expect_is(error_of(no), ENOMEM, "W04 over the limit");
                  expect(all_are(at, 4 * page, 'k'), "W04 the old mapping is still there");
              }),
              0, "child");
    char* const no =
        mmap(at, page, rw, abi::map_anon | abi::map_private | abi::map_fixed | abi::map_excl, -1, 0);
    expect_is(error_of(no), EEXIST, "V081 not over another");
    expect(all_are(at, 4 * page, 'k'), "V081 which is intact");
    munmap(at, 4 * page);
}

void many_times() {
    constexpr size_t large = 1 << 20;
    constexpr uint32_t all = rw | abi::prot_exec;
    char* const at = map_anon(large, abi::prot_none);
    uint32_t wrong = 0;
    for (int i = 0; i < 20000; ++i)
        wrong += mmap(at, large, all, abi::map_anon | abi::map_private | abi::map_fixed, -1, 0) != at;
    expect_is(wrong, 0, "V055 of 20,000 calls");
    munmap(at, large);
}

// Half over the end of one mapping, half over the beginning of the next.
void over_two() {
    char* const at = map_anon(6 * page);
    memset(at, 'l', 3 * page);
    memset(at + 3 * page, 'r', 3 * page);
    mprotect(at + 3 * page, 3 * page, abi::prot_read);
    char* const new_one =
        mmap(at + 2 * page, 2 * page, rw, abi::map_anon | abi::map_private | abi::map_fixed, -1, 0);
    expect(new_one == at + 2 * page, "over two");
    expect(all_are(at, 2 * page, 'l') && all_are(at + 4 * page, 2 * page, 'r'), "their other halves stay");
    expect(all_are(new_one, 2 * page, 0), "what is new is zero");
    memset(new_one, 'n', 2 * page);
    expect(all_are(at, 2 * page, 'l') && all_are(at + 4 * page, 2 * page, 'r'), "still");
    munmap(at, 6 * page);
}

} // namespace

int main(int, char**) {
    no_hole();
    place_is_kept();
    failure_keeps_the_old();
    many_times();
    over_two();
    return outcome("map_fixed");
}
