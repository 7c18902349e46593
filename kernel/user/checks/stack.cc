// The stack grows as it is used, to its end and not further: a guard lies behind it.
#include "kernel/user/lib/check.h"

namespace {
[[gnu::noinline]] int dig(int depth) { // NOLINT: as deep as it goes
    volatile char here[1024];
    here[0] = char(depth);
    return depth == 0 ? here[0] : dig(depth - 1) + (here[0] != 0);
}
} // namespace

int main(int, char**) {
    expect(dig(600) > 500, "600 KiB deep");
    expect_is(signal_in_child([] { dig(2000); }), abi::sig_segv, "V082 not two megabytes");
    // Nothing can be mapped right below it without being asked to.
    char* const neighbour = map_anon(page);
    memset(neighbour, 'n', page);
    expect_is(signal_in_child([] { dig(2000); }), abi::sig_segv, "again");
    expect(all_are(neighbour, page, 'n'), "V082 the neighbour is untouched");
    char here;
    char* const own_page = (char*)(uintptr_t(&here) & ~(page - 1));
    expect(resident(own_page, 1) == 1, "the page that is used is there");
    return outcome("stack");
}
