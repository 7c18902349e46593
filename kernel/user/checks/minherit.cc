// minherit: what a child gets of a page: a share in it, a copy, zeros, or nothing.
#include "kernel/user/lib/check.h"

namespace {

// V046, V115: zeros for a child, and for its children; the parent's stay, and it can be taken back.
void zeros() {
    char* const ones = map_anon(4 * page);
    char* const none = map_anon(page);
    memset(ones, 1, 4 * page);
    expect_is(minherit(ones, 4 * page, abi::inherit_zero), 0, "zero");
    expect_is(minherit(none, page, abi::inherit_share), 0, "share");
    expect_is(in_child([&] {
                  expect(memcmp(ones, none, page) == 0, "V046 equal: zeros");
                  expect(all_are(ones, 4 * page, 0), "V115 all of it");
                  memset(ones, 2, 4 * page);
                  expect_is(in_child([&] { expect(all_are(ones, 4 * page, 0), "V115 zeros"); }), 0,
                            "grandchild");
                  expect(all_are(ones, 4 * page, 2), "the child keeps what it wrote");
              }),
              0, "V046 child");
    expect(all_are(ones, 4 * page, 1), "V046 the parent's are as they were");
    expect_is(minherit(ones, 0, abi::inherit_copy), 0, "V115 no length");
    expect_is(in_child([&] { expect(all_are(ones, 4 * page, 0), "V115 which changed nothing"); }), 0,
              "child");
    expect_is(minherit(ones + page, page, abi::inherit_copy), 0, "V115 taken back for a page");
    expect_is(in_child([&] {
                  expect(all_are(ones, page, 0) && all_are(ones + page, page, 1), "V115 that page is kept");
                  expect(all_are(ones + 2 * page, 2 * page, 0), "V115 the others are not");
              }),
              0, "child");
    int const fd = make_file("zeros", page, 'f');
    char* const file = mmap(nullptr, page, abi::prot_read | abi::prot_write, abi::map_shared, fd, 0);
    expect_is(minherit(file, page, abi::inherit_zero), 0, "zero for a file's");
    expect_is(in_child([&] {
                  expect(all_are(file, page, 0), "zeros instead of the file");
                  memset(file, 'c', page);
              }),
              0, "child");
    expect(all_are(file, page, 'f'), "the file is untouched");
    close(fd);
    munmap(file, page);
    munmap(ones, 4 * page);
    munmap(none, page);
}

} // namespace

int main(int, char**) {
    zeros();
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
