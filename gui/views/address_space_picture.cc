#include "gui/views/address_space_picture.h"

#include <algorithm>
#include <map>

#include "gui/layout/sharing_grid.h"
#include "gui/models/names.h"
#include "gui/views/address_space_row.h"
#include "gui/views/look_of.h"

namespace gui {

using gdbbridge::Entry;
using gdbbridge::none;

namespace {

// Lengths at a base of 15 px.
constexpr double margin = RowMeasures().margin, top = 8, legendLine = 28, legendWide = 1250;
constexpr double leastStretch = 0.5, mostStretch = 1.25;
constexpr uint64_t mostFocused = 12; // pages of an entry that comes into focus by itself

// The legend may need two lines in a narrow picture; it always gets them, so that nothing moves.
double legendHeight(const Look& look, double width) {
    return (width < look.metrics.px(legendWide) ? 2 : 1) * legendLine + 8;
}

RowMeasures measuresFor(const Look& look, QSizeF size, size_t rows) {
    const double room = size.height() / look.metrics.px(1) - top - legendHeight(look, size.width());
    const double each = room / double(std::max<size_t>(rows, 1));
    RowMeasures m;
    const double picture = m.map + m.pages;
    if (each - (m.height() - picture) < picture * 0.75)
        m = {.title = 44, .between = 8, .ticks = 20, .notes = 0, .gap = 8};
    const double stretch = std::clamp((each - (m.height() - picture)) / picture, leastStretch, mostStretch);
    m.map *= stretch;
    m.pages *= stretch;
    return m;
}

} // namespace

QSizeF AddressSpacePicture::sizeFor(const Look& look, QSizeF offered) const {
    if (!hasState() || state().now->processes.empty())
        return offered;
    const double u = look.metrics.px(1);
    const size_t rows = sharingColumns(state().all()).size();
    const RowMeasures measures = measuresFor(look, offered, rows);
    const double height = top + legendHeight(look, offered.width()) + double(rows) * measures.height();
    const Axis& axis = axisFor(look, offered.width());
    return {std::max(offered.width(), axis.width + margin * u), std::max(offered.height(), height * u)};
}

// The entry with the most pages in memory, if nothing is selected: what a scenario is about is what it
// touches.
std::vector<std::pair<uint64_t, uint64_t>> AddressSpacePicture::focus() const {
    std::vector<std::pair<uint64_t, uint64_t>> selected;
    std::map<uint64_t, std::pair<size_t, uint64_t>> touched; // by start: pages, end
    for (const gdbbridge::Snapshot* snapshot : state().all()) {
        for (size_t p = 0; p < snapshot->processes.size(); ++p) {
            const auto* map = mapOf(*snapshot, int(p));
            if (!map)
                continue;
            const std::vector<uint64_t> pages = notablePages(*snapshot, int(p));
            for (const Entry& entry : map->entries) {
                if (state().selection.isEntry(entry.id))
                    selected.emplace_back(entry.start, entry.end);
                if ((entry.end - entry.start) / snapshot->pageSize > mostFocused)
                    continue;
                const auto first = std::lower_bound(pages.begin(), pages.end(), entry.start);
                const auto count = size_t(std::lower_bound(first, pages.end(), entry.end) - first);
                auto& place = touched[entry.start];
                place = {std::max(place.first, count), std::max(place.second, entry.end)};
            }
        }
    }
    if (!selected.empty() || touched.empty())
        return selected;
    const auto most = std::max_element(touched.begin(), touched.end(), [](const auto& a, const auto& b) {
        return a.second.first < b.second.first; // the lowest of equals
    });
    return {{most->first, most->second.second}};
}

void AddressSpacePicture::stateChanged() {
    m_parts.reset();
    m_axis.reset();
    m_seen.reset();
}

AxisRequest AddressSpacePicture::axisRequest() const {
    AxisRequest request;
    request.min = UINT64_MAX;
    std::map<uint64_t, std::string> marks;
    int frame = 0;
    for (const gdbbridge::Snapshot* snapshot : state().all()) {
        request.pageSize = snapshot->pageSize;
        for (size_t p = 0; p < snapshot->processes.size(); ++p) {
            const auto* map = mapOf(*snapshot, int(p));
            if (!map)
                continue;
            request.min = std::min(request.min, map->min);
            request.max = std::max(request.max, map->max);
            for (const Entry& entry : map->entries)
                request.ranges.emplace_back(entry.start, entry.end);
            for (uint64_t va : notablePages(*snapshot, int(p))) {
                const PageFact fact = pageFact(*snapshot, int(p), va);
                if (fact.entry == none)
                    request.ranges.emplace_back(va, va + snapshot->pageSize);
                // Anonymous pages have names, so no two look equal.
                marks[va] += std::to_string(frame) + '.' + std::to_string(snapshot->processes[p].pid) +
                             char('a' + int(fact.hardware)) + char('a' + int(fact.backing)) +
                             (fact.page == none ? '-' : '+') +
                             (fact.anon == none ? "" : std::to_string(snapshot->anons[size_t(fact.anon)].id));
            }
        }
        ++frame;
    }
    request.focus = focus();
    for (const auto& [va, mark] : marks)
        request.pages.push_back({va, mark});
    if (request.min > request.max)
        request.min = request.max;
    return request;
}

// The axis inside the margins of a picture that is offered `width`.
const Axis& AddressSpacePicture::axisFor(const Look& look, double offered) const {
    const double u = look.metrics.px(1);
    if (m_axis && m_axisUnit == u && m_axisWidth == offered)
        return *m_axis;
    if (!m_parts)
        m_parts.emplace(axisRequest());
    const double width = offered - 2 * margin * u;
    AxisSizes s;
    for (double* length : {&s.lead, &s.gap, &s.fold, &s.cell, &s.cellMin, &s.wideMin, &s.wideMax})
        *length *= u;
    if (state().scale != AxisScale::Pages) {
        s.least *= u;
        m_axis = m_parts->layOutScaled(width, s, state().scale, state().now->pageSize);
        return settled(offered, u);
    }
    // Too wide: what only gives context becomes slim.
    if (m_parts->widthAt(width, s) > width + 1)
        s = {.lead = 12 * u,
             .gap = 48 * u,
             .fold = 44 * u,
             .cell = 12 * u,
             .cellMin = 5 * u,
             .wideMin = 44 * u,
             .wideMax = 168 * u};
    // A map of a hundred entries: gaps as narrow as it takes, without their sizes.
    if (m_parts->widthAt(width, s) > width + 1)
        s.gap = m_parts->gapAt(width, s, 5 * u);
    m_axis = m_parts->layOut(width, s);
    return settled(offered, u);
}

// The axis where it stands in the picture, kept for this size.
const Axis& AddressSpacePicture::settled(double offered, double u) const {
    for (AxisPart& part : m_axis->parts)
        part.x += margin * u;
    m_axis->width += margin * u;
    m_axisUnit = u;
    m_axisWidth = offered;
    return *m_axis;
}

void AddressSpacePicture::draw(Canvas& canvas, QSizeF size) const {
    if (!hasState() || state().now->processes.empty()) {
        drawEmpty(canvas, size, QStringLiteral("Nothing is mapped yet."),
                  QStringLiteral("A scenario makes a space with  space A 0x1000 0xbfbff000"));
        return;
    }
    const double u = canvas.px(1);
    const auto& snapshot = *state().now;
    const Axis& axis = axisFor(canvas.look(), size.width());
    if (!m_seen)
        m_seen = std::make_shared<const Seen>(seenIn(axis));
    const std::vector<uint32_t> pids = sharingColumns(state().all());
    const RowMeasures measures = measuresFor(canvas.look(), size, pids.size());
    double y = top * u;
    for (size_t i = 0; i < pids.size(); ++i) {
        Row row{.process = none, .pid = pids[i], .measures = measures, .top = y, .first = i == 0};
        for (size_t p = 0; p < snapshot.processes.size(); ++p)
            if (snapshot.processes[p].pid == pids[i])
                row.process = int(p);
        row.gone = row.process == none && wasThere(pids[i]);
        row.map = row.process == none ? nullptr : mapOf(snapshot, row.process);
        row.mapTop = y + measures.title * u;
        row.mapHeight = measures.map * u;
        row.pagesTop = row.mapTop + row.mapHeight + measures.between * u;
        row.pagesHeight = measures.pages * u;
        if (i > 0)
            canvas.line({margin * u, y - 4 * u}, {size.width() - margin * u, y - 4 * u},
                        {.line = Role::Grid});
        if (row.process != none || row.gone)
            drawRow(canvas, axis, row, size.width() - margin * u);
        y += measures.height() * u;
    }
    drawLegend(canvas,
               {margin * u, std::max(y, size.height() - (legendHeight(canvas.look(), size.width()) - 4) * u)},
               size.width() - 2 * margin * u, size.height(), *m_seen);
}

// What the legend has to explain: all that the picture shows, whether it is looked at or not.
AddressSpacePicture::Seen AddressSpacePicture::seenIn(const Axis& axis) const {
    Seen seen;
    const auto& snapshot = *state().now;
    for (size_t p = 0; p < snapshot.processes.size(); ++p) {
        if (const auto* map = mapOf(snapshot, int(p)))
            for (const Entry& entry : map->entries)
                seen.addEntry(snapshot, entry, state().changes.entry(entry.id));
        for (const AxisPart& part : axis.parts)
            if (part.kind == AxisPart::Kind::Cell)
                seen.addPage(snapshot, int(p), part.start,
                             state().changes.page(snapshot.processes[p].pid, part.start));
    }
    return seen;
}

bool AddressSpacePicture::wasThere(uint32_t pid) const {
    const auto& before = state().before;
    return before && std::any_of(before->processes.begin(), before->processes.end(),
                                 [pid](const gdbbridge::Process& p) { return p.pid == pid; });
}

void AddressSpacePicture::drawRow(Canvas& canvas, const Axis& axis, const Row& row, double right) const {
    const double titleEnd = drawTitle(canvas, row, right);
    if (!row.map)
        return;
    drawGaps(canvas, axis, row);
    const auto [first, last] = row.seenParts(canvas, axis);
    for (size_t e = 0; first < last && e < row.map->entries.size(); ++e)
        if (const Entry& entry = row.map->entries[e];
            entry.end > axis.parts[first].start && entry.start < axis.parts[last - 1].end)
            drawEntry(canvas, axis, row, int(e));
    drawPages(canvas, axis, row);
    drawTicks(canvas, axis, row);
    const double u = canvas.px(1);
    if (row.measures.notesBelow())
        drawNotes(canvas, row, {margin * u, row.pagesTop + row.pagesHeight + (row.measures.ticks + 16) * u},
                  right);
    else
        drawNotes(canvas, row, {titleEnd + 16 * u, row.top + 16 * u}, right);
}

// Returns where the title ends.
double AddressSpacePicture::drawTitle(Canvas& canvas, const Row& row, double right) const {
    const double u = canvas.px(1);
    const auto& snapshot = row.gone ? *state().before : *state().now;
    QString name;
    for (const gdbbridge::Process& process : snapshot.processes)
        if (process.pid == row.pid)
            name = QString::fromStdString(process.name);
    const QPointF at(margin * u, row.top + 16 * u);
    const double width = canvas.textWidth(name, type::step);
    const QRectF box(at.x() - 6 * u, row.top - 5 * u, width + 12 * u, 28 * u);
    canvas.begin({QStringLiteral("process-%1").arg(name),
                  QStringLiteral("process %1%2").arg(name, row.gone ? QStringLiteral(" gone") : QString()),
                  box,
                  {.process = row.pid}});
    double x = at.x() + canvas.text(at, name, type::step, row.gone ? Role::Ink2 : Role::Ink) + 12 * u;
    if (row.gone)
        canvas.line({at.x() - 4 * u, at.y() - 5 * u}, {at.x() + width + 4 * u, at.y() - 5 * u},
                    {.line = Role::ChangedLine, .width = 1.8});
    if (state().selection.isProcess(row.pid))
        selectedOutline(canvas, box.adjusted(3 * u, 3 * u, -3 * u, -3 * u));
    if (state().changes.process(row.pid)) {
        delta(canvas, {x, at.y() - 5 * u});
        x += 14 * u;
    }
    canvas.end();
    QStringList words{QStringLiteral("pid %1").arg(row.pid)};
    if (row.gone) {
        words << QStringLiteral("gone since the last step");
    } else if (row.map) {
        words << (row.map->entries.size() == 1 ? QStringLiteral("1 entry")
                                               : QStringLiteral("%1 entries").arg(row.map->entries.size()));
        if (row.measures.notesBelow())
            words << QStringLiteral("%1 mapped").arg(sizeText(row.map->size));
        if (row.map->topDown)
            words << QStringLiteral("top-down");
    } else {
        words << QStringLiteral("its address space could not be read");
    }
    static constexpr const char* scales[] = {"", "linear scale", "logarithmic scale", "equal sizes"};
    if (row.first && state().scale != AxisScale::Pages)
        words << QLatin1String(scales[size_t(state().scale)]);
    if (row.first && !row.gone && row.measures.notesBelow())
        words << QStringLiteral("map above, page tables below");
    QString line = words.join(QStringLiteral(" · "));
    while (words.size() > 1 && canvas.textWidth(line, type::note) > right - x) {
        words.removeLast();
        line = words.join(QStringLiteral(" · "));
    }
    return x + canvas.text({x, at.y()}, line, type::note, Role::Ink3);
}

// Everything that no entry of this process covers, as folds with the size of the whole gap.
void AddressSpacePicture::drawGaps(Canvas& canvas, const Axis& axis, const Row& row) const {
    const double u = canvas.px(1);
    const auto free = [&](const AxisPart& part) {
        return part.kind == AxisPart::Kind::Gap || entryAt(*row.map, part.start) == none;
    };
    auto [i, end] = row.seenParts(canvas, axis);
    while (i > 0 && i < end && free(axis.parts[i]) && free(axis.parts[i - 1]))
        --i;
    for (; i < end; ++i) {
        if (!free(axis.parts[i]))
            continue;
        size_t last = i;
        while (last + 1 < axis.parts.size() && free(axis.parts[last + 1]))
            ++last;
        const AxisPart& from = axis.parts[i];
        const AxisPart& to = axis.parts[last];
        const double whole = to.x + to.width - from.x, aside = std::min(3 * u, whole * 0.2);
        const QRectF rect(from.x + aside, row.mapTop, whole - 2 * aside, row.mapHeight);
        // A range that another process maps is no part of this process's gap when it lies outside its map.
        const uint64_t start = std::max(from.start, row.map->min), behind = std::min(to.end, row.map->max);
        QString text = start < behind ? sizeText(behind - start) : QString();
        if (rect.width() < 60 * u)
            text.replace(u' ', u'\n');
        fold(canvas, rect, rect.width() < 34 * u ? QString() : text);
        fold(canvas, QRectF(rect.x(), row.pagesTop, rect.width(), row.pagesHeight), QString());
        if (!text.isEmpty())
            canvas.note(
                {QStringLiteral("gap-%1-%2").arg(pidOf(*state().now, row.process)).arg(plainAddress(start)),
                 QStringLiteral("gap %1 %2 %3")
                     .arg(processName(*state().now, row.process), plainAddress(start),
                          sizeText(behind - start)),
                 rect,
                 {}});
        i = last;
    }
}

} // namespace gui
