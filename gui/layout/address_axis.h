// The address axis in the scale `pages`: a cell a page, gaps and runs of equal cells folded. One axis serves
// all processes, so that the same address stands at the same place in each row.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace gui {

// How wide a part is. Pages: a cell a page, gaps and runs folded to one width. Linear: as it has bytes. Log:
// as the logarithm of its pages. Equal: all alike.
enum class AxisScale : uint8_t { Pages, Linear, Log, Equal };

struct AxisSizes {
    double lead = 30; // before the first range
    double gap = 54;  // a folded gap
    double fold = 46; // a folded run of equal cells
    double cell = 24; // a cell out of focus
    double cellMin = 8;
    double wideMin = 56; // a cell that can carry text
    double wideMax = 168;
    double least = 4; // of anything, in the scales other than pages: nothing vanishes
};

struct AxisPage {
    uint64_t va = 0;
    std::string mark; // pages with equal marks look equal in every process; "" for a page without anything
};

struct AxisRequest {
    uint64_t min = 0, max = 0, pageSize = 4096;
    std::vector<std::pair<uint64_t, uint64_t>> ranges; // [start, end) of entries of all processes, any order
    std::vector<AxisPage> pages;                       // those with a mark, ascending
    std::vector<std::pair<uint64_t, uint64_t>> focus;  // ranges whose cells are wide and never folded
    uint64_t longestRun = 6;                           // a longer run of equal cells is folded
};

struct AxisPart {
    enum class Kind : uint8_t { Gap, Cell, Run };
    Kind kind = Kind::Gap;
    uint64_t start = 0, end = 0;
    double x = 0, width = 0;
    bool wide = false;
    bool operator==(const AxisPart&) const = default;
};

struct Axis {
    std::vector<AxisPart> parts; // ascending, without holes from min to max
    double width = 0;

    // Where the address begins: the left edge of the part that holds it, or the right end.
    double xOf(uint64_t address) const;
};

// The parts of an axis, which stay when it is drawn at another size.
class AxisParts {
public:
    explicit AxisParts(const AxisRequest& request);
    // How wide the axis is when it is offered `width`. Cost: none.
    double widthAt(double width, const AxisSizes& sizes) const;
    // The gap that makes it just so wide, from `least` to the one in `sizes`.
    double gapAt(double width, const AxisSizes& sizes, double least) const;
    // Cost: O(parts).
    Axis layOut(double width, const AxisSizes& sizes) const;
    // In one of the other scales: it fills `width`, or is wider where there are more parts than that has room
    // for. A page that is in focus is no wider than its neighbours.
    Axis layOutScaled(double width, const AxisSizes& sizes, AxisScale scale, uint64_t pageSize) const;

private:
    struct Widths {
        double wide = 0, narrow = 0; // of cells
        bool allWide = false;
    };
    double fixedWidth(const AxisSizes& sizes) const;
    Widths widthsAt(double width, const AxisSizes& sizes) const;
    static double widthOf(const AxisPart& part, bool first, const AxisSizes& sizes, const Widths& widths);

    std::vector<AxisPart> m_parts; // without places
    size_t m_wide = 0, m_narrow = 0, m_runs = 0, m_gaps = 0;
    bool m_leads = false, m_endsInGap = false; // begins with a gap, which is not in m_gaps; ends in one
};

} // namespace gui
