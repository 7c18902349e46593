#include "gui/layout/address_axis.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace gui {

namespace {

using Range = std::pair<uint64_t, uint64_t>;

// The ranges cut at every boundary of any of them: disjoint, ascending.
std::vector<Range> elementary(const std::vector<Range>& ranges) {
    std::vector<uint64_t> cuts;
    for (const Range& r : ranges) {
        cuts.push_back(r.first);
        cuts.push_back(r.second);
    }
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    std::vector<Range> sorted = ranges;
    std::sort(sorted.begin(), sorted.end());
    std::vector<Range> pieces;
    uint64_t covered = 0;
    for (const Range& r : sorted) {
        uint64_t from = std::max(r.first, covered);
        for (auto cut = std::upper_bound(cuts.begin(), cuts.end(), from);
             from < r.second && cut != cuts.end(); ++cut) {
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

} // namespace

double Axis::xOf(uint64_t address) const {
    const auto it = std::upper_bound(parts.begin(), parts.end(), address,
                                     [](uint64_t a, const AxisPart& p) { return a < p.end; });
    return it == parts.end() ? width : it->x;
}

AxisParts::AxisParts(const AxisRequest& request) : m_parts(Builder(request).build()) {
    for (const AxisPart& part : m_parts) {
        if (part.kind == AxisPart::Kind::Cell)
            ++(part.wide ? m_wide : m_narrow);
        else
            ++(part.kind == AxisPart::Kind::Run ? m_runs : m_gaps);
    }
    if (m_parts.empty())
        return;
    m_endsInGap = m_parts.back().kind == AxisPart::Kind::Gap;
    m_leads = m_parts.front().kind == AxisPart::Kind::Gap;
    m_gaps -= m_leads ? 1 : 0;
}

double AxisParts::fixedWidth(const AxisSizes& s) const {
    return double(m_runs) * s.fold + double(m_gaps) * s.gap + (m_leads ? s.lead : 0);
}

// Room for the cells is what gaps and folds leave. Where every cell can be wide, all are.
AxisParts::Widths AxisParts::widthsAt(double width, const AxisSizes& s) const {
    const double room = width - fixedWidth(s), wide = double(m_wide), narrow = double(m_narrow);
    const double cells = wide + narrow;
    if (cells > 0 && room / cells >= s.wideMin) {
        const double each = std::min(s.wideMax, std::floor(room / cells));
        return {each, each, true};
    }
    if (m_wide == 0)
        return {0, std::clamp(room / std::max(1.0, cells), s.cellMin, s.wideMin), false};
    const double least = std::clamp((room - wide * s.wideMin) / std::max(1.0, narrow), s.cellMin, s.cell);
    return {std::clamp((room - narrow * least) / wide, s.wideMin, s.wideMax), least, false};
}

double AxisParts::widthOf(const AxisPart& part, bool first, const AxisSizes& s, const Widths& widths) {
    if (part.kind == AxisPart::Kind::Cell)
        return part.wide ? widths.wide : widths.narrow;
    return part.kind == AxisPart::Kind::Run ? s.fold : first ? s.lead : s.gap;
}

double AxisParts::widthAt(double width, const AxisSizes& sizes) const {
    const Widths widths = widthsAt(width, sizes);
    const double all = fixedWidth(sizes) + double(m_wide) * widths.wide + double(m_narrow) * widths.narrow;
    return m_endsInGap ? std::max(all, width) : all;
}

double AxisParts::gapAt(double width, const AxisSizes& sizes, double least) const {
    const Widths widths = widthsAt(width, sizes);
    const double cells =
        double(m_runs) * sizes.fold + double(m_wide) * widths.wide + double(m_narrow) * widths.narrow;
    const double gaps = double(m_gaps) + (m_leads ? 1 : 0);
    return std::clamp((width - cells) / std::max(1.0, gaps), least, sizes.gap);
}

Axis AxisParts::layOut(double width, const AxisSizes& sizes) const {
    const Widths widths = widthsAt(width, sizes);
    Axis axis{.parts = m_parts, .width = 0};
    double x = 0;
    bool first = true;
    for (AxisPart& part : axis.parts) {
        part.wide = part.wide || (widths.allWide && part.kind == AxisPart::Kind::Cell);
        part.x = x;
        part.width = widthOf(part, first, sizes, widths);
        x += part.width;
        first = false;
    }
    // What is left over goes to the last gap: it is folded anyway.
    if (x < width && m_endsInGap) {
        axis.parts.back().width += width - x;
        x = width;
    }
    axis.width = x;
    return axis;
}

Axis AxisParts::layOutScaled(double width, const AxisSizes& sizes, AxisScale scale, uint64_t pageSize) const {
    const double page = double(std::max<uint64_t>(1, pageSize));
    const auto weight = [&](const AxisPart& part) {
        const double pages = double(part.end - part.start) / page;
        return scale == AxisScale::Linear ? pages : scale == AxisScale::Log ? std::log2(1 + pages) : 1.0;
    };
    // Of width k × weight, but no less than the least: the k with which they fill the width.
    const auto filled = [&](double k) {
        double all = 0;
        for (const AxisPart& part : m_parts)
            all += std::max(sizes.least, k * weight(part));
        return all;
    };
    double low = 0, high = 0;
    for (const AxisPart& part : m_parts)
        high = std::max(high, width / std::max(1e-9, weight(part)));
    constexpr int halvings = 60;
    for (int i = 0; i < halvings && filled(0) < width; ++i) {
        const double middle = (low + high) / 2;
        (filled(middle) < width ? low : high) = middle;
    }
    Axis axis{.parts = m_parts, .width = 0};
    for (AxisPart& part : axis.parts) {
        part.x = axis.width;
        part.width = std::max(sizes.least, low * weight(part));
        part.wide = part.kind == AxisPart::Kind::Cell && part.width >= sizes.wideMin;
        axis.width += part.width;
    }
    return axis;
}

} // namespace gui
