// Text without printf: numbers and words appended to something that takes text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uvm {

// The appending functions, for a class Sink that has `void put(std::string_view)`.
template <class Sink>
class formatter {
public:
    constexpr Sink& text(std::string_view words) {
        self().put(words);
        return self();
    }
    // Decimal, without padding.
    constexpr Sink& dec(uint64_t number) {
        char digits[20];
        size_t first = sizeof digits;
        // In 32-bit steps where possible: a 64-bit division is a library call on 32-bit machines.
        while (number > UINT32_MAX) {
            digits[--first] = char('0' + divide_by_ten(number));
        }
        auto small = uint32_t(number);
        do {
            digits[--first] = char('0' + small % 10);
            small /= 10;
        } while (small != 0);
        return text({digits + first, sizeof digits - first});
    }
    // "0x" and lower-case hexadecimal, without padding.
    constexpr Sink& hex(uint64_t number) {
        char digits[18];
        size_t first = sizeof digits;
        do {
            digits[--first] = hex_digit(unsigned(number & 15));
            number >>= 4;
        } while (number != 0);
        digits[--first] = 'x';
        digits[--first] = '0';
        return text({digits + first, sizeof digits - first});
    }
    // Two hexadecimal digits.
    constexpr Sink& hex_byte(uint8_t byte) {
        char const digits[2] = {hex_digit(byte >> 4), hex_digit(byte & 15)};
        return text({digits, 2});
    }

private:
    constexpr Sink& self() { return static_cast<Sink&>(*this); }
    static constexpr char hex_digit(unsigned nibble) { return "0123456789abcdef"[nibble]; }
    // Divides by ten, bit by bit, and returns the remainder.
    static constexpr unsigned divide_by_ten(uint64_t& number) {
        uint64_t quotient = 0;
        unsigned rest = 0;
        for (int bit = 63; bit >= 0; --bit) {
            rest = rest << 1 | unsigned(number >> bit & 1);
            quotient <<= 1;
            if (rest >= 10) {
                rest -= 10;
                quotient |= 1;
            }
        }
        number = quotient;
        return rest;
    }
};

// Text of at most N characters, always ended by a NUL; what does not fit is cut off and remembered.
template <size_t N>
class text_buffer : public formatter<text_buffer<N>> {
public:
    constexpr void put(std::string_view words) {
        for (char const c : words) {
            if (length_ == N) {
                cut_ = true;
                return;
            }
            chars_[length_++] = c;
        }
        chars_[length_] = '\0';
    }
    constexpr void clear() {
        length_ = 0;
        cut_ = false;
        chars_[0] = '\0';
    }
    [[nodiscard]] constexpr std::string_view view() const { return {chars_, length_}; }
    [[nodiscard]] constexpr const char* c_str() const { return chars_; }
    [[nodiscard]] constexpr size_t size() const { return length_; }
    [[nodiscard]] constexpr bool cut() const { return cut_; }

private:
    char chars_[N + 1]{};
    size_t length_{};
    bool cut_{};
};

} // namespace uvm
