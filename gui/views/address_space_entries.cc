#include "gui/views/address_space_row.h"

#include <algorithm>

#include "gui/models/names.h"
#include "gui/views/look_of.h"

namespace gui {

using gdbbridge::Entry;
using gdbbridge::none;

namespace {

QRectF inset(const QRectF& rect, double by) { return rect.adjusted(by, 0, -by, 0); }

} // namespace

void AddressSpacePicture::Seen::addEntry(const gdbbridge::Snapshot& snapshot, const Entry& entry,
                                         bool hasChanged) {
    const Hue hue = hueOf(snapshot, entry);
    kinds.insert(hue == Hue::Guard    ? LegendKey::Guard
                 : hue == Hue::File   ? LegendKey::File
                 : hue == Hue::Device ? LegendKey::Device
                                      : LegendKey::Anon);
    if (entry.inheritance == gdbbridge::Inheritance::Share)
        kinds.insert(LegendKey::Shared);
    changed = changed || hasChanged;
}

void AddressSpacePicture::drawEntry(Canvas& canvas, const Axis& axis, const Row& row, int index) const {
    const double u = canvas.px(1);
    const auto& snapshot = *state().now;
    const Entry& entry = row.map->entries[size_t(index)];
    const double left = axis.xOf(entry.start), right = axis.xOf(entry.end);
    const QRectF rect = inset({left, row.mapTop, right - left, row.mapHeight}, u);
    const Hue hue = hueOf(snapshot, entry);
    const QString who = processName(snapshot, row.process);
    const bool changed = state().changes.entry(entry.id);
    canvas.begin(
        {QStringLiteral("entry-%1-%2").arg(who, plainAddress(entry.start)),
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
    } else if (hue == Hue::File) {
        foldedCorner(canvas, rect, std::min(12 * u, rect.width() / 3));
    } else if (hue == Hue::Device) {
        notches(canvas, rect);
    }
    if (entry.inheritance == gdbbridge::Inheritance::Share)
        canvas.rect(rect.adjusted(3 * u, 3 * u, -3 * u, -3 * u), {.line = lineOf(hue), .width = 1.4}, 2 * u);
    drawEntryTexts(canvas, rect, entry);
    if (changed)
        changedBand(canvas, rect.adjusted(2 * u, 2 * u, -2 * u, -2 * u));
    if (state().violationOf(entry)) {
        canvas.rect(rect, {.line = Role::Violation, .width = 3.4, .dash = {10, 4}}, 3 * u);
        cross(canvas, rect.topRight() + QPointF(-12 * u, 12 * u), 6 * u, 3.4);
    }
    if (state().selection.isEntry(entry.id))
        selectedOutline(canvas, rect);
    canvas.end();
}

// Name and rights, and the chips below them or, in a low strip, behind them.
void AddressSpacePicture::drawWideEntryTexts(Canvas& canvas, const QRectF& rect, const Entry& entry) const {
    const double u = canvas.px(1);
    const Role ink = onOf(hueOf(*state().now, entry));
    const QString title = entryTitle(*state().now, entry);
    const QString prot = QString::fromStdString(entry.protection.text());
    const bool low = rect.height() < 62 * u;
    Type name{low ? 1.15 : 1.3, true};
    const Type rights{low ? 1.0 : 1.2, false, true};
    const double rightsWidth = canvas.textWidth(prot, rights), left = rect.left() + 14 * u;
    const double line = (low ? 20 : 28) * u, room = rect.width() - 24 * u;
    const bool below = rect.height() >= line + 12 * u + chipHeight(canvas);
    while (name.size > 1.0 && canvas.textWidth(title, name) > room - rightsWidth - 12 * u)
        name.size -= 0.05;
    const bool together = !below || canvas.textWidth(title, name) <= room - rightsWidth - 12 * u;
    const double y = below ? rect.top() + line : rect.center().y() + 6 * u;
    const QString shown = canvas.elided(title, name, together ? room - rightsWidth - 12 * u : room);
    double x = left + canvas.text({left, y}, shown, name, ink) + 12 * u;
    if (together)
        x += canvas.text({x, y}, prot, rights, ink) + 16 * u;
    if (!below) {
        drawChips(canvas,
                  QRectF(x, rect.center().y() - chipHeight(canvas) / 2, rect.right() - 10 * u - x,
                         chipHeight(canvas)),
                  entry);
        return;
    }
    QRectF chips(left, y + 8 * u, room, rect.bottom() - y - 12 * u);
    if (!together) {
        const double middle =
            chips.top() + std::min(12 * u, chips.height() - chipHeight(canvas)) + chipHeight(canvas) / 2;
        chips.setLeft(left + canvas.text({left, middle + 5 * u}, prot, rights, ink) + 10 * u);
    }
    drawChips(canvas, chips, entry);
}

void AddressSpacePicture::drawEntryTexts(Canvas& canvas, const QRectF& rect, const Entry& entry) const {
    const double u = canvas.px(1), upright = 18 * u;
    // No text fits, three letters of rights least of all; of a hundred thousand entries nearly all are like
    // that.
    if (rect.width() < upright)
        return;
    const auto& snapshot = *state().now;
    const Hue hue = hueOf(snapshot, entry);
    const QString title = entryTitle(snapshot, entry), prot = QString::fromStdString(entry.protection.text());
    const bool plate = hue == Hue::Guard;
    if (rect.width() >= 150 * u && !plate) {
        drawWideEntryTexts(canvas, rect, entry);
        return;
    }
    Type name{0.95, true};
    const Type rights{0.9, false, true};
    while (name.size > 0.82 && canvas.textWidth(title, name) > rect.width() - 6 * u)
        name.size -= 0.03;
    const double width = std::max(canvas.textWidth(title, name), canvas.textWidth(prot, rights));
    const QPointF center = rect.center();
    if (width + 6 * u <= rect.width()) {
        if (plate)
            canvas.rect(QRectF(center.x() - width / 2 - 5 * u, center.y() - 19 * u, width + 10 * u, 38 * u),
                        {.fill = fillOf(hue)}, 2 * u);
        canvas.text({center.x(), center.y() - 4 * u}, title, name, onOf(hue), Align::Center);
        canvas.text({center.x(), center.y() + 15 * u}, prot, rights, onOf(hue), Align::Center);
    } else if (canvas.textWidth(prot, rights) + 6 * u <= rect.width() && !plate) {
        canvas.text({center.x(), center.y() + 5 * u}, prot, rights, onOf(hue), Align::Center);
    } else if (canvas.textWidth(title, name) < rect.height() - 8 * u) {
        if (plate)
            canvas.rect(QRectF(center.x() - upright / 2,
                               center.y() - canvas.textWidth(title, name) / 2 - 4 * u, upright,
                               canvas.textWidth(title, name) + 8 * u),
                        {.fill = fillOf(hue)}, 2 * u);
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
        chips.push_back({text, changes.chip(entry.id, text)           ? ChipKind::Changed
                               : text == QStringLiteral("needs-copy") ? ChipKind::NeedsCopy
                                                                      : ChipKind::Plain});
    for (const QString& text : changes.goneChips(entry.id))
        chips.insert(chips.begin() + (chips.empty() ? 0 : 1), {text, ChipKind::Gone});
    double width = 0;
    for (const Chip& c : chips)
        width += chipWidth(canvas, c.text) + 6 * u;
    while (width > room.width() + 6 * u && !chips.empty()) {
        auto victim =
            std::find_if(chips.begin(), chips.end(), [](const Chip& c) { return c.kind == ChipKind::Plain; });
        if (victim == chips.end())
            victim = chips.end() - 1;
        width -= chipWidth(canvas, victim->text) + 6 * u;
        chips.erase(victim);
    }
    QPointF at(room.left(), room.top() + std::min(12 * u, room.height() - chipHeight(canvas)));
    for (const Chip& c : chips)
        at.setX(chip(canvas, at, c.text, c.kind, lineOf(hueOf(*state().now, entry))).right() + 6 * u);
}

} // namespace gui
