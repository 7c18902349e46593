#include "gui/views/timeline_picture.h"

#include <algorithm>

#include "gui/models/names.h"

namespace gui {

namespace {

// Lengths at a base of 15 px.
constexpr double margin = 18, startRoom = 14, headTop = 2, lanesTop = 16;
constexpr double laneLeast = 20, laneMost = 38, slimLane = 18, betweenLanes = 3;
constexpr double counterLeast = 34, counterMost = 52, bottomMargin = 8;
constexpr double sliceWidth = 58, sliceLeast = 9;
constexpr double glyphLeast = 13, glyphAt = 11, textAt = 20, textEnd = 3;

} // namespace

struct TimelinePicture::Scene {
    const TimelineFacts& facts;
    TimelineLayout layout;
    double left = 0; // of the first slice
    double right = 0;
    double laneHeight = 0;
    bool oneLane = false; // too low for lanes: all slices in one
    double slimTop = -1;  // of the lane of commands about no single process, -1: there is none
    QRectF counter;       // empty: not drawn
    double bottom = 0;

    double laneTop(int lane) const { return lanesTopAt + (oneLane ? 0 : lane * laneHeight); }
    QRectF sliceRect(int command, double u) const {
        const TimelineSlice& s = layout.slices[size_t(command)];
        const bool slim = s.lane < 0 && !oneLane;
        const double top = slim ? slimTop : laneTop(std::max(0, s.lane));
        return {left + s.x + u, top + betweenLanes * u / 2, s.width - 2 * u,
                (slim ? slimLane * u : laneHeight) - betweenLanes * u};
    }
    double headX() const { return xAt(facts.current, facts.within); }
    double xAt(int command, double within) const {
        if (command < 0 || command >= int(layout.slices.size()))
            return left - startRoom / 2;
        const TimelineSlice& s = layout.slices[size_t(command)];
        return left + s.x + s.width * within;
    }
    double lanesTopAt = 0;
};

TimelinePicture::Scene TimelinePicture::sceneFor(const Look& look, QSizeF size) const {
    const double u = look.metrics.px(1);
    Scene scene{.facts = state().timeline, .layout = {}, .counter = {}};
    const TimelineFacts& facts = scene.facts;
    const auto lanes = double(std::max<qsizetype>(1, facts.lanes.size()));
    const bool slim =
        std::any_of(facts.commands.begin(), facts.commands.end(), [](const auto& c) { return c.lane < 0; });
    const double slimHeight = slim ? slimLane * u : 0;
    double room = size.height() - (lanesTop + bottomMargin) * u;
    const bool counter = room >= lanes * laneLeast * u + slimHeight + counterLeast * u;
    scene.oneLane = room < lanes * laneLeast * u + slimHeight;
    scene.lanesTopAt = lanesTop * u;
    if (scene.oneLane) {
        scene.laneHeight = std::min(room, laneMost * u);
        scene.bottom = scene.lanesTopAt + scene.laneHeight;
    } else {
        if (counter)
            room -= counterLeast * u;
        scene.laneHeight = std::min((room - slimHeight) / lanes, laneMost * u);
        scene.bottom = scene.lanesTopAt + lanes * scene.laneHeight;
        if (slim) {
            scene.slimTop = scene.bottom;
            scene.bottom += slimHeight;
        }
    }
    double names = 0;
    for (const QString& lane : facts.lanes)
        names = std::max(names, look.metrics.textWidth(lane, type::title));
    if (slim)
        names = std::max(names, look.metrics.textWidth(QStringLiteral("all"), type::note));
    if (counter)
        names = std::max(names, look.metrics.textWidth(facts.counterName, type::note));
    scene.left = (margin + 12 + startRoom) * u + (scene.oneLane ? 0 : names);
    std::vector<TimelineOperation> operations;
    for (const TimelineCommand& command : facts.commands)
        operations.push_back({command.lane, command.events, command.lane < 0});
    scene.layout =
        layoutTimeline(operations, size.width() - scene.left - margin * u, sliceWidth * u, sliceLeast * u);
    scene.right = scene.left + scene.layout.width;
    if (counter) {
        const double height = std::min(size.height() - bottomMargin * u - scene.bottom, counterMost * u);
        scene.counter = {scene.left, scene.bottom + 10 * u, scene.layout.width, height - 10 * u};
        scene.bottom += height;
    }
    return scene;
}

QSizeF TimelinePicture::sizeFor(const Look& look, QSizeF offered) const {
    const double u = look.metrics.px(1);
    return {std::max(offered.width(), sceneFor(look, offered).right + margin * u),
            std::max(offered.height(), 46 * u)};
}

std::optional<int> TimelinePicture::commandAt(const Look& look, QSizeF size, QPointF point) const {
    const Scene scene = sceneFor(look, size);
    if (scene.layout.slices.empty() || point.x() < scene.left - startRoom * look.metrics.px(1) ||
        point.x() > scene.left + scene.layout.slices.back().x + scene.layout.slices.back().width)
        return std::nullopt;
    return scene.layout.at(point.x() - scene.left);
}

double TimelinePicture::playHeadX(const Look& look, QSizeF size) const {
    return sceneFor(look, size).headX();
}

void TimelinePicture::draw(Canvas& canvas, QSizeF size) const {
    if (state().timeline.commands.empty()) {
        drawEmpty(canvas, size, QStringLiteral("No scenario is open."),
                  QStringLiteral("Choose a demo: its commands stand here, one a slice."));
        return;
    }
    const Scene scene = sceneFor(canvas.look(), size);
    drawLanes(canvas, scene);
    if (scene.counter.height() > 0)
        drawCounter(canvas, scene);
    const auto [seenLeft, seenRight] = canvas.seenAcross();
    for (int i = 0; i < int(scene.facts.commands.size()); ++i)
        if (const TimelineSlice& slice = scene.layout.slices[size_t(i)];
            scene.left + slice.x + slice.width >= seenLeft && scene.left + slice.x <= seenRight)
            drawSlice(canvas, scene, i);
    drawMarks(canvas, scene);
    drawPlayHead(canvas, scene);
}

// Flags on a pole over the lanes; what a bookmark says stands beside it where there is room.
void TimelinePicture::drawMarks(Canvas& canvas, const Scene& scene) const {
    const double u = canvas.px(1), top = headTop * u, high = (lanesTop - headTop) * u;
    const auto& marks = scene.facts.marks;
    for (size_t i = 0; i < marks.size(); ++i) {
        const double x = scene.xAt(marks[i].command, marks[i].within);
        const double next =
            i + 1 < marks.size() ? scene.xAt(marks[i + 1].command, marks[i + 1].within) : scene.right;
        const QRectF flag(x, top, 9 * u, 9 * u);
        canvas.begin({QStringLiteral("bookmark-%1").arg(i + 1),
                      QStringLiteral("bookmark at command %1%2")
                          .arg(marks[i].command + 1)
                          .arg(marks[i].note.isEmpty() ? QString() : QStringLiteral(": ") + marks[i].note),
                      QRectF(x - u, top, 12 * u, high),
                      {}});
        QPainterPath path({x, top});
        path.lineTo(flag.right(), flag.center().y());
        path.lineTo(x, flag.bottom());
        path.closeSubpath();
        canvas.line({x, top}, {x, top + high}, {.line = Role::Ink, .width = 1.8});
        canvas.path(path, {.fill = Role::Ink});
        const QString note = canvas.elided(marks[i].note, type::small, next - flag.right() - 8 * u);
        if (note.size() > 3)
            canvas.text({flag.right() + 3 * u, top + 9.5 * u}, note, type::small, Role::Ink2);
        canvas.end();
    }
}

void TimelinePicture::drawLanes(Canvas& canvas, const Scene& scene) const {
    if (scene.oneLane)
        return;
    const double u = canvas.px(1), x = scene.left - (startRoom + 4) * u;
    for (int i = 0; i < int(scene.facts.lanes.size()); ++i) {
        const double top = scene.laneTop(i), middle = top + scene.laneHeight / 2;
        canvas.text({x, middle + 5 * u}, scene.facts.lanes[i], type::title, Role::Ink, Align::Right);
        canvas.line({scene.left - 6 * u, top + scene.laneHeight}, {scene.right, top + scene.laneHeight},
                    {.line = Role::Grid});
    }
    if (scene.slimTop >= 0)
        canvas.text({x, scene.slimTop + (slimLane / 2 + 4) * u}, QStringLiteral("all"), type::note,
                    Role::Ink3, Align::Right);
}

void TimelinePicture::drawSlice(Canvas& canvas, const Scene& scene, int index) const {
    const double u = canvas.px(1);
    const TimelineCommand& command = scene.facts.commands[size_t(index)];
    const QRectF rect = scene.sliceRect(index, u);
    const bool current = index == scene.facts.current, future = index > scene.facts.current;
    const Role ink = future ? Role::Ink3 : Role::Ink;
    canvas.begin({QStringLiteral("command-%1").arg(index + 1),
                  QStringLiteral("command %1 %2: %3%4%5%6")
                      .arg(index + 1)
                      .arg(command.lane < 0 ? QStringLiteral("all") : scene.facts.lanes[command.lane],
                           command.text, future ? QStringLiteral(" to come") : QString(),
                           current ? QStringLiteral(" current") : QString(),
                           command.failed && !future ? QStringLiteral(" failed") : QString()),
                  rect,
                  {}});
    const bool wrong = command.wrong && !future;
    if (current)
        canvas.rect(rect,
                    {.fill = Role::ChangedWash, .line = wrong ? Role::Violation : Role::Ink, .width = 2.4},
                    3 * u);
    else if (future)
        canvas.rect(rect, {.line = Role::AbsentLine, .width = 1.2, .dash = {4, 3}}, 3 * u);
    else
        canvas.rect(rect,
                    {.fill = wrong ? Role::ViolationWash : Role::Sunken,
                     .line = wrong ? Role::Violation : Role::Ink3,
                     .width = wrong ? 2.0 : 1.2},
                    3 * u);
    const double room = rect.width() - (textAt + textEnd) * u;
    // As much as fits; the current one in bold if that fits.
    const Type plain = type::note, bold = plain.asBold();
    const auto fits = [&](const QString& words, const Type& face) {
        return canvas.textWidth(words, face) <= room;
    };
    QString text = fits(command.detail, current ? bold : plain) ? command.detail : command.verb;
    if (rect.height() < 17 * u || !fits(text, plain))
        text.clear();
    const Type type = current && fits(text, bold) ? bold : plain;
    const double x = text.isEmpty() ? rect.center().x() : rect.left() + glyphAt * u;
    if (rect.width() >= glyphLeast * u)
        sliceGlyph(canvas, {x, rect.center().y()}, command.glyph, ink);
    if (!text.isEmpty())
        canvas.text({rect.left() + textAt * u, rect.center().y() + 4.8 * u}, text, type, ink);
    // It ended with an error: an answer like another, but not the usual one.
    if (command.failed && !future && rect.width() >= 20 * u)
        canvas.text({rect.right() - 3 * u, rect.top() + 11 * u}, QStringLiteral("!"), type::small.asBold(),
                    Role::Violation, Align::Right);
    canvas.end();
}

void TimelinePicture::drawCounter(Canvas& canvas, const Scene& scene) const {
    const double u = canvas.px(1);
    const TimelineFacts& facts = scene.facts;
    const double base = scene.counter.bottom(), head = scene.headX();
    uint64_t most = std::max<uint64_t>(1, std::max(facts.first, facts.counter));
    for (const TimelineCommand& command : facts.commands)
        most = std::max(most, command.counter);
    const double scale = (scene.counter.height() - 4 * u) / double(most);
    canvas.text({scene.left - (startRoom + 4) * u, base}, facts.counterName, type::note, Role::Ink2,
                Align::Right);
    const double start = scene.left - startRoom * u;
    QPainterPath line({start, base - double(facts.first) * scale});
    double y = line.currentPosition().y();
    QPainterPath later;
    for (int i = 0; i < int(facts.commands.size()); ++i) {
        const TimelineCommand& command = facts.commands[size_t(i)];
        const TimelineSlice& slice = scene.layout.slices[size_t(i)];
        const double x = scene.left + slice.x + slice.width;
        if (command.lastMoment < 0)
            break;
        const double next = base - double(command.counter) * scale;
        if (i < facts.current || (i == facts.current && facts.within >= 1)) {
            line.lineTo(x, y);
            line.lineTo(x, next);
        } else {
            if (later.elementCount() == 0)
                later.moveTo(head, base - double(facts.counter) * scale);
            else
                later.lineTo(later.currentPosition().x(), y);
            later.lineTo(x, i == facts.current ? later.currentPosition().y() : y);
            later.lineTo(x, next);
        }
        y = next;
    }
    const double value = base - double(facts.counter) * scale;
    line.lineTo(head, line.currentPosition().y());
    line.lineTo(head, value);
    QPainterPath area = line;
    area.lineTo(head, base);
    area.lineTo(start, base);
    area.closeSubpath();
    canvas.path(area, {.fill = Role::Anon});
    canvas.path(line, {.line = Role::AnonLine, .width = 1.8});
    if (later.elementCount() > 0)
        canvas.path(later, {.line = Role::Ink3, .width = 1.3, .dash = {3, 3}});
    canvas.note({QStringLiteral("counter"),
                 QStringLiteral("%1: %2").arg(facts.counterName).arg(facts.counter),
                 QRectF(head, value, 1, base - value),
                 {}});
    const QString text = QString::number(facts.counter);
    const bool leftSide =
        head + canvas.textWidth(text, type::title) + 10 * u > scene.right + (margin - 2) * u;
    canvas.text({head + (leftSide ? -9 : 9) * u, std::max(value, base - scene.counter.height() + 8 * u) +
                                                     (value > base - 12 * u ? -3 : 5) * u},
                text, type::title, Role::Ink, leftSide ? Align::Right : Align::Left);
}

void TimelinePicture::drawPlayHead(Canvas& canvas, const Scene& scene) const {
    const double u = canvas.px(1), x = scene.headX(), top = headTop * u;
    canvas.line({x, top}, {x, scene.bottom + 4 * u}, {.line = Role::Ink, .width = 2.2});
    QPainterPath handle({x - 8 * u, top});
    handle.lineTo(x + 8 * u, top);
    handle.lineTo(x + 8 * u, top + 6 * u);
    handle.lineTo(x, top + 13 * u);
    handle.lineTo(x - 8 * u, top + 6 * u);
    handle.closeSubpath();
    canvas.path(handle, {.fill = Role::Ink});
    if (scene.counter.height() <= 0)
        return;
    uint64_t most = std::max<uint64_t>(1, std::max(scene.facts.first, scene.facts.counter));
    for (const TimelineCommand& command : scene.facts.commands)
        most = std::max(most, command.counter);
    const double y = scene.counter.bottom() -
                     double(scene.facts.counter) * (scene.counter.height() - 4 * u) / double(most);
    canvas.circle({x, y}, 4.5 * u, {.fill = Role::Panel, .line = Role::Ink, .width = 2});
}

} // namespace gui
