#include "gui/views/address_space_row.h"

#include <algorithm>
#include <array>

#include "gui/models/names.h"
#include "gui/views/look_of.h"

namespace gui {

using gdbbridge::Entry;
using gdbbridge::none;

namespace {

QRectF inset(const QRectF& rect, double by) { return rect.adjusted(by, 0, -by, 0); }

LegendKey legendKey(const PageLook& look) {
    switch (look.state) {
    case PageState::ReadOnlyCow:
        return LegendKey::Cow;
    case PageState::ReadOnlyMap:
        return LegendKey::ReadOnly;
    case PageState::Resident:
        return LegendKey::Resident;
    case PageState::Absent:
        return LegendKey::Absent;
    case PageState::Swapped:
        return LegendKey::Swapped;
    default:
        return look.hue == Hue::File     ? LegendKey::File
               : look.hue == Hue::Device ? LegendKey::Device
                                         : LegendKey::Anon;
    }
}

// Widths of addresses, which have one for each length.
class AddressWidths {
public:
    explicit AddressWidths(const Canvas& canvas) : m_canvas(canvas) {}
    double of(const QString& text) {
        double& width = m_byLength[size_t(std::min(text.size(), qsizetype(m_byLength.size()) - 1))];
        if (width == 0)
            width = m_canvas.textWidth(text, type::address);
        return width;
    }

private:
    const Canvas& m_canvas;
    std::array<double, 32> m_byLength{};
};

// Axis::xOf for addresses that mostly ascend: a step each.
class AxisWalk {
public:
    explicit AxisWalk(const Axis& axis) : m_axis(axis) {}
    double xOf(uint64_t address) {
        if (address < m_last)
            return m_axis.xOf(address);
        m_last = address;
        while (m_part < m_axis.parts.size() && m_axis.parts[m_part].end <= address)
            ++m_part;
        return m_part == m_axis.parts.size() ? m_axis.width : m_axis.parts[m_part].x;
    }

private:
    const Axis& m_axis;
    size_t m_part = 0;
    uint64_t m_last = 0;
};

} // namespace

void AddressSpacePicture::Seen::addPage(const gdbbridge::Snapshot& snapshot, int process, uint64_t va,
                                        bool hasChanged) {
    const PageFact fact = pageFact(snapshot, process, va);
    if (fact.entry == none && fact.hardware == Hardware::NotEntered)
        return;
    kinds.insert(legendKey(pageLookOf(snapshot, process, fact)));
    changed = changed || hasChanged;
}

void AddressSpacePicture::drawPages(Canvas& canvas, const Axis& axis, const Row& row) const {
    const double u = canvas.px(1);
    const auto& snapshot = *state().now;
    const uint32_t pid = pidOf(snapshot, row.process);
    const QString who = processName(snapshot, row.process);
    const auto [first, last] = row.seenParts(canvas, axis);
    for (size_t i = first; i < last; ++i) {
        const AxisPart& part = axis.parts[i];
        const PageFact fact = pageFact(snapshot, row.process, part.start);
        if (part.kind == AxisPart::Kind::Gap || (fact.entry == none && fact.hardware == Hardware::NotEntered))
            continue;
        if (part.kind == AxisPart::Kind::Run) {
            drawRun(canvas, part, row);
            continue;
        }
        const QRectF rect = row.pageRect(part);
        const PageLook look = pageLookOf(snapshot, row.process, fact);
        const bool changed = state().changes.page(pid, part.start);
        canvas.begin({QStringLiteral("page-%1-%2").arg(who, plainAddress(part.start)),
                      QStringLiteral("page %1 %2: %3%4")
                          .arg(who, plainAddress(part.start), pageWords(snapshot, fact),
                               changed ? QStringLiteral(" changed") : QString()),
                      rect, pageIdentity(snapshot, row.process, fact)});
        const gdbbridge::Finding* wrong = state().violationOfPage(row.process, part.start);
        // Bands around slim cells would hide them: there it is a bar above and one below.
        const bool slim = rect.width() < 20 * u;
        const double across = !changed || slim ? 0 : rect.width() < 40 * u ? 4 * u : 6 * u;
        const double along = !changed ? 0 : slim ? 7 * u : 4 * u;
        const QRectF cell = rect.adjusted(across, along, -across, -along);
        pageCell(canvas, cell, look);
        if (changed && slim) {
            for (double y : {rect.top() + u, rect.bottom() - 6 * u})
                canvas.rect(QRectF(rect.left() + u, y, rect.width() - 2 * u, 5 * u),
                            {.fill = Role::Changed, .line = Role::ChangedLine, .width = 1});
        } else if (changed) {
            changedBand(canvas, cell, 3);
        }
        if (wrong && look.state != PageState::EnteredUnmapped) {
            canvas.rect(cell.adjusted(2 * u, 2 * u, -2 * u, -2 * u),
                        {.line = Role::Violation, .width = 3, .dash = {10, 4}}, 2 * u);
            cross(canvas, {cell.center().x(), cell.top() + 0.12 * cell.height()}, 6 * u, 3.4);
        }
        if (pageSelected(state().selection, snapshot, row.process, fact))
            selectedOutline(canvas, rect.adjusted(2 * u, 2 * u, -2 * u, -2 * u), 4);
        canvas.end();
    }
}

void AddressSpacePicture::drawRun(Canvas& canvas, const AxisPart& part, const Row& row) const {
    const auto& snapshot = *state().now;
    const PageFact fact = pageFact(snapshot, row.process, part.start);
    const uint64_t count = (part.end - part.start) / snapshot.pageSize;
    const bool empty = fact.page == none && fact.hardware == Hardware::NotEntered;
    const QString what = empty ? QStringLiteral("empty") : QString::fromStdString(fact.entered.text());
    const QRectF rect = inset(row.pageRect(part), canvas.px(3));
    canvas.begin(
        {QStringLiteral("run-%1-%2").arg(pidOf(snapshot, row.process)).arg(plainAddress(part.start)),
         QStringLiteral("run %1 %2-%3: %4 pages, %5")
             .arg(processName(snapshot, row.process), plainAddress(part.start), plainAddress(part.end))
             .arg(count)
             .arg(pageWords(snapshot, fact)),
         rect,
         {}});
    if (!empty) {
        PageLook look;
        look.hue = hueOf(fact);
        look.state = pageStateOf(fact);
        pageCell(canvas, rect, look);
    }
    fold(canvas, empty ? rect : rect.adjusted(0, rect.height() * 0.3, 0, -rect.height() * 0.3),
         QStringLiteral("%1\n%2").arg(count).arg(what));
    canvas.end();
}

// Which addresses have room does not depend on what is looked at, so that none comes and goes while one
// moves.
void AddressSpacePicture::drawTicks(Canvas& canvas, const Axis& axis, const Row& row) const {
    const double u = canvas.px(1);
    const auto [seenLeft, seenRight] = canvas.seenAcross();
    AddressWidths widths(canvas);
    AxisWalk walk(axis);
    double free = 0;
    // Above the map: where entries begin; at the right edge pushed back into the picture.
    for (const Entry& entry : row.map->entries) {
        const double begin = walk.xOf(entry.start) + u;
        if (begin < free)
            continue;
        const QString text = addressText(entry.start);
        const double width = widths.of(text), x = std::min(begin, axis.width - width);
        if (x < free)
            continue;
        if (x + width >= seenLeft && x <= seenRight)
            canvas.text({x, row.mapTop - 7 * u}, text, type::address, Role::Ink2);
        free = x + width + 10 * u;
    }
    // Below the pages: the wide cells.
    free = 0;
    for (const AxisPart& part : axis.parts) {
        if (!part.wide || part.kind != AxisPart::Kind::Cell || entryAt(*row.map, part.start) == none)
            continue;
        const QString text = addressText(part.start);
        const double half = widths.of(text) / 2, x = part.x + part.width / 2;
        if (x - half < free || x + half > axis.width + row.measures.margin * u)
            continue;
        if (x + half >= seenLeft && x - half <= seenRight)
            canvas.text({x, row.pagesTop + row.pagesHeight + 17 * u}, text, type::address, Role::Ink2,
                        Align::Center);
        free = x + half + 8 * u;
    }
}

// What is broken in this process, then what the step changed.
void AddressSpacePicture::drawNotes(Canvas& canvas, const Row& row, QPointF at, double right) const {
    const double u = canvas.px(1), y = at.y();
    double x = at.x() + 7 * u;
    const std::string who = processName(*state().now, row.process).toStdString();
    for (const auto& finding : state().violations) {
        if (!finding.where.ends_with(" of " + who))
            continue;
        const QString text = canvas.elided(
            QStringLiteral("%1: %2; expected %3, found %4")
                .arg(QString::fromStdString(finding.where), QString::fromStdString(finding.what),
                     QString::fromStdString(finding.expected), QString::fromStdString(finding.found)),
            type::note, right - x - 14 * u);
        cross(canvas, {x, y - 5 * u}, 5 * u, 2.6);
        canvas.text({x + 13 * u, y}, text, type::note, Role::Violation);
        return;
    }
    const QStringList notes = state().changes.notes(row.pid);
    for (qsizetype i = 0; i < notes.size(); ++i) {
        const QString more = QStringLiteral("and %1 more").arg(notes.size() - i);
        const double width = canvas.richWidth(notes[i], type::note) + 32 * u;
        const double reserve = i + 1 < notes.size() ? canvas.textWidth(more, type::note) : 0;
        if (x + width + reserve > right) {
            if (i > 0 && x + canvas.textWidth(more, type::note) <= right) {
                canvas.text({x - 8 * u, y}, more, type::note, Role::Ink2);
            } else if (i == 0 && right - x > 100 * u) {
                delta(canvas, {x, y - 5 * u});
                canvas.text({x + 13 * u, y}, canvas.elided(notes[i], type::note, right - x - 13 * u),
                            type::note, Role::Ink2);
            }
            return;
        }
        delta(canvas, {x, y - 5 * u});
        canvas.richText({x + 13 * u, y}, notes[i], type::note, Role::Ink2);
        x += width;
    }
}

} // namespace gui
