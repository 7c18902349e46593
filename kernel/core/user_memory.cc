#include "kernel/core/user_memory.h"

#include <algorithm>

namespace uvm {

errno_t copy_in_string(vaddr_t from, char* to, size_t size, size_t* length) {
    // A page at a time: what lies behind the string need not be mapped.
    for (size_t have = 0; have < size;) {
        size_t const piece = std::min<size_t>(size - have, page_size - (from.value & page_mask));
        errno_t const error = copy_in_bytes(from, std::as_writable_bytes(std::span(to + have, piece)));
        if (error != errno_t::ok)
            return error;
        char const* const end = std::find(to + have, to + have + piece, '\0');
        if (end != to + have + piece) {
            *length = size_t(end - to);
            return errno_t::ok;
        }
        have += piece;
        from += vsize_t(piece);
    }
    return errno_t::e2big;
}

} // namespace uvm
