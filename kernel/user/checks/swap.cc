// Memory pressure for real: programs that touch four times what a small machine has free, and find every byte
// again; what has no room even on the disk is killed alone. On a machine with plenty it holds as well.
#include "kernel/user/lib/check.h"

namespace {

constexpr size_t large = size_t{16} << 20;

// A word of a page's content that differs from page to page and from round to round.
uint32_t word_of(size_t index, uint32_t round) { return uint32_t(index) * 2654435761u + round; }

void fill(char* at, size_t bytes, uint32_t round) {
    for (size_t i = 0; i < bytes / page; ++i) {
        auto* const words = (uint32_t*)(at + i * page);
        for (size_t w = 0; w < page / sizeof(uint32_t); ++w)
            words[w] = word_of(i, round) + uint32_t(w);
    }
}

// The number of the first page that is not as `fill` left it, or -1.
long first_wrong(const char* at, size_t bytes, uint32_t round) {
    for (size_t i = 0; i < bytes / page; ++i) {
        auto const* const words = (const uint32_t*)(at + i * page);
        for (size_t w = 0; w < page / sizeof(uint32_t); ++w)
            if (words[w] != word_of(i, round) + uint32_t(w))
                return long(i);
    }
    return -1;
}

// Private memory, written, read, written again in part.
void private_memory() {
    char* const all = map_anon(large);
    if (!expect(!failed(all), "16 MiB are mapped"))
        return;
    fill(all, large, 1);
    expect_is(first_wrong(all, large, 1), -1, "first page that is wrong");
    fill(all + large / 2, large / 4, 2);
    expect_is(first_wrong(all, large / 2, 1), -1, "first page that is wrong before the new ones");
    expect_is(first_wrong(all + large / 2, large / 4, 2), -1, "first new page that is wrong");
    expect_is(munmap(all, large), 0, "unmap");
}

// What the parent has on the disk, a child sees, and changes only for itself.
void across_fork() {
    constexpr size_t size = large / 2;
    char* const all = map_anon(size);
    fill(all, size, 3);
    expect_is(in_child([&] {
                  expect_is(first_wrong(all, size, 3), -1, "first page that is wrong in the child");
                  fill(all, size / 4, 4);
                  expect_is(first_wrong(all, size / 4, 4), -1, "first page that the child has wrong");
              }),
              0, "child");
    expect_is(first_wrong(all, size, 3), -1, "first page that the child changed for the parent");
    munmap(all, size);
}

// Memory that belongs to an object goes out and comes back as well, for both.
void shared_memory() {
    constexpr size_t size = large / 2;
    char* const all = map_anon(size, abi::prot_read | abi::prot_write, abi::map_shared);
    fill(all, size / 2, 5);
    expect_is(in_child([&] {
                  fill(all + size / 2, size / 2, 6);
                  expect_is(first_wrong(all, size / 2, 5), -1, "first page of the parent that is wrong");
              }),
              0, "child");
    expect_is(first_wrong(all, size / 2, 5), -1, "first own page that is wrong");
    expect_is(first_wrong(all + size / 2, size / 2, 6), -1, "first page of the child that is wrong");
    munmap(all, size);
}

// Several programs at a time, each with memory of its own.
void several() {
    constexpr int count = 3;
    constexpr size_t size = large / 4;
    int pids[count];
    for (int i = 0; i < count; ++i) {
        pids[i] = fork();
        if (pids[i] == 0) {
            char* const own = map_anon(size);
            for (uint32_t round = 0; round < 2; ++round) {
                fill(own, size, 100 * uint32_t(i) + round);
                sched_yield();
                expect_is(first_wrong(own, size, 100 * uint32_t(i) + round), -1, "first page that is wrong");
            }
            exit(check_failures == 0 ? 0 : 1);
        }
        expect(pids[i] > 0, "fork");
    }
    for (int const pid : pids) {
        int status = -1;
        wait(pid, &status);
        expect_is(status, 0, "one of several");
    }
}

// V114: pages that were given up with madvise, some written again, then memory is wanted: those that were
// written keep it, the others have what they had, or zeros, never somebody else's bytes.
void given_up() {
    constexpr size_t count = 64;
    char* const at = map_anon(count * page);
    fill(at, count * page, 7);
    expect_is(madvise(at, count * page, abi::adv_free), 0, "V114 given up");
    for (size_t i = 0; i < count; i += 4)
        memset(at + i * page, 'w', page);
    char* const other = map_anon(large / 2);
    fill(other, large / 2, 8);
    for (size_t i = 0; i < count; ++i) {
        char const* const p = at + i * page;
        bool const old = *(const uint32_t*)p == word_of(i, 7);
        expect(i % 4 == 0 ? all_are(p, page, 'w') : old || all_are(p, page, 0), "V114 a page");
    }
    munmap(other, large / 2);
    munmap(at, count * page);
}

struct given_up_all_the_time {
    char* at;
    size_t pages;
    volatile bool over;
};

void give_up(void* argument) {
    auto& g = *(given_up_all_the_time*)argument;
    for (uint32_t round = 0; !g.over; ++round) {
        memset(g.at, char('a' + round % 26), g.pages * page);
        sched_yield();
        expect_is(madvise(g.at, g.pages * page, abi::adv_free), 0, "W10 given up");
    }
}

// W10: pages are given up while they are on their way to the disk: what they read as afterwards is one of
// their own contents or zero, and nothing is freed twice.
void given_up_on_the_way() {
    given_up_all_the_time g{map_anon(64 * page), 64, false};
    int const thread = thread_start(give_up, &g);
    char* const other = map_anon(large / 2);
    for (uint32_t round = 0; round < 2; ++round) {
        fill(other, large / 2, 9 + round);
        expect_is(first_wrong(other, large / 2, 9 + round), -1, "W10 first page of others that is wrong");
    }
    g.over = true;
    thread_join(thread);
    for (size_t i = 0; i < g.pages; ++i) {
        char const c = g.at[i * page];
        expect((c == 0 || (c >= 'a' && c <= 'z')) && all_are(g.at + i * page, page, c), "W10 a page");
    }
    munmap(other, large / 2);
    munmap(g.at, g.pages * page);
}

} // namespace

int main(int, char**) {
    private_memory();
    across_fork();
    shared_memory();
    several();
    given_up();
    given_up_on_the_way();
    return outcome("swap");
}
