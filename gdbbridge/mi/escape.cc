#include "gdbbridge/mi/escape.h"

namespace gdbbridge::mi {

namespace {

constexpr std::string_view escapeLetters = "abefnrtv\\\"'?";
constexpr std::string_view escapeBytes = "\a\b\033\f\n\r\t\v\\\"'?";

int hexDigit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool isOctal(char c) { return c >= '0' && c <= '7'; }

// Reads one to three octal digits at `at`.
char octalByte(std::string_view input, size_t& at) {
    unsigned value = 0;
    for (int digits = 0; digits < 3 && at < input.size() && isOctal(input[at]); digits++)
        value = value * 8 + unsigned(input[at++] - '0');
    return char(value);
}

// Reads one or two hexadecimal digits at `at`; false when there is none.
bool hexByte(std::string_view input, size_t& at, char& byte) {
    unsigned value = 0;
    int digits = 0;
    while (digits < 2 && at < input.size() && hexDigit(input[at]) >= 0) {
        value = value * 16 + unsigned(hexDigit(input[at++]));
        digits++;
    }
    byte = char(value);
    return digits > 0;
}

// Decodes what follows a backslash, at `at`; false when the input ends or makes no sense.
bool decodeEscape(std::string_view input, size_t& at, std::string& out) {
    if (at >= input.size())
        return false;
    char const c = input[at];
    if (isOctal(c)) {
        out += octalByte(input, at);
        return true;
    }
    at++;
    if (c == 'x') {
        char byte = 0;
        bool const ok = hexByte(input, at, byte);
        out += byte;
        return ok;
    }
    if (size_t const letter = escapeLetters.find(c); letter != std::string_view::npos)
        out += escapeBytes[letter];
    else
        (out += '\\') += c;
    return true;
}

} // namespace

Unescaped unescape(std::string_view input) {
    Unescaped result;
    if (input.empty() || input[0] != '"')
        return result;
    size_t at = 1;
    while (at < input.size()) {
        char const c = input[at];
        if (c == '"') {
            result.ok = true;
            result.consumed = at + 1;
            return result;
        }
        at++;
        if (c != '\\') {
            result.text += c;
        } else if (!decodeEscape(input, at, result.text)) {
            break;
        }
    }
    result.consumed = at;
    return result;
}

std::string quote(std::string_view text) {
    std::string out = "\"";
    for (char const c : text) {
        size_t const letter = escapeBytes.find(c);
        if (letter != std::string_view::npos && c != '\'' && c != '?') {
            (out += '\\') += escapeLetters[letter];
        } else if (c >= ' ' && c <= '~') {
            out += c;
        } else {
            auto const byte = static_cast<unsigned char>(c);
            out += '\\';
            out += char('0' + (byte >> 6));
            out += char('0' + ((byte >> 3) & 7));
            out += char('0' + (byte & 7));
        }
    }
    return out += '"';
}

} // namespace gdbbridge::mi
