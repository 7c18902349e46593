// Outlines, chips, capsules, nodes and glyphs.
#include <algorithm>
#include <cmath>

#include "gui/theme/marks.h"

namespace gui {

void changedBand(Canvas& canvas, const QRectF& rect, double radius) {
    const double u = canvas.px(1);
    const double out = 3.5 * u;
    const QRectF band = rect.adjusted(-out, -out, out, out);
    const double round = canvas.px(radius) + out;
    const double width = 5 * canvas.px(1) / canvas.look().metrics.line(1);
    canvas.rect(band, {.line = Role::ChangedLine, .width = width + 2.4}, round);
    canvas.rect(band, {.line = Role::Changed, .width = width}, round);
}

void delta(Canvas& canvas, QPointF center, double radius) {
    const double r = canvas.px(radius);
    QPainterPath triangle(center + QPointF(-r, r * 0.75));
    triangle.lineTo(center + QPointF(0, -r));
    triangle.lineTo(center + QPointF(r, r * 0.75));
    triangle.closeSubpath();
    canvas.path(triangle, {.fill = Role::Changed, .line = Role::ChangedLine, .width = 1.5});
}

void selectedOutline(Canvas& canvas, const QRectF& rect, double radius) {
    const double out = canvas.px(3.5);
    canvas.rect(rect.adjusted(-out, -out, out, out), {.line = Role::Selected, .width = 2.6},
                canvas.px(radius) + (radius > 0 ? 0 : out));
}

void hoverOutline(Canvas& canvas, const QRectF& rect, double radius) {
    const double out = canvas.px(1.5);
    canvas.rect(rect.adjusted(-out, -out, out, out), {.line = Role::Ink2, .width = 1.5}, canvas.px(radius));
}

void cross(Canvas& canvas, QPointF center, double radius, double width) {
    QPainterPath path(center + QPointF(-radius, -radius));
    path.lineTo(center + QPointF(radius, radius));
    path.moveTo(center + QPointF(radius, -radius));
    path.lineTo(center + QPointF(-radius, radius));
    canvas.path(path, {.line = Role::Violation, .width = width});
}

double chipHeight(const Canvas& canvas) { return canvas.px(23); }

double chipWidth(const Canvas& canvas, const QString& text) {
    return canvas.textWidth(text, type::note) + canvas.px(16);
}

QRectF chip(Canvas& canvas, QPointF at, const QString& text, ChipKind kind, Role line) {
    const double u = canvas.px(1);
    const QRectF rect(at, QSizeF(chipWidth(canvas, text), chipHeight(canvas)));
    const bool changed = kind == ChipKind::Changed || kind == ChipKind::Gone;
    canvas.rect(
        rect, {.fill = Role::Panel, .line = changed ? Role::ChangedLine : line, .width = changed ? 1.8 : 1.2},
        4 * u);
    if (kind == ChipKind::NeedsCopy)
        canvas.rect(rect.adjusted(2.4 * u, 2.4 * u, -2.4 * u, -2.4 * u),
                    {.line = Role::Ink, .width = 1.3, .dash = {4, 2.5}}, 3 * u);
    canvas.text({rect.left() + 8 * u, rect.center().y() + 4.8 * u}, text, type::note,
                kind == ChipKind::Gone ? Role::Ink2 : Role::Ink);
    if (kind == ChipKind::Gone)
        canvas.line({rect.left() + 4 * u, rect.center().y()}, {rect.right() - 4 * u, rect.center().y()},
                    {.line = Role::ChangedLine, .width = 2.4});
    return rect;
}

namespace {

void capsuleTexts(Canvas& canvas, const QRectF& rect, const CapsuleLook& look) {
    const double u = canvas.px(1);
    const bool low = rect.height() < canvas.px(34);
    const Type name{low ? 1.0 : 1.2, true}, content{low ? 0.87 : 1.0, false, true},
        badge{low ? 0.85 : 1.0, true};
    const Role ink = look.swapped ? Role::Ink : onOf(look.hue);
    const Role plain = look.swapped ? Role::Absent : fillOf(look.hue);
    const double gap = 9 * u, nameWidth = canvas.textWidth(look.name, name);
    const double badgeBox = look.badge.isEmpty() ? 0 : canvas.textWidth(look.badge, badge) + 12 * u;
    const double badgeWidth = look.badge.isEmpty() ? 0 : badgeBox + gap;
    const double room = rect.width() - rect.height() * 0.5;
    // The content gives way first, then the badge.
    double contentWidth = look.content.isEmpty() ? 0 : canvas.textWidth(look.content, content) + gap;
    if (nameWidth + contentWidth + badgeWidth > room)
        contentWidth = 0;
    const bool badged = badgeWidth > 0 && nameWidth + badgeWidth <= room;
    const double width = nameWidth + contentWidth + (badged ? badgeWidth : 0);
    double x = rect.center().x() - width / 2;
    const double y = rect.center().y() + 5.8 * u;
    if (look.copyOnWrite && !look.swapped) {
        const double half = std::min(rect.height() / 2 - 5 * u, 14 * u);
        canvas.rect(QRectF(x - 8 * u, rect.center().y() - half, width + 16 * u, 2 * half), {.fill = plain},
                    std::min(10 * u, half));
    }
    x += canvas.text({x, y}, look.name, name, ink) + gap;
    if (contentWidth > 0)
        x += canvas.text({x, y}, look.content, content, ink) + gap;
    if (badged) {
        const double half = (low ? 9 : 12) * u;
        const QRectF box(x, rect.center().y() - half, badgeBox, 2 * half);
        canvas.rect(box, {.fill = ink}, 4 * u);
        canvas.text({box.center().x(), y}, look.badge, badge, plain, Align::Center);
    }
}

// Like a sheet whose upper right corner is folded.
QPainterPath capsuleWithCorner(const QRectF& rect, double corner) {
    const double d = rect.height(), low = std::min(d, corner * 2);
    QPainterPath path(QPointF(rect.right() - corner, rect.top()));
    path.lineTo(rect.right(), rect.top() + corner);
    path.arcTo(QRectF(rect.right() - low, rect.bottom() - low, low, low), 0, -90);
    path.arcTo(QRectF(rect.left(), rect.top(), d, d), 270, -180);
    path.closeSubpath();
    return path;
}

} // namespace

void capsule(Canvas& canvas, const QRectF& rect, const CapsuleLook& look) {
    const double u = canvas.px(1), radius = rect.height() / 2;
    const double corner = look.hue == Hue::File ? std::min(12 * u, radius) : 0;
    QPainterPath shape;
    if (corner > 0)
        shape = capsuleWithCorner(rect, corner);
    else
        shape.addRoundedRect(rect, radius, radius);
    if (look.swapped)
        canvas.path(shape, {.fill = Role::Absent, .line = lineOf(look.hue), .width = 2, .dash = {6, 4}});
    else
        canvas.path(shape, {.fill = fillOf(look.hue), .line = lineOf(look.hue), .width = 1.8});
    if (look.copyOnWrite && !look.swapped)
        cowHatch(canvas, shape, look.hue);
    if (look.copyOnWrite || look.shared)
        canvas.rect(rect.adjusted(4 * u, 4 * u, -4 * u, -4 * u), {.line = lineOf(look.hue), .width = 1.2},
                    radius - 4 * u);
    if (corner > 0) {
        QPainterPath flap(rect.topRight() + QPointF(-corner, 0));
        flap.lineTo(rect.topRight() + QPointF(-corner, corner));
        flap.lineTo(rect.topRight() + QPointF(0, corner));
        flap.closeSubpath();
        canvas.path(flap, {.fill = Role::FileLine});
    }
    capsuleTexts(canvas, rect, look);
    if (look.changed)
        changedBand(canvas, rect.adjusted(2 * u, 2 * u, -2 * u, -2 * u), (radius / u) - 2);
    if (look.selected)
        selectedOutline(canvas, look.changed ? rect.adjusted(-6 * u, -6 * u, 6 * u, 6 * u) : rect,
                        radius / u + 3.5 + (look.changed ? 6 : 0));
}

void emptyCapsule(Canvas& canvas, const QRectF& rect, const QString& text) {
    canvas.rect(rect, {.fill = Role::Absent, .line = Role::AbsentLine, .width = 1.2, .dash = {2, 3}},
                rect.height() / 2);
    canvas.text({rect.center().x(), rect.center().y() + canvas.px(4.8)}, text, type::note, Role::Ink3,
                Align::Center);
}

namespace {

Type costType(CostMark mark) { return {0.9, mark == CostMark::Copies}; }

} // namespace

double costWidth(const Canvas& canvas, CostMark mark, const QString& text) {
    return canvas.textWidth(text, costType(mark)) + canvas.px(20);
}

QRectF cost(Canvas& canvas, QPointF at, CostMark mark, const QString& text) {
    constexpr Role inks[]{Role::Pays, Role::Ink2, Role::Free, Role::Ink2};
    const Role ink = inks[int(mark)];
    const double u = canvas.px(1), width = costWidth(canvas, mark, text);
    const double left = at.x() - width / 2;
    const QPointF coin(left + 6 * u, at.y() - 4.8 * u);
    switch (mark) {
    case CostMark::Copies:
        canvas.circle(coin, 6.6 * u, {.fill = ink});
        canvas.text(coin + QPointF(0, 3.6 * u), QStringLiteral("c"), Type{0.68, true}, Role::Panel,
                    Align::Center);
        break;
    case CostMark::FaultsOnly:
        canvas.circle(coin, 5.4 * u, {.line = ink, .width = 1.8});
        break;
    case CostMark::Nothing:
        canvas.line(coin - QPointF(6 * u, 0), coin + QPointF(6 * u, 0), {.line = ink, .width = 2.4});
        break;
    case CostMark::Refused: {
        QPainterPath path(coin + QPointF(-4 * u, -4 * u));
        path.lineTo(coin + QPointF(4 * u, 4 * u));
        path.moveTo(coin + QPointF(4 * u, -4 * u));
        path.lineTo(coin + QPointF(-4 * u, 4 * u));
        canvas.path(path, {.line = ink, .width = 1.8});
        break;
    }
    }
    canvas.text({left + 20 * u, at.y()}, text, costType(mark), ink);
    return {left, at.y() - 14 * u, width, 18 * u};
}

namespace {

struct NodeInks {
    Role fill, line, on;
    double width;
    QVector<double> dash = {};
};

NodeInks nodeInks(const Canvas& canvas, const NodeLook& look) {
    if (look.wrong)
        return {Role::Violation, Role::Violation, Role::OnViolation, 2};
    if (look.cut)
        return {Role::Panel, Role::Cut, Role::Ink3, 1.6, {2, 3}};
    if (look.red)
        return {Role::NodeRed, Role::NodeRedLine, Role::OnNodeRed, 2};
    const bool dark = canvas.look().theme == ThemeName::Dark;
    return {Role::NodeBlack, dark ? Role::Ink3 : Role::NodeBlack, Role::OnNodeBlack, 1.2};
}

// A plate with a zigzag edge behind a broken node.
void zigzagPlate(Canvas& canvas, const QRectF& rect) {
    const double tooth = canvas.px(4);
    QPainterPath path(rect.topLeft());
    const auto edge = [&](QPointF from, QPointF to, QPointF out) {
        const double length = QLineF(from, to).length();
        const int teeth = std::max(2, int(length / (2 * tooth)));
        for (int i = 0; i < teeth; ++i) {
            path.lineTo(from + (to - from) * ((i + 0.5) / teeth) + out * tooth);
            path.lineTo(from + (to - from) * ((i + 1.0) / teeth));
        }
    };
    edge(rect.topLeft(), rect.topRight(), {0, -1});
    edge(rect.topRight(), rect.bottomRight(), {1, 0});
    edge(rect.bottomRight(), rect.bottomLeft(), {0, 1});
    edge(rect.bottomLeft(), rect.topLeft(), {-1, 0});
    path.closeSubpath();
    canvas.path(path, {.fill = Role::Panel, .line = Role::Violation, .width = 2});
}

// The largest size down to `least` at which the text fits; nothing when none does.
std::optional<Type> fitting(const Canvas& canvas, const QString& text, Type type, double least, double room) {
    if (text.isEmpty())
        return std::nullopt;
    while (canvas.textWidth(text, type) > room && type.size > least)
        type.size -= 0.05;
    return canvas.textWidth(text, type) <= room ? std::optional(type) : std::nullopt;
}

} // namespace

void treeNode(Canvas& canvas, const QRectF& rect, const NodeLook& look) {
    const double u = canvas.px(1);
    const NodeInks inks = nodeInks(canvas, look);
    if (look.wrong)
        zigzagPlate(canvas, rect.adjusted(-5 * u, -5 * u, 5 * u, 5 * u));
    const double corner = std::min(4 * u, rect.height() * 0.15);
    canvas.rect(rect, {.fill = inks.fill, .line = inks.line, .width = inks.width, .dash = inks.dash},
                look.red ? std::min(rect.width(), rect.height()) * 0.43 : corner);
    const double room = rect.width() - 8 * u, x = rect.center().x(), y = rect.center().y();
    const Type nameType{look.address ? 0.87 : 0.93, true, look.address};
    const auto number = fitting(canvas, look.number, type::small, 0.8, room);
    const bool two = rect.height() >= 34 * u && number;
    const auto name = fitting(canvas, look.name, nameType, 0.8, room);
    if (name && two) {
        canvas.text({x, y - 3 * u}, look.name, *name, inks.on, Align::Center);
        canvas.text({x, y + 14 * u}, look.number, *number, inks.on, Align::Center);
        return;
    }
    if (rect.height() < 14 * u)
        return;
    for (const QString& text : {look.number, look.brief})
        if (const auto type = fitting(canvas, text, Type{0.95, true}, 0.8, rect.width() - 5 * u)) {
            canvas.text({x, y + 5 * u}, text, *type, inks.on, Align::Center);
            return;
        }
}

void visitedDisc(Canvas& canvas, QPointF center, int order) {
    canvas.circle(center, canvas.px(10), {.fill = Role::Visited, .line = Role::Panel, .width = 1.5});
    canvas.text(center + QPointF(0, canvas.px(4.5)), QString::number(order), type::small.asBold(),
                Role::OnVisited, Align::Center);
}

void sliceGlyph(Canvas& canvas, QPointF c, SliceGlyph glyph, Role role) {
    const double r = canvas.px(5.5);
    QPainterPath path;
    switch (glyph) {
    case SliceGlyph::Space:
    case SliceGlyph::Map:
        path.addRect(QRectF(c.x() - r, c.y() - r, 2 * r, 2 * r));
        canvas.path(path, {.fill = glyph == SliceGlyph::Map ? std::optional(role) : std::nullopt,
                           .line = role,
                           .width = 1.6});
        return;
    case SliceGlyph::Fault:
        path.addPolygon(QPolygonF{c + QPointF(-r, -r * 0.8), c + QPointF(r, -r * 0.8), c + QPointF(0, r)});
        break;
    case SliceGlyph::Fork:
        path.addPolygon(QPolygonF{c + QPointF(0, -r * 1.25), c + QPointF(r * 1.25, 0),
                                  c + QPointF(0, r * 1.25), c + QPointF(-r * 1.25, 0)});
        break;
    case SliceGlyph::Read:
        canvas.circle(c, r - canvas.px(0.5), {.line = role, .width = 1.8});
        return;
    case SliceGlyph::Exit:
        path.moveTo(c + QPointF(-r, -r));
        path.lineTo(c + QPointF(r, r));
        path.moveTo(c + QPointF(r, -r));
        path.lineTo(c + QPointF(-r, r));
        canvas.path(path, {.line = role, .width = 2.2});
        return;
    }
    path.closeSubpath();
    canvas.path(path, {.fill = role});
}

} // namespace gui
