// Findings up to a number that a person can still read: a kernel that is broken in one place may show it in a
// million.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "gdbbridge/snapshot/snapshot.h"

namespace gdbbridge {

class FindingList {
public:
    static constexpr size_t most = 200;

    void add(Finding finding) {
        if (m_findings.size() < most)
            m_findings.push_back(std::move(finding));
        else if (m_findings.size() == most)
            m_findings.push_back(
                {0, 0, "check", "there is more; only the first findings are listed", {}, {}});
    }
    // Nothing that is added now would be kept.
    [[nodiscard]] bool full() const { return m_findings.size() > most; }
    [[nodiscard]] std::vector<Finding> take() { return std::exchange(m_findings, {}); }

private:
    std::vector<Finding> m_findings;
};

} // namespace gdbbridge
