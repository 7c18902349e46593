// A small heap: pieces behind one another up to the break; one that is freed is used again when it is large
// enough.
#include "kernel/user/lib/libc.h"

namespace {

struct piece {
    size_t size; // of what follows
    bool used;
    piece* next;
};
constexpr size_t head = (sizeof(piece) + 15) & ~size_t{15};
piece* first;
piece* last;

piece* grow(size_t size) {
    char* const end = brk(nullptr);
    char* const at = reinterpret_cast<char*>((uintptr_t(end) + 15) & ~uintptr_t{15});
    if (failed(brk(at + head + size)))
        return nullptr;
    auto* const fresh = reinterpret_cast<piece*>(at);
    *fresh = {size, true, nullptr};
    (last ? last->next : first) = fresh;
    last = fresh;
    return fresh;
}

} // namespace

void* malloc(size_t bytes) {
    if (bytes > ~size_t{0} / 2)
        return nullptr;
    size_t const size = (bytes + 15) & ~size_t{15};
    for (piece* p = first; p; p = p->next) {
        if (p->used || p->size < size)
            continue;
        p->used = true;
        return reinterpret_cast<char*>(p) + head;
    }
    piece* const p = grow(size);
    return p ? reinterpret_cast<char*>(p) + head : nullptr;
}

void free(void* memory) {
    if (memory)
        reinterpret_cast<piece*>(static_cast<char*>(memory) - head)->used = false;
}
