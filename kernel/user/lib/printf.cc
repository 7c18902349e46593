// Formatted output: a line is put together first, so that lines of several programs do not mix.
#include <cstdarg>

#include "kernel/user/lib/libc.h"

namespace {

struct line {
    char text[512];
    size_t length = 0;
    void put(char c) {
        if (length == sizeof text)
            flush();
        text[length++] = c;
    }
    void flush() {
        write(1, text, length);
        length = 0;
    }
    void put_text(const char* s) {
        for (s = s ? s : "(null)"; *s; ++s)
            put(*s);
    }
    void put_number(unsigned long long n, unsigned base) {
        char digits[24];
        size_t count = 0;
        do {
            // Digit by digit without a 64-bit division, which 32-bit programs have no function for.
            unsigned long long quotient = 0;
            unsigned rest = 0;
            for (int bit = 63; bit >= 0; --bit) {
                rest = rest << 1 | unsigned(n >> bit & 1);
                quotient <<= 1;
                if (rest >= base) {
                    rest -= base;
                    quotient |= 1;
                }
            }
            digits[count++] = "0123456789abcdef"[rest];
            n = quotient;
        } while (n != 0);
        while (count > 0)
            put(digits[--count]);
    }
};

} // namespace

void print(const char* text) { write(1, text, strlen(text)); }

void printf(const char* format, ...) {
    line out;
    va_list arguments;
    va_start(arguments, format);
    for (; *format; ++format) {
        if (*format != '%') {
            out.put(*format);
            continue;
        }
        int longs = 0;
        while (*++format == 'l')
            ++longs;
        auto const number = [&]() -> unsigned long long {
            return longs >= 2   ? va_arg(arguments, unsigned long long)
                   : longs == 1 ? va_arg(arguments, unsigned long)
                                : va_arg(arguments, unsigned);
        };
        switch (*format) {
        case 'd': {
            long long const n = longs >= 2   ? va_arg(arguments, long long)
                                : longs == 1 ? va_arg(arguments, long)
                                             : va_arg(arguments, int);
            if (n < 0)
                out.put('-');
            out.put_number(n < 0 ? 0 - (unsigned long long)n : (unsigned long long)n, 10);
            break;
        }
        case 'u':
            out.put_number(number(), 10);
            break;
        case 'x':
            out.put_number(number(), 16);
            break;
        case 'p':
            out.put_text("0x");
            out.put_number(va_arg(arguments, uintptr_t), 16);
            break;
        case 's':
            out.put_text(va_arg(arguments, const char*));
            break;
        case 'c':
            out.put(char(va_arg(arguments, int)));
            break;
        default:
            out.put(*format);
        }
    }
    va_end(arguments);
    out.flush();
}
