// A disk that does not answer costs the one who wanted something of it, and nobody else: the program beside
// it goes on, and so do those that it starts. On a machine with plenty of memory nobody is cost anything.
#include "kernel/user/lib/check.h"

namespace {

constexpr size_t large = size_t{24} << 20;

// More than a small machine has, twice: what was written first has to come back.
void wants_the_disk() {
    char* const all = map_anon(large);
    for (int round = 0; round < 2; ++round)
        for (size_t i = 0; i < large; i += page)
            *(uint32_t*)(all + i) += uint32_t(i) + 1;
    for (size_t i = 0; i < large; i += page)
        expect(*(uint32_t*)(all + i) == 2 * (uint32_t(i) + 1), "what it wrote");
}

} // namespace

int main(int, char**) {
    char* const own = map_anon(8 * page);
    memset(own, 'o', 8 * page);
    expect_is(mlockall(abi::lock_current | abi::lock_future), 0, "what it has itself stays in memory");
    for (int i = 0; i < 2; ++i) {
        int const status = in_child(wants_the_disk);
        int const signal = abi::end_signal(status);
        expect(status == 0 || signal == abi::sig_kill || signal == abi::sig_bus,
               "it ends well, or by the disk");
        printf("silent_disk: child %d ended by %d\n", i, signal);
        expect_is(in_child([] {
                      char* const some = map_anon(64 * page);
                      memset(some, 's', 64 * page);
                      expect(all_are(some, 64 * page, 's'), "another one has memory");
                  }),
                  0, "the next");
    }
    expect(all_are(own, 8 * page, 'o'), "nothing happened to who did not need the disk");
    return outcome("silent_disk");
}
