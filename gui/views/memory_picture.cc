#include "gui/views/memory_picture.h"

#include <algorithm>
#include <cmath>

#include "gui/models/names.h"
#include "gui/views/look_of.h"

namespace gui {

using gdbbridge::none;
using gdbbridge::Snapshot;

namespace {

// Lengths at a base of 15 px.
constexpr double margin = 18, labels = 132, top = 34, between = 20;
constexpr double nextCell = 82, nextHeight = 52, nextRow = 108, nextGap = 14;
constexpr size_t nextMost = 12;
constexpr double cornerFrom = 12; // smaller squares have no folded corner
constexpr double squareMost = 52, squareLeast = 4,
                 namedFrom = 36;  // from which size on there is a name inside
constexpr double belowLabel = 62; // a belt is never lower than its label
constexpr size_t rowsMost = 10, namedMost = 3000, freeMost = 200, freeToken = 8;
constexpr size_t swapMost = 2000;
constexpr double legendHeight = 44, freeWords = 22;

Hue hueOf(Backing backing) {
    return backing == Backing::File ? Hue::File : backing == Backing::Device ? Hue::Device : Hue::Anon;
}

QString nameOf(const Snapshot& snapshot, const MemoryPage& page) {
    if (page.anon != none)
        return anonName(snapshot.anons[size_t(page.anon)]);
    if (page.object != none)
        return QStringLiteral("page %1").arg(page.offset / snapshot.pageSize);
    return {};
}

// What becomes of it when the page daemon wants it.
QString useOf(const MemoryPage& page) {
    return page.used    ? QStringLiteral("used")
           : page.dirty ? QStringLiteral("dirty")
                        : QStringLiteral("clean");
}

QString wordsOf(const Snapshot& snapshot, const MemoryPage& page) {
    QStringList words;
    if (page.anon != none)
        words << anonName(snapshot.anons[size_t(page.anon)]);
    if (page.object != none) {
        const auto& object = snapshot.objects[size_t(page.object)];
        words << QStringLiteral("page %1 of %2")
                     .arg(page.offset / snapshot.pageSize)
                     .arg(object.name.empty() ? QStringLiteral("object %1").arg(object.id)
                                              : QString::fromStdString(object.name));
    }
    if (words.isEmpty())
        words << (page.backing == Backing::Anon ? QStringLiteral("of an anon")
                                                : QStringLiteral("of an object"));
    words << useOf(page);
    if (page.used && page.dirty)
        words << QStringLiteral("dirty");
    if (page.moved)
        words << QStringLiteral("moved here");
    return words.join(QStringLiteral(", "));
}

double roomFor(double width) { return std::max(60.0, width - labels - 2 * margin); }

// All of a limited machine's, for they tell how near the end is; of another one's only a token.
size_t freeShown(const MemoryFacts& facts) {
    return std::min<size_t>(facts.free, facts.limited ? freeMost : freeToken);
}

// How many squares each belt has, at most, at all moments that the picture has to hold.
struct Counts {
    size_t inactive = 0, active = 0, wired = 0, swap = 0, free = 0;
    size_t most() const { return std::max({inactive, active, wired, swap, free}); }
};
Counts countsOf(const ViewState& state) {
    Counts counts;
    // A step by itself has the room of what stands behind it; a series that of its fullest moment.
    const auto snapshots = state.frames.empty() ? std::vector{state.now.get()} : state.all();
    for (const Snapshot* snapshot : snapshots) {
        const MemoryFacts facts = memoryFacts(*snapshot, nullptr);
        counts.inactive = std::max(counts.inactive, facts.inactive.size());
        counts.active = std::max(counts.active, facts.active.size());
        counts.wired = std::max(counts.wired, facts.wired.size());
        counts.swap = std::max(counts.swap, std::min(facts.swap.size(), swapMost));
        counts.free = std::max(counts.free, freeShown(facts));
    }
    return counts;
}

// Squares of one size for all belts: the largest with which none has too many rows, and all together stay
// within a picture.
struct Squares {
    double size;
    size_t perRow;
    size_t rows(size_t count) const { return (count + perRow - 1) / perRow; }
    double height(size_t count) const { return std::max(belowLabel, double(rows(count)) * size); }
};
Squares squaresFor(const Counts& counts, double room) {
    for (double size = squareMost;; size = std::max(squareLeast, size * 0.85)) {
        const Squares squares{size, std::max<size_t>(1, size_t(room / size))};
        const double highest = double(squares.rows(counts.most())) * size;
        if ((squares.rows(counts.most()) <= rowsMost && highest <= 3 * belowLabel) || size <= squareLeast)
            return squares;
    }
}

} // namespace

struct MemoryPicture::Belt {
    QString name, note;
    const std::vector<MemoryPage>& pages;
    double part; // of a square's height that is filled
};

// Places that depend on the width alone, and on the moments that the picture has to hold.
struct MemoryPicture::Scene {
    Counts counts;
    Squares squares{squareMost, 1};
};

MemoryPicture::Scene MemoryPicture::sceneFor(double width) const {
    Scene scene{countsOf(state()), {squareMost, 1}};
    scene.squares = squaresFor(scene.counts, roomFor(width));
    return scene;
}

std::vector<MemoryPicture::Belt> MemoryPicture::belts(const MemoryFacts& facts) const {
    return {{QStringLiteral("inactive"), QStringLiteral("half-filled"), facts.inactive, 0.55},
            {QStringLiteral("active"), QStringLiteral("filled"), facts.active, 1},
            {QStringLiteral("wired"), QStringLiteral("never taken"), facts.wired, 1}};
}

QSizeF MemoryPicture::sizeFor(const Look& look, QSizeF offered) const {
    if (!hasState())
        return offered;
    const double u = look.metrics.px(1);
    const Scene scene = sceneFor(offered.width() / u);
    double height = top + nextRow + freeWords + legendHeight;
    const Counts& counts = scene.counts;
    for (const size_t count : {counts.inactive, counts.active, counts.wired, counts.free})
        height += scene.squares.height(count) + between;
    if (counts.swap > 0)
        height += scene.squares.height(counts.swap) + between;
    return {offered.width(), std::max(offered.height(), height * u)};
}

void MemoryPicture::draw(Canvas& canvas, QSizeF size) const {
    if (!hasState()) {
        drawEmpty(canvas, size, QStringLiteral("No machine has been looked at yet."), QString());
        return;
    }
    const double u = canvas.px(1);
    const MemoryFacts facts = memoryFacts(*state().now, state().before.get());
    const Scene scene = sceneFor(size.width() / u);
    double y = drawNext(canvas, facts, top * u, size.width());
    const size_t room[]{scene.counts.inactive, scene.counts.active, scene.counts.wired};
    size_t i = 0;
    for (const Belt& belt : belts(facts)) {
        drawBelt(canvas, scene, belt, y, size.width());
        y += (scene.squares.height(room[i++]) + between) * u;
    }
    if (scene.counts.swap > 0) {
        drawSwap(canvas, facts, scene.squares.size * u, scene.squares.perRow, y, size.width());
        y += (scene.squares.height(scene.counts.swap) + between) * u;
    }
    drawFree(canvas, facts, scene, y, size.width());
    y += (scene.squares.height(scene.counts.free) + freeWords + between) * u;
    drawLegend(canvas, facts, y, size.width());
}

void MemoryPicture::label(Canvas& canvas, double y, const QString& name, const QString& count,
                          const QString& note) const {
    const double u = canvas.px(1);
    canvas.text({margin * u, y + 14 * u}, name, type::title, Role::Ink);
    canvas.text({margin * u, y + 35 * u}, count, type::step, Role::Ink);
    canvas.text({margin * u, y + 54 * u}, note, type::note, Role::Ink3);
}

// The pages that the daemon would look at next, large enough to be read.
double MemoryPicture::drawNext(Canvas& canvas, const MemoryFacts& facts, double y, double width) const {
    const Snapshot& now = *state().now;
    const double u = canvas.px(1), left = (margin + labels) * u;
    canvas.text({margin * u, y + 18 * u}, QStringLiteral("next in line"), type::title, Role::Ink);
    canvas.text({margin * u, y + 36 * u}, QStringLiteral("to be taken"), type::note, Role::Ink2);
    const size_t count = std::min({facts.inactive.size(), nextMost,
                                   size_t(std::max(1.0, (width - left - margin * u) / (nextCell * u)))});
    if (count == 0)
        canvas.text(
            {left, y + 28 * u},
            canvas.elided(QStringLiteral("no page is inactive"), type::note, width - left - margin * u),
            type::note, Role::Ink3);
    for (size_t i = 0; i < count; ++i) {
        const MemoryPage& page = facts.inactive[i];
        const QRectF rect(left + double(i) * nextCell * u, y, (nextCell - nextGap) * u, nextHeight * u);
        const Hue hue = hueOf(page.backing);
        canvas.begin({QStringLiteral("next-%1").arg(i + 1),
                      QStringLiteral("next %1: %2, %3").arg(i + 1).arg(wordsOf(now, page), fateOf(page)),
                      rect,
                      {.anon = page.anon == none ? 0 : now.anons[size_t(page.anon)].id}});
        canvas.rect(rect, {.fill = fillOf(hue), .line = lineOf(hue)}, 3 * u);
        if (hue == Hue::File)
            foldedCorner(canvas, rect, 12 * u);
        const Type word = page.dirty && !page.used ? type::note.asBold() : type::note;
        canvas.text({rect.center().x(), rect.top() + 20 * u},
                    canvas.elided(nameOf(now, page), type::title, rect.width() - 6 * u), type::title,
                    onOf(hue), Align::Center);
        canvas.text({rect.center().x(), rect.top() + 40 * u}, useOf(page), word, onOf(hue), Align::Center);
        canvas.text({rect.center().x(), rect.bottom() + 17 * u},
                    canvas.elided(fateOf(page), type::small, nextCell * u - 4 * u), type::small, Role::Ink2,
                    Align::Center);
        if (page.moved)
            changedBand(canvas, rect);
        if (page.anon != none && state().selection.isAnon(now.anons[size_t(page.anon)].id))
            selectedOutline(canvas, rect);
        canvas.end();
    }
    if (count > 0) {
        // The hand points at the first.
        const QPointF tip(left + (nextCell - nextGap) / 2 * u, y - 4 * u);
        QPainterPath hand;
        hand.addPolygon(QPolygonF({tip, tip + QPointF(-9 * u, -9 * u), tip + QPointF(-9 * u, -17 * u),
                                   tip + QPointF(9 * u, -17 * u), tip + QPointF(9 * u, -9 * u)}));
        hand.closeSubpath();
        canvas.path(hand, {.fill = Role::Ink});
        canvas.text(tip + QPointF(16 * u, -6 * u), QStringLiteral("hand"), type::note.asBold(), Role::Ink);
    }
    return y + nextRow * u;
}

void MemoryPicture::drawBelt(Canvas& canvas, const Scene& scene, const Belt& belt, double y,
                             double width) const {
    const Snapshot& now = *state().now;
    const double u = canvas.px(1), left = (margin + labels) * u;
    label(canvas, y, belt.name, countNumber(belt.pages.size()), belt.note);
    const Squares& squares = scene.squares;
    const double step = squares.size * u, gap = std::min(2.0 * u, step / 5);
    const bool named = belt.pages.size() <= namedMost;
    for (size_t i = 0; i < belt.pages.size(); ++i) {
        const MemoryPage& page = belt.pages[i];
        const QRectF cell(left + double(i % squares.perRow) * step, y + double(i / squares.perRow) * step,
                          step - gap, step - gap);
        const QRectF filled = cell.adjusted(0, cell.height() * (1 - belt.part), 0, 0);
        const Hue hue = hueOf(page.backing);
        const uint32_t anon = page.anon == none ? 0 : now.anons[size_t(page.anon)].id;
        if (named)
            canvas.begin({QStringLiteral("%1-%2").arg(belt.name).arg(i + 1),
                          QStringLiteral("%1 %2: %3").arg(belt.name).arg(i + 1).arg(wordsOf(now, page)),
                          cell,
                          {.anon = anon}});
        canvas.rect(filled, {.fill = fillOf(hue), .line = lineOf(hue), .width = 0.8});
        if (hue == Hue::File && squares.size >= cornerFrom)
            foldedCorner(canvas, filled, squares.size / 4 * u);
        const QString name = nameOf(now, page);
        if (squares.size >= namedFrom && canvas.textWidth(name, type::small) < cell.width() - 4 * u)
            canvas.text(filled.center() + QPointF(0, 5 * u), name, type::small, onOf(hue), Align::Center);
        if (page.moved)
            canvas.rect(filled.adjusted(-u, -u, u, u), {.line = Role::ChangedLine, .width = 2.2});
        if (anon && state().selection.isAnon(anon))
            selectedOutline(canvas, cell, 2);
        if (named)
            canvas.end();
    }
    if (!named)
        canvas.note({belt.name,
                     QStringLiteral("%1: %2 pages").arg(belt.name).arg(belt.pages.size()),
                     QRectF(left, y, width - left, double(squares.rows(belt.pages.size())) * step),
                     {}});
    if (belt.pages.empty())
        canvas.text({left, y + 20 * u}, QStringLiteral("none"), type::note, Role::Ink3);
}

void MemoryPicture::drawFree(Canvas& canvas, const MemoryFacts& facts, const Scene& scene, double y,
                             double width) const {
    const Snapshot& now = *state().now;
    const double u = canvas.px(1), left = (margin + labels) * u;
    label(canvas, y, QStringLiteral("free"), countNumber(facts.free), QStringLiteral("outlined"));
    const size_t shown = freeShown(facts);
    const Squares& squares = scene.squares;
    const double step = squares.size * u, gap = std::min(2.0 * u, step / 5);
    canvas.begin({QStringLiteral("free"),
                  QStringLiteral("free: %1").arg(facts.free),
                  QRectF(left, y, double(std::max<size_t>(1, std::min(shown, squares.perRow))) * step,
                         double(std::max<size_t>(1, squares.rows(shown))) * step),
                  {}});
    for (size_t i = 0; i < shown; ++i)
        canvas.rect(QRectF(left + double(i % squares.perRow) * step, y + double(i / squares.perRow) * step,
                           step - gap, step - gap),
                    {.fill = Role::QFree, .line = Role::Ink3, .width = 0.8});
    canvas.end();
    const double below = y + (squares.height(scene.counts.free) + 8) * u;
    // The first that fits: on a projector there is room for less.
    const QString more =
        facts.free > shown ? QStringLiteral("and %1 more").arg(countNumber(facts.free - shown)) : QString();
    const auto said = [&](const QString& limit, const QString& swap) {
        QStringList words;
        if (!more.isEmpty())
            words << more;
        if (facts.limited)
            words << limit.arg(countNumber(now.ownedLimit));
        if (facts.onlyInSwap)
            words << swap.arg(countText(facts.onlyInSwap, QStringLiteral("page")));
        return words.join(QStringLiteral(" · "));
    };
    const QString whole =
        said(QStringLiteral("of %1 that anons and objects may have"), QStringLiteral("%1 only in swap"));
    const QString brief = said(QStringLiteral("of %1 in all"), QStringLiteral("%1 in swap"));
    const double room = width - left - margin * u;
    canvas.text({left, below},
                canvas.elided(canvas.textWidth(whole, type::note) <= room ? whole : brief, type::note, room),
                type::note, Role::Ink2);
}

void MemoryPicture::drawLegend(Canvas& canvas, const MemoryFacts& facts, double y, double width) const {
    const double u = canvas.px(1);
    double x = margin * u;
    const auto has = [&](Hue hue) {
        const auto is = [hue](const MemoryPage& page) { return hueOf(page.backing) == hue; };
        return std::any_of(facts.active.begin(), facts.active.end(), is) ||
               std::any_of(facts.inactive.begin(), facts.inactive.end(), is) ||
               std::any_of(facts.wired.begin(), facts.wired.end(), is);
    };
    for (const auto& [hue, words] : {std::pair(Hue::Anon, "anonymous"), std::pair(Hue::File, "file-backed"),
                                     std::pair(Hue::Device, "device")}) {
        if (!has(hue))
            continue;
        const QRectF rect(x, y, 16 * u, 16 * u);
        canvas.rect(rect, {.fill = fillOf(hue), .line = lineOf(hue)}, 2 * u);
        if (hue == Hue::File)
            foldedCorner(canvas, rect, 6 * u);
        x += 24 * u;
        x += canvas.text({x, y + 13 * u}, QLatin1String(words), type::note, Role::Ink2) + 24 * u;
    }
    // Where there is no room left, the dashed squares have their tips.
    const QString swapped = QStringLiteral("only in swap");
    if (facts.onlyInSwap > 0 && x + 24 * u + canvas.textWidth(swapped, type::note) < width) {
        canvas.rect(QRectF(x, y, 16 * u, 16 * u),
                    {.fill = Role::Absent, .line = Role::AnonLine, .width = 1.6, .dash = {4, 2.5}}, 2 * u);
        x += 24 * u;
        canvas.text({x, y + 13 * u}, swapped, type::note, Role::Ink2);
    }
}

} // namespace gui
