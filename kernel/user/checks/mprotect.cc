// mprotect: rights are what was asked for, each page has its own; errors change nothing.
#include "kernel/user/lib/check.h"

namespace {
constexpr uint32_t rw = abi::prot_read | abi::prot_write;
}

int main(int, char**) {
    char* const area = map_anon(5 * page);
    memset(area, 1, 5 * page);
    expect_is(mprotect((void*)~uintptr_t{0}, 1, abi::prot_read), -EINVAL, "V039 at -1");
    expect_is(mprotect(nullptr, page, abi::prot_read), -ENOMEM, "V085 not mapped");
    expect_is(mprotect(area, page, 0x10), -EINVAL, "unknown rights");
    expect_is(mprotect(area + 1, 1, abi::prot_read), 0, "the whole page");
    expect_is(signal_in_child([&] { area[0] = 2; }), abi::sig_segv, "cannot be written");
    expect_is(signal_in_child([&] { area[page] = 2; }), 0, "the next one can");
    expect_is(mprotect(area, page, rw), 0, "and back");
    area[0] = 3;
    expect(area[0] == 3, "a write");
    munmap(area + 2 * page, page);
    expect_is(mprotect(area, 5 * page, abi::prot_read), -ENOMEM, "over a hole");
    area[0] = 4;
    area[4 * page] = 4;
    expect(area[0] == 4, "changed nothing");
    expect_is(mprotect(area, 0, abi::prot_none), 0, "W01 length 0");
    touch(area);
    expect_is(in_child([&] {
                  expect_is(mprotect(area, page, abi::prot_none), 0, "none in the child");
                  expect_is(signal_in_child([&] { touch(area); }), abi::sig_segv, "V007 no access");
              }),
              0, "child");
    touch(area);
    // V072: one page with every combination of rights.
    for (uint32_t prot = 0; prot < 8; ++prot) {
        for (uint32_t const kind : {abi::map_private, abi::map_shared}) {
            char* const at = mmap(area + page, page, prot, abi::map_anon | abi::map_fixed | kind, -1, 0);
            expect(at == area + page, "V072 mapped");
            bool const can_read = signal_in_child([&] { touch(at); }) == 0;
            bool const can_write = signal_in_child([&] { *(volatile char*)at = 1; }) == 0;
            // Where the processor does not tell a fetch from a load, what can be executed can be read.
            bool const fetches_show = sizeof(void*) == 8;
            bool const may_read = (prot & abi::prot_read) || (!fetches_show && (prot & abi::prot_exec));
            expect_is(can_read, may_read, "V072 readable");
            expect_is(can_write, (prot & abi::prot_write) != 0, "V072 writable");
        }
    }
    // V087: a shared file mapping that is made read-only.
    int const file = make_file("protect", page, 'p');
    char* const map = mmap(nullptr, page, rw, abi::map_shared, file, 0);
    mprotect(map, page, abi::prot_read);
    expect_is(signal_in_child([&] { map[0] = 'x'; }), abi::sig_segv, "V087");
    expect(map[0] == 'p', "V087 the file is unchanged");
    // V040, V088: code.
    unsigned char const code[] = {0xb8, 1, 0, 0, 0, 0xc3}; // returns 1
    char* const text = map_anon(page);
    memcpy(text, code, sizeof code);
    expect_is(mprotect(text, page, abi::prot_read | abi::prot_exec), 0, "executable");
    auto const function = (int (*)())text;
    expect_is(function(), 1, "V040 runs");
    expect_is(mprotect(text, page, abi::prot_exec), 0, "executable alone");
    expect_is(function(), 1, "V088 runs");
    mprotect(text, page, abi::prot_read);
    int const found = signal_in_child([&] { function(); });
    expect_is(found, sizeof(void*) == 8 ? abi::sig_segv : 0,
              "V040 no execution where the processor can forbid it");
    unlink("protect");
    return outcome("mprotect");
}
