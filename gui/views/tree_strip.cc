#include <algorithm>
#include <cmath>
#include <map>

#include "gui/models/names.h"
#include "gui/views/look_of.h"
#include "gui/views/tree_scene.h"

namespace gui {

using gdbbridge::Entry;
using gdbbridge::none;

namespace {

// Lengths at a base of 15 px.
constexpr double cellHeight = 20, labelTop = 6, headroom = 20;

// A gap of the map: behind which column, how large, and whose.
struct Gap {
    double x = 0;
    uint64_t bytes = 0;
    uint32_t entry = 0; // before it, 0: none
};

std::vector<Gap> gapsOf(const TreeScene& scene) {
    std::vector<Gap> gaps;
    const double column = scene.layout.column;
    gaps.push_back({scene.left, scene.map.firstGap, 0});
    for (size_t i = 0; i < scene.map.entries.size(); ++i)
        gaps.push_back({scene.left + (scene.layout.columnOf[i] + 1) * column, scene.map.entries[i].gap,
                        scene.map.entries[i].id});
    return gaps;
}

// Heights of bars: proportional where the gaps are of a kind, else by their logarithm.
class Scale {
public:
    Scale(const std::vector<Gap>& gaps, uint64_t wanted, uint64_t pageSize, double height)
        : m_page(double(std::max<uint64_t>(1, pageSize))), m_height(height) {
        uint64_t most = wanted;
        for (const Gap& gap : gaps)
            most = std::max(most, gap.bytes);
        m_log = double(most) / m_page > 40;
        m_most = std::max(value(most), 1.0);
    }
    double of(uint64_t bytes) const { return value(bytes) / m_most * m_height; }
    bool logarithmic() const { return m_log; }

private:
    double value(uint64_t bytes) const {
        const double pages = double(bytes) / m_page;
        return m_log ? std::log2(1 + pages) : pages;
    }
    double m_page, m_height, m_most = 1;
    bool m_log = false;
};

// Above the bars: what they are, and what the dashed line is.
void drawBarsNote(Canvas& canvas, const TreeScene& scene, const QString& note) {
    const double u = canvas.px(1), y = scene.bars.top() + 10 * u;
    double right = scene.bars.right();
    if (const FreeSearch* search = scene.search()) {
        const QString text = scene.inPages
                                 ? QStringLiteral("%1 pages wanted").arg(scene.amount(search->length))
                                 : QStringLiteral("%1 wanted").arg(scene.amount(search->length));
        right -= canvas.textWidth(text, type::note.asBold());
        canvas.text({right, y}, text, type::note.asBold(), Role::Ink);
        canvas.line({right - 32 * u, y - 4 * u}, {right - 6 * u, y - 4 * u},
                    {.line = Role::Ink, .width = 1.6, .dash = {6, 4}});
        right -= 44 * u;
    }
    canvas.text({scene.bars.left(), y}, canvas.elided(note, type::small, right - scene.bars.left()),
                type::small, Role::Ink3);
}

// The size of a gap above its bar.
struct BarLabel {
    QPointF at;
    double half = 0; // of its width
    QString text;
    bool found = false;
};

void drawBars(Canvas& canvas, const TreeScene& scene) {
    const double u = canvas.px(1), base = scene.bars.bottom();
    const std::vector<Gap> gaps = gapsOf(scene);
    const FreeSearch* search = scene.search();
    const Scale scale(gaps, search ? search->length : 0, scene.state.now->pageSize,
                      scene.bars.height() - 2 * headroom * u);
    const double width = std::clamp(scene.layout.column * 0.45, 1.5 * u, 24 * u);
    const uint32_t taken =
        search && search->found != 0 && !search->visited.empty() ? search->visited.back() : UINT32_MAX;
    const QString note = QStringLiteral("gaps between the entries%1%2")
                             .arg(scene.inPages ? QStringLiteral(", in pages") : QString(),
                                  scale.logarithmic() ? QStringLiteral(" (log scale)") : QString());
    drawBarsNote(canvas, scene, note);
    std::vector<BarLabel> labels;
    double free = scene.bars.left() - 20 * u;
    for (const Gap& gap : gaps) {
        const double height = scale.of(gap.bytes);
        const bool found = gap.entry == taken;
        const QString text = scene.amount(gap.bytes);
        double x = gap.x;
        x = std::clamp(x, scene.bars.left() + width / 2, scene.bars.right() - width / 2);
        const QRectF rect(x - width / 2, base - height, width, height);
        if (gap.bytes > 0)
            canvas.rect(rect,
                        {.fill = found ? Role::Visited : Role::Gap,
                         .line = found ? Role::Visited : Role::AbsentLine,
                         .width = 1},
                        std::min(2 * u, width / 3));
        canvas.note({QStringLiteral("gap-%1").arg(gap.entry),
                     QStringLiteral("gap after entry %1: %2%3")
                         .arg(gap.entry)
                         .arg(text, found ? QStringLiteral(" found") : QString()),
                     rect,
                     {}});
        const double half = canvas.textWidth(text, type::small) / 2;
        const double at = std::clamp(x, scene.bars.left() - 8 * u + half, scene.bars.right() + 8 * u - half);
        if (gap.bytes == 0 || (at - half < free && !found))
            continue;
        labels.push_back({{at, base - height - 5 * u}, half, text, found});
        free = at + half + 5 * u;
    }
    if (search) {
        const double y = base - scale.of(search->length);
        canvas.line({scene.bars.left(), y}, {scene.bars.right(), y},
                    {.line = Role::Ink, .width = 1.6, .dash = {6, 4}});
        // A number that the line would cross stands on a plate.
        for (const BarLabel& label : labels)
            if (const QRectF plate(label.at.x() - label.half - 2 * u, label.at.y() - 10 * u,
                                   2 * label.half + 4 * u, 12 * u);
                plate.top() < y && y < plate.bottom())
                canvas.rect(plate, {.fill = Role::Panel});
    }
    for (const BarLabel& label : labels)
        canvas.text(label.at, label.text, label.found ? type::small.asBold() : type::small,
                    label.found ? Role::Visited : Role::Ink2, Align::Center);
    canvas.line({scene.bars.left(), base}, {scene.bars.right(), base}, {.line = Role::Ink3, .width = 1.3});
}

void drawCell(Canvas& canvas, const TreeScene& scene, size_t index, const QRectF& rect) {
    const double u = canvas.px(1);
    const auto& snapshot = *scene.state.now;
    const Entry& entry = scene.map.entries[index];
    const Hue hue = hueOf(snapshot, entry);
    const bool wrong = scene.state.violationOf(entry) != nullptr;
    const bool unreached = std::find(scene.layout.unreached.begin(), scene.layout.unreached.end(),
                                     int(index)) != scene.layout.unreached.end();
    const QString who = processName(snapshot, scene.process);
    canvas.begin({QStringLiteral("listed-%1-%2").arg(who, plainAddress(entry.start)),
                  QStringLiteral("listed %1 %2-%3, gap %4%5")
                      .arg(who, plainAddress(entry.start), plainAddress(entry.end), scene.amount(entry.gap),
                           unreached ? QStringLiteral(", not in the tree") : QString()),
                  rect,
                  {.process = pidOf(snapshot, scene.process), .entry = entry.id}});
    canvas.rect(rect,
                {.fill = wrong || unreached ? Role::ViolationWash : fillOf(hue),
                 .line = wrong || unreached ? Role::Violation : lineOf(hue),
                 .width = wrong || unreached ? 2.0 : 1.2},
                std::min(2 * u, rect.width() / 3));
    if (hue == Hue::Guard && !wrong && rect.width() > 8 * u) {
        QPainterPath shape;
        shape.addRect(rect);
        hatch(canvas, shape, 8, 45, Role::GuardLine, 2.2);
    }
    if ((wrong || unreached) && rect.width() > 10 * u)
        cross(canvas, rect.center(), 4.5 * u, 2.4);
    else if (scene.state.changes.entry(entry.id) && rect.width() > 8 * u)
        changedBand(canvas, rect.adjusted(2 * u, 2 * u, -2 * u, -2 * u), 1);
    if (scene.state.selection.isEntry(entry.id))
        selectedOutline(canvas, rect.adjusted(u, u, -u, -u), 4);
    canvas.end();
}

// Entries of which several fall on a pixel.
void drawCrowd(Canvas& canvas, const TreeScene& scene, double top) {
    const double u = canvas.px(1), bin = 3 * u;
    std::map<int, Hue> bins;
    for (size_t i = 0; i < scene.map.entries.size(); ++i)
        bins.emplace(int(scene.columnX(scene.layout.columnOf[i]) / bin),
                     hueOf(*scene.state.now, scene.map.entries[i]));
    for (const auto& [at, hue] : bins)
        canvas.rect(QRectF(at * bin, top, bin - 0.8 * u, cellHeight * u), {.fill = lineOf(hue)});
}

} // namespace

void drawTreeStrip(Canvas& canvas, const TreeScene& scene) {
    const double u = canvas.px(1), top = scene.strip.top() + 3 * u;
    const auto& entries = scene.map.entries;
    if (scene.bars.height() > 0)
        drawBars(canvas, scene);
    if (scene.layout.column < 3 * u) {
        drawCrowd(canvas, scene, top);
        canvas.text({scene.strip.left(), scene.strip.bottom()},
                    QStringLiteral("the entries in address order"), type::small, Role::Ink3);
        return;
    }
    const double width = std::clamp(scene.layout.column * 0.6, 2 * u, 30 * u);
    double free = 0;
    for (size_t i = 0; i < entries.size(); ++i) {
        const double x = scene.columnX(scene.layout.columnOf[i]);
        // A thin line ties the entry to its node above.
        drawCell(canvas, scene, i, {x - width / 2, top, width, cellHeight * u});
        const QString text = scene.names.isEmpty() ? plainAddress(entries[i].start)
                                                   : shortAddresses({entries[i].start}).front();
        const double half = canvas.textWidth(text, type::address) / 2;
        if (x - half < free)
            continue;
        canvas.text({x, top + (cellHeight + labelTop + 10) * u}, text, type::address, Role::Ink2,
                    Align::Center);
        free = x + half + 8 * u;
    }
}

} // namespace gui
