#include "tests/fuzz/scenario_lines.h"

#include <algorithm>
#include <cstdint>

namespace uvm::test {

namespace {

// Kinds of words: S a space, O an object, N a new name, A an address, B any byte address, Z a size, P a
// protection, H an address or `any`, L a loan, M a small count, K a map of the kernel's, E an allocation in
// one, V a swap device, F a kind of allocation, Q a counter; `a|b` one of them; [x] with a chance of one
// half.
constexpr std::string_view rows[] = {
    "space N A A [topdown]",
    "object N Z [file|anon|device]",
    "object N Z file readahead",
    "map S H Z [obj] [prot] [max] [inh] [adv] [align] [fixed] [cow] [overlay] [nomerge] [amappad]",
    "map S H Z cow [overlay] [fixed]",
    "map S H Z obj [cow] [fixed] [inh]",
    "map S H Z overlay inh [fixed]",
    "map S A Z replace [obj] [cow] [prot] [inh] [nomerge]",
    "unmap S A Z",
    "protect S A Z P [max]",
    "inherit S A Z copy|share|none|zero",
    "advise S A Z normal|random|sequential|willneed",
    "wire S A Z",
    "unwire S A Z",
    "wireall S current|future [current] [limit]",
    "unwireall S",
    "clean S A Z [cleanit] [syncio] [deactivate] [free]",
    "extract S A Z S [remove] [contig] [qref] [fixprot]",
    "reserve S H Z [align] [fixed]",
    "findspace S H Z [align] [fixed]",
    "lookup S B",
    "checkprot S A Z P",
    "fork S N",
    "share S N",
    "unshare S",
    "exec S A A",
    "exit S",
    "read S B [C]",
    "write S B W",
    "dump [S]",
    "anons [S]",
    "pmap [S]",
    "memory M [swap]",
    "pagedaemon [clock|fifo]",
    "uvmexp",
    "swapfail M",
    "swapon N M [prio]",
    "swapoff V",
    "swaps",
    "history on|off",
    "show history [map|pagedaemon] [M] [full]",
    "show map S [full]",
    "show object O [full]",
    "show page S B",
    "show uvmexp",
    "whatis S B",
    "churn S M",
    "failalloc M F",
    "failalloc off",
    "failalloc",
    "counters [Q] [Q]",
    "counters reset",
    "trymerge S B",
    "mremap S A Z Z [at] [fixed] [keep]",
    "mremap S A Z Z [at] [align]",
    "loan S A Z N [page|anon]",
    "loan S A Z N anon",
    "loanpages O A Z N",
    "loanmap L S H",
    "unloan L",
    "loans",
    "kalloc N K Z wired|pageable|vaonly [align] [zero] [exec] [nowait] [canfail] [trylock]",
    "kfree E",
    "kread E B1 [C]",
    "kwrite E B1 W",
    "klist [K]",
    "kdrain K",
};

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

std::vector<std::string> split_words(std::string_view line) {
    line = line.substr(0, line.find('#'));
    std::vector<std::string> words;
    while (true) {
        size_t const start = line.find_first_not_of(" \t\r");
        if (start == std::string_view::npos)
            return words;
        line.remove_prefix(start);
        size_t const end = std::min(line.find_first_of(" \t\r"), line.size());
        words.emplace_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        size_t const end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string join(const std::vector<std::string>& parts, char between) {
    std::string all;
    for (std::string const& part : parts) {
        if (!all.empty() && between == ' ')
            all += between;
        all += part;
        if (between == '\n')
            all += between;
    }
    return all;
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
    if (size_t const bar = kind.find('|'); bar != std::string_view::npos) {
        std::vector<std::string> choices;
        for (size_t at = 0; at < kind.size(); at = std::min(kind.find('|', at), kind.size()) + 1)
            choices.emplace_back(kind.substr(at, kind.find('|', at) - at));
        return choices[below(uint32_t(choices.size()))];
    }
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
    if (kind == "F")
        return value(
            "page|entry|amap|chunk|anon|space|aobj|file|device|pmap|table|mapping|array|kentry|kpage", names);
    if (kind == "Q")
        return value("backmerge|forwmerge|bimerge|nomerge|map_call|mlk_call|mlk_tree|faults|fault_ahead_anon|"
                     "read_ahead",
                     names);
    if (kind == "N")
        return std::string(1, char('a' + below(8)));
    if (kind == "A")
        return number();
    if (kind == "B")
        return hex(to_number(number()) + (below(2) ? below(page) : 0));
    if (kind == "B1")
        return std::to_string(below(below(4) == 0 ? 40000 : 4100));
    if (kind == "at")
        return "at=" + number();
    if (kind == "H")
        return below(3) == 0 ? "any" : number();
    if (kind == "K")
        return value("kernel|kmem|pager|exec|phys", names);
    if (kind == "Z")
        return below(40) == 0 ? number() : hex(page * (1 + below(below(10) == 0 ? 600 : 9)));
    if (kind == "C")
        return std::to_string(1 + below(below(4) == 0 ? 9000 : 4));
    if (kind == "P")
        return std::string(rights[below(std::size(rights))]);
    if (kind == "W")
        return below(4) == 0 ? "\"text\"" : std::string(2 * (1 + below(4)), char('1' + below(9)));
    if (kind == "obj")
        return "obj=" + value("O", names) + (below(2) ? "+" + hex(page * below(12)) : "");
    if (kind == "prot" || kind == "max")
        return std::string(kind) + "=" + value("P", names);
    if (kind == "inh")
        return "inh=" + value("copy|share|share|none|zero", names);
    if (kind == "adv")
        return "adv=" + value("normal|random|sequential", names);
    if (kind == "M")
        return std::to_string(1 + below(below(4) == 0 ? 200 : 20));
    if (kind == "prio")
        return "prio=" + value("M", names);
    if (kind == "swap")
        return "swap=" + value("M", names);
    if (kind == "align")
        return "align=" + hex(page << below(below(5) == 0 ? 40 : 6));
    if (kind == "limit")
        return "limit=" + value("Z", names);
    return std::string(kind);
}

std::string scenario_lines::line(const scenario_names& names) {
    std::vector<std::string> words;
    for (std::string kind : split_words(rows[below(std::size(rows))])) {
        if (kind[0] == '[') {
            if (below(2))
                continue;
            kind = kind.substr(1, kind.size() - 2);
        }
        if (kind == "obj" && names.objects.empty())
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
