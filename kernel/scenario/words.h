// The lexical rules of scenario files: lines to words, words to values. Nothing here knows a space or an
// object.
#pragma once

#include <string_view>

#include "kernel/vm/uvm_types.h"

namespace uvm {

// Walks over the words of a line: separated by blanks, up to a `#`.
class line_words {
public:
    constexpr line_words() = default;
    explicit line_words(std::string_view line);
    // The next word, or an empty one at the end of the line.
    std::string_view next();

private:
    std::string_view rest_;
};

// Decimal, or hexadecimal with 0x; false when it is neither or does not fit 64 bits.
[[nodiscard]] bool parse_number(std::string_view word, uint64_t* number);

// Three characters: r or -, w or -, x or -.
[[nodiscard]] bool parse_prot(std::string_view word, vm_prot_t* prot);
// The reverse: exactly three characters, not ended by a NUL.
struct prot_text {
    char chars[3];
    constexpr explicit prot_text(vm_prot_t prot)
        : chars{has(prot, vm_prot_t::read) ? 'r' : '-', has(prot, vm_prot_t::write) ? 'w' : '-',
                has(prot, vm_prot_t::execute) ? 'x' : '-'} {}
    [[nodiscard]] constexpr std::string_view view() const { return {chars, sizeof chars}; }
};

// A word that may name a space or an object: 1 to 31 characters, none of them a quote, `+`, `=` or
// unprintable.
[[nodiscard]] bool is_name(std::string_view word);

// The bytes that a word stands for: hexadecimal pairs, or text in double quotes. The word must outlive it.
class byte_word {
public:
    // False when the word is neither.
    [[nodiscard]] bool parse(std::string_view word);
    [[nodiscard]] size_t size() const { return quoted_ ? chars_.size() : chars_.size() / 2; }
    [[nodiscard]] std::byte operator[](size_t index) const;

private:
    std::string_view chars_;
    bool quoted_{};
};

} // namespace uvm
