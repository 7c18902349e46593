#include "gdbbridge/mi/lexer.h"

#include "gdbbridge/mi/escape.h"

namespace gdbbridge::mi {

namespace {

TokenKind signKind(char c) {
    switch (c) {
    case ',':
        return TokenKind::Comma;
    case '=':
        return TokenKind::Equals;
    case '{':
        return TokenKind::OpenTuple;
    case '}':
        return TokenKind::CloseTuple;
    case '[':
        return TokenKind::OpenList;
    case ']':
        return TokenKind::CloseList;
    default:
        return TokenKind::Bad;
    }
}

// GDB's names are letters with '-' and '_'; libraries and Python put further printable bytes into them.
bool isNameByte(char c) { return c > ' ' && c <= '~' && c != '"' && signKind(c) == TokenKind::Bad; }

} // namespace

Token Lexer::next() {
    if (m_at >= m_line.size())
        return {TokenKind::End, m_line.size(), {}};
    size_t const start = m_at;
    char const c = m_line[m_at];
    if (c == '"') {
        Unescaped string = unescape(m_line.substr(m_at));
        if (!string.ok)
            return {TokenKind::Bad, start + string.consumed, {}};
        m_at += string.consumed;
        return {TokenKind::String, start, std::move(string.text)};
    }
    if (TokenKind const sign = signKind(c); sign != TokenKind::Bad) {
        m_at++;
        return {sign, start, {}};
    }
    while (m_at < m_line.size() && isNameByte(m_line[m_at]))
        m_at++;
    if (m_at == start)
        return {TokenKind::Bad, start, {}};
    return {TokenKind::Name, start, std::string(m_line.substr(start, m_at - start))};
}

} // namespace gdbbridge::mi
