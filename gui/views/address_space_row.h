// What the parts of the address space picture share.
#pragma once

#include <QRectF>

#include <algorithm>
#include <set>
#include <utility>

#include "gui/views/address_space_picture.h"

namespace gui {

// Lengths at a base of 15 px. With many processes a row gives up what is not the picture itself.
struct RowMeasures {
    double margin = 18, title = 46, map = 82, between = 12, pages = 110, ticks = 24, notes = 24, gap = 12;

    double height() const { return title + map + between + pages + ticks + notes + gap; }
    bool notesBelow() const { return notes > 0; }
};

// In the order in which the legend explains them.
enum class LegendKey : uint8_t {
    Anon,
    File,
    Device,
    Cow,
    ReadOnly,
    Resident,
    Absent,
    Swapped,
    Guard,
    Shared
};

struct AddressSpacePicture::Row {
    int process = gdbbridge::none; // none: its place is kept for it
    uint32_t pid = 0;
    RowMeasures measures;
    double top = 0;
    double mapTop = 0, mapHeight = 0, pagesTop = 0, pagesHeight = 0;
    const gdbbridge::Map* map = nullptr;
    bool first = false, gone = false;

    // The parts that are looked at: the first, and the one behind the last.
    static std::pair<size_t, size_t> seenParts(const Canvas& canvas, const Axis& axis) {
        const auto [left, right] = canvas.seenAcross();
        const auto& parts = axis.parts;
        const auto first = std::partition_point(parts.begin(), parts.end(),
                                                [left](const AxisPart& p) { return p.x + p.width < left; });
        const auto last =
            std::partition_point(first, parts.end(), [right](const AxisPart& p) { return p.x <= right; });
        return {size_t(first - parts.begin()), size_t(last - parts.begin())};
    }
    QRectF mapRect(const AxisPart& part) const { return {part.x, mapTop, part.width, mapHeight}; }
    QRectF pageRect(const AxisPart& part) const { return {part.x, pagesTop, part.width, pagesHeight}; }
};

struct AddressSpacePicture::Seen {
    std::set<LegendKey> kinds;
    bool changed = false;

    void addEntry(const gdbbridge::Snapshot& snapshot, const gdbbridge::Entry& entry, bool hasChanged);
    void addPage(const gdbbridge::Snapshot& snapshot, int process, uint64_t va, bool hasChanged);
};

} // namespace gui
