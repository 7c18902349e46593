#include "gui/views/tree_scene.h"

#include <algorithm>
#include <map>

#include "gui/layout/page_facts.h"
#include "gui/models/names.h"

namespace gui {

using gdbbridge::Map;
using gdbbridge::none;

namespace {

// Lengths at a base of 15 px.
constexpr double margin = 18, inset = 12, headerHeight = 34, below = 10;
constexpr double levelMost = 84, levelReadable = 46, levelLeast = 30, levelCrowded = 13;
constexpr int mostReadableLevels = 7; // a deeper tree is looked at as a whole
constexpr double raceHeight = 46, stripHeight = 46, barsLeast = 78, barsMost = 150;
constexpr double noteHeight = 52, noteGap = 10;
constexpr uint64_t mostPages = 9999; // a map of more has gaps in kB, MB …
constexpr size_t mostNamed = 200;    // entries
constexpr size_t mostNotes = 2;      // broken invariants that are spelled out

// The maps that the columns have room for. Of a single step the one after it: what is gone has no node.
std::vector<const Map*> mapsOf(const ViewState& state, uint32_t pid) {
    std::vector<const Map*> maps;
    const auto snapshots = state.frames.empty() ? std::vector{state.now.get()} : state.all();
    for (const auto* snapshot : snapshots)
        for (size_t p = 0; p < snapshot->processes.size(); ++p)
            if (snapshot->processes[p].pid == pid)
                if (const Map* map = mapOf(*snapshot, int(p)))
                    maps.push_back(map);
    return maps;
}

std::vector<const gdbbridge::Finding*> wrongsOf(const ViewState& state, const Map& map) {
    std::vector<const gdbbridge::Finding*> result;
    for (const auto& finding : state.violations)
        if (finding.address == map.address ||
            std::any_of(map.entries.begin(), map.entries.end(),
                        [&](const auto& e) { return e.address == finding.address && e.address != 0; }))
            result.push_back(&finding);
    return result;
}

// By title where that says which entry it is, else by address.
void setNames(TreeScene& scene) {
    const auto& entries = scene.map.entries;
    if (entries.size() > mostNamed)
        return;
    std::map<QString, int> titles;
    std::vector<uint64_t> starts;
    for (const auto& entry : entries) {
        ++titles[entryTitle(*scene.state.now, entry)];
        starts.push_back(entry.start);
    }
    const QStringList addresses = shortAddresses(starts);
    for (size_t i = 0; i < entries.size(); ++i) {
        const QString title = entryTitle(*scene.state.now, entries[i]);
        const bool byAddress = titles[title] > 1 || title == QStringLiteral("anonymous");
        scene.namedByAddress.push_back(byAddress);
        scene.names << (byAddress ? addresses[qsizetype(i)] : title);
    }
}

double notesHeight(size_t wrongs) {
    return wrongs == 0 ? 0 : double(std::min(wrongs, mostNotes)) * (noteHeight + noteGap) + noteGap;
}

// From below: strip, bars, notes; the tree gets the rest. What would make the tree unreadable is left out.
void setAreas(TreeScene& scene, QSizeF size, double u, int levels) {
    const double width = size.width() - 2 * margin * u;
    scene.header = {margin * u, 0, width, headerHeight * u};
    double bottom = size.height() - below * u;
    const double notes = notesHeight(scene.wrongs.size()) * u;
    const double room = bottom - headerHeight * u - notes, tree = levels * levelReadable * u;
    double spare = room - stripHeight * u - tree;
    // Before the bars: the numbers are what a search is about.
    if (scene.state.searches && spare >= raceHeight * u) {
        scene.race = {margin * u, bottom - raceHeight * u, width, raceHeight * u};
        bottom -= raceHeight * u;
        spare -= raceHeight * u;
    }
    if (spare >= 0) {
        scene.strip = {margin * u, bottom - stripHeight * u, width, stripHeight * u};
        bottom -= stripHeight * u;
    }
    if (spare >= barsLeast * u) {
        const double height = std::clamp(spare - levels * 20 * u, barsLeast * u, barsMost * u);
        scene.bars = {margin * u, bottom - height, width, height};
        bottom -= height;
    }
    if (notes > 0) {
        scene.notes = {margin * u, bottom - notes, width, notes};
        bottom -= notes;
    }
    scene.tree = {margin * u, headerHeight * u, width, bottom - headerHeight * u};
}

} // namespace

QString TreeScene::amount(uint64_t bytes) const {
    return inPages ? QString::number(bytes / state.now->pageSize) : sizeText(bytes);
}

QString TreeScene::briefAmount(uint64_t bytes) const {
    const QString whole = amount(bytes);
    const QString number = whole.section(u' ', 0, 0), unit = whole.section(u' ', 1);
    return (number.endsWith(QStringLiteral(".0")) ? number.chopped(2) : number) + unit.left(1);
}

const FreeSearch* TreeScene::search() const {
    return state.search.happened() && state.search.map == map.address ? &state.search : nullptr;
}

double treeHeight(const ViewState& state, const Look& look) {
    const int process = state.subject();
    const Map* map = process == none ? nullptr : mapOf(*state.now, process);
    if (!map)
        return 0;
    int levels = 1;
    for (const Map* each : mapsOf(state, state.now->processes[size_t(process)].pid))
        levels = std::max(levels, treeLevels(*each));
    return look.metrics.px(headerHeight + below +
                           levels * (levels > mostReadableLevels ? levelCrowded : levelLeast) +
                           notesHeight(wrongsOf(state, *map).size()));
}

std::unique_ptr<TreeScene> makeTreeScene(const ViewState& state, const Look& look, QSizeF size) {
    const int process = state.subject();
    const Map* map = process == none ? nullptr : mapOf(*state.now, process);
    if (!map || map->entries.empty())
        return nullptr;
    const double u = look.metrics.px(1);
    auto scene = std::make_unique<TreeScene>(TreeScene{.state = state,
                                                       .process = process,
                                                       .map = *map,
                                                       .wrongs = wrongsOf(state, *map),
                                                       .names = {},
                                                       .namedByAddress = {},
                                                       .layout = {},
                                                       .header = {},
                                                       .tree = {},
                                                       .notes = {},
                                                       .bars = {},
                                                       .strip = {},
                                                       .race = {}});
    scene->inPages = (map->max - map->min) / std::max<uint64_t>(1, state.now->pageSize) <= mostPages;
    setNames(*scene);
    const auto maps = mapsOf(state, state.now->processes[size_t(process)].pid);
    TreeRequest request;
    request.columns = treeColumns(maps);
    for (const Map* each : maps)
        request.levels = std::max(request.levels, treeLevels(*each));
    setAreas(*scene, size, u, std::max(1, request.levels));
    scene->left = scene->tree.left() + inset * u; // nodes may be wider than their columns
    request.width = scene->treeWidth();
    request.height = scene->tree.height();
    request.levelHeight = levelMost * u;
    scene->layout = layoutTree(*map, request);
    return scene;
}

} // namespace gui
