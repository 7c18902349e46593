// madvise: advice changes how many faults memory costs; freed pages read as zero.
#include "kernel/user/lib/check.h"

namespace {
uint64_t faults() {
    abi::memory_info info{};
    ask(call::memory_info, &info);
    return info.faults;
}
// Reads a byte of each page of a file that is in memory already, through a new mapping.
uint64_t faults_of_reading(int file, size_t pages, uint32_t advice) {
    char* const map = mmap(nullptr, pages * page, abi::prot_read, abi::map_shared, file, 0);
    madvise(map, pages * page, advice);
    uint64_t const before = faults();
    for (size_t i = 0; i < pages; ++i)
        touch(map + i * page);
    uint64_t const taken = faults() - before;
    munmap(map, pages * page);
    return taken;
}
} // namespace

int main(int, char**) {
    constexpr size_t pages = 64;
    int const file = make_file("advice", pages * page, 'f');
    uint64_t const random = faults_of_reading(file, pages, abi::adv_random);
    uint64_t const normal = faults_of_reading(file, pages, abi::adv_normal);
    uint64_t const sequential = faults_of_reading(file, pages, abi::adv_sequential);
    printf("faults for %lu pages: random %llu, normal %llu, sequential %llu\n", (unsigned long)pages,
           (unsigned long long)random, (unsigned long long)normal, (unsigned long long)sequential);
    expect_is(long(random), pages, "one fault a page");
    expect(normal < random / 3, "normal: neighbours come along");
    expect(sequential < normal, "sequential: more of them");
    char* const area = map_anon(16 * page);
    memset(area, 'x', 16 * page);
    expect_is(resident(area, 16), 16, "V031 filled");
    expect_is(madvise(area, 16 * page, abi::adv_dontneed), 0, "dontneed");
    expect(all_are(area, 16 * page, 'x'), "keeps the data");
    expect_is(madvise(area, 16 * page, abi::adv_free), 0, "free");
    expect_is(resident(area, 16), 0, "V031 gone");
    expect(all_are(area, 16 * page, 0), "V031 reads as zero");
    memset(area, 'y', 16 * page);
    expect_is(in_child([&] {
                  madvise(area, 16 * page, abi::adv_free);
                  touch(area);
              }),
              0, "a child gives its part away");
    expect(all_are(area, 16 * page, 'y'), "the parent's is untouched");
    char* const map = mmap(nullptr, page, abi::prot_read | abi::prot_write, abi::map_shared, file, 0);
    expect_is(madvise(map, page, abi::adv_free), 0, "V112 free of a shared file");
    expect(all_are(map, page, 'f'), "X16 loses nothing");
    expect_is(madvise(area, page, abi::adv_spaceavail), -EINVAL, "spaceavail");
    expect_is(madvise(area, page, 77), -EINVAL, "V112 no such advice");
    munmap(area + page, page);
    expect_is(madvise(area, 3 * page, abi::adv_free), -ENOMEM, "a hole");
    expect(area[0] == 'y', "changed nothing");
    expect_is(madvise(area, 0, abi::adv_free), 0, "W01 length 0");
    expect_is(madvise(area, page, abi::adv_willneed), 0, "willneed");
    unlink("advice");
    return outcome("madvise");
}
