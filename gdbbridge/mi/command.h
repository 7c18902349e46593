// The text of a GDB/MI command.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gdbbridge::mi {

class Command {
public:
    // `operation` with its dash, for example "-data-evaluate-expression".
    explicit Command(std::string_view operation) : m_text(operation) {}

    // An option that goes in as it is, for example "--thread".
    Command& option(std::string_view text);
    // An argument, put in quotes when GDB would not read it as one word.
    Command& argument(std::string_view text);
    Command& argument(uint64_t number);

    const std::string& text() const { return m_text; }
    // The line to send, with token and line feed.
    std::string line(uint64_t token) const;

private:
    std::string m_text;
};

} // namespace gdbbridge::mi
