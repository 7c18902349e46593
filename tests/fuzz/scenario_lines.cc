#include "tests/fuzz/scenario_lines.h"

#include <algorithm>
#include <cstdint>

namespace uvm::test {

namespace {

constexpr uint64_t page = 4096;
constexpr uint64_t most_bytes = 4 * page; // of a read
constexpr uint64_t most_changes = 2000;   // of a churn

bool is_number(const std::string& word) { return !word.empty() && word[0] >= '0' && word[0] <= '9'; }
uint64_t to_number(const std::string& word) { return std::strtoull(word.c_str(), nullptr, 0); }
std::string hex(uint64_t n) {
    std::string digits;
    do
        digits.insert(digits.begin(), "0123456789abcdef"[n % 16]);
    while (n /= 16);
    return "0x" + digits;
}
bool has(const std::vector<std::string>& all, const std::string& name) {
    return std::find(all.begin(), all.end(), name) != all.end();
}

// Which words of a command name a space; the first word of a listing and all behind it do.
bool names_space(const std::vector<std::string>& words, size_t at) {
    std::string const& command = words[0];
    if (command == "space" || command == "object" || command == "check" || command == "memory" ||
        command == "pagedaemon" || command == "swapfail" || command == "swapon" || command == "swapoff" ||
        command == "swaps" || command == "history" || command == "failalloc" || command == "counters" ||
        command[0] == 'k')
        return false;
    if (command == "show")
        return at == 2 && (words[1] == "map" || words[1] == "page");
    if (command == "dump" || command == "anons" || command == "pmap")
        return true;
    if (command == "loanpages" || command == "unloan" || command == "loanmap")
        return command == "loanmap" && at == 2;
    return at == 1 || (command == "extract" && at == 4);
}

bool names_object(const std::vector<std::string>& words, size_t at) {
    return (words[0] == "loanpages" && at == 1) || (words[0] == "show" && words[1] == "object" && at == 2);
}

bool names_loan(const std::vector<std::string>& words, size_t at) {
    return (words[0] == "unloan" || words[0] == "loanmap") && at == 1;
}

} // namespace

void follow(const std::vector<std::string>& words, scenario_names& names) {
    if (words.size() < 2)
        return;
    auto const add = [](std::vector<std::string>& to, const std::string& name) {
        if (!has(to, name))
            to.push_back(name);
    };
    if (words[0] == "space")
        add(names.spaces, words[1]);
    else if (words[0] == "object")
        add(names.objects, words[1]);
    else if ((words[0] == "fork" || words[0] == "share") && words.size() > 2)
        add(names.spaces, words[2]);
    else if (words[0] == "exit")
        std::erase(names.spaces, words[1]);
    else if ((words[0] == "loan" || words[0] == "loanpages") && words.size() > 4)
        add(names.loans, words[4]);
    else if (words[0] == "loanmap" || words[0] == "unloan")
        std::erase(names.loans, words[1]);
    else if (words[0] == "kalloc")
        add(names.allocations, words[1]);
    else if (words[0] == "kfree")
        std::erase(names.allocations, words[1]);
    else if (words[0] == "swapon")
        add(names.devices, words[1]);
    else if (words[0] == "memory" && words.size() > 2)
        add(names.devices, "ram");
}

// Addresses lie close together, so that ranges meet; some are odd, some at the ends of what a number can say.
std::string scenario_lines::number() {
    static constexpr uint64_t odd[] = {
        0,          1,          page - 1,           0x7ffffffff000, 0xbfbff000,
        0xfffff000, 0xffffffff, 0xfffffffffffff000, UINT64_MAX,     0x800000000000};
    if (below(40) == 0)
        return hex(odd[below(std::size(odd))]);
    return hex(0x100000 + page * below(below(8) == 0 ? 600 : 24));
}

std::string scenario_lines::value(std::string_view kind, const scenario_names& names) {
    static constexpr std::string_view rights[] = {"rw-", "r--", "rwx", "r-x", "---", "-w-"};
    if (size_t const equals = kind.find('='); equals != std::string_view::npos)
        return std::string(kind.substr(0, equals + 1)) + value(kind.substr(equals + 1), names);
    if (std::vector<std::string> const choices = grammar_choices(kind); !choices.empty())
        return choices[below(uint32_t(choices.size()))];
    auto const one_of = [&](const std::vector<std::string>& all) {
        return all.empty() ? std::string("a") : all[below(uint32_t(all.size()))];
    };
    if (kind == "S")
        return one_of(names.spaces);
    if (kind == "O")
        return one_of(names.objects);
    if (kind == "L")
        return one_of(names.loans);
    if (kind == "E")
        return one_of(names.allocations);
    if (kind == "V")
        return one_of(names.devices);
    if (kind == "N")
        return std::string(1, char('a' + below(8)));
    if (kind == "A")
        return number();
    if (kind == "Y") { // a space that cannot be made ends a scenario where it is named
        uint64_t const min = to_number(number());
        return hex(min) + " " + (below(20) == 0 ? number() : hex(min + page * (1 + below(256))));
    }
    if (kind == "B")
        return hex(to_number(number()) + (below(2) ? below(page) : 0));
    if (kind == "J")
        return std::to_string(below(below(4) == 0 ? 40000 : 4100));
    if (kind == "H")
        return below(3) == 0 ? "any" : number();
    if (kind == "Z")
        return below(40) == 0 ? number() : hex(page * (1 + below(below(10) == 0 ? 600 : 9)));
    if (kind == "C")
        return std::to_string(1 + below(below(4) == 0 ? 9000 : 4));
    if (kind == "P")
        return std::string(rights[below(std::size(rights))]);
    if (kind == "W")
        return below(4) == 0 ? "\"text\"" : std::string(2 * (1 + below(4)), char('1' + below(9)));
    if (kind == "R")
        return value("O", names) + (below(2) ? "+" + hex(page * below(12)) : "");
    if (kind == "M")
        return std::to_string(1 + below(below(4) == 0 ? 200 : 20));
    if (kind == "G")
        return hex(page << below(below(5) == 0 ? 40 : 6));
    return std::string(kind);
}

std::string scenario_lines::line(const scenario_names& names) {
    std::vector<std::string> words;
    for (std::string kind : split_words(grammar_rows()[below(uint32_t(grammar_rows().size()))])) {
        if (kind[0] == '[') {
            if (below(2))
                continue;
            kind = kind.substr(1, kind.size() - 2);
        }
        if (kind == "obj=R" && names.objects.empty())
            continue;
        words.push_back(value(kind, names));
    }
    return join(words, ' ');
}

std::string scenario_lines::with_other_word(const std::string& line, const scenario_names& names) {
    std::vector<std::string> words = split_words(line);
    if (words.size() < 2)
        return line;
    std::string& word = words[1 + below(uint32_t(words.size() - 1))];
    if (is_number(word)) {
        uint64_t const pages = page * (1 + below(4));
        uint64_t const now = to_number(word);
        word = below(4) == 0 ? number() : hex(below(2) ? now + pages : now - pages);
    } else if (has(names.spaces, word)) {
        word = value("S", names);
    } else if (word.size() == 3 && word.find_first_not_of("rwx-") == std::string::npos) {
        word = value("P", names);
    }
    return join(words, ' ');
}

bool scenario_lines::repair(std::vector<std::string>& words, const scenario_names& names) {
    if (words.empty() || words[0] == "check")
        return false; // the target puts a check behind every line itself
    for (size_t at = 1; at < words.size(); ++at) {
        std::string& word = words[at];
        if (names_space(words, at) && !has(names.spaces, word)) {
            if (names.spaces.empty())
                return false;
            word = value("S", names);
        }
        if (names_object(words, at) && !has(names.objects, word)) {
            if (names.objects.empty())
                return false;
            word = value("O", names);
        }
        if (names_loan(words, at) && !has(names.loans, word)) {
            if (names.loans.empty())
                return false;
            word = value("L", names);
        }
        if (words[0] == "map" && word.starts_with("obj=")) {
            size_t const plus = word.find('+');
            if (has(names.objects, word.substr(4, plus - 4)))
                continue;
            if (names.objects.empty())
                return false;
            word = "obj=" + value("O", names) + (plus == std::string::npos ? "" : word.substr(plus));
        }
    }
    if (words[0] == "read" && words.size() > 3 && to_number(words[3]) > most_bytes)
        words[3] = std::to_string(most_bytes);
    if (words[0] == "churn" && words.size() > 2 && to_number(words[2]) > most_changes)
        words[2] = std::to_string(most_changes);
    return true;
}

std::vector<std::string> scenario_lines::repaired(const std::vector<std::string>& lines, size_t most) {
    scenario_names names;
    std::vector<std::string> good;
    for (std::string const& line : lines) {
        std::vector<std::string> words = split_words(line);
        if (!repair(words, names) || good.size() == most)
            continue;
        follow(words, names);
        good.push_back(join(words, ' '));
    }
    return good;
}

} // namespace uvm::test
