// C strings as GDB/MI writes and reads them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gdbbridge::mi {

struct Unescaped {
    bool ok = false;
    std::string text;    // decoded so far
    size_t consumed = 0; // bytes of the input, both quotes included; when not ok: where it broke
};

// Decodes the C string that starts with the quote at input[0]. Knows \a \b \e \f \n \r \t \v \\ \" \' \?, one
// to three octal digits and \x with one or two hexadecimal digits; bytes above 127 and unknown escapes stay
// as they are. An end of input before the closing quote, or \x without a digit, is not ok.
Unescaped unescape(std::string_view input);

// The text in quotes, so that unescape gives it back: printable ASCII as it is, the rest escaped.
std::string quote(std::string_view text);

} // namespace gdbbridge::mi
