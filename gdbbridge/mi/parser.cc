#include "gdbbridge/mi/parser.h"

#include "gdbbridge/mi/escape.h"
#include "gdbbridge/mi/lexer.h"

namespace gdbbridge::mi {

namespace {

// Recursive descent over the tokens of one line. The first problem wins and ends everything.
class Parser {
public:
    Parser(std::string_view line, size_t start, Limits limits) : m_lexer(line, start), m_limits(limits) {
        advance();
    }

    bool failed() const { return m_failed; }
    size_t position() const { return m_position; }
    const char* problem() const { return m_problem; }

    // class: a name.
    std::string className() {
        if (m_token.kind != TokenKind::Name) {
            fail("expected the class of the record");
            return {};
        }
        std::string name = std::move(m_token.text);
        advance();
        return name;
    }

    // ( "," result )* up to the end of the line.
    Value resultsToEnd() {
        Value results = Value::tuple();
        while (!m_failed && m_token.kind != TokenKind::End) {
            if (!expect(TokenKind::Comma, "expected ',' or the end of the line"))
                break;
            parseMember(results, 0);
        }
        return results;
    }

private:
    void advance() { m_token = m_lexer.next(); }

    void fail(const char* problem) {
        if (m_failed)
            return;
        m_failed = true;
        m_position = m_token.position;
        m_problem = problem;
    }

    bool expect(TokenKind kind, const char* problem) {
        if (m_token.kind != kind) {
            fail(problem);
            return false;
        }
        advance();
        return true;
    }

    // result | value: GDB writes bare values in places where its grammar wants results.
    void parseMember(Value& parent, size_t depth) {
        std::string name;
        if (m_token.kind == TokenKind::Name) {
            name = std::move(m_token.text);
            advance();
            if (!expect(TokenKind::Equals, "expected '=' after a name"))
                return;
        }
        Value value = parseValue(depth);
        if (!m_failed)
            parent.append(std::move(name), std::move(value));
    }

    // c-string | tuple | list
    Value parseValue(size_t depth) {
        if (depth >= m_limits.depth)
            fail("nested too deeply");
        else if (++m_values > m_limits.values)
            fail("too many values");
        if (m_failed)
            return {};
        switch (m_token.kind) {
        case TokenKind::String: {
            Value value = Value::string(std::move(m_token.text));
            advance();
            return value;
        }
        case TokenKind::OpenTuple:
            return parseMembers(Value::tuple(), TokenKind::CloseTuple, depth);
        case TokenKind::OpenList:
            return parseMembers(Value::list(), TokenKind::CloseList, depth);
        default:
            fail("expected a value");
            return {};
        }
    }

    // The members after an opening bracket, and the bracket that closes it.
    Value parseMembers(Value parent, TokenKind close, size_t depth) {
        advance();
        if (m_token.kind == close) {
            advance();
            return parent;
        }
        while (!m_failed) {
            parseMember(parent, depth + 1);
            if (m_failed)
                break;
            if (m_token.kind == close) {
                advance();
                break;
            }
            expect(TokenKind::Comma, "expected ',' or the closing bracket");
        }
        return parent;
    }

    Lexer m_lexer;
    Limits m_limits;
    Token m_token;
    size_t m_values = 0;
    bool m_failed = false;
    size_t m_position = 0;
    const char* m_problem = "";
};

std::optional<ResultClass> resultClassNamed(std::string_view name) {
    if (name == "done")
        return ResultClass::Done;
    if (name == "running")
        return ResultClass::Running;
    if (name == "connected")
        return ResultClass::Connected;
    if (name == "error")
        return ResultClass::Error;
    if (name == "exit")
        return ResultClass::Exit;
    return std::nullopt;
}

Record parseStream(std::string_view line, StreamKind kind) {
    Unescaped string = unescape(line.substr(1));
    if (!string.ok)
        return Unparsed{std::string(line), 1 + string.consumed, "expected a string"};
    if (1 + string.consumed != line.size())
        return Unparsed{std::string(line), 1 + string.consumed, "something follows the string"};
    return StreamRecord{kind, std::move(string.text)};
}

Record parseResult(std::string_view line, size_t start, std::optional<uint64_t> token, Limits limits) {
    Parser parser(line, start, limits);
    std::string const name = parser.className();
    auto const resultClass = resultClassNamed(name);
    if (!parser.failed() && !resultClass)
        return Unparsed{std::string(line), start, "unknown class of result"};
    Value results = parser.resultsToEnd();
    if (parser.failed())
        return Unparsed{std::string(line), parser.position(), parser.problem()};
    return ResultRecord{token, *resultClass, std::move(results)};
}

Record parseAsync(std::string_view line, size_t start, std::optional<uint64_t> token, AsyncKind kind,
                  Limits limits) {
    Parser parser(line, start, limits);
    std::string name = parser.className();
    Value results = parser.resultsToEnd();
    if (parser.failed())
        return Unparsed{std::string(line), parser.position(), parser.problem()};
    return AsyncRecord{token, kind, std::move(name), std::move(results)};
}

} // namespace

Record parseLine(std::string_view line, Limits limits) {
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    if (line == "(gdb)" || line == "(gdb) ")
        return Prompt{};
    size_t at = 0;
    while (at < line.size() && line[at] >= '0' && line[at] <= '9')
        at++;
    std::optional<uint64_t> token;
    if (at > 0) {
        token = parseNumber(line.substr(0, at));
        if (!token)
            return Unparsed{std::string(line), 0, "the token is no number of 64 bits"};
    }
    switch (at < line.size() ? line[at] : '\0') {
    case '^':
        return parseResult(line, at + 1, token, limits);
    case '*':
        return parseAsync(line, at + 1, token, AsyncKind::Exec, limits);
    case '+':
        return parseAsync(line, at + 1, token, AsyncKind::Status, limits);
    case '=':
        return parseAsync(line, at + 1, token, AsyncKind::Notify, limits);
    case '~':
        if (!token)
            return parseStream(line, StreamKind::Console);
        break;
    case '@':
        if (!token)
            return parseStream(line, StreamKind::Target);
        break;
    case '&':
        if (!token)
            return parseStream(line, StreamKind::Log);
        break;
    default:
        break;
    }
    return Unparsed{std::string(line), at, "no record starts like this"};
}

} // namespace gdbbridge::mi
