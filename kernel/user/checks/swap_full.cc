// Memory and disk run out: who asks for more than both have is killed, the others keep what is theirs, and
// all of it comes back.
#include "kernel/user/lib/check.h"

namespace {

abi::memory_info memory() {
    abi::memory_info info{};
    ask(call::memory_info, &info);
    return info;
}

// More than memory and disk together.
size_t too_much() {
    abi::memory_info const info = memory();
    return size_t(info.pages + info.swap + 1024) * page;
}

void take_everything() {
    size_t const all = too_much();
    char* const at = map_anon(all);
    if (failed(at))
        exit(2);
    for (size_t i = 0; i < all; i += page)
        at[i] = 1;
}

// Shared memory has no slot either.
void take_everything_shared() {
    size_t const all = too_much();
    char* const at = map_anon(all, abi::prot_read | abi::prot_write, abi::map_shared);
    if (failed(at))
        exit(2);
    for (size_t i = 0; i < all; i += page)
        at[i] = 1;
}

} // namespace

int main(int, char**) {
    constexpr size_t size = 64 * page;
    char* const own = map_anon(size);
    memset(own, 'o', size);
    uint64_t used = 0;
    for (int round = 0; round < 3; ++round) {
        expect_is(signal_in_child(take_everything), abi::sig_kill, "who takes everything is killed");
        expect(all_are(own, size, 'o'), "memory of others is untouched");
        expect_is(signal_in_child(take_everything_shared), abi::sig_kill, "who shares everything is killed");
        expect(all_are(own, size, 'o'), "memory of others is still untouched");
        expect_is(in_child([&] { memset(own, 'c', size); }), 0, "there is memory for others again");
        // What remains on the disk afterwards is the same each time: nothing leaks.
        if (round == 1)
            used = memory().swap_used;
        if (round == 2)
            expect(memory().swap_used <= used, "the slots of the dead are free again");
    }
    return outcome("swap_full");
}
