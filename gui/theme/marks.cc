#include "gui/theme/marks.h"

#include <QPolygonF>
#include <QtMath>

#include <algorithm>

namespace gui {

namespace {

constexpr double plateGrow = 0.3; // of the type size, around text on a hatch

QPainterPath roundedPath(const QRectF& rect, double radius) {
    QPainterPath path;
    path.addRoundedRect(rect, radius, radius);
    return path;
}

// The part of the line through `at` along `direction` that lies inside a convex polygon.
std::optional<QLineF> clipToConvex(const QPolygonF& polygon, QPointF at, QPointF direction) {
    double enter = -1e9, leave = 1e9;
    double area = 0;
    for (qsizetype i = 0; i + 1 < polygon.size(); ++i)
        area += polygon[i].x() * polygon[i + 1].y() - polygon[i + 1].x() * polygon[i].y();
    const double sign = area >= 0 ? 1 : -1;
    for (qsizetype i = 0; i + 1 < polygon.size(); ++i) {
        const QPointF edge = polygon[i + 1] - polygon[i];
        const QPointF inward(-edge.y() * sign, edge.x() * sign);
        const double speed = QPointF::dotProduct(inward, direction);
        const double distance = QPointF::dotProduct(inward, at - polygon[i]);
        if (std::abs(speed) < 1e-12) {
            if (distance < 0)
                return std::nullopt;
            continue;
        }
        const double t = -distance / speed;
        if (speed > 0)
            enter = std::max(enter, t);
        else
            leave = std::min(leave, t);
    }
    if (leave - enter < 0.5)
        return std::nullopt;
    return QLineF(at + enter * direction, at + leave * direction);
}

// A centred line of text in a cell; on a hatch it stands on a plate of the plain fill.
void cellText(Canvas& canvas, QPointF center, const QString& text, Type type, Role ink,
              std::optional<Role> plate, double room) {
    double width = canvas.textWidth(text, type);
    while (width > room && type.size > 0.72) {
        type.size -= 0.05;
        width = canvas.textWidth(text, type);
    }
    if (text.isEmpty() || width > room)
        return;
    const double size = canvas.look().metrics.base() * type.size;
    if (plate)
        canvas.rect(QRectF(center.x() - width / 2 - size * plateGrow, center.y() - size * 0.92,
                           width + 2 * size * plateGrow, size * 1.2),
                    {.fill = plate}, canvas.px(2));
    canvas.text(center, text, type, ink, Align::Center);
}

void pageTexts(Canvas& canvas, const QRectF& rect, const PageLook& look) {
    if (rect.width() < canvas.px(20))
        return;
    const bool entered = look.state == PageState::Writable || look.state == PageState::ReadOnlyCow ||
                         look.state == PageState::ReadOnlyMap;
    const Role ink = entered ? onOf(look.hue) : Role::Ink2;
    const std::optional<Role> plate =
        look.state == PageState::ReadOnlyCow ? std::optional(fillOf(look.hue)) : std::nullopt;
    const double room = rect.width() - canvas.px(rect.width() < canvas.px(40) ? 3 : 8);
    const double x = rect.center().x(), base = canvas.px(5);
    cellText(canvas, {x, rect.top() + rect.height() * 0.27 + base}, look.name, type::pageName, ink, plate,
             room);
    if (rect.height() > canvas.px(80))
        cellText(canvas, {x, rect.top() + rect.height() * 0.54 + base}, look.content, type::body, ink, plate,
                 room);
    const QPointF low(x, rect.top() + rect.height() * 0.82 + base);
    cellText(canvas, low, look.low, Type{1.0, true, true}, ink, plate, room);
    if (look.state == PageState::ReadOnlyMap && !look.low.isEmpty()) {
        const double half =
            std::min(canvas.textWidth(look.low, Type{1.0, true, true}) / 2, rect.width() * 0.32);
        canvas.line({x - half, low.y() + canvas.px(4)}, {x + half, low.y() + canvas.px(4)},
                    {.line = ink, .width = 1.8});
    }
}

// Pin, loan arrows, busy dots.
void pageBadges(Canvas& canvas, const QRectF& rect, const PageLook& look) {
    const Role ink = look.state == PageState::Absent ? Role::Ink2 : onOf(look.hue);
    const double u = canvas.px(1);
    if (look.wired > 0) {
        const QPointF top(rect.center().x(), rect.top() + 5 * u);
        canvas.circle(top, 3.6 * u, {.fill = ink});
        canvas.line(top, top + QPointF(0, 10 * u), {.line = ink, .width = 1.6});
        if (look.wired > 1)
            canvas.text(top + QPointF(7 * u, 7 * u), QString::number(look.wired), type::small.asBold(), ink);
    }
    if (look.loans > 0 && rect.width() > 26 * u) {
        const QPointF a(rect.left() + 6 * u, rect.bottom() - 12 * u);
        canvas.line(a, a + QPointF(12 * u, 0), {.line = ink, .width = 1.6});
        canvas.line(a + QPointF(0, 5 * u), a + QPointF(12 * u, 5 * u), {.line = ink, .width = 1.6});
        canvas.text(a + QPointF(15 * u, 7 * u), QString::number(look.loans), type::small.asBold(), ink);
    }
    if (look.busy)
        for (int i = -1; i <= 1; ++i)
            canvas.circle(rect.center() + QPointF(i * 9 * u, 0), 2.6 * u, {.fill = ink});
}

void absentCell(Canvas& canvas, const QRectF& rect, const PageLook& look) {
    const double u = canvas.px(1);
    const bool slim = rect.width() < 12 * u;
    canvas.rect(rect,
                {.fill = Role::Absent, .line = Role::AbsentLine, .width = slim ? 0.7 : 1.2, .dash = {2, 3}},
                2 * u);
    if (look.state == PageState::Resident)
        canvas.circle(rect.center(), std::min(3 * u, rect.width() / 2), {.fill = lineOf(look.hue)});
}

void swappedCell(Canvas& canvas, const QRectF& rect, const PageLook& look) {
    const double u = canvas.px(1);
    canvas.rect(rect, {.fill = Role::Absent, .line = lineOf(look.hue), .width = 2, .dash = {6, 4}}, 2 * u);
    QPainterPath arrow(rect.center() + QPointF(0, -8 * u));
    arrow.lineTo(rect.center() + QPointF(0, 7 * u));
    arrow.moveTo(rect.center() + QPointF(-5 * u, 2 * u));
    arrow.lineTo(rect.center() + QPointF(0, 7 * u));
    arrow.lineTo(rect.center() + QPointF(5 * u, 2 * u));
    canvas.path(arrow, {.line = Role::Ink, .width = 1.8});
    const QString slot = QString::number(look.swapSlot);
    // Where the number has no room the arrow says enough.
    if (look.swapSlot > 0 && rect.height() > 56 * u &&
        canvas.textWidth(slot, type::small) < rect.width() - 4 * u)
        canvas.text(rect.center() + QPointF(0, 24 * u), slot, type::small, Role::Ink, Align::Center);
}

} // namespace

Role fillOf(Hue hue) {
    constexpr Role roles[]{Role::Anon, Role::File, Role::Device, Role::Guard};
    return roles[int(hue)];
}
Role lineOf(Hue hue) {
    constexpr Role roles[]{Role::AnonLine, Role::FileLine, Role::DeviceLine, Role::GuardLine};
    return roles[int(hue)];
}
Role onOf(Hue hue) {
    constexpr Role roles[]{Role::OnAnon, Role::OnFile, Role::OnDevice, Role::OnGuard};
    return roles[int(hue)];
}

QPainterPath hatchLines(const QPainterPath& shape, double step, double angle) {
    QPainterPath lines;
    const QPolygonF polygon = shape.toFillPolygon();
    const QRectF box = shape.boundingRect();
    const double radians = qDegreesToRadians(angle);
    const QPointF along(std::cos(radians), std::sin(radians));
    const QPointF across(-along.y(), along.x());
    const double reach = box.width() + box.height();
    const double offset = QPointF::dotProduct(box.topLeft(), across);
    const double first = std::ceil((offset - reach) / step) * step;
    for (double d = first; d < offset + reach; d += step) {
        const QPointF at = across * d + along * QPointF::dotProduct(box.center(), along);
        if (const auto segment = clipToConvex(polygon, at, along)) {
            lines.moveTo(segment->p1());
            lines.lineTo(segment->p2());
        }
    }
    return lines;
}

void hatch(Canvas& canvas, const QPainterPath& shape, double step, double angle, Role role, double width) {
    canvas.path(hatchLines(shape, canvas.px(step), angle), {.line = role, .width = width});
}

void cowHatch(Canvas& canvas, const QPainterPath& shape, Hue hue) {
    const bool plain = hue == Hue::Anon;
    hatch(canvas, shape, 9, -45, plain ? Role::Hatch : onOf(hue), plain ? 1.5 : 1.3);
}

void foldedCorner(Canvas& canvas, const QRectF& rect, double size) {
    const double x = rect.right(), y = rect.top();
    QPainterPath cut(QPointF(x - size, y - 1));
    cut.lineTo(x + 1, y + size);
    cut.lineTo(x + 1, y - 1);
    cut.closeSubpath();
    canvas.path(cut, {.fill = Role::Panel, .line = Role::Panel, .width = 1});
    QPainterPath flap(QPointF(x - size, y));
    flap.lineTo(x - size, y + size);
    flap.lineTo(x, y + size);
    flap.closeSubpath();
    canvas.path(flap, {.fill = Role::FileLine});
}

void notches(Canvas& canvas, const QRectF& rect) {
    const double u = canvas.px(1);
    // In a small square as of the legend they leave most of it.
    const double side = std::min({6 * u, rect.height() * 0.18, rect.width() * 0.2});
    for (double part : {0.28, 0.62})
        for (double x : {rect.left() - u, rect.right() - side + u})
            canvas.rect(QRectF(x, rect.top() + rect.height() * part, side, side), {.fill = Role::Panel});
}

void fold(Canvas& canvas, const QRectF& rect, const QString& text) {
    canvas.rect(rect, {.fill = Role::Gap});
    // So slim that waves would be all that one sees.
    if (rect.width() < canvas.px(12))
        return;
    constexpr int waves = 6;
    const double step = rect.height() / waves, swing = std::min(canvas.px(3), rect.width() / 3);
    for (double x : {rect.left(), rect.right()}) {
        QPainterPath wave(QPointF(x, rect.top()));
        for (int i = 0; i < waves; ++i) {
            const double y = rect.top() + i * step;
            wave.quadTo(x + (i % 2 ? swing : -swing), y + step / 2, x, y + step);
        }
        canvas.path(wave, {.line = Role::AbsentLine, .width = 1.2});
    }
    const QStringList lines = text.split(u'\n', Qt::SkipEmptyParts);
    const double height = canvas.px(16);
    double y = rect.center().y() - height * double(lines.size()) / 2 + canvas.px(12);
    for (const QString& line : lines) {
        if (canvas.textWidth(line, type::small) < rect.width() + canvas.px(4))
            canvas.text({rect.center().x(), y}, line, type::small, Role::OnGap, Align::Center);
        y += height;
    }
}

void pageCell(Canvas& canvas, const QRectF& outer, const PageLook& look) {
    const double u = canvas.px(1);
    const QRectF rect = outer.adjusted(1.5 * u, 1.5 * u, -1.5 * u, -1.5 * u);
    switch (look.state) {
    case PageState::Absent:
    case PageState::Resident:
        absentCell(canvas, rect, look);
        break;
    case PageState::Swapped:
        swappedCell(canvas, rect, look);
        break;
    default: {
        const bool wrong = look.state == PageState::EnteredUnmapped;
        const QPainterPath shape = roundedPath(rect, 2 * u);
        canvas.path(shape, {.fill = wrong ? Role::ViolationWash : fillOf(look.hue),
                            .line = wrong ? Role::Violation : lineOf(look.hue),
                            .width = 1.2});
        if (look.state == PageState::ReadOnlyCow)
            cowHatch(canvas, shape, look.hue);
        if (wrong) {
            hatch(canvas, shape, 7, -45, Role::Violation, 2);
            cross(canvas, rect.center(), 8 * u, 4);
        } else if (look.hue == Hue::File) {
            foldedCorner(canvas, rect, std::min(10 * u, rect.width() * 0.34));
        } else if (look.hue == Hue::Device) {
            notches(canvas, rect);
        }
        if (look.shared)
            canvas.rect(rect.adjusted(3 * u, 3 * u, -3 * u, -3 * u), {.line = lineOf(look.hue), .width = 1.2},
                        2 * u);
    }
    }
    if (!look.busy)
        pageTexts(canvas, rect, look);
    pageBadges(canvas, rect, look);
}

} // namespace gui
