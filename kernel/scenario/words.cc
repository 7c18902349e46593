#include "kernel/scenario/words.h"

namespace uvm {

namespace {

constexpr std::string_view blanks = " \t\r\v\f";
constexpr size_t name_limit = 31;

// The value of a hexadecimal digit, or 16.
constexpr unsigned digit_value(char c) {
    if (c >= '0' && c <= '9')
        return unsigned(c - '0');
    if (c >= 'a' && c <= 'f')
        return unsigned(c - 'a' + 10);
    if (c >= 'A' && c <= 'F')
        return unsigned(c - 'A' + 10);
    return 16;
}

} // namespace

line_words::line_words(std::string_view line) : rest_(line.substr(0, line.find('#'))) {}

std::string_view line_words::next() {
    size_t const start = rest_.find_first_not_of(blanks);
    if (start == std::string_view::npos) {
        rest_ = {};
        return {};
    }
    rest_.remove_prefix(start);
    std::string_view const word = rest_.substr(0, rest_.find_first_of(blanks));
    rest_.remove_prefix(word.size());
    return word;
}

bool parse_number(std::string_view word, uint64_t* number) {
    bool const hexadecimal = word.starts_with("0x");
    if (hexadecimal)
        word.remove_prefix(2);
    if (word.empty())
        return false;
    uint64_t value = 0;
    for (char const c : word) {
        unsigned const digit = digit_value(c);
        if (digit >= (hexadecimal ? 16u : 10u))
            return false;
        if (value > (hexadecimal ? UINT64_MAX / 16 : UINT64_MAX / 10))
            return false;
        uint64_t const shifted = hexadecimal ? value << 4 : (value << 3) + (value << 1);
        if (shifted + digit < shifted)
            return false;
        value = shifted + digit;
    }
    *number = value;
    return true;
}

bool parse_prot(std::string_view word, vm_prot_t* prot) {
    constexpr vm_prot_t rights[] = {vm_prot_t::read, vm_prot_t::write, vm_prot_t::execute};
    if (word.size() != 3)
        return false;
    vm_prot_t found = vm_prot_t::none;
    for (size_t i = 0; i < 3; ++i) {
        if (word[i] == "rwx"[i])
            found |= rights[i];
        else if (word[i] != '-')
            return false;
    }
    *prot = found;
    return true;
}

bool is_name(std::string_view word) {
    if (word.empty() || word.size() > name_limit)
        return false;
    for (char const c : word)
        if (c <= ' ' || c > '~' || c == '"' || c == '+' || c == '=')
            return false;
    return true;
}

bool byte_word::parse(std::string_view word) {
    quoted_ = word.starts_with('"');
    if (quoted_) {
        chars_ = word.substr(1);
        if (!chars_.ends_with('"'))
            return false;
        chars_.remove_suffix(1);
        return chars_.find('"') == std::string_view::npos;
    }
    chars_ = word;
    if (word.empty() || word.size() % 2 != 0)
        return false;
    for (char const c : word)
        if (digit_value(c) > 15)
            return false;
    return true;
}

std::byte byte_word::operator[](size_t index) const {
    if (quoted_)
        return std::byte(chars_[index]);
    return std::byte(digit_value(chars_[2 * index]) << 4 | digit_value(chars_[2 * index + 1]));
}

} // namespace uvm
