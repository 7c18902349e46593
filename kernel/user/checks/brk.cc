// brk: the heap grows and shrinks, new memory is zero, limits hold.
#include "kernel/user/lib/check.h"

int main(int, char**) {
    char* const start = brk(nullptr);
    expect(brk(start) == start, "V117 to where it is");
    char* const heap = (char*)((uintptr_t(start) + page - 1) & ~(page - 1));
    expect(brk(heap + 3 * page) == heap + 3 * page, "grow");
    memset(heap, 1, 3 * page);
    expect_is(mprotect(heap + page, page, abi::prot_read), 0, "V117 a part with other rights");
    expect(brk(heap) == heap, "V117 shrink over it");
    expect_is(signal_in_child([&] { touch(heap); }), abi::sig_segv, "what is given back is gone");
    expect(brk(heap + page) == heap + page, "grow again");
    expect(all_are(heap, page, 0), "zeros, not old bytes");
    expect(brk(heap + 10) == heap + 10, "bytes");
    heap[9] = 1;
    expect_is(error_of(brk((char*)~uintptr_t{0})), ENOMEM, "V118 everything");
    expect_is(error_of(brk((char*)0x1000)), ENOMEM, "below the heap");
    expect(brk(nullptr) == heap + 10, "V118 unchanged");
    abi::rlimit limit{};
    getrlimit(abi::limit_data, &limit);
    limit.current = size_t(heap - start) + 2 * page;
    setrlimit(abi::limit_data, &limit);
    expect_is(error_of(brk(heap + 4 * page)), ENOMEM, "over the limit");
    expect(brk(heap + page) == heap + page, "under it");
    limit.current = limit.maximum;
    setrlimit(abi::limit_data, &limit);
    char* pieces[50];
    for (int i = 0; i < 50; ++i) {
        pieces[i] = (char*)malloc(size_t(i) * 37 + 1);
        memset(pieces[i], i, size_t(i) * 37 + 1);
    }
    for (int i = 0; i < 50; ++i)
        expect(all_are(pieces[i], size_t(i) * 37 + 1, char(i)), "pieces of the heap keep apart");
    free(pieces[20]);
    expect(malloc(100) == pieces[20], "a freed one is used again");
    expect_is(in_child([&] { memset(pieces[0], 9, 1); }), 0, "child");
    expect(pieces[0][0] == 0, "the heap is copied at fork");
    return outcome("brk");
}
