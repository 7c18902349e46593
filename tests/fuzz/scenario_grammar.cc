#include "tests/fuzz/scenario_grammar.h"

#include <algorithm>
#include <cstddef>

#include "kernel/scenario/counter_snapshot.h"

namespace uvm::test {

namespace {

constexpr std::string_view rows[] = {
    "space N Y [topdown]",
    "object N Z [file|anon|device]",
    "object N Z file readahead",
    "map S H Z [obj=R] [prot=P] [max=P] [inh=I] [adv=normal|random|sequential] [align=G] [fixed] [cow] "
    "[overlay] [nomerge] [amappad]",
    "map S H Z cow [overlay] [fixed]",
    "map S H Z obj=R [cow] [fixed] [inh=I]",
    "map S H Z overlay inh=I [fixed]",
    "map S A Z replace [obj=R] [cow] [prot=P] [inh=I] [nomerge]",
    "unmap S A Z",
    "protect S A Z P [max]",
    "inherit S A Z I",
    "advise S A Z normal|random|sequential|willneed",
    "wire S A Z",
    "unwire S A Z",
    "wireall S current|future [current] [limit=Z]",
    "unwireall S",
    "clean S A Z [cleanit] [syncio] [deactivate] [free]",
    "extract S A Z S [remove] [contig] [qref] [fixprot]",
    "reserve S H Z [align=G] [fixed]",
    "findspace S H Z [align=G] [fixed]",
    "lookup S B",
    "checkprot S A Z P",
    "fork S N",
    "share S N",
    "unshare S",
    "exec S Y",
    "exit S",
    "read S B [C]",
    "write S B W",
    "check",
    "dump [S]",
    "anons [S]",
    "pmap [S]",
    "memory M [swap=M]",
    "pagedaemon [clock|fifo|clockpro]",
    "uvmexp",
    "swapfail M",
    "swapon N M [prio=M]",
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
    "churn S M noforks",
    "damage S B gap|maxgap Z", // refused when the fuzzer runs it
    "failalloc M F",
    "failalloc off",
    "failalloc",
    "counters [Q] [Q]",
    "counters reset",
    "trymerge S B",
    "mremap S A Z Z [at=A] [fixed] [keep]",
    "mremap S A Z Z [at=A] [align=G]",
    "loan S A Z N [page|anon]",
    "loan S A Z N anon",
    "loanpages O A Z N",
    "loanmap L S H",
    "unloan L",
    "loans",
    "kalloc N K Z wired|pageable|vaonly [align=G] [zero] [exec] [nowait] [canfail] [trylock]",
    "kfree E",
    "kread E J [C]",
    "kwrite E J W",
    "klist [K]",
    "kdrain K",
    "kcache K",
    "kcache K off",
};

// What of a row is there in every line of it, at its beginning: "show map", "failalloc off".
std::vector<std::string> start_of(const std::vector<std::string>& row) {
    auto const is_fixed = [](const std::string& kind) {
        return kind.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos;
    };
    return {row.begin(), std::find_if_not(row.begin(), row.end(), is_fixed)};
}

// The features of a word of a row: each choice; for a key the key alone, or with each of its choices.
std::vector<std::string> features_of(std::string kind) {
    if (kind[0] == '[')
        kind = kind.substr(1, kind.size() - 2);
    size_t const behind_key = kind.find('=') + 1; // 0: no key
    std::string const key = kind.substr(0, behind_key);
    std::vector<std::string> all = grammar_choices(kind.substr(behind_key));
    for (std::string& word : all)
        word = key + word;
    if (all.empty() && (behind_key != 0 || (kind[0] >= 'a' && kind[0] <= 'z')))
        all.push_back(behind_key != 0 ? key : kind);
    return all;
}

} // namespace

std::span<const std::string_view> grammar_rows() { return rows; }

std::vector<std::string> grammar_choices(std::string_view kind) {
    std::vector<std::string> choices;
    if (kind == "Q") {
        for (size_t i = 0; i < counter_snapshot::count(); ++i)
            choices.emplace_back(counter_snapshot::name(i));
        return choices;
    }
    if (kind == "I")
        kind = "copy|share|none|zero";
    else if (kind == "K")
        kind = "kernel|kmem|pager|exec|phys";
    else if (kind == "F")
        kind = "page|entry|amap|chunk|anon|space|aobj|file|device|pmap|table|mapping|array|kentry|kpage";
    if (kind.find('|') == std::string_view::npos)
        return {};
    for (size_t at = 0; at < kind.size(); at = std::min(kind.find('|', at), kind.size()) + 1)
        choices.emplace_back(kind.substr(at, kind.find('|', at) - at));
    return choices;
}

bool grammar_feature::is_in(const std::vector<std::string>& line) const {
    if (line.size() < start.size() || !std::equal(start.begin(), start.end(), line.begin()))
        return false;
    return word.empty() ||
           std::any_of(line.begin() + ptrdiff_t(start.size()), line.end(), [&](const std::string& other) {
               return word.ends_with('=') ? other.starts_with(word) : other == word;
           });
}

std::string grammar_feature::text() const { return join(start, ' ') + (word.empty() ? "" : " … " + word); }

std::vector<grammar_feature> grammar_features() {
    std::vector<grammar_feature> all;
    for (std::string_view const row : rows) {
        std::vector<std::string> const kinds = split_words(row), start = start_of(kinds);
        all.push_back({start, {}});
        for (size_t at = start.size(); at < kinds.size(); ++at)
            for (std::string const& word : features_of(kinds[at]))
                all.push_back({start, word});
    }
    return all;
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

} // namespace uvm::test
