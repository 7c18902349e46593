// W19: one thread writes to pages that a child shares, which copies them; another reads there all the time.
// Once it has read a new value it never reads an old one again.
#include "kernel/user/lib/check.h"

namespace {

constexpr size_t pages = 4;
char* area;
bool over;
uint32_t looks, backwards;

uint32_t& number_of(size_t index) { return *(uint32_t*)(area + index * page); }

void read_on(void*) {
    uint32_t last[pages]{};
    while (!__atomic_load_n(&over, __ATOMIC_SEQ_CST)) {
        for (size_t i = 0; i < pages; ++i) {
            uint32_t const now = __atomic_load_n(&number_of(i), __ATOMIC_SEQ_CST);
            backwards += now < last[i];
            last[i] = now;
        }
        ++looks;
    }
}

} // namespace

int main(int, char**) {
    area = map_anon(pages * page);
    memset(area, 0, pages * page);
    int const reader = thread_start(read_on, nullptr);
    expect(reader >= 0, "the reader");
    uint32_t wrong = 0;
    for (uint32_t round = 1; round <= 200; ++round) {
        int ends[2];
        pipe(ends);
        int const child = fork();
        if (child == 0) {
            char c;
            read(ends[0], &c, 1); // until the parent has written
            exit(number_of(0) == round - 1 && number_of(pages - 1) == round - 1 ? 0 : 1);
        }
        for (size_t i = 0; i < pages; ++i)
            __atomic_store_n(&number_of(i), round, __ATOMIC_SEQ_CST);
        sched_yield();
        write(ends[1], "x", 1);
        int status = -1;
        wait(child, &status);
        wrong += status != 0;
        close(ends[0]);
        close(ends[1]);
    }
    __atomic_store_n(&over, true, __ATOMIC_SEQ_CST);
    thread_join(reader);
    expect_is(wrong, 0, "W19 children that did not keep the old values");
    expect_is(backwards, 0, "W19 reads of an old value after a new one");
    expect(looks > 100, "W19 the reader was there");
    return outcome("cow_readers");
}
