// The fuzz target: a scenario, with a check of every invariant behind each of its lines. Wrong is: a panic, a
// finding of a sanitizer, a check that does not hold, and anything that is still there at the end.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "kernel/arch/host/host.h"
#include "kernel/scenario/scenario.h"
#include "kernel/vm/uvm_page.h"
#include "tests/fuzz/scenario_lines.h"

// libFuzzer's own mutation of bytes.
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace {

using namespace uvm;
using namespace uvm::test;

constexpr size_t most_lines = 80;

void append(void* to, std::string_view text) { static_cast<std::string*>(to)->append(text); }

// All that has to come back when a scenario has ended.
struct accounts {
    uint64_t free, wired, anons, amaps, entries;
    bool operator==(const accounts&) const = default;
    static accounts now() { return {uvmexp.free, uvmexp.wired, uvmexp.anons, uvmexp.amaps, uvmexp.entries}; }
};

std::string with_checks(std::string_view text) {
    std::string checked;
    for (std::string const& line : split_lines(text)) {
        if (line.size() > 4000)
            continue;
        checked += line + "\ncheck\n";
    }
    return checked;
}

[[noreturn]] void fail(const char* why, const std::string& transcript) {
    fprintf(stderr, "%s\n%s\n", transcript.c_str(), why);
    abort();
}

void print(FILE* to, const accounts& a) {
    fprintf(to, "free %llu wired %llu anons %llu amaps %llu entries %llu\n", (unsigned long long)a.free,
            (unsigned long long)a.wired, (unsigned long long)a.anons, (unsigned long long)a.amaps,
            (unsigned long long)a.entries);
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    host_boot(vsize_t(32u << 20));
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string const text = with_checks({reinterpret_cast<const char*>(data), size});
    std::string transcript, errors;
    accounts const before = accounts::now();
    int const status =
        scenario_run(text, "fuzz", {append, &transcript}, {append, &errors}, scenario_rights::harmless);
    if (status == scenario_check_failed)
        fail("a check does not hold", transcript);
    accounts const after = accounts::now();
    if (!(before == after)) {
        print(stderr, before);
        print(stderr, after);
        fail("something was not given back", transcript);
    }
    return 0;
}

// Lines are put in, taken out, changed, moved and doubled; the result parses. Now and then bytes change as
// they like, for the sake of the parser.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned int seed) {
    scenario_lines make(seed);
    if (make.below(50) == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    std::vector<std::string> lines = split_lines({reinterpret_cast<char*>(data), size});
    scenario_names names;
    for (std::string const& line : lines) {
        std::vector<std::string> const words = split_words(line);
        if (!words.empty() && words[0] != "exit")
            follow(words, names);
    }
    if (names.spaces.empty()) {
        lines.insert(lines.begin(), "space a 0x100000 0x200000");
        names.spaces.emplace_back("a");
    }
    for (uint32_t changes = 1 + make.below(4); changes > 0; --changes) {
        auto const at = ptrdiff_t(make.below(uint32_t(lines.size())));
        switch (make.below(lines.size() > most_lines / 2 ? 8 : 12)) {
        case 0:
        case 1:
            if (lines.size() > 1)
                lines.erase(lines.begin() + at);
            break;
        case 2:
            std::swap(lines[size_t(at)], lines[make.below(uint32_t(lines.size()))]);
            break;
        case 3:
            lines.insert(lines.begin() + at, std::string(lines[make.below(uint32_t(lines.size()))]));
            break;
        case 4:
        case 5:
        case 6:
            lines[size_t(at)] = make.with_other_word(lines[size_t(at)], names);
            break;
        default:
            lines.insert(lines.begin() + at + 1, make.line(names));
        }
    }
    std::string const text = join(make.repaired(lines, most_lines), '\n');
    if (text.size() > max_size)
        return size;
    memcpy(data, text.data(), text.size());
    return text.size();
}

// The head of one scenario and the tail of another.
extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t* data1, size_t size1, const uint8_t* data2,
                                            size_t size2, uint8_t* out, size_t max_out, unsigned int seed) {
    scenario_lines make(seed);
    std::vector<std::string> lines = split_lines({reinterpret_cast<const char*>(data1), size1});
    std::vector<std::string> const tail = split_lines({reinterpret_cast<const char*>(data2), size2});
    if (lines.empty() || tail.empty())
        return 0;
    lines.resize(1 + make.below(uint32_t(lines.size())));
    lines.insert(lines.end(), tail.begin() + make.below(uint32_t(tail.size())), tail.end());
    std::string const text = join(make.repaired(lines, most_lines), '\n');
    if (text.size() > max_out)
        return 0;
    memcpy(out, text.data(), text.size());
    return text.size();
}
