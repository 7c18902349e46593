// Functions on memory and strings.
#include "kernel/user/lib/libc.h"

void* memcpy(void* __restrict to, const void* __restrict from, size_t bytes) {
    void* const result = to;
    asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
    return result;
}

void* memmove(void* to, const void* from, size_t bytes) {
    if (uintptr_t(to) - uintptr_t(from) >= bytes)
        return memcpy(to, from, bytes);
    while (bytes-- > 0)
        static_cast<char*>(to)[bytes] = static_cast<const char*>(from)[bytes];
    return to;
}

void* memset(void* to, int value, size_t bytes) {
    void* const result = to;
    asm volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(value) : "memory");
    return result;
}

int memcmp(const void* a, const void* b, size_t bytes) {
    auto const* x = static_cast<const unsigned char*>(a);
    auto const* y = static_cast<const unsigned char*>(b);
    for (size_t i = 0; i < bytes; ++i)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

size_t strlen(const char* text) {
    size_t length = 0;
    while (text[length])
        ++length;
    return length;
}

int strcmp(const char* a, const char* b) { return strncmp(a, b, ~size_t{0}); }

int strncmp(const char* a, const char* b, size_t most) {
    for (size_t i = 0; i < most; ++i) {
        if (a[i] != b[i])
            return (unsigned char)a[i] < (unsigned char)b[i] ? -1 : 1;
        if (!a[i])
            break;
    }
    return 0;
}

char* strchr(const char* text, int c) {
    for (;; ++text) {
        if (*text == char(c))
            return const_cast<char*>(text);
        if (!*text)
            return nullptr;
    }
}
