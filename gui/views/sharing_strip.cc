// How it came to be: the same picture after each step, small.
#include <algorithm>

#include "gui/models/names.h"
#include "gui/views/look_of.h"
#include "gui/views/sharing_scene.h"

namespace gui {

using gdbbridge::none;

namespace {

// Lengths at a base of 15 px.
constexpr double cellLeast = 128, cellMost = 190, cellSpace = 10;
constexpr double capsuleHeight = 11;

// The steps that are shown. They go on by half a strip at a time, so that a step keeps its place for a while
// and some have always been; `still`: by a whole one, as in a book, so that a step has one place.
std::pair<size_t, size_t> pageOf(const std::vector<StepState>& steps, size_t places, bool still) {
    const auto current =
        std::find_if(steps.begin(), steps.end(), [](const StepState& step) { return step.current; });
    if (current == steps.end())
        return {0, std::min(places, steps.size())};
    const int before = current->step - 1, whole = int(places), half = std::max(1, whole / 2);
    const int first = 1 + (still ? before / whole * whole : std::max(0, before / half - 1) * half);
    const auto begin =
        std::find_if(steps.begin(), steps.end(), [&](const StepState& step) { return step.step >= first; });
    const auto at = size_t(begin - steps.begin());
    return {at, std::min(steps.size(), at + places)};
}

// By which a capsule is known from one step to the next.
auto faceOf(const Snapshot& snapshot, const SharingCapsule& c) {
    return std::tuple(c.anon == none ? 0 : snapshot.anons[size_t(c.anon)].id,
                      c.object == none ? 0 : snapshot.objects[size_t(c.object)].id,
                      c.page == none ? std::array<uint8_t, 16>{} : snapshot.pages[size_t(c.page)].firstBytes);
}

// The command, without its last words where they do not fit.
QString shortCommand(const Canvas& canvas, const QString& text, const Type& type, double room) {
    if (canvas.textWidth(text, type) <= room)
        return text;
    for (qsizetype end = text.lastIndexOf(u' '); end > 0; end = text.lastIndexOf(u' ', end - 1))
        if (const QString part = text.left(end) + u'…'; canvas.textWidth(part, type) <= room)
            return part;
    return canvas.elided(text, type, room);
}

struct SmallPicture {
    const Snapshot* snapshot = nullptr; // null: to come
    SharingGrid grid;
};

// Another page or another content than after the step before.
bool isNew(const SmallPicture& now, const SmallPicture& before, size_t row, const SharingCapsule& capsule) {
    if (!before.snapshot)
        return false;
    const auto face = faceOf(*now.snapshot, capsule);
    const auto& old = before.grid.rows[row].capsules;
    return std::none_of(old.begin(), old.end(),
                        [&](const SharingCapsule& c) { return faceOf(*before.snapshot, c) == face; });
}

// "0x10000 A+B; 0x11000 A, B".
QString words(const SmallPicture& small) {
    QStringList rows;
    for (const SharingRow& row : small.grid.rows) {
        QStringList capsules;
        for (const SharingCapsule& capsule : row.capsules) {
            QStringList names;
            for (const int c : capsule.columns)
                names << processName(*small.snapshot, small.grid.columns[size_t(c)].process);
            capsules << names.join(u'+');
        }
        if (!capsules.isEmpty())
            rows << addressText(row.range.va) + u' ' + capsules.join(QStringLiteral(", "));
    }
    return rows.isEmpty() ? QStringLiteral("no page") : rows.join(QStringLiteral("; "));
}

void drawRows(Canvas& canvas, const SmallPicture& now, const SmallPicture& before, const QRectF& rect) {
    const double u = canvas.px(1);
    const double width = rect.width() / double(now.grid.columns.size());
    for (size_t r = 0; r < now.grid.rows.size(); ++r) {
        const double top = rect.top() + (double(r) * stripRow + (stripRow - capsuleHeight) / 2) * u;
        for (const SharingCapsule& capsule : now.grid.rows[r].capsules) {
            const auto runs = sharerRuns(capsule);
            const auto& fact = now.grid.rows[r].cells[size_t(capsule.columns.front())].fact;
            const Hue hue = hueOf(fact);
            const bool changed = isNew(now, before, r, capsule);
            if (runs.size() > 1)
                canvas.line({rect.left() + (runs.front().first + 0.5) * width, top + capsuleHeight * u / 2},
                            {rect.left() + (runs.back().second + 0.5) * width, top + capsuleHeight * u / 2},
                            {.line = lineOf(hue), .width = 2.4});
            for (const auto& [first, last] : runs) {
                const QRectF box(rect.left() + first * width + 1.5 * u, top,
                                 (last - first + 1) * width - 3 * u, capsuleHeight * u);
                QPainterPath shape;
                shape.addRoundedRect(box, box.height() / 2, box.height() / 2);
                const Role line = changed ? Role::ChangedLine : lineOf(hue);
                // Without colour a filled one would be a black one: there it has a thick outline.
                const bool filled = changed && canvas.look().theme != ThemeName::Print;
                if (fact.swapped)
                    canvas.path(shape, {.fill = Role::Absent, .line = line, .width = 1.2, .dash = {3, 2}});
                else
                    canvas.path(shape, {.fill = filled ? Role::Changed : fillOf(hue),
                                        .line = line,
                                        .width = changed && !filled ? 3.0 : 1.2});
                if (capsule.copyOnWrite && !filled && !fact.swapped)
                    cowHatch(canvas, shape, hue);
            }
        }
    }
}

} // namespace

void SharingPicture::drawStrip(Canvas& canvas, const Scene& scene) const {
    if (scene.strip.isEmpty())
        return;
    const double u = canvas.px(1);
    const QRectF& strip = scene.strip;
    canvas.line(strip.topLeft(), strip.topRight(), {.line = Role::Grid});
    const double width = canvas.text({strip.left(), strip.top() + 21 * u},
                                     QStringLiteral("How it came to be"), type::title, Role::Ink);
    canvas.text({strip.left() + width + 12 * u, strip.top() + 21 * u},
                QStringLiteral("the same picture after each step"), type::note, Role::Ink3);

    std::vector<SharingRange> ranges;
    for (const SharingRow& row : scene.grid.rows)
        if (!row.range.empty)
            ranges.push_back(row.range);
    std::vector<uint32_t> pids;
    for (const SharingColumn& column : scene.grid.columns)
        pids.push_back(column.pid);
    const auto smallPicture = [&](const StepState& step) {
        return step.after ? SmallPicture{step.after.get(), layoutSharing(*step.after, ranges, pids)}
                          : SmallPicture();
    };

    const auto& steps = state().steps;
    const auto places =
        size_t(std::max(1.0, (strip.width() + cellSpace * u) / ((cellLeast + cellSpace) * u)));
    const double cell =
        std::min(cellMost * u, (strip.width() + cellSpace * u) / double(places) - cellSpace * u);
    const auto [first, last] = pageOf(steps, places, !state().frames.empty());
    SmallPicture before = first > 0 ? smallPicture(steps[first - 1]) : SmallPicture();
    for (size_t i = first; i < last; ++i) {
        const StepState& step = steps[i];
        const QRectF rect(strip.left() + double(i - first) * (cell + cellSpace * u),
                          strip.top() + stripHead * u, cell, strip.height() - (stripHead + 4) * u);
        SmallPicture now = smallPicture(step);
        canvas.begin({QStringLiteral("came-%1").arg(step.step),
                      QStringLiteral("came step %1 %2: %3")
                          .arg(step.step)
                          .arg(step.text, now.snapshot ? words(now) : QStringLiteral("to come")),
                      rect,
                      {}});
        if (step.current)
            canvas.rect(rect, {.fill = Role::ChangedWash, .line = Role::Ink, .width = 1.8}, 4 * u);
        const QRectF inside = rect.adjusted(7 * u, 0, -7 * u, 0);
        const Type type = step.current ? type::small.asBold() : type::small;
        canvas.text({inside.left(), rect.top() + 16 * u},
                    shortCommand(canvas, step.text, type, inside.width()), type,
                    now.snapshot ? Role::Ink : Role::Ink3);
        const QRectF rows = inside.adjusted(0, stripTitle * u, 0, 0);
        if (now.snapshot) {
            drawRows(canvas, now, before, rows);
        } else {
            const double middle = double(ranges.size()) * stripRow / 2 * u;
            canvas.text({rows.left(), rows.top() + middle + 4 * u}, QStringLiteral("to come"), type::small,
                        Role::Ink3);
        }
        canvas.end();
        before = std::move(now);
    }
}

} // namespace gui
