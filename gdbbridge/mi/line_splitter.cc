#include "gdbbridge/mi/line_splitter.h"

#include <algorithm>

namespace gdbbridge::mi {

std::vector<std::string> LineSplitter::feed(std::string_view bytes) {
    std::vector<std::string> lines;
    while (!bytes.empty()) {
        size_t const end = std::min(bytes.find('\n'), bytes.size());
        m_rest.append(bytes.substr(0, std::min(end, m_maxLine - m_rest.size())));
        if (end == bytes.size())
            break;
        lines.push_back(std::move(m_rest));
        m_rest.clear();
        bytes.remove_prefix(end + 1);
    }
    return lines;
}

} // namespace gdbbridge::mi
