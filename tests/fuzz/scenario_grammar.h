// What the commands of the scenario language look like, in one table: the fuzzer makes its lines of it, and
// its corpus is held against it. A new command is one more row.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace uvm::test {

// A row is a line with kinds in the place of words: S a space, O an object, R an object with an offset, N a
// new name, A an address, B any byte address, Y the bounds of a space, Z a size, P a protection, H an address
// or `any`, L a loan, C a count of bytes, M a small count, W bytes, K a map of the kernel's, E an allocation
// in one, J an offset in one, V a swap device, F a kind of allocation, Q a counter; `key=KIND`; `a|b` one of
// them; [x] may be left out.
std::span<const std::string_view> grammar_rows();

// The words that are between the bars of a kind, or that a kind with a list of its own (K, F, Q) stands for;
// empty: it is no choice.
std::vector<std::string> grammar_choices(std::string_view kind);

// Something of the language that a corpus is to show: `word` behind `start` at the beginning of a line. A
// word that ends in `=` is the key of one; an empty one: `start` is all.
struct grammar_feature {
    std::vector<std::string> start;
    std::string word;
    [[nodiscard]] bool is_in(const std::vector<std::string>& line) const;
    [[nodiscard]] std::string text() const;
};
std::vector<grammar_feature> grammar_features();

// The words of a line without its comment.
std::vector<std::string> split_words(std::string_view line);
std::vector<std::string> split_lines(std::string_view text);
std::string join(const std::vector<std::string>& parts, char between);

} // namespace uvm::test
