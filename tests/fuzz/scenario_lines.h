// Random lines of the scenario language, and the repair of a scenario that names what it does not have.
#pragma once

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/scenario_grammar.h"

namespace uvm::test {

// The names that a scenario has at one of its lines.
struct scenario_names {
    std::vector<std::string> spaces, objects, loans, allocations, devices;
};
// What the names are behind a line, given those before it.
void follow(const std::vector<std::string>& words, scenario_names& names);

class scenario_lines {
public:
    explicit scenario_lines(uint32_t seed) : random_(seed) {}

    // A line that parses where these names are known.
    std::string line(const scenario_names& names);
    // Another value for one word of the line.
    std::string with_other_word(const std::string& line, const scenario_names& names);
    // The scenario with every line made to parse, or left out: unknown names become known ones, huge counts
    // small. At most `most` lines.
    std::vector<std::string> repaired(const std::vector<std::string>& lines, size_t most);
    uint32_t below(uint32_t n) { return uint32_t(random_()) % n; }

private:
    std::string value(std::string_view kind, const scenario_names& names);
    std::string number();
    bool repair(std::vector<std::string>& words, const scenario_names& names);

    std::mt19937 random_;
};

} // namespace uvm::test
