#include "gui/views/sharing_picture.h"

#include <algorithm>

#include "gui/models/names.h"
#include "gui/views/look_of.h"
#include "gui/views/sharing_scene.h"

namespace gui {

using gdbbridge::Entry;
using gdbbridge::none;

namespace {

// Lengths at a base of 15 px.
constexpr double bridgeHeight = 9;

QString shortCost(WriteCost cost) {
    switch (costMarkOf(cost)) {
    case CostMark::Copies:
        return QStringLiteral("copies");
    case CostMark::FaultsOnly:
        return cost == WriteCost::ZeroFills ? QStringLiteral("zeros") : QStringLiteral("faults");
    case CostMark::Nothing:
        return QStringLiteral("none");
    case CostMark::Refused:
        break;
    }
    return QStringLiteral("no");
}

} // namespace

QSizeF SharingPicture::sizeFor(const Look& look, QSizeF offered) const {
    if (!hasState())
        return offered;
    const Scene scene = sceneFor(look, offered);
    return {std::max(offered.width(), scene.neededWidth), std::max(offered.height(), scene.neededHeight)};
}

SharingPicture::Scene SharingPicture::sceneFor(const Look& look, QSizeF size) const {
    Scene scene;
    const auto all = state().all();
    const auto pids = sharingColumns(all);
    const auto rows = sharingRows(all);
    scene.grid = layoutSharing(*state().now, rows, pids);
    if (state().before)
        scene.before = layoutSharing(*state().before, rows, pids);
    scene.place(look.metrics, size, state().paid.size(), state().steps.size());
    return scene;
}

void SharingPicture::draw(Canvas& canvas, QSizeF size) const {
    const Scene scene = hasState() ? sceneFor(canvas.look(), size) : Scene();
    if (scene.grid.columns.empty() || scene.grid.rows.empty()) {
        const QString who = scene.grid.columns.empty() ? QStringLiteral("A") : scene.nameOf(state(), 0);
        drawEmpty(canvas, size, QStringLiteral("No page is mapped yet, so none is shared."),
                  QStringLiteral("map %1 0x10000 0x4000 cow , then  fork %1 B").arg(who));
        return;
    }
    drawHeader(canvas, scene);
    for (size_t row = 0; row < scene.grid.rows.size(); ++row) {
        if (scene.rows[row].hidden)
            continue;
        if (scene.grid.rows[row].range.newGroup)
            drawGroup(canvas, scene, row);
        drawRow(canvas, scene, row);
    }
    const double u = canvas.px(1);
    if (scene.hiddenGroups > 0)
        canvas.text({scene.left, scene.bottom + 17 * u},
                    QStringLiteral("%1 without any page now: not shown")
                        .arg(scene.hiddenGroups == 1 ? QStringLiteral("1 entry")
                                                     : QStringLiteral("%1 entries").arg(scene.hiddenGroups)),
                    type::small, Role::Ink3);
    else if (scene.gridBottom - scene.bottom >= 22 * u)
        canvas.text(
            {scene.left, scene.gridBottom - 9 * u},
            firstFitting(canvas,
                         {QStringLiteral("below each page: what the next write of that process costs"),
                          QStringLiteral("below: what the next write costs")},
                         type::small, scene.right - scene.left),
            type::small, Role::Ink3);
    drawPaid(canvas, scene);
    drawStrip(canvas, scene);
}

void SharingPicture::drawRow(Canvas& canvas, const Scene& scene, size_t index) const {
    const double u = canvas.px(1);
    const auto& snapshot = *state().now;
    const SharingRow& row = scene.grid.rows[index];
    const Scene::RowPlace& place = scene.rows[index];
    if (index > 0 && !row.range.newGroup)
        canvas.line({scene.left, place.top - 2 * u}, {scene.right, place.top - 2 * u}, {.line = Role::Grid});
    const uint64_t pages = (row.range.end - row.range.va) / snapshot.pageSize;
    const double middle = place.capsuleTop + place.capsuleHeight / 2;
    canvas.text({scene.left, middle + (pages > 1 ? -3 : 5) * u}, addressText(row.range.va), type::address,
                Role::Ink);
    if (pages > 1)
        canvas.text({scene.left, middle + 13 * u},
                    pages == 2 ? QStringLiteral("and next") : QStringLiteral("%1 pages").arg(pages),
                    type::small, Role::Ink2);
    for (size_t c = 0; c < scene.grid.columns.size(); ++c) {
        const SharingColumn& column = scene.grid.columns[c];
        const SharingCell& cell = row.cells[c];
        if (!entryOfCell(snapshot, column, cell))
            continue;
        if (cell.fact.anon == none && cell.fact.page == none) {
            const QRectF rect = scene.capsuleRect(index, c, c);
            const QString who = processName(snapshot, column.process);
            canvas.begin({QStringLiteral("nopage-%1-%2").arg(who, plainAddress(row.range.va)),
                          QStringLiteral("no page %1 %2").arg(who, plainAddress(row.range.va)),
                          rect,
                          {.process = column.pid, .va = row.range.va, .hasVa = true}});
            QStringList words{QStringLiteral("no page"), QStringLiteral("–")};
            if (place.slim && cell.next != WriteCost::NotMapped)
                words.prepend(QStringLiteral("no page · ") + costText(cell.next, snapshot.pageSize));
            emptyCapsule(canvas, rect, firstFitting(canvas, words, type::note, rect.width() - 10 * u));
            if (state().selection.isAddress(column.pid, row.range.va))
                selectedOutline(canvas, rect, place.capsuleHeight / 2 / u + 3);
            canvas.end();
        }
        if (!place.slim)
            drawCost(canvas, scene, index, c);
    }
    // Bridges of capsules whose sharers stand apart pass at different heights, behind everything.
    int bridge = 0;
    for (const SharingCapsule& capsule : row.capsules)
        if (!capsule.adjacent)
            drawCapsule(canvas, scene, index, capsule,
                        middle + (bridge++ % 2 ? 0.22 : -0.22) * place.capsuleHeight);
    for (const SharingCapsule& capsule : row.capsules)
        if (capsule.adjacent)
            drawCapsule(canvas, scene, index, capsule, middle);
}

void SharingPicture::drawCapsule(Canvas& canvas, const Scene& scene, size_t row,
                                 const SharingCapsule& capsule, double bridgeY) const {
    const double u = canvas.px(1);
    const auto& snapshot = *state().now;
    const uint64_t va = scene.grid.rows[row].range.va;
    const auto first = size_t(capsule.columns.front()), last = size_t(capsule.columns.back());
    const QRectF whole = scene.capsuleRect(row, first, last);
    const CapsuleLook look = lookOf(scene, row, capsule);
    QStringList sharers;
    for (int c : capsule.columns)
        sharers << scene.nameOf(state(), size_t(c));
    const SharingCell& cell = scene.grid.rows[row].cells[first];
    const QString id = capsule.anon != none
                           ? QStringLiteral("anon-%1").arg(snapshot.anons[size_t(capsule.anon)].id)
                           : QStringLiteral("object-%1-%2")
                                 .arg(snapshot.objects[size_t(capsule.object)].id)
                                 .arg(plainAddress(va));
    QString text = QStringLiteral("capsule %1: %2").arg(plainAddress(va), look.name);
    for (const QString& word : {look.content, look.badge, sharers.join(u'+'),
                                look.copyOnWrite ? QStringLiteral("copy-on-write") : QString(),
                                look.swapped ? QStringLiteral("swapped") : QString(),
                                look.changed ? QStringLiteral("changed") : QString()})
        if (!word.isEmpty())
            text += u' ' + word;
    canvas.begin({id, text, whole, pageIdentity(snapshot, scene.grid.columns[first].process, cell.fact)});
    if (capsule.adjacent) {
        gui::capsule(canvas, whole, look);
    } else {
        const double half = bridgeHeight * u / 2;
        const QRectF bridge(scene.columnRect(first).center().x(), bridgeY - half,
                            scene.columnRect(last).center().x() - scene.columnRect(first).center().x(),
                            2 * half);
        canvas.rect(bridge, {.fill = fillOf(look.hue), .line = lineOf(look.hue), .width = 1.4});
        for (const auto& [from, to] : sharerRuns(capsule))
            gui::capsule(canvas, scene.capsuleRect(row, size_t(from), size_t(to)), look);
    }
    canvas.end();
}

CapsuleLook SharingPicture::lookOf(const Scene& scene, size_t row, const SharingCapsule& capsule) const {
    const auto& snapshot = *state().now;
    const auto first = size_t(capsule.columns.front());
    const PageFact& fact = scene.grid.rows[row].cells[first].fact;
    const int process = scene.grid.columns[first].process;
    const PageLook page = pageLookOf(snapshot, process, fact);
    const uint64_t pages =
        (scene.grid.rows[row].range.end - scene.grid.rows[row].range.va) / snapshot.pageSize;
    CapsuleLook look;
    look.hue = hueOf(fact);
    look.name = page.name;
    if (pages > 1)
        look.name += QStringLiteral(" and %1 more").arg(pages - 1);
    else if (fact.page != none)
        look.content = contentText(snapshot.pages[size_t(fact.page)]);
    else if (fact.swapped)
        look.content = QStringLiteral("↓ slot %1").arg(page.swapSlot);
    look.swapped = fact.swapped;
    // The same page at another address: that is sharing as well, but no capsule can show it.
    for (size_t r = 0; r < scene.grid.rows.size(); ++r)
        for (const SharingCapsule& other : scene.grid.rows[r].capsules)
            if (r != row && other.page != none && other.page == capsule.page && other.anon == capsule.anon)
                look.content += QStringLiteral(", also at %1").arg(addressText(scene.grid.rows[r].range.va));
    if (capsule.sharers > 1)
        look.badge = QStringLiteral("×%1").arg(capsule.sharers);
    // Several references; a private mapping of a file's page has but one, and is copied all the same.
    look.copyOnWrite = capsule.copyOnWrite;
    look.shared = !look.copyOnWrite && capsule.columns.size() > 1;
    look.changed = hasChanged(scene, row, capsule);
    for (int c : capsule.columns) {
        const SharingColumn& column = scene.grid.columns[size_t(c)];
        look.selected = look.selected || pageSelected(state().selection, snapshot, column.process,
                                                      scene.grid.rows[row].cells[size_t(c)].fact);
    }
    return look;
}

// Another page, other sharers or another content than before the step.
bool SharingPicture::hasChanged(const Scene& scene, size_t row, const SharingCapsule& capsule) const {
    if (!state().before || row >= scene.before.rows.size())
        return false;
    const auto face = [](const Snapshot& snapshot, const SharingCapsule& c) {
        const uint32_t anon = c.anon == none ? 0 : snapshot.anons[size_t(c.anon)].id;
        const uint32_t object = c.object == none ? 0 : snapshot.objects[size_t(c.object)].id;
        const std::array<uint8_t, 16> bytes =
            c.page == none ? std::array<uint8_t, 16>{} : snapshot.pages[size_t(c.page)].firstBytes;
        return std::tuple(anon, object, c.columns, c.sharers, c.copyOnWrite, bytes);
    };
    const auto now = face(*state().now, capsule);
    const auto& old = scene.before.rows[row].capsules;
    return std::none_of(old.begin(), old.end(),
                        [&](const SharingCapsule& c) { return face(*state().before, c) == now; });
}

void SharingPicture::drawCost(Canvas& canvas, const Scene& scene, size_t row, size_t c) const {
    const auto& snapshot = *state().now;
    const SharingRow& line = scene.grid.rows[row];
    const WriteCost next = line.cells[c].next;
    if (next == WriteCost::NotMapped)
        return;
    const double u = canvas.px(1), room = scene.columnRect(c).width() - 8 * u;
    const CostMark mark = costMarkOf(next);
    const QString full = costText(next, snapshot.pageSize);
    QString text = full;
    if (costWidth(canvas, mark, text) > room)
        text = shortCost(next);
    if (costWidth(canvas, mark, text) > room)
        text.clear();
    const double shift = text.isEmpty() ? 4 * u : 0; // a mark alone stands in the middle
    const QRectF rect =
        cost(canvas, {scene.columnRect(c).center().x() + shift, scene.rows[row].costY}, mark, text);
    canvas.note(
        {QStringLiteral("cost-%1-%2").arg(scene.grid.columns[c].pid).arg(plainAddress(line.range.va)),
         QStringLiteral("cost %1 %2: %3").arg(plainAddress(line.range.va), scene.nameOf(state(), c), full),
         rect,
         {.process = scene.grid.columns[c].pid, .va = line.range.va, .hasVa = true}});
}

} // namespace gui
