#include "gui/views/amap_picture.h"

#include <algorithm>

#include "gui/models/names.h"
#include "gui/views/look_of.h"

namespace gui {

using gdbbridge::Amap;
using gdbbridge::none;

namespace {

// Lengths at a base of 15 px.
constexpr double margin = 18, titleHeight = 30, barHeight = 22, cellHeight = 44, numberHeight = 17,
                 countHeight = 18, blockGap = 20, lineGap = 12, cellLeast = 58, cellMost = 120,
                 footHeight = 26;

const gdbbridge::AmapSlot* slotOf(const Amap& amap, uint32_t slot) {
    const auto it = std::lower_bound(amap.slots.begin(), amap.slots.end(), slot,
                                     [](const gdbbridge::AmapSlot& s, uint32_t n) { return s.slot < n; });
    return it != amap.slots.end() && it->slot == slot ? &*it : nullptr;
}

QString refsText(int32_t refs) { return countText(uint64_t(std::max(0, refs)), QStringLiteral("ref")); }

} // namespace

// Slots of one amap that stand side by side.
struct AmapPicture::Line {
    size_t first = 0, end = 0; // parts
    double top = 0;            // of the entries' bars
    double slots = 0;          // of the cells
};

struct AmapPicture::Scene {
    struct Place {
        double top = 0;
        bool counts = false; // some moment has references per page
        std::vector<Line> lines;
    };
    AmapLayout layout;
    std::vector<Place> places;
    double left = 0, width = 0, cell = 0, bottom = 0;

    double xOf(const Line& line, size_t part) const { return left + double(part - line.first) * cell; }
};

AmapPicture::Scene AmapPicture::sceneFor(const Look& look, double width) const {
    const double u = look.metrics.px(1);
    Scene scene;
    AmapRequest request;
    const Selection& selection = state().selection;
    // Where there are more than anybody can look at, those of what is selected, else of the subject.
    if (state().now->amaps.size() > request.mostBlocks) {
        const int process = state().subject();
        const auto* map = process == none ? nullptr : mapOf(*state().now, process);
        for (size_t e = 0; map && e < map->entries.size(); ++e)
            if (const auto& entry = map->entries[e];
                entry.amap >= 0 && size_t(entry.amap) < state().now->amaps.size() &&
                (selection.kind != Selection::Kind::Entry || selection.isEntry(entry.id)))
                request.only.push_back(state().now->amaps[size_t(entry.amap)].id);
    }
    scene.layout = layoutAmaps(state().all(), request);
    scene.left = margin * u;
    scene.width = std::max(width - 2 * margin * u, 4 * cellLeast * u);
    size_t most = 1;
    for (const AmapBlock& block : scene.layout.blocks)
        most = std::max(most, block.parts.size());
    const auto fitting = size_t(scene.width / (cellLeast * u));
    scene.cell = std::min(cellMost * u, scene.width / double(std::clamp<size_t>(most, 1, fitting)));
    double y = 8 * u;
    for (const AmapBlock& block : scene.layout.blocks) {
        Scene::Place place;
        place.top = y;
        for (const auto* snapshot : state().all())
            if (const Amap* amap = amapWithId(*snapshot, block.id))
                place.counts = place.counts || !amap->perPageRefs.empty();
        y += titleHeight * u;
        for (size_t part = 0; part < std::max<size_t>(1, block.parts.size()); part += fitting) {
            Line line{part, std::min(block.parts.size(), part + fitting), y, 0};
            line.slots = y + double(block.entries.size()) * barHeight * u + 4 * u;
            y = line.slots + (cellHeight + numberHeight + (place.counts ? countHeight : 0) + lineGap) * u;
            place.lines.push_back(line);
        }
        y += (blockGap - lineGap) * u;
        scene.places.push_back(std::move(place));
    }
    scene.bottom = y + (scene.layout.unshown > 0 ? footHeight * u : 0);
    return scene;
}

QSizeF AmapPicture::sizeFor(const Look& look, QSizeF offered) const {
    if (!hasState())
        return offered;
    const Scene scene = sceneFor(look, offered.width());
    return {std::max(offered.width(), scene.width + 2 * scene.left),
            std::max(offered.height(), scene.bottom)};
}

void AmapPicture::draw(Canvas& canvas, QSizeF size) const {
    const Scene scene = hasState() ? sceneFor(canvas.look(), size.width()) : Scene();
    if (scene.layout.blocks.empty()) {
        drawEmpty(canvas, size, QStringLiteral("No entry has an amap yet."),
                  QStringLiteral("map A 0x10000 0x4000 cow , then  write A 0x10000 \"one\""));
        return;
    }
    for (size_t block = 0; block < scene.layout.blocks.size(); ++block)
        drawBlock(canvas, scene, block);
    if (scene.layout.unshown > 0) {
        const double u = canvas.px(1);
        canvas.text(
            {scene.left, scene.bottom - 10 * u},
            QStringLiteral("%1 more: not shown").arg(countText(scene.layout.unshown, QStringLiteral("amap"))),
            type::small, Role::Ink3);
    }
}

void AmapPicture::drawBlock(Canvas& canvas, const Scene& scene, size_t index) const {
    const AmapBlock& block = scene.layout.blocks[index];
    const Scene::Place& place = scene.places[index];
    const Amap* const amap = amapWithId(*state().now, block.id);
    if (!amap)
        return; // a place for one that is still to come, or has gone
    const double u = canvas.px(1), y = place.top + 20 * u;
    const bool changed = state().changes.amap(amap->id);
    const QString name = amapName(*amap);
    QString words = QStringLiteral("%1 · %2, %3 used")
                        .arg(refsText(amap->refs), countText(amap->slotCount, QStringLiteral("slot")))
                        .arg(amap->used);
    if (amap->room > amap->slotCount)
        words += QStringLiteral(", room for %1").arg(amap->room);
    if (amap->shared)
        words += QStringLiteral(" · shared");
    if (!amap->perPageRefs.empty())
        words += QStringLiteral(" · counts references per page");
    if (block.unshown > 0)
        words += QStringLiteral(" · %1 more slots not shown").arg(countNumber(block.unshown));
    const QRectF head(scene.left - 4 * u, place.top + 2 * u, scene.width + 8 * u, 26 * u);
    canvas.begin(
        {QStringLiteral("amap-%1").arg(amap->id),
         QStringLiteral("amap %1: %2%3").arg(name, words, changed ? QStringLiteral(" changed") : QString()),
         head,
         {.amap = amap->id}});
    double x = scene.left;
    if (changed) {
        delta(canvas, {x + 6 * u, y - 5 * u});
        x += 18 * u;
    }
    x += canvas.text({x, y}, name, type::step, Role::Ink) + 10 * u;
    canvas.text({x, y}, canvas.elided(words, type::note, scene.left + scene.width - x), type::note,
                Role::Ink2);
    canvas.end();
    for (const Line& line : place.lines) {
        drawEntries(canvas, scene, block, line);
        drawSlots(canvas, scene, block, line);
    }
    if (index + 1 < scene.layout.blocks.size())
        canvas.line({scene.left, scene.places[index + 1].top - 4 * u},
                    {scene.left + scene.width, scene.places[index + 1].top - 4 * u}, {.line = Role::Grid});
}

// Above the slots, a bar for each entry over those that it looks at.
void AmapPicture::drawEntries(Canvas& canvas, const Scene& scene, const AmapBlock& block,
                              const Line& line) const {
    const double u = canvas.px(1);
    const auto& snapshot = *state().now;
    for (size_t row = 0; row < block.entries.size(); ++row) {
        const EntryPlace found = entryWithId(snapshot, block.entries[row]);
        if (!found.entry || found.entry->amap < 0 || size_t(found.entry->amap) >= snapshot.amaps.size() ||
            snapshot.amaps[size_t(found.entry->amap)].id != block.id)
            continue;
        const gdbbridge::Entry& entry = *found.entry;
        const uint64_t first = entry.amapPage, end = first + (entry.end - entry.start) / snapshot.pageSize;
        size_t from = line.end, to = line.end;
        for (size_t part = line.first; part < line.end; ++part)
            if (block.parts[part].first < end && block.parts[part].end > first) {
                from = std::min(from, part);
                to = part + 1;
            }
        if (from == line.end)
            continue;
        const QString who = processName(snapshot, found.process);
        const QRectF rect(scene.xOf(line, from) + 2 * u, line.top + double(row) * barHeight * u,
                          double(to - from) * scene.cell - 4 * u, (barHeight - 4) * u);
        canvas.begin({QStringLiteral("window-%1-%2").arg(who, plainAddress(entry.start)),
                      QStringLiteral("entry %1 %2-%3 looks at slots %4 to %5%6")
                          .arg(who, plainAddress(entry.start), plainAddress(entry.end))
                          .arg(first)
                          .arg(end - 1)
                          .arg(entry.needsCopy ? QStringLiteral(", needs-copy") : QString()),
                      rect,
                      {.process = pidOf(snapshot, found.process), .entry = entry.id}});
        canvas.rect(rect,
                    {.fill = Role::Panel,
                     .line = lineOf(hueOf(snapshot, entry)),
                     .width = 1.4,
                     .dash = entry.needsCopy ? QVector<double>{4, 2.5} : QVector<double>{}},
                    3 * u);
        const QString nc = entry.needsCopy ? QStringLiteral(", needs-copy") : QString();
        QString text;
        for (const QString& each : {who + u' ' + addressText(entry.start) + nc, who + nc, who})
            if (text.isEmpty() && canvas.textWidth(each, type::note) <= rect.width() - 10 * u)
                text = each;
        if (text.isEmpty())
            text = canvas.elided(who, type::note, rect.width() - 8 * u);
        canvas.text({rect.center().x(), rect.center().y() + 4.6 * u}, text, type::note, Role::Ink,
                    Align::Center);
        if (state().selection.isEntry(entry.id))
            selectedOutline(canvas, rect.adjusted(2 * u, 2 * u, -2 * u, -2 * u), 3);
        canvas.end();
    }
}

void AmapPicture::drawSlots(Canvas& canvas, const Scene& scene, const AmapBlock& block,
                            const Line& line) const {
    const double u = canvas.px(1);
    const Amap& amap = *amapWithId(*state().now, block.id);
    for (size_t i = line.first; i < line.end; ++i) {
        const AmapPart& part = block.parts[i];
        if (part.first >= amap.slotCount)
            continue; // it has grown since, or will
        const QRectF rect(scene.xOf(line, i) + 2 * u, line.slots, scene.cell - 4 * u, cellHeight * u);
        if (part.fold) {
            const auto used = std::count_if(amap.slots.begin(), amap.slots.end(), [&](const auto& slot) {
                return slot.slot >= part.first && slot.slot < part.end;
            });
            const uint32_t count = part.end - part.first;
            canvas.begin(
                {QStringLiteral("slots-%1-%2").arg(amap.id).arg(part.first),
                 QStringLiteral("slots %1 to %2 of %3: %4")
                     .arg(part.first)
                     .arg(part.end - 1)
                     .arg(amapName(amap), used == 0 ? QStringLiteral("empty")
                                                    : countText(uint64_t(used), QStringLiteral("anon"))),
                 rect,
                 {.amap = amap.id}});
            fold(canvas, rect,
                 QStringLiteral("%1\n%2").arg(count).arg(used == 0 ? QStringLiteral("empty")
                                                                   : QStringLiteral("anons")));
            canvas.end();
        } else {
            drawSlot(canvas, amap, part.first, rect);
        }
        double y = rect.bottom() + 13 * u;
        const QString numbers = part.fold ? QStringLiteral("%1–%2").arg(part.first).arg(part.end - 1)
                                          : QString::number(part.first);
        canvas.text({rect.center().x(), y}, canvas.elided(numbers, type::small, rect.width()), type::small,
                    Role::Ink3, Align::Center);
        if (part.first < amap.perPageRefs.size()) {
            y += countHeight * u;
            canvas.text(
                {rect.center().x(), y},
                canvas.elided(refsText(amap.perPageRefs[part.first]), type::small.asBold(), rect.width()),
                type::small.asBold(), Role::Ink2, Align::Center);
        }
    }
}

void AmapPicture::drawSlot(Canvas& canvas, const Amap& amap, uint32_t slot, const QRectF& rect) const {
    const double u = canvas.px(1);
    const auto& snapshot = *state().now;
    const auto* const held = slotOf(amap, slot);
    if (!held || held->anon < 0 || size_t(held->anon) >= snapshot.anons.size()) {
        canvas.begin({QStringLiteral("slot-%1-%2").arg(amap.id).arg(slot),
                      QStringLiteral("slot %1 of %2: empty").arg(slot).arg(amapName(amap)),
                      rect,
                      {.amap = amap.id}});
        canvas.rect(rect, {.line = Role::AbsentLine, .width = 1.2, .dash = {2, 3}}, 3 * u);
        canvas.end();
        return;
    }
    const gdbbridge::Anon& anon = snapshot.anons[size_t(held->anon)];
    const bool resident = anon.page >= 0 && size_t(anon.page) < snapshot.pages.size();
    const bool changed = state().changes.anon(anon.id);
    CapsuleLook look;
    look.name = anonName(anon);
    look.swapped = !resident && anon.swapSlot > 0;
    if (resident)
        look.content = contentText(snapshot.pages[size_t(anon.page)]);
    else if (look.swapped)
        look.content = QStringLiteral("↓ %1").arg(anon.swapSlot);
    if (anon.refs > 1)
        look.badge = QStringLiteral("×%1").arg(anon.refs);
    look.copyOnWrite = anon.refs > 1;
    look.changed = changed;
    look.selected = state().selection.isAnon(anon.id);
    QString words = QStringLiteral("slot %1 of %2: %3 %4, %5")
                        .arg(slot)
                        .arg(amapName(amap), look.name, refsText(anon.refs),
                             resident       ? look.content
                             : look.swapped ? QStringLiteral("swap slot %1").arg(anon.swapSlot)
                                            : QStringLiteral("no page"));
    if (anon.loans > 0)
        words += QStringLiteral(", %1 of them loans").arg(anon.loans);
    canvas.begin({QStringLiteral("slot-%1-%2").arg(amap.id).arg(slot),
                  words + (changed ? QStringLiteral(" changed") : QString()),
                  rect,
                  {.amap = amap.id, .anon = anon.id}});
    // The capsule leaves out what does not fit; the name has to.
    capsule(canvas, rect, look);
    canvas.end();
}

} // namespace gui
