// Cuts the tail of a GDB/MI line into tokens: names, C strings and the six signs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gdbbridge::mi {

enum class TokenKind : uint8_t {
    End,
    Name,   // letters, digits, '_', '-', '.', '@', '$', … up to a sign
    String, // decoded
    Comma,
    Equals,
    OpenTuple,
    CloseTuple,
    OpenList,
    CloseList,
    Bad, // a string that does not end, a byte that starts nothing
};

struct Token {
    TokenKind kind = TokenKind::End;
    size_t position = 0; // in the line; for Bad: where it broke
    std::string text;    // of a Name or String
};

class Lexer {
public:
    // Starts at byte `start` of the line, which must outlive the lexer.
    Lexer(std::string_view line, size_t start) : m_line(line), m_at(start) {}

    // The next token. After End or Bad the same kind comes again.
    Token next();

private:
    std::string_view m_line;
    size_t m_at;
};

} // namespace gdbbridge::mi
