// The pages around the one whose walk is shown: what the map says, what the tables have, and why.
#include <algorithm>

#include "gui/models/names.h"
#include "gui/views/look_of.h"
#include "gui/views/page_table_picture.h"

namespace gui {

using gdbbridge::none;

namespace {

// Lengths at a base of 15 px.
constexpr double left = 18, head = 40, row = 120, cellWidth = 84, cellHeight = 80, columnLeast = 250;
constexpr int shown = 4;

// In a few words: why the two agree, or do not.
QString whyText(const Snapshot& snapshot, int process, const PageFact& fact) {
    const auto* map = mapOf(snapshot, process);
    if (fact.hardware == Hardware::EnteredUnmapped)
        return QStringLiteral("not mapped: a bug");
    if (!map || fact.entry == none)
        return QStringLiteral("nothing is mapped here");
    const auto& entry = map->entries[size_t(fact.entry)];
    const int ways = fact.anon == none ? 0 : sharersOf(snapshot, entry, fact.anon);
    switch (fact.hardware) {
    case Hardware::Writable:
        return fact.anon == none ? QStringLiteral("the object's own page")
               : ways > 1        ? QStringLiteral("meant to be shared")
                                 : QStringLiteral("its own page");
    case Hardware::ReadOnlyCow:
        if (ways > 1)
            return QStringLiteral("copy-on-write: %1 refs").arg(ways);
        return entry.copyOnWrite ? QStringLiteral("copy-on-write") : QStringLiteral("not written yet");
    case Hardware::ReadOnlyMap:
        return QStringLiteral("the map forbids writing");
    case Hardware::NotEntered:
    case Hardware::EnteredUnmapped:
        break;
    }
    if (fact.swapped)
        return QStringLiteral("in swap: a touch reads it");
    if (fact.page != none)
        return QStringLiteral("in memory, not entered");
    switch (nextAccess(snapshot, process, fact, AccessKind::Read)) {
    case WriteCost::ZeroFills:
        return QStringLiteral("a touch makes zeros");
    case WriteCost::PagesIn:
        return QStringLiteral("a touch reads the file");
    case WriteCost::BeyondEnd:
        return QStringLiteral("beyond the object's end");
    case WriteCost::NotAllowed:
        return QStringLiteral("no access at all");
    default:
        return QStringLiteral("no page");
    }
}

int columnsFor(double width) { return width < 2 * columnLeast ? 1 : 2; }

} // namespace

double PageTablePicture::pagesHeight(double width) {
    const int columns = columnsFor(width);
    return head + double((shown + columns - 1) / columns) * row;
}

void PageTablePicture::drawPages(Canvas& canvas, int process, uint64_t va, const QRectF& room) const {
    const double u = canvas.px(1);
    const auto& snapshot = *state().now;
    const int columns = columnsFor(room.width() / u);
    if (room.top() == 0) // beside the rest
        canvas.line({room.left(), 16 * u}, {room.left(), room.bottom()}, {.line = Role::Rule});
    const QString title = QStringLiteral("What the map says, what the tables have");
    canvas.text({room.left() + left * u, room.top() + 24 * u},
                canvas.textWidth(title, type::title) < room.width() - 2 * left * u
                    ? title
                    : QStringLiteral("The map and the tables"),
                type::title, Role::Ink);
    const auto* map = mapOf(snapshot, process);
    const uint64_t size = snapshot.pageSize, first = va / size * size;
    const double width = (room.width() - 2 * left * u) / columns;
    for (int i = 0; i < shown; ++i) {
        const uint64_t page = first + uint64_t(i) * size;
        if (page < first)
            break; // there is nothing behind the last page of 64 bits
        const double x = room.left() + left * u + double(i % columns) * width,
                     y = room.top() + (head + double(i / columns) * row) * u;
        const PageFact fact = pageFact(snapshot, process, page);
        const QRectF cell(x, y, cellWidth * u, cellHeight * u);
        const QString mapped =
            map && fact.entry != none
                ? QString::fromStdString(map->entries[size_t(fact.entry)].protection.text())
                : QStringLiteral("none");
        const QString entered = fact.hardware == Hardware::NotEntered
                                    ? QStringLiteral("none")
                                    : QString::fromStdString(fact.entered.text());
        const QString why = whyText(snapshot, process, fact);
        canvas.begin({QStringLiteral("around-%1").arg(plainAddress(page)),
                      QStringLiteral("around %1: map %2, tables %3, %4; %5")
                          .arg(plainAddress(page), mapped, entered, pageWords(snapshot, fact), why),
                      QRectF(x, y, width - 8 * u, cell.height() + 24 * u),
                      pageIdentity(snapshot, process, fact)});
        if (fact.entry != none || fact.hardware != Hardware::NotEntered)
            pageCell(canvas, cell, pageLookOf(snapshot, process, fact));
        else
            canvas.rect(cell, {.fill = Role::Gap});
        const double words = cell.right() + 12 * u, wide = x + width - 8 * u - words;
        const auto line = [&](double at, const QString& text, const Type& face, Role role) {
            canvas.text({words, y + at * u}, canvas.elided(text, face, wide), face, role);
        };
        line(16, addressText(page), type::address.asBold(), Role::Ink);
        line(35, QStringLiteral("map ") + mapped, type::address, Role::Ink2);
        line(54, QStringLiteral("tables ") + entered, type::address,
             mapped == entered ? Role::Ink2 : Role::Ink);
        // Below, where there is room for all of it.
        canvas.text({x, cell.bottom() + 18 * u}, canvas.elided(why, type::note, width - 8 * u), type::note,
                    fact.hardware == Hardware::EnteredUnmapped ? Role::Violation : Role::Ink2);
        if (pageSelected(state().selection, snapshot, process, fact))
            selectedOutline(canvas, cell.adjusted(-2 * u, -2 * u, 2 * u, 2 * u), 4);
        canvas.end();
    }
}

} // namespace gui
