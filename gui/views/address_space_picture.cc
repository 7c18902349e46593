#include "gui/views/address_space_picture.h"

#include <algorithm>
#include <map>

#include "gui/models/names.h"
#include "gui/views/look_of.h"

namespace gui {

using gdbbridge::Entry;
using gdbbridge::none;

namespace {

// Lengths at a base of 15 px.
constexpr double margin = 18, top = 8, titleHeight = 46, mapHeight = 82, between = 12, pagesHeight = 110;
constexpr double ticksHeight = 24, notesHeight = 24, rowGap = 12, legendHeight = 38;
constexpr double fixedHeight = titleHeight + between + ticksHeight + notesHeight + rowGap;
constexpr double leastStretch = 0.55, mostStretch = 1.2;

double stretchFor(const Look& look, double height, size_t rows) {
    const double u = look.metrics.px(1);
    const double each = (height / u - top - legendHeight) / double(std::max<size_t>(rows, 1)) - fixedHeight;
    return std::clamp(each / (mapHeight + pagesHeight), leastStretch, mostStretch);
}

QRectF inset(const QRectF& rect, double by) { return rect.adjusted(by, 0, -by, 0); }

} // namespace

struct AddressSpacePicture::Row {
    int process = none;
    double top = 0;
    double mapTop = 0, mapHeight = 0, pagesTop = 0, pagesHeight = 0;
    const gdbbridge::Map* map = nullptr;
    bool first = false;

    QRectF mapRect(const AxisPart& part) const { return {part.x, mapTop, part.width, mapHeight}; }
    QRectF pageRect(const AxisPart& part) const { return {part.x, pagesTop, part.width, pagesHeight}; }
};

struct AddressSpacePicture::Seen {
    std::map<int, bool> kinds; // by place in the legend
    bool changed = false;
};

namespace {
enum LegendKey { KeyAnon, KeyFile, KeyDevice, KeyCow, KeyReadOnly, KeyResident, KeyAbsent, KeySwapped, KeyGuard, KeyShared };

int legendKey(const PageLook& look) {
    switch (look.state) {
    case PageState::ReadOnlyCow:
        return KeyCow;
    case PageState::ReadOnlyMap:
        return KeyReadOnly;
    case PageState::Resident:
        return KeyResident;
    case PageState::Absent:
        return KeyAbsent;
    case PageState::Swapped:
        return KeySwapped;
    default:
        return look.hue == Hue::File ? KeyFile : look.hue == Hue::Device ? KeyDevice : KeyAnon;
    }
}
} // namespace

QSizeF AddressSpacePicture::sizeFor(const Look& look, QSizeF offered) const {
    if (!hasState() || state().now->processes.empty())
        return offered;
    const double u = look.metrics.px(1);
    const size_t rows = state().now->processes.size();
    const double stretch = stretchFor(look, offered.height(), rows);
    const double height =
        top + legendHeight + double(rows) * (fixedHeight + (mapHeight + pagesHeight) * stretch);
    const Axis axis = axisFor(look, offered.width() - 2 * margin * u);
    return {std::max(offered.width(), axis.width + 2 * margin * u), std::max(offered.height(), height * u)};
}

Axis AddressSpacePicture::axisFor(const Look& look, double width) const {
    AxisRequest request;
    const double u = look.metrics.px(1);
    AxisSizes& s = request.sizes;
    for (double* length : {&s.lead, &s.gap, &s.fold, &s.cell, &s.cellMin, &s.wideMin, &s.wideMax})
        *length *= u;
    request.width = width;
    request.min = UINT64_MAX;
    std::map<uint64_t, std::string> marks;
    for (const gdbbridge::Snapshot* snapshot : state().all()) {
        request.pageSize = snapshot->pageSize;
        for (size_t p = 0; p < snapshot->processes.size(); ++p) {
            const auto* map = mapOf(*snapshot, int(p));
            if (!map)
                continue;
            request.min = std::min(request.min, map->min);
            request.max = std::max(request.max, map->max);
            for (const Entry& entry : map->entries) {
                request.ranges.emplace_back(entry.start, entry.end);
                if (state().selection.isEntry(entry.id))
                    request.focus.emplace_back(entry.start, entry.end);
            }
            for (uint64_t va : notablePages(*snapshot, int(p))) {
                const PageFact fact = pageFact(*snapshot, int(p), va);
                // Anonymous pages have names, so no two look equal.
                marks[va] += std::to_string(p) + char('a' + int(fact.hardware)) + char('a' + int(fact.backing)) +
                             (fact.page == none ? '-' : '+') +
                             (fact.anon == none ? "" : std::to_string(snapshot->anons[size_t(fact.anon)].id));
            }
        }
    }
    for (const auto& [va, mark] : marks)
        request.pages.push_back({va, mark});
    if (request.min > request.max)
        request.min = request.max;
    return layoutAxis(request);
}

void AddressSpacePicture::draw(Canvas& canvas, QSizeF size) const {
    if (!hasState() || state().now->processes.empty()) {
        drawEmpty(canvas, size, QStringLiteral("Nothing is mapped yet."),
                  QStringLiteral("A scenario makes a space with  space A 0x1000 0xbfbff000"));
        return;
    }
    const double u = canvas.px(1);
    const auto& snapshot = *state().now;
    Axis axis = axisFor(canvas.look(), size.width() - 2 * margin * u);
    for (AxisPart& part : axis.parts)
        part.x += margin * u;
    axis.width += margin * u;
    const double stretch = stretchFor(canvas.look(), size.height(), snapshot.processes.size());
    Seen seen;
    double y = top * u;
    for (size_t p = 0; p < snapshot.processes.size(); ++p) {
        Row row{.process = int(p), .top = y, .map = mapOf(snapshot, int(p)), .first = p == 0};
        row.mapTop = y + titleHeight * u;
        row.mapHeight = mapHeight * stretch * u;
        row.pagesTop = row.mapTop + row.mapHeight + between * u;
        row.pagesHeight = pagesHeight * stretch * u;
        if (p > 0)
            canvas.line({margin * u, y - 4 * u}, {size.width() - margin * u, y - 4 * u}, {.line = Role::Grid});
        drawRow(canvas, axis, row, seen);
        drawNotes(canvas, row, size.width() - margin * u);
        y = row.pagesTop + row.pagesHeight + (ticksHeight + notesHeight + rowGap) * u;
    }
    drawLegend(canvas, {margin * u, std::max(y, size.height() - (legendHeight - 4) * u)},
               size.width() - 2 * margin * u, seen);
}

void AddressSpacePicture::drawRow(Canvas& canvas, const Axis& axis, const Row& row, Seen& seen) const {
    drawTitle(canvas, row);
    if (!row.map)
        return;
    drawGaps(canvas, axis, row);
    for (size_t e = 0; e < row.map->entries.size(); ++e)
        drawEntry(canvas, axis, row, int(e), seen);
    drawPages(canvas, axis, row, seen);
    drawTicks(canvas, axis, row);
}

void AddressSpacePicture::drawTitle(Canvas& canvas, const Row& row) const {
    const double u = canvas.px(1);
    const auto& snapshot = *state().now;
    const uint32_t pid = pidOf(snapshot, row.process);
    const QString name = processName(snapshot, row.process);
    const QPointF at(margin * u, row.top + 16 * u);
    const QRectF box(at.x() - 6 * u, row.top - 5 * u, canvas.textWidth(name, type::step) + 12 * u, 28 * u);
    canvas.begin({QStringLiteral("process-%1").arg(name), QStringLiteral("process %1").arg(name), box,
                  {.process = pid}});
    double x = at.x() + canvas.text(at, name, type::step, Role::Ink) + 12 * u;
    if (state().selection.isProcess(pid))
        selectedOutline(canvas, box.adjusted(3 * u, 3 * u, -3 * u, -3 * u));
    if (state().changes.process(pid)) {
        delta(canvas, {x, at.y() - 5 * u});
        x += 14 * u;
    }
    canvas.end();
    QString words = QStringLiteral("pid %1").arg(pid);
    if (row.map) {
        words += QStringLiteral(" · %1, %2 mapped")
                     .arg(row.map->entries.size() == 1 ? QStringLiteral("1 entry")
                                                       : QStringLiteral("%1 entries").arg(row.map->entries.size()),
                          sizeText(row.map->size));
        if (row.map->topDown)
            words += QStringLiteral(", top-down");
    } else {
        words += QStringLiteral(" · its address space could not be read");
    }
    if (row.first)
        words += QStringLiteral(" · map above, page tables below");
    canvas.text({x, at.y()}, words, type::note, Role::Ink3);
}

// Everything that no entry of this process covers, as folds with the size of the whole gap.
void AddressSpacePicture::drawGaps(Canvas& canvas, const Axis& axis, const Row& row) const {
    const double u = canvas.px(1);
    const auto free = [&](const AxisPart& part) {
        return part.kind == AxisPart::Kind::Gap || entryAt(*row.map, part.start) == none;
    };
    for (size_t i = 0; i < axis.parts.size(); ++i) {
        if (!free(axis.parts[i]))
            continue;
        size_t last = i;
        while (last + 1 < axis.parts.size() && free(axis.parts[last + 1]))
            ++last;
        const AxisPart& from = axis.parts[i];
        const AxisPart& to = axis.parts[last];
        const QRectF rect(from.x + 3 * u, row.mapTop, to.x + to.width - from.x - 6 * u, row.mapHeight);
        // A range that another process maps is no part of this process's gap when it lies outside its map.
        const uint64_t start = std::max(from.start, row.map->min), end = std::min(to.end, row.map->max);
        QString text = start < end ? sizeText(end - start) : QString();
        if (rect.width() < 60 * u)
            text.replace(u' ', u'\n');
        fold(canvas, rect, rect.width() < 34 * u ? QString() : text);
        fold(canvas, QRectF(rect.x(), row.pagesTop, rect.width(), row.pagesHeight), QString());
        if (!text.isEmpty())
            canvas.note({QStringLiteral("gap-%1-%2").arg(pidOf(*state().now, row.process)).arg(plainAddress(start)),
                         QStringLiteral("gap %1 %2 %3")
                             .arg(processName(*state().now, row.process), plainAddress(start), sizeText(end - start)),
                         rect,
                         {}});
        i = last;
    }
}

void AddressSpacePicture::drawEntry(Canvas& canvas, const Axis& axis, const Row& row, int index, Seen& seen) const {
    const double u = canvas.px(1);
    const auto& snapshot = *state().now;
    const Entry& entry = row.map->entries[size_t(index)];
    const double left = axis.xOf(entry.start), right = axis.xOf(entry.end);
    const QRectF rect = inset({left, row.mapTop, right - left, row.mapHeight}, u);
    const Hue hue = hueOf(snapshot, entry);
    const QString who = processName(snapshot, row.process);
    const bool changed = state().changes.entry(entry.id);
    canvas.begin({QStringLiteral("entry-%1-%2").arg(who, plainAddress(entry.start)),
                  QStringLiteral("entry %1 %2-%3 %4 %5%6%7")
                      .arg(who, plainAddress(entry.start), plainAddress(entry.end), entryTitle(snapshot, entry),
                           QString::fromStdString(entry.protection.text()),
                           entryChips(snapshot, entry).isEmpty()
                               ? QString()
                               : QStringLiteral(" [%1]").arg(entryChips(snapshot, entry).join(QStringLiteral("; "))),
                           changed ? QStringLiteral(" changed") : QString()),
                  rect,
                  {.process = pidOf(snapshot, row.process), .entry = entry.id}});
    QPainterPath shape;
    shape.addRoundedRect(rect, 3 * u, 3 * u);
    canvas.path(shape, {.fill = fillOf(hue), .line = lineOf(hue), .width = 1.4});
    if (hue == Hue::Guard) {
        hatch(canvas, shape, 10, 45, Role::GuardLine, 3);
        seen.kinds[KeyGuard] = true;
    } else if (hue == Hue::File) {
        foldedCorner(canvas, rect, std::min(12 * u, rect.width() / 3));
    } else if (hue == Hue::Device) {
        notches(canvas, rect);
    }
    if (entry.inheritance == gdbbridge::Inheritance::Share) {
        canvas.rect(rect.adjusted(3 * u, 3 * u, -3 * u, -3 * u), {.line = lineOf(hue), .width = 1.4}, 2 * u);
        seen.kinds[KeyShared] = true;
    }
    drawEntryTexts(canvas, rect, entry);
    if (changed) {
        changedBand(canvas, rect.adjusted(2 * u, 2 * u, -2 * u, -2 * u));
        seen.changed = true;
    }
    if (state().selection.isEntry(entry.id))
        selectedOutline(canvas, rect);
    canvas.end();
}

void AddressSpacePicture::drawEntryTexts(Canvas& canvas, const QRectF& rect, const Entry& entry) const {
    const double u = canvas.px(1);
    const auto& snapshot = *state().now;
    const Hue hue = hueOf(snapshot, entry);
    const QString title = entryTitle(snapshot, entry), prot = QString::fromStdString(entry.protection.text());
    const bool plate = hue == Hue::Guard;
    if (rect.width() >= 150 * u && !plate) {
        const bool low = rect.height() < 62 * u;
        const Type name{low ? 1.15 : 1.3, true}, rights{low ? 1.0 : 1.2, false, true};
        const double y = rect.top() + (low ? 20 : 28) * u;
        const double room = rect.width() - 30 * u - canvas.textWidth(prot, rights) - 12 * u;
        const double x = rect.left() + 14 * u + canvas.text({rect.left() + 14 * u, y}, canvas.elided(title, name, room), name, onOf(hue));
        canvas.text({x + 12 * u, y}, prot, rights, onOf(hue));
        drawChips(canvas, QRectF(rect.left() + 14 * u, y + 8 * u, rect.width() - 24 * u, rect.bottom() - y - 12 * u), entry);
        return;
    }
    const Type name{0.95, true}, rights{0.9, false, true};
    const double width = std::max(canvas.textWidth(title, name), canvas.textWidth(prot, rights));
    const QPointF center = rect.center();
    if (width + 6 * u <= rect.width()) {
        if (plate)
            canvas.rect(QRectF(center.x() - width / 2 - 5 * u, center.y() - 19 * u, width + 10 * u, 38 * u), {.fill = fillOf(hue)}, 2 * u);
        canvas.text({center.x(), center.y() - 4 * u}, title, name, onOf(hue), Align::Center);
        canvas.text({center.x(), center.y() + 15 * u}, prot, rights, onOf(hue), Align::Center);
    } else if (rect.width() >= 18 * u && canvas.textWidth(title, name) < rect.height() - 8 * u) {
        if (plate)
            canvas.rect(QRectF(center.x() - 9 * u, center.y() - canvas.textWidth(title, name) / 2 - 4 * u, 18 * u, canvas.textWidth(title, name) + 8 * u), {.fill = fillOf(hue)}, 2 * u);
        canvas.text({center.x() + 4.5 * u, center.y()}, title, name, onOf(hue), Align::Center, -90);
    }
}

// The chips that fit; those of this step first.
void AddressSpacePicture::drawChips(Canvas& canvas, const QRectF& room, const Entry& entry) const {
    const double u = canvas.px(1);
    if (room.height() < chipHeight(canvas))
        return;
    const Changes& changes = state().changes;
    struct Chip {
        QString text;
        ChipKind kind;
    };
    std::vector<Chip> chips;
    for (const QString& text : entryChips(*state().now, entry))
        chips.push_back({text, changes.chip(entry.id, text)             ? ChipKind::Changed
                               : text == QStringLiteral("needs-copy") ? ChipKind::NeedsCopy
                                                                       : ChipKind::Plain});
    for (const QString& text : changes.goneChips(entry.id))
        chips.insert(chips.begin() + (chips.empty() ? 0 : 1), {text, ChipKind::Gone});
    double width = 0;
    for (const Chip& c : chips)
        width += chipWidth(canvas, c.text) + 6 * u;
    while (width > room.width() + 6 * u && !chips.empty()) {
        auto victim = std::find_if(chips.begin(), chips.end(), [](const Chip& c) { return c.kind == ChipKind::Plain; });
        if (victim == chips.end())
            victim = chips.end() - 1;
        width -= chipWidth(canvas, victim->text) + 6 * u;
        chips.erase(victim);
    }
    QPointF at(room.left(), room.top() + std::min(12 * u, room.height() - chipHeight(canvas)));
    for (const Chip& c : chips)
        at.setX(chip(canvas, at, c.text, c.kind, lineOf(hueOf(*state().now, entry))).right() + 6 * u);
}

void AddressSpacePicture::drawPages(Canvas& canvas, const Axis& axis, const Row& row, Seen& seen) const {
    const double u = canvas.px(1);
    const auto& snapshot = *state().now;
    const uint32_t pid = pidOf(snapshot, row.process);
    const QString who = processName(snapshot, row.process);
    for (const AxisPart& part : axis.parts) {
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
        const double room = changed ? 6 * u : 0;
        pageCell(canvas, rect.adjusted(room, room * 0.7, -room, -room * 0.7), look);
        if (changed)
            changedBand(canvas, rect.adjusted(room, room * 0.7, -room, -room * 0.7), 3);
        if (pageSelected(state().selection, snapshot, row.process, fact))
            selectedOutline(canvas, rect.adjusted(2 * u, 2 * u, -2 * u, -2 * u), 4);
        canvas.end();
        seen.kinds[legendKey(look)] = true;
        seen.changed = seen.changed || changed;
    }
}

void AddressSpacePicture::drawRun(Canvas& canvas, const AxisPart& part, const Row& row) const {
    const auto& snapshot = *state().now;
    const PageFact fact = pageFact(snapshot, row.process, part.start);
    const uint64_t count = (part.end - part.start) / snapshot.pageSize;
    const bool empty = fact.page == none && fact.hardware == Hardware::NotEntered;
    const QString what = empty ? QStringLiteral("empty") : QString::fromStdString(fact.entered.text());
    const QRectF rect = inset(row.pageRect(part), canvas.px(3));
    canvas.begin({QStringLiteral("run-%1-%2").arg(pidOf(snapshot, row.process)).arg(plainAddress(part.start)),
                  QStringLiteral("run %1 %2-%3: %4 pages, %5")
                      .arg(processName(snapshot, row.process), plainAddress(part.start), plainAddress(part.end))
                      .arg(count)
                      .arg(pageWords(snapshot, fact)),
                  rect,
                  {}});
    if (!empty)
        pageCell(canvas, rect, {.hue = hueOf(fact), .state = pageStateOf(fact)});
    fold(canvas, empty ? rect : rect.adjusted(0, rect.height() * 0.3, 0, -rect.height() * 0.3),
         QStringLiteral("%1\n%2").arg(count).arg(what));
    canvas.end();
}

void AddressSpacePicture::drawTicks(Canvas& canvas, const Axis& axis, const Row& row) const {
    const double u = canvas.px(1);
    double free = 0;
    // Above the map: where entries begin.
    for (const Entry& entry : row.map->entries) {
        const double x = axis.xOf(entry.start);
        const QString text = addressText(entry.start);
        if (x < free)
            continue;
        canvas.text({x + u, row.mapTop - 7 * u}, text, type::address, Role::Ink2);
        free = x + canvas.textWidth(text, type::address) + 10 * u;
    }
    // Below the pages: the wide cells.
    free = 0;
    for (const AxisPart& part : axis.parts) {
        if (!part.wide || part.kind != AxisPart::Kind::Cell || entryAt(*row.map, part.start) == none)
            continue;
        const QString text = addressText(part.start);
        const double half = canvas.textWidth(text, type::address) / 2, x = part.x + part.width / 2;
        if (x - half < free)
            continue;
        canvas.text({x, row.pagesTop + row.pagesHeight + 17 * u}, text, type::address, Role::Ink2, Align::Center);
        free = x + half + 8 * u;
    }
}

void AddressSpacePicture::drawNotes(Canvas& canvas, const Row& row, double right) const {
    const double u = canvas.px(1);
    const QStringList notes = state().changes.notes(pidOf(*state().now, row.process));
    const double y = row.pagesTop + row.pagesHeight + (ticksHeight + 16) * u;
    double x = margin * u + 7 * u;
    for (qsizetype i = 0; i < notes.size(); ++i) {
        const QString more = QStringLiteral("and %1 more").arg(notes.size() - i);
        const double width = canvas.richWidth(notes[i], type::note) + 44 * u;
        const double reserve = i + 1 < notes.size() ? canvas.textWidth(more, type::note) : 0;
        if (x + width + reserve > right && i > 0) {
            canvas.text({x, y}, more, type::note, Role::Ink2);
            return;
        }
        delta(canvas, {x, y - 5 * u});
        canvas.richText({x + 13 * u, y}, notes[i], type::note, Role::Ink2);
        x += width;
    }
}

void AddressSpacePicture::drawLegend(Canvas& canvas, QPointF at, double width, const Seen& seen) const {
    const double u = canvas.px(1);
    struct Key {
        PageLook look;
        const char* text;
    };
    const Key keys[]{
        {{.hue = Hue::Anon, .state = PageState::Writable}, "anonymous"},
        {{.hue = Hue::File, .state = PageState::Writable}, "file-backed"},
        {{.hue = Hue::Device, .state = PageState::Writable}, "device"},
        {{.hue = Hue::Anon, .state = PageState::ReadOnlyCow}, "read-only: copy-on-write"},
        {{.hue = Hue::Anon, .state = PageState::ReadOnlyMap}, "read-only: the map says so"},
        {{.hue = Hue::Anon, .state = PageState::Resident}, "in memory, not entered"},
        {{.hue = Hue::Anon, .state = PageState::Absent}, "mapped, no page"},
        {{.hue = Hue::Anon, .state = PageState::Swapped}, "swapped"},
        {{.hue = Hue::Guard, .state = PageState::Writable}, "guard"},
        {{.hue = Hue::Anon, .state = PageState::Writable, .shared = true}, "shared"},
    };
    double x = at.x();
    const auto label = [&](const QString& text) {
        x += 30 * u;
        x += canvas.text({x, at.y() + 16 * u}, text, type::note, Role::Ink2) + 16 * u;
    };
    for (const auto& [index, present] : seen.kinds) {
        const Key& key = keys[index];
        if (!present || x + canvas.textWidth(QLatin1String(key.text), type::note) + 46 * u > at.x() + width)
            continue;
        const QRectF box(x, at.y(), 22 * u, 22 * u);
        pageCell(canvas, box, key.look);
        if (index == KeyGuard) {
            QPainterPath shape;
            shape.addRect(box.adjusted(1.5 * u, 1.5 * u, -1.5 * u, -1.5 * u));
            hatch(canvas, shape, 8, 45, Role::GuardLine, 2.4);
        }
        if (index == KeyReadOnly)
            canvas.line(box.center() + QPointF(-6 * u, 4 * u), box.center() + QPointF(6 * u, 4 * u), {.line = Role::OnAnon, .width = 1.8});
        label(QLatin1String(key.text));
    }
    if (seen.changed && x + 100 * u < at.x() + width) {
        const QRectF box(x + 3 * u, at.y() + 3 * u, 16 * u, 16 * u);
        changedBand(canvas, box.adjusted(2 * u, 2 * u, -2 * u, -2 * u), 1);
        label(QStringLiteral("changed"));
    }
}

} // namespace gui
