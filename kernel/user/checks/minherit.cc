// minherit: what a child gets of a page: a share in it, a copy, or nothing.
#include "kernel/user/lib/check.h"

int main(int, char**) {
    char* const a = map_anon(page, abi::prot_read | abi::prot_write, abi::map_shared);
    char* const b = map_anon(page, abi::prot_read | abi::prot_write, abi::map_shared);
    memset(a, 1, page);
    memset(b, 1, page);
    expect_is(minherit(a, page, abi::inherit_copy), 0, "copy");
    expect_is(in_child([&] {
                  expect(memcmp(a, b, page) == 0, "V043 the child's are equal");
                  memset(b, 2, page);
              }),
              0, "child");
    expect(all_are(b, page, 2), "the shared one changed");
    char* const own = map_anon(3 * page);
    memset(own, 3, 3 * page);
    expect_is(minherit(own, page, abi::inherit_share), 0, "share");
    expect_is(minherit(own + page, page, abi::inherit_none), 0, "none");
    expect_is(in_child([&] {
                  expect(own[0] == 3 && own[2 * page] == 3, "what it has");
                  memcpy(own, "text", 5);
                  own[2 * page] = 4;
              }),
              0, "V064 child");
    expect(strcmp(own, "text") == 0, "V064 the parent sees what the child wrote into the shared page");
    expect(own[2 * page] == 3, "but not what it wrote into its copy");
    expect_is(signal_in_child([&] { own[page] = 1; }), abi::sig_segv, "V045 none: not there");
    expect(own[page] == 3, "the parent still has it");
    expect_is(minherit(own, page, 9), -EINVAL, "no such way");
    expect_is(minherit(nullptr, page, abi::inherit_copy), -ENOMEM, "not mapped");
    expect_is(minherit(own, ~size_t{0}, abi::inherit_copy), -EINVAL, "a length that wraps");
    // Shared by inheritance over two generations.
    expect_is(in_child([&] { expect_is(in_child([&] { own[1] = 'g'; }), 0, "grandchild"); }), 0,
              "two generations");
    expect(own[1] == 'g', "the grandchild's write arrives");
    return outcome("minherit");
}
