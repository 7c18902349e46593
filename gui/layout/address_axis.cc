#include "gui/layout/address_axis.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace gui {

namespace {

using Range = std::pair<uint64_t, uint64_t>;

// The ranges cut at every boundary of any of them: disjoint, ascending.
std::vector<Range> elementary(const std::vector<Range>& ranges) {
    std::set<uint64_t> cuts;
    for (const Range& r : ranges) {
        cuts.insert(r.first);
        cuts.insert(r.second);
    }
    std::vector<Range> sorted = ranges;
    std::sort(sorted.begin(), sorted.end());
    std::vector<Range> pieces;
    uint64_t covered = 0;
    for (const Range& r : sorted) {
        auto cut = cuts.upper_bound(std::max(r.first, covered));
        for (uint64_t from = std::max(r.first, covered); from < r.second && cut != cuts.end(); ++cut) {
            pieces.emplace_back(from, *cut);
            from = *cut;
        }
        covered = std::max(covered, r.second);
    }
    return pieces;
}

bool inFocus(const AxisRequest& request, uint64_t va) {
    return std::any_of(request.focus.begin(), request.focus.end(),
                       [va](const Range& f) { return f.first <= va && va < f.second; });
}

class Builder {
public:
    explicit Builder(const AxisRequest& request) : m_request(request) {}

    std::vector<AxisPart> build() {
        uint64_t at = m_request.min;
        for (const Range& piece : elementary(m_request.ranges)) {
            if (piece.first > at)
                m_parts.push_back({AxisPart::Kind::Gap, at, piece.first});
            addPiece(piece);
            at = piece.second;
        }
        if (at < m_request.max)
            m_parts.push_back({AxisPart::Kind::Gap, at, m_request.max});
        return std::move(m_parts);
    }

private:
    void addPiece(const Range& piece) {
        const bool wide = inFocus(m_request, piece.first);
        const uint64_t size = m_request.pageSize;
        auto page = std::lower_bound(m_request.pages.begin(), m_request.pages.end(), piece.first,
                                     [](const AxisPage& p, uint64_t va) { return p.va < va; });
        uint64_t at = piece.first;
        while (at < piece.second) {
            // The run of pages that look like the one at `at`.
            uint64_t end = at + size;
            if (page == m_request.pages.end() || page->va > at) {
                end = page == m_request.pages.end() ? piece.second : std::min(piece.second, page->va);
            } else {
                const std::string& mark = page->mark;
                ++page;
                while (end < piece.second && page != m_request.pages.end() && page->va == end &&
                       page->mark == mark) {
                    ++page;
                    end += size;
                }
            }
            addRun(at, std::max(end, at + size), wide);
            at = std::max(end, at + size);
        }
    }

    void addRun(uint64_t start, uint64_t end, bool wide) {
        const uint64_t size = m_request.pageSize;
        const uint64_t longest = wide ? 4 * m_request.longestRun : m_request.longestRun;
        if ((end - start) / size > longest) {
            m_parts.push_back({AxisPart::Kind::Run, start, end});
            return;
        }
        for (uint64_t va = start; va < end; va += size)
            m_parts.push_back({.kind = AxisPart::Kind::Cell, .start = va, .end = va + size, .wide = wide});
    }

    const AxisRequest& m_request;
    std::vector<AxisPart> m_parts;
};

// Room for the cells is what gaps and folds leave. Where every cell can be wide, all are.
void setWidths(Axis& axis, const AxisRequest& request) {
    const AxisSizes& s = request.sizes;
    double fixed = 0;
    size_t wide = 0, narrow = 0;
    for (size_t i = 0; i < axis.parts.size(); ++i) {
        AxisPart& part = axis.parts[i];
        if (part.kind == AxisPart::Kind::Cell)
            ++(part.wide ? wide : narrow);
        else
            fixed += part.width = part.kind == AxisPart::Kind::Run ? s.fold : i == 0 ? s.lead : s.gap;
    }
    const double room = request.width - fixed;
    const double cells = double(wide + narrow);
    double wideWidth, narrowWidth;
    if (cells > 0 && room / cells >= s.wideMin) {
        wideWidth = narrowWidth = std::min(s.wideMax, std::floor(room / cells));
        for (AxisPart& part : axis.parts)
            part.wide = part.wide || part.kind == AxisPart::Kind::Cell;
    } else if (wide == 0) {
        wideWidth = 0;
        narrowWidth = std::clamp(room / std::max(1.0, cells), s.cellMin, s.wideMin);
    } else {
        narrowWidth =
            std::clamp((room - double(wide) * s.wideMin) / std::max(1.0, double(narrow)), s.cellMin, s.cell);
        wideWidth = std::clamp((room - double(narrow) * narrowWidth) / double(wide), s.wideMin, s.wideMax);
    }
    for (AxisPart& part : axis.parts)
        if (part.kind == AxisPart::Kind::Cell)
            part.width = part.wide ? wideWidth : narrowWidth;
}

} // namespace

double Axis::xOf(uint64_t address) const {
    const auto it = std::upper_bound(parts.begin(), parts.end(), address,
                                     [](uint64_t a, const AxisPart& p) { return a < p.end; });
    return it == parts.end() ? width : it->x;
}

Axis layoutAxis(const AxisRequest& request) {
    Axis axis;
    axis.parts = Builder(request).build();
    setWidths(axis, request);
    double x = 0;
    for (AxisPart& part : axis.parts) {
        part.x = x;
        x += part.width;
    }
    // What is left over goes to the last gap: it is folded anyway.
    if (x < request.width && !axis.parts.empty() && axis.parts.back().kind == AxisPart::Kind::Gap) {
        axis.parts.back().width += request.width - x;
        x = request.width;
    }
    axis.width = x;
    return axis;
}

} // namespace gui
