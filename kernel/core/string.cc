// The functions on memory that the compiler and the C++ library call by themselves: for kernels, which have
// no C library.
//
// Word by word where both sides allow it; pages are copied and cleared with these.
#include <cstddef>
#include <cstdint>

namespace {

using word [[gnu::may_alias]] = uintptr_t;
constexpr size_t word_size = sizeof(word);

bool aligned(const void* p) { return reinterpret_cast<uintptr_t>(p) % word_size == 0; }

} // namespace

extern "C" {

void* memcpy(void* __restrict to, const void* __restrict from, size_t bytes) {
    auto* t = static_cast<unsigned char*>(to);
    auto const* f = static_cast<const unsigned char*>(from);
    if (aligned(t) && aligned(f)) {
        for (; bytes >= word_size; bytes -= word_size, t += word_size, f += word_size)
            *reinterpret_cast<word*>(t) = *reinterpret_cast<const word*>(f);
    }
    while (bytes-- > 0)
        *t++ = *f++;
    return to;
}

void* memmove(void* to, const void* from, size_t bytes) {
    auto* t = static_cast<unsigned char*>(to);
    auto const* f = static_cast<const unsigned char*>(from);
    if (reinterpret_cast<uintptr_t>(t) - reinterpret_cast<uintptr_t>(f) >= bytes) {
        // Going up never overwrites what is still to be read.
        while (bytes-- > 0)
            *t++ = *f++;
        return to;
    }
    while (bytes-- > 0)
        t[bytes] = f[bytes];
    return to;
}

void* memset(void* to, int value, size_t bytes) {
    auto* t = static_cast<unsigned char*>(to);
    auto const byte = static_cast<unsigned char>(value);
    if (aligned(t)) {
        word const pattern = ~word{0} / 255 * byte;
        for (; bytes >= word_size; bytes -= word_size, t += word_size)
            *reinterpret_cast<word*>(t) = pattern;
    }
    while (bytes-- > 0)
        *t++ = byte;
    return to;
}

int memcmp(const void* left, const void* right, size_t bytes) {
    auto const* a = static_cast<const unsigned char*>(left);
    auto const* b = static_cast<const unsigned char*>(right);
    for (; bytes > 0; --bytes, ++a, ++b)
        if (*a != *b)
            return *a < *b ? -1 : 1;
    return 0;
}

void* memchr(const void* memory, int value, size_t bytes) {
    auto const* at = static_cast<const unsigned char*>(memory);
    for (; bytes > 0; --bytes, ++at)
        if (*at == static_cast<unsigned char>(value))
            return const_cast<unsigned char*>(at);
    return nullptr;
}

size_t strlen(const char* text) {
    size_t length = 0;
    while (text[length] != '\0')
        ++length;
    return length;
}

} // extern "C"
