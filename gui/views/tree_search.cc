// A search for room in a tree: what it went past, and its race against a scan from entry to entry.
#include <algorithm>
#include <map>

#include "gui/models/names.h"
#include "gui/views/tree_scene.h"

namespace gui {

namespace {

// A subtree that the search went past, where its nodes stand now.
struct Hull {
    uint32_t top = 0; // serial number of the topmost entry
    QRectF rect;
    bool pure = true; // nothing else lies in it
    QString text;     // "cut: 4 < 8"
};

// From left to right.
std::vector<Hull> hullsOf(const TreeScene& scene, const std::vector<QRectF>& nodes, double u) {
    const FreeSearch* const search = scene.search();
    if (!search)
        return {};
    std::map<uint32_t, QRectF> rects;
    for (const TreePlace& place : scene.layout.places) {
        const auto cut = search->cutBelow.find(scene.map.entries[size_t(place.entry)].id);
        if (cut != search->cutBelow.end())
            rects[cut->second] |= nodes[size_t(place.entry)];
    }
    std::vector<Hull> hulls;
    for (const auto& [top, around] : rects) {
        Hull hull{top, around.adjusted(-5 * u, -5 * u, 5 * u, 5 * u), true, {}};
        hull.rect &= scene.tree.adjusted(-14 * u, -6 * u, 14 * u, 6 * u);
        // The tree may have turned since: a hull around what was not cut off would not be true.
        for (const TreePlace& place : scene.layout.places) {
            const auto cut = search->cutBelow.find(scene.map.entries[size_t(place.entry)].id);
            if (hull.rect.contains(nodes[size_t(place.entry)].center()) &&
                (cut == search->cutBelow.end() || cut->second != top))
                hull.pure = false;
        }
        if (const SearchStep* const step = search->cutAt(top))
            hull.text =
                QStringLiteral("cut: %1 < %2").arg(scene.amount(step->maxgap), scene.amount(search->length));
        hulls.push_back(hull);
    }
    std::stable_sort(hulls.begin(), hulls.end(),
                     [](const Hull& a, const Hull& b) { return a.rect.center().x() < b.rect.center().x(); });
    return hulls;
}

// A row of boxes, one a thing that was looked at; a bar where there are too many for that.
void drawCount(Canvas& canvas, QPointF at, uint64_t count, double unit, Role fill) {
    const double u = canvas.px(1), height = 11 * u;
    if (unit < 4 * u) {
        canvas.rect(QRectF(at.x(), at.y() - height + u, std::max(unit * double(count), 2 * u), height),
                    {.fill = fill}, 2 * u);
        return;
    }
    for (uint64_t i = 0; i < count; ++i)
        canvas.rect(QRectF(at.x() + unit * double(i), at.y() - height + u, unit * 0.8, height),
                    {.fill = fill}, 2 * u);
}

QString nodesText(const FreeSearch& search) {
    return QStringLiteral("tree: %1, %2 cut off")
        .arg(countText(search.visited.size(), QStringLiteral("gap")),
             countText(search.cuts(), QStringLiteral("subtree")));
}

QString scanText(const FreeSearch& search) {
    return search.linear > 0
               ? QStringLiteral("linear scan: ") + countText(search.linear, QStringLiteral("gap"))
               : QString();
}

QString resultText(const FreeSearch& search) {
    if (!search.ended)
        return QStringLiteral("searching …");
    return search.found != 0 ? QStringLiteral("found at ") + addressText(search.found)
                             : QStringLiteral("no room");
}

} // namespace

void drawSearchHulls(Canvas& canvas, const TreeScene& scene, const std::vector<QRectF>& nodes) {
    const double u = canvas.px(1);
    for (const Hull& hull : hullsOf(scene, nodes, u)) {
        canvas.begin({QStringLiteral("cut-%1").arg(hull.top),
                      QStringLiteral("subtree of entry %1 %2").arg(hull.top).arg(hull.text),
                      hull.rect,
                      {}});
        if (hull.pure)
            canvas.rect(hull.rect, {.fill = Role::CutFill, .line = Role::Cut, .width = 1.4, .dash = {2, 3}},
                        6 * u);
        canvas.end();
    }
}

// On the lower edge of the hull; where that would cover a node the number is only in the tip.
void drawSearchLabels(Canvas& canvas, const TreeScene& scene, const std::vector<QRectF>& nodes) {
    const double u = canvas.px(1);
    const Type face = type::note.asBold();
    std::vector<QRectF> taken;
    const auto isFree = [&](const QRectF& plate) {
        const auto hits = [&](const QRectF& other) { return other.isValid() && other.intersects(plate); };
        return plate.bottom() <= scene.tree.bottom() + 14 * u &&
               std::none_of(nodes.begin(), nodes.end(), hits) &&
               std::none_of(taken.begin(), taken.end(), hits);
    };
    for (const Hull& hull : hullsOf(scene, nodes, u)) {
        const double half = canvas.textWidth(hull.text, face) / 2 + 6 * u;
        if (!hull.pure || hull.text.isEmpty() || scene.tree.width() < 2 * half)
            continue;
        const double x =
            std::clamp(hull.rect.center().x(), scene.tree.left() + half, scene.tree.right() - half);
        for (const double y : {hull.rect.bottom() - 5 * u, hull.rect.top() - 13 * u}) {
            const QRectF plate(x - half, y, 2 * half, 18 * u);
            if (!isFree(plate.adjusted(u, u, -u, -u)))
                continue;
            canvas.rect(plate, {.fill = Role::Panel, .line = Role::Cut, .width = 1.2}, 4 * u);
            canvas.text({x, plate.top() + 13.5 * u}, hull.text, face, Role::Ink2, Align::Center);
            taken.push_back(plate);
            break;
        }
    }
}

QString raceText(const TreeScene& scene) {
    const FreeSearch* const search = scene.search();
    if (!search || search->steps.empty())
        return {};
    QStringList parts{resultText(*search), nodesText(*search)};
    if (const QString scan = scanText(*search); !scan.isEmpty())
        parts << scan;
    return parts.join(QStringLiteral(" · "));
}

void drawRace(Canvas& canvas, const TreeScene& scene) {
    const FreeSearch* const search = scene.search();
    if (scene.race.isEmpty() || !search || search->steps.empty())
        return;
    const double u = canvas.px(1), first = scene.race.top() + 19 * u, second = first + 19 * u;
    canvas.begin({QStringLiteral("race"), QStringLiteral("race: ") + raceText(scene), scene.race, {}});
    const Type result = type::title;
    double x = scene.race.left();
    const QString found = resultText(*search);
    // What it says at the end keeps its place while the search is played.
    const double column = std::max(canvas.textWidth(found, result), 150 * u);
    canvas.text({x, first}, found, result, search->ended ? Role::Visited : Role::Ink2);
    x += column + 20 * u;
    const QString nodes = nodesText(*search), scan = scanText(*search);
    const double words =
        std::max({canvas.textWidth(nodes, type::note), canvas.textWidth(scan, type::note), 210 * u});
    canvas.text({x, first}, canvas.elided(nodes, type::note, scene.race.right() - x), type::note, Role::Ink);
    if (!scan.isEmpty())
        canvas.text({x, second}, canvas.elided(scan, type::note, scene.race.right() - x), type::note,
                    Role::Ink2);
    x += words + 16 * u;
    const double most = double(std::max<uint64_t>({search->linear, search->visited.size(), 1}));
    if (const double room = scene.race.right() - x; room > 60 * u) {
        const double unit = std::min(14 * u, room / most);
        drawCount(canvas, {x, first}, search->visited.size(), unit, Role::Visited);
        drawCount(canvas, {x, second}, search->linear, unit, Role::AbsentLine);
    }
    canvas.end();
}

} // namespace gui
