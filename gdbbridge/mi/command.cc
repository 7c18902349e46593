#include "gdbbridge/mi/command.h"

#include <algorithm>

#include "gdbbridge/mi/escape.h"

namespace gdbbridge::mi {

namespace {

bool isPlain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_./:+*&,=$%@()<>[]~-").find(c) != std::string_view::npos;
}

} // namespace

Command& Command::option(std::string_view text) {
    (m_text += ' ') += text;
    return *this;
}

Command& Command::argument(std::string_view text) {
    bool const plain = !text.empty() && std::all_of(text.begin(), text.end(), isPlain);
    m_text += ' ';
    if (plain)
        m_text += text;
    else
        m_text += quote(text);
    return *this;
}

Command& Command::argument(uint64_t number) {
    (m_text += ' ') += std::to_string(number);
    return *this;
}

std::string Command::line(uint64_t token) const { return std::to_string(token) + m_text + '\n'; }

} // namespace gdbbridge::mi
