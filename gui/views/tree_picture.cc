#include "gui/views/tree_picture.h"

#include <algorithm>
#include <map>

#include "gui/models/names.h"
#include "gui/views/look_of.h"
#include "gui/views/tree_scene.h"

namespace gui {

using gdbbridge::Entry;
using gdbbridge::NodeColor;
using gdbbridge::none;

namespace {

// Lengths at a base of 15 px.
constexpr double nodeMost = 104, nodeHeightMost = 44, nodeHeightLeast = 8;
constexpr double betweenNodes = 10, betweenLevels = 12, textHeightLeast = 14;
constexpr double textLeast = 22; // a narrower node is a dot
constexpr double dotMost = 12, dotLeast = 3;

// In a subtree that the search went past.
bool isCut(const TreeScene& scene, const Entry& entry) {
    const FreeSearch* search = scene.search();
    return search && search->cutBelow.contains(entry.id);
}

} // namespace

QString TreePicture::note() const {
    const int process = state().subject();
    if (process == none)
        return QStringLiteral("the red-black tree of a map");
    return QStringLiteral("%1's map: red rounded, black square").arg(processName(*state().now, process));
}

QSizeF TreePicture::sizeFor(const Look& look, QSizeF offered) const {
    return {offered.width(), std::max(offered.height(), hasState() ? treeHeight(state(), look) : 0)};
}

void TreePicture::draw(Canvas& canvas, QSizeF size) const {
    const auto scene = hasState() ? makeTreeScene(state(), canvas.look(), size) : nullptr;
    if (!scene) {
        const int process = state().subject();
        const QString who = process == none ? QStringLiteral("A") : processName(*state().now, process);
        if (process != none && !mapOf(*state().now, process)) {
            drawEmpty(canvas, size, QStringLiteral("%1's map could not be read.").arg(subjectText(who)), {});
            return;
        }
        drawEmpty(canvas, size,
                  process == none ? QStringLiteral("There is no map yet.")
                                  : QStringLiteral("%1's map is empty.").arg(subjectText(who)),
                  QStringLiteral("map %1 0x10000 0x4000 cow  would fill it").arg(who));
        return;
    }
    drawHeader(canvas, *scene);
    if (scene->strip.height() > 0)
        drawTreeStrip(canvas, *scene);
    const std::vector<Level> levels = levelsOf(canvas, *scene);
    std::vector<QRectF> nodes(scene->map.entries.size());
    for (const TreePlace& place : scene->layout.places) {
        const Level& level = levels[size_t(place.depth)];
        nodes[size_t(place.entry)] = {scene->left + place.x - level.width / 2, scene->tree.top() + place.y,
                                      level.width, level.height};
    }
    drawSearchHulls(canvas, *scene, nodes);
    drawEdges(canvas, *scene, nodes, levels);
    for (const TreePlace& place : scene->layout.places)
        if (levels[size_t(place.depth)].single)
            drawNode(canvas, *scene, place, nodes[size_t(place.entry)]);
    for (size_t depth = 0; depth < levels.size(); ++depth)
        if (!levels[depth].single)
            drawCrowd(canvas, *scene, int(depth), levels[depth]);
    drawSearchLabels(canvas, *scene, nodes);
    drawRace(canvas, *scene);
    drawTreeWrongs(canvas, *scene, nodes);
}

std::vector<TreePicture::Level> TreePicture::levelsOf(const Canvas& canvas, const TreeScene& scene) const {
    const double u = canvas.px(1);
    const TreeLayout& layout = scene.layout;
    std::vector<Level> levels(size_t(layout.levels), Level{nodeMost * u, 0, true});
    std::vector<double> last(size_t(layout.levels), -1);
    for (const TreePlace& place : layout.places) {
        Level& level = levels[size_t(place.depth)];
        double& before = last[size_t(place.depth)];
        // Neighbours leave a space between them, and nobody reaches over the edge of the picture.
        const double edge = std::min(place.x, scene.treeWidth() - place.x) + scene.left * 0.7;
        level.width = std::min(level.width, 2 * edge);
        if (before >= 0)
            level.width =
                std::min(level.width, place.x - before - std::min(betweenNodes * u, layout.column * 0.5));
        before = place.x;
    }
    const double height = layout.levelHeight - std::min(betweenLevels * u, layout.levelHeight * 0.3);
    for (Level& level : levels) {
        const bool text = level.width >= textLeast * u && height >= textHeightLeast * u;
        level.height = std::clamp(height, nodeHeightLeast * u, (text ? nodeHeightMost : dotMost) * u);
        if (!text) {
            level.single = level.width >= dotLeast * u;
            level.width = std::min(level.width, dotMost * u);
        } else if (level.height < 34 * u) {
            level.height = std::min(level.height, 28 * u); // one line
        }
    }
    return levels;
}

void TreePicture::drawHeader(Canvas& canvas, const TreeScene& scene) const {
    const double u = canvas.px(1), y = 20 * u;
    const QString name = processName(*state().now, scene.process);
    double x =
        scene.header.left() + canvas.text({scene.header.left(), y}, name, type::step, Role::Ink) + 10 * u;
    const QString words =
        QStringLiteral("%1 · number in a node: largest gap at or below it%2")
            .arg(scene.map.entries.size() == 1 ? QStringLiteral("1 entry")
                                               : QStringLiteral("%1 entries").arg(scene.map.entries.size()),
                 scene.inPages ? QStringLiteral(", in pages") : QString());
    if (const QString race = raceText(scene); scene.race.isEmpty() && !race.isEmpty()) {
        canvas.text({x, y}, canvas.elided(race, type::note, scene.header.right() - x), type::note,
                    Role::Ink2);
        return;
    }
    const QString brief =
        scene.inPages ? QStringLiteral("number: maxgap in pages") : QStringLiteral("number: maxgap");
    const double room = scene.header.right() - x;
    canvas.text({x, y},
                canvas.textWidth(words, type::note) <= room ? words : canvas.elided(brief, type::note, room),
                type::note, Role::Ink3);
}

void TreePicture::drawEdges(Canvas& canvas, const TreeScene& scene, const std::vector<QRectF>& nodes,
                            const std::vector<Level>& levels) const {
    const FreeSearch* search = scene.search();
    for (const TreePlace& place : scene.layout.places) {
        if (place.parent == none || !levels[size_t(place.depth)].single)
            continue;
        const QRectF &from = nodes[size_t(place.parent)], &to = nodes[size_t(place.entry)];
        const auto& entries = scene.map.entries;
        const bool visited = search && search->orderOf(entries[size_t(place.entry)].id) > 0 &&
                             search->orderOf(entries[size_t(place.parent)].id) > 0;
        const bool cut = isCut(scene, entries[size_t(place.entry)]);
        Ink ink{.line = Role::Ink3, .width = 1.3};
        if (visited)
            ink = {.line = Role::Visited, .width = 4.5};
        else if (cut)
            ink = {.line = Role::Cut, .width = 1.4, .dash = {2, 3}};
        canvas.line(from.center(), {to.center().x(), to.top()}, ink);
    }
}

void TreePicture::drawNode(Canvas& canvas, const TreeScene& scene, const TreePlace& place,
                           const QRectF& rect) const {
    const double u = canvas.px(1);
    const auto& snapshot = *state().now;
    const Entry& entry = scene.map.entries[size_t(place.entry)];
    const QString who = processName(snapshot, scene.process);
    const bool changed = state().changes.node(entry.id) || state().changes.entry(entry.id);
    const gdbbridge::Finding* wrong = state().violationOf(entry);
    const int order = scene.search() ? scene.search()->orderOf(entry.id) : 0;
    NodeLook look;
    look.red = entry.color == NodeColor::Red;
    look.number = scene.amount(entry.maxgap);
    look.brief = scene.briefAmount(entry.maxgap);
    look.wrong = wrong != nullptr;
    look.cut = order == 0 && isCut(scene, entry);
    if (!scene.names.isEmpty()) {
        look.name = scene.names[place.entry];
        look.address = scene.namedByAddress[size_t(place.entry)];
    }
    const QString parent =
        place.parent == none
            ? QStringLiteral("root")
            : QStringLiteral("below %1").arg(plainAddress(scene.map.entries[size_t(place.parent)].start));
    canvas.begin({QStringLiteral("node-%1-%2").arg(who, plainAddress(entry.start)),
                  QStringLiteral("node %1 %2 %3 %4, %5, maxgap %6%7%8%9")
                      .arg(who, plainAddress(entry.start), entryTitle(snapshot, entry),
                           look.red ? QStringLiteral("red") : QStringLiteral("black"), parent, look.number,
                           changed ? QStringLiteral(" changed") : QString(),
                           wrong ? QStringLiteral(" wrong: expected %1, found %2")
                                       .arg(QString::fromStdString(wrong->expected),
                                            QString::fromStdString(wrong->found))
                                 : QString(),
                           order > 0 ? QStringLiteral(" visited %1").arg(order) : QString()),
                  rect,
                  {.process = pidOf(snapshot, scene.process), .entry = entry.id}});
    treeNode(canvas, rect, look);
    const double round = look.red ? rect.height() * 0.43 / u : 3;
    if (order > 0) {
        canvas.rect(rect.adjusted(-3 * u, -3 * u, 3 * u, 3 * u), {.line = Role::Visited, .width = 3.4},
                    (round + 3) * u);
        visitedDisc(canvas, rect.topLeft() + QPointF(-2 * u, -1 * u), order);
    } else if (changed && !wrong && rect.width() >= dotMost * u) {
        changedBand(canvas, rect.adjusted(2 * u, 2 * u, -2 * u, -2 * u), std::max(2.0, round - 2));
    }
    if (state().selection.isEntry(entry.id))
        selectedOutline(canvas, rect.adjusted(-2 * u, -2 * u, 2 * u, 2 * u), round + 5);
    canvas.end();
}

// A depth with more nodes than pixels: a tick where there are any.
void TreePicture::drawCrowd(Canvas& canvas, const TreeScene& scene, int depth, const Level& level) const {
    const double u = canvas.px(1), bin = dotLeast * u;
    std::map<int, bool> bins; // whether it holds a red node
    int count = 0;
    double y = 0;
    for (const TreePlace& place : scene.layout.places) {
        if (place.depth != depth)
            continue;
        bool& red = bins[int(place.x / bin)];
        red = red || scene.map.entries[size_t(place.entry)].color == NodeColor::Red;
        ++count;
        y = scene.tree.top() + place.y;
    }
    const QRectF rect(scene.tree.left(), y, scene.tree.width(), level.height);
    canvas.begin({QStringLiteral("depth-%1").arg(depth),
                  QStringLiteral("%1 nodes at depth %2").arg(count).arg(depth),
                  rect,
                  {}});
    for (const bool wanted : {false, true}) {
        QPainterPath path;
        for (const auto& [at, red] : bins)
            if (red == wanted)
                path.addRect(QRectF(scene.left + at * bin, y, bin - 0.8 * u, level.height));
        const bool dark = canvas.look().theme == ThemeName::Dark;
        canvas.path(path, {.fill = wanted ? Role::NodeRedLine : dark ? Role::Ink3 : Role::NodeBlack});
    }
    canvas.end();
}

} // namespace gui
