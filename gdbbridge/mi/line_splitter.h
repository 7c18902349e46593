// Cuts a stream of bytes into lines, however the bytes were chopped up on the way.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gdbbridge::mi {

class LineSplitter {
public:
    // Lines longer than this lose what is beyond it.
    explicit LineSplitter(size_t maxLine = size_t(64) << 20) : m_maxLine(maxLine) {}

    // The lines that these bytes complete, without line feeds.
    std::vector<std::string> feed(std::string_view bytes);

    // Bytes of the unfinished line.
    const std::string& rest() const { return m_rest; }

private:
    size_t m_maxLine;
    std::string m_rest;
};

} // namespace gdbbridge::mi
