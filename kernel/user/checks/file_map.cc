// Files and their mappings: one memory, whichever way it is reached.
#include "kernel/user/lib/check.h"

namespace {
constexpr uint32_t rw = abi::prot_read | abi::prot_write;
uint64_t offset;
} // namespace

int main(int, char**) {
    int const file = make_file("map", 3 * page, 'a');
    char* const shared = mmap(nullptr, 3 * page, rw, abi::map_shared, file, 0);
    char* const own = mmap(nullptr, 3 * page, rw, abi::map_private, file, 0);
    expect(all_are(shared, 3 * page, 'a') && all_are(own, 3 * page, 'a'), "both show the file");
    lseek(file, 10, abi::seek_set, &offset);
    write(file, "written", 7);
    expect(memcmp(shared + 10, "written", 7) == 0, "a write shows in the shared mapping");
    expect(memcmp(own + 10, "written", 7) == 0, "V033 and in a private page that nobody wrote");
    shared[page] = 's';
    char byte = 0;
    lseek(file, page, abi::seek_set, &offset);
    read(file, &byte, 1);
    expect(byte == 's', "a store to the shared mapping can be read");
    own[2 * page] = 'p';
    lseek(file, 2 * page, abi::seek_set, &offset);
    read(file, &byte, 1);
    expect(byte == 'a' && shared[2 * page] == 'a', "a store to the private one stays there");
    lseek(file, 2 * page + 1, abi::seek_set, &offset);
    write(file, "q", 1);
    expect(own[2 * page + 1] == 'a' && shared[2 * page + 1] == 'q',
           "a page that was copied sees no more writes");
    expect_is(in_child([&] {
                  shared[5] = 'c';
                  own[5] = 'c';
              }),
              0, "child");
    expect(shared[5] == 'c' && own[5] == 'c',
           "shared with the child; and the private page still is the file's");
    // V060: what was stored is not lost when the mapping goes.
    munmap(shared, 3 * page);
    char* const second = mmap(nullptr, 3 * page, rw, abi::map_shared, file, 0);
    expect(second[5] == 'c' && second[page] == 's', "V060 a second mapping shows it");
    expect_is(msync(second, 3 * page, abi::sync_sync), 0, "msync");
    expect_is(msync(second, 3 * page, abi::sync_invalidate), 0, "invalidate");
    expect(second[5] == 'c', "nothing is lost");
    // V066: the same page at two places.
    expect(mmap(second + page, page, rw, abi::map_shared | abi::map_fixed, file, 0) == second + page,
           "fixed");
    second[0] = 'A';
    expect(second[page] == 'A', "V066 aliases show the same at once");
    expect_is(munmap(second, 2 * page), 0, "unmap both");
    // V010, V067, V075: truncation under a mapping.
    char* const cut = mmap(nullptr, 3 * page, rw, abi::map_shared, file, 0);
    cut[page + 50] = 'k';
    expect_is(ftruncate(file, page + 100), 0, "smaller");
    expect(cut[page + 50] == 'k' && cut[page + 100] == 0 && cut[page + 4095] == 0, "kept, and zero behind");
    expect_is(signal_in_child([&] { touch(cut + 2 * page); }), abi::sig_bus, "behind the end");
    expect_is(ftruncate(file, 3 * page), 0, "larger again");
    expect(cut[page + 50] == 'k' && all_are(cut + 2 * page, page, 0) && cut[page + 100] == 0,
           "zeros, not old bytes");
    for (size_t const size : {size_t{0}, page / 8, page / 4, page / 2, page / 12, page / 64})
        expect_is(ftruncate(file, size), 0, "V010");
    expect(own[2 * page] == 'p', "a private copy survives");
    // V069: behind the end, but inside the page.
    ftruncate(file, 100);
    cut[200] = 'z';
    expect(cut[200] == 'z', "V069 writable");
    lseek(file, 0, abi::seek_end, &offset);
    expect_is(long(offset), 100, "but not part of the file");
    // V054: an offset above 4 GiB does not wrap.
    int const large = make_file("large", 0, 0);
    uint64_t const four_gib = uint64_t{1} << 32;
    expect_is(ftruncate(large, four_gib + 2 * page), 0, "a hole of 4 GiB");
    char* const high = mmap(nullptr, page, rw, abi::map_shared, large, four_gib / page);
    high[50] = 7;
    lseek(large, 50, abi::seek_set, &offset);
    read(large, &byte, 1);
    expect(byte == 0, "V054 nothing at the wrapped offset");
    lseek(large, four_gib + 50, abi::seek_set, &offset);
    read(large, &byte, 1);
    expect(byte == 7, "V054 but at the right one");
    // V123: a buffer that is a mapping of the same file.
    int const self = make_file("self", 4 * page, 'm');
    char* const view = mmap(nullptr, 4 * page, rw, abi::map_shared, self, 0);
    memset(view, 'n', page);
    lseek(self, 2 * page + 100, abi::seek_set, &offset);
    expect_is(write(self, view + 50, 2 * page - 200), 2 * page - 200, "V123 write");
    expect(view[2 * page + 100] == 'n' && view[4 * page - 200] == 'm', "V123 contents");
    lseek(self, 0, abi::seek_set, &offset);
    expect_is(read(self, view + 10, page), page, "and read");
    // A locked page of a file that is cut: unlocking it later is no surprise.
    expect_is(mlock(view, 4 * page), 0, "lock");
    expect_is(ftruncate(self, 10), 0, "cut");
    expect_is(munlock(view, 4 * page), 0, "unlock");
    expect_is(munmap(view, 4 * page), 0, "unmap");
    // Private, to be written and not read, with neighbours in memory.
    int const sink = make_file("sink", 8 * page, 'i');
    char* const blind = mmap(nullptr, 8 * page, abi::prot_write, abi::map_private, sink, 0);
    blind[3 * page] = 'b';
    blind[5 * page] = 'b';
    char* const sighted = mmap(nullptr, 8 * page, abi::prot_read, abi::map_shared, sink, 0);
    expect(all_are(sighted, 8 * page, 'i'), "V096 the file is as it was");
    unlink("sink");
    unlink("map");
    unlink("large");
    unlink("self");
    return outcome("file_map");
}
