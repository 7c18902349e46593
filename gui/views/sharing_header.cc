// The names above the columns, and above each group of rows what backs its entries.
#include <algorithm>

#include "gui/models/names.h"
#include "gui/views/look_of.h"
#include "gui/views/sharing_scene.h"

namespace gui {

using gdbbridge::Entry;
using gdbbridge::none;

namespace {

// "needs-copy → amap a1, 2 refs" and shorter ways to say it.
QStringList backingTexts(const Snapshot& snapshot, const Entry& entry) {
    QStringList texts;
    const QString flag = entry.needsCopy ? QStringLiteral("needs-copy ") : QString();
    if (entry.amap >= 0 && size_t(entry.amap) < snapshot.amaps.size()) {
        const auto& amap = snapshot.amaps[size_t(entry.amap)];
        const QString name = amapName(amap),
                      refs = countText(uint64_t(std::max(0, amap.refs)), QStringLiteral("ref"));
        texts << flag + QStringLiteral("→ amap %1, %2").arg(name, refs)
              << flag + QStringLiteral("→ %1, %2").arg(name, refs);
        if (entry.needsCopy)
            texts << QStringLiteral("nc → %1, %2").arg(name, refs)
                  << QStringLiteral("nc → %1 ×%2").arg(name).arg(amap.refs);
        texts << QStringLiteral("%1 ×%2").arg(name).arg(amap.refs);
        return texts;
    }
    const QString title = entryTitle(snapshot, entry);
    if (entry.object != none)
        return {flag + QStringLiteral("→ object %1").arg(title), flag + QStringLiteral("→ ") + title, title};
    return {entry.needsCopy ? QStringLiteral("needs-copy, no amap yet") : QStringLiteral("no amap yet"),
            QStringLiteral("no amap"), QStringLiteral("–")};
}

} // namespace

void SharingPicture::drawHeader(Canvas& canvas, const Scene& scene) const {
    const double u = canvas.px(1);
    for (size_t c = 0; c < scene.grid.columns.size(); ++c) {
        const SharingColumn& column = scene.grid.columns[c];
        const QRectF cell = scene.columnRect(c);
        const bool isGone = column.process == none && scene.wasThere(c);
        if (column.process == none && !isGone)
            continue; // a place for one that is still to come, or has gone long ago
        const QString name = canvas.elided(scene.nameOf(state(), c), type::step, cell.width() - 8 * u);
        const double half = canvas.textWidth(name, type::step) / 2, y = scene.top + 20 * u;
        const QRectF box(cell.center().x() - half - 8 * u, scene.top + 2 * u, 2 * half + 16 * u, 25 * u);
        canvas.begin({QStringLiteral("column-%1").arg(scene.nameOf(state(), c)),
                      QStringLiteral("column %1%2")
                          .arg(scene.nameOf(state(), c), isGone ? QStringLiteral(" gone") : QString()),
                      box,
                      {.process = column.pid}});
        canvas.text({cell.center().x(), y}, name, type::step, isGone ? Role::Ink2 : Role::Ink, Align::Center);
        if (isGone)
            canvas.line({box.left() + 2 * u, y - 5 * u}, {box.right() - 2 * u, y - 5 * u},
                        {.line = Role::ChangedLine, .width = 2.4});
        else if (state().changes.process(column.pid))
            delta(canvas, {box.left() - 2 * u, y - 5 * u});
        if (state().selection.isProcess(column.pid))
            selectedOutline(canvas, box.adjusted(3 * u, 3 * u, -3 * u, -3 * u));
        canvas.end();
    }
}

void SharingPicture::drawGroup(Canvas& canvas, const Scene& scene, size_t row) const {
    const double u = canvas.px(1), y = scene.rows[row].top;
    if (row > 0)
        canvas.line({scene.left, scene.rows[row].groupTop + 2 * u},
                    {scene.right, scene.rows[row].groupTop + 2 * u}, {.line = Role::Rule, .width = 1.4});
    for (size_t c = 0; c < scene.grid.columns.size(); ++c)
        drawGroupCell(canvas, scene, row, c);
    canvas.line({scene.left, y - 2 * u}, {scene.right, y - 2 * u}, {.line = Role::Grid});
}

void SharingPicture::drawGroupCell(Canvas& canvas, const Scene& scene, size_t row, size_t c) const {
    const double u = canvas.px(1);
    const auto& snapshot = *state().now;
    const SharingColumn& column = scene.grid.columns[c];
    const Entry* entry = entryOfCell(snapshot, column, scene.grid.rows[row].cells[c]);
    if (!entry)
        return;
    const QRectF cell = scene.columnRect(c);
    const bool amapChanged =
        entry->amap != none && state().changes.amap(snapshot.amaps[size_t(entry->amap)].id);
    const bool changed = amapChanged || !state().changes.goneChips(entry->id).isEmpty() ||
                         state().changes.chip(entry->id, QStringLiteral("needs-copy"));
    const double mark = changed ? 16 * u : 0;
    const QString text =
        firstFitting(canvas, backingTexts(snapshot, *entry), type::note, cell.width() - 10 * u - mark);
    const double width = canvas.textWidth(text, type::note) + mark, x = cell.center().x() - width / 2;
    const double y = scene.rows[row].groupTop + 17 * u;
    const QRectF box(x - 3 * u, y - 14 * u, width + 6 * u, 19 * u);
    const QString who = processName(snapshot, column.process);
    canvas.begin({QStringLiteral("backing-%1-%2").arg(who, plainAddress(entry->start)),
                  QStringLiteral("backing %1 %2: %3%4")
                      .arg(who, plainAddress(entry->start), backingTexts(snapshot, *entry).front(),
                           changed ? QStringLiteral(" changed") : QString()),
                  box,
                  {.process = column.pid, .entry = entry->id}});
    if (changed)
        delta(canvas, {x + 6 * u, y - 4.5 * u});
    canvas.text({x + mark, y}, text, type::note, Role::Ink2);
    if (state().selection.isEntry(entry->id))
        selectedOutline(canvas, box.adjusted(2 * u, 2 * u, -2 * u, -2 * u), 4);
    canvas.end();
}

} // namespace gui
