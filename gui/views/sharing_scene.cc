#include "gui/views/sharing_scene.h"

#include <algorithm>

#include "gui/models/names.h"

namespace gui {

using gdbbridge::none;

namespace {

// Lengths at a base of 15 px.
constexpr double margin = 18, topMargin = 6, nameHeight = 28, groupHeight = 28, bottomMargin = 8;
constexpr double labelLeast = 62, labelGap = 14, columnLeast = 62, columnSpace = 7;
constexpr double slimHeight = 39, slimCapsule = 22, moreHeight = 24;
constexpr double besideLeast = 860, paidLeast = 250, paidMost = 380, paidLine = 22;
constexpr size_t paidLines = 2; // below the grid
constexpr double stripWidth = 720;
constexpr size_t stripRows = 8, stripColumns = 6; // more are no picture at this size
constexpr double rowLeast = 58, rowEasy = 74, rowMost = 104, capsuleLeast = 26, capsuleMost = 46;

} // namespace

bool SharingPicture::Scene::groupIsEmpty(size_t firstRow) const {
    for (size_t i = firstRow; i < grid.rows.size() && (i == firstRow || !grid.rows[i].range.newGroup); ++i)
        if (!grid.rows[i].range.empty)
            return false;
    return true;
}

double SharingPicture::Scene::stripHeight(const Metrics& metrics, QSizeF size, size_t steps) const {
    const auto shown = size_t(std::count_if(grid.rows.begin(), grid.rows.end(),
                                            [](const SharingRow& row) { return !row.range.empty; }));
    if (steps < 2 || shown == 0 || shown > stripRows || grid.columns.size() > stripColumns ||
        size.width() < metrics.px(stripWidth))
        return 0;
    return metrics.px(stripHead + stripTitle + double(shown) * stripRow + stripFoot);
}

void SharingPicture::Scene::place(const Metrics& metrics, QSizeF size, size_t paidSteps, size_t steps) {
    const double u = metrics.px(1);
    const QSizeF offered = size;
    double label = labelLeast * u, groups = 0;
    for (const SharingRow& row : grid.rows) {
        label = std::max(label, metrics.textWidth(addressText(row.range.va), type::address));
        groups += row.range.newGroup ? 1 : 0;
    }
    const auto columns = double(std::max<size_t>(1, grid.columns.size()));
    const double gridLeast = 2 * margin * u + label + labelGap * u + columns * columnLeast * u;
    // What was paid stands beside the grid where there is room for both, else in a few lines below.
    double aside = std::clamp(size.width() * 0.3, paidLeast * u, paidMost * u) + margin * u;
    const bool beside = paidSteps > 0 && size.width() >= std::max(besideLeast * u, gridLeast + aside);
    aside = beside ? aside : 0;
    const double below =
        paidSteps > 0 && !beside ? (double(std::min(paidSteps, paidLines)) * paidLine + 6) * u : 0;
    // The strip only where the rows stay as high as they are meant to be.
    double film = stripHeight(metrics, size, steps);
    const double comfortable =
        (topMargin + nameHeight + bottomMargin + groups * groupHeight + double(grid.rows.size()) * rowEasy) *
        u;
    if (size.height() - below - film < comfortable)
        film = 0;
    size -= QSizeF(aside, below + film);
    neededWidth = gridLeast + aside;
    left = margin * u;
    right = std::max(size.width(), gridLeast) - margin * u;
    top = topMargin * u;
    firstColumn = left + label + labelGap * u;
    columnWidth = (right - firstColumn) / columns;

    rows.assign(grid.rows.size(), {});
    double head = (topMargin + nameHeight + bottomMargin + groups * groupHeight) * u;
    double full = double(rows.size()), slim = 0;
    const auto needed = [&] { return head + (full * rowLeast + slim * slimHeight) * u; };
    // Where there is too little room, quiet rows lose their second line …
    if (needed() > size.height())
        for (size_t i = 0; i < rows.size(); ++i)
            if (grid.rows[i].range.quiet) {
                rows[i].slim = true;
                --full;
                ++slim;
            }
    // … and entries without any page all their rows, the last ones first.
    for (size_t i = rows.size(); i-- > 0 && needed() > size.height();) {
        if (!grid.rows[i].range.newGroup || !groupIsEmpty(i))
            continue;
        head += (hiddenGroups++ == 0 ? moreHeight : 0) * u - groupHeight * u;
        for (size_t r = i; r < rows.size() && (r == i || !grid.rows[r].range.newGroup); ++r) {
            rows[r].hidden = true;
            --slim;
        }
    }
    neededHeight = needed() + below;
    const double rowHeight = std::clamp((size.height() - head - slim * slimHeight * u) / std::max(1.0, full),
                                        rowLeast * u, rowMost * u);
    double y = top + nameHeight * u;
    for (size_t i = 0; i < rows.size(); ++i) {
        RowPlace& place = rows[i];
        place.groupTop = y;
        if (!place.hidden && grid.rows[i].range.newGroup)
            y += groupHeight * u;
        place.top = y;
        const double height = place.hidden ? 0 : place.slim ? slimHeight * u : rowHeight;
        place.capsuleHeight =
            place.slim ? slimCapsule * u : std::clamp(height * 0.48, capsuleLeast * u, capsuleMost * u);
        const double inside = place.capsuleHeight + (place.slim ? 0 : 24 * u); // with the cost below
        place.capsuleTop = y + (height - inside) / 2;
        place.costY = place.capsuleTop + place.capsuleHeight + 20 * u;
        y += height;
    }
    bottom = y;
    gridBottom = std::max(size.height(), neededHeight - below);
    paidBeside = beside;
    if (film > 0)
        strip = {left, gridBottom + below, offered.width() - 2 * left, film};
    if (beside)
        paid = {right + margin * u, top, aside - margin * u, gridBottom - top - bottomMargin * u};
    else if (paidSteps > 0)
        paid = {left, gridBottom, right - left, below - 4 * u};
}

QRectF SharingPicture::Scene::columnRect(size_t column) const {
    return {firstColumn + double(column) * columnWidth, top, columnWidth, bottom - top};
}

QRectF SharingPicture::Scene::capsuleRect(size_t row, size_t first, size_t last) const {
    const double space = std::min(columnWidth * 0.06, rows[row].capsuleHeight * 0.3);
    const double x = columnRect(first).left() + space;
    return {x, rows[row].capsuleTop, columnRect(last).right() - space - x, rows[row].capsuleHeight};
}

bool SharingPicture::Scene::wasThere(size_t column) const {
    return column < before.columns.size() && before.columns[column].process != none;
}

QString SharingPicture::Scene::nameOf(const ViewState& state, size_t column) const {
    const uint32_t pid = grid.columns[column].pid;
    for (const auto* snapshot : state.all())
        for (const auto& process : snapshot->processes)
            if (process.pid == pid)
                return QString::fromStdString(process.name);
    return {};
}

QString firstFitting(const Canvas& canvas, const QStringList& texts, const Type& type, double room) {
    for (const QString& text : texts)
        if (canvas.textWidth(text, type) <= room)
            return text;
    return {};
}

const gdbbridge::Entry* entryOfCell(const Snapshot& snapshot, const SharingColumn& column,
                                    const SharingCell& cell) {
    const auto* map = column.process == none ? nullptr : mapOf(snapshot, column.process);
    return map && cell.fact.entry != none ? &map->entries[size_t(cell.fact.entry)] : nullptr;
}

} // namespace gui
