#include "gui/theme/canvas.h"

#include <QRegularExpression>

#include <limits>

namespace gui {

namespace {

struct Piece {
    QString text;
    Type type;
};

QVector<Piece> pieces(const QString& text, const Type& type) {
    static const QRegularExpression special(
        QStringLiteral("\\b0x[0-9a-f]+(?:\u2009[0-9a-f]{4})*\\b|\\b[na][0-9]+\\b|\\b[r-][w-][x-](?![\\w-])"));
    QVector<Piece> result;
    qsizetype at = 0;
    auto matches = special.globalMatch(text);
    while (matches.hasNext()) {
        const auto match = matches.next();
        if (match.capturedStart() > at)
            result.push_back({text.mid(at, match.capturedStart() - at), type});
        const bool name = match.captured().startsWith(u'n') || match.captured().startsWith(u'a');
        result.push_back({match.captured(), name ? type.asBold() : type.asMono()});
        at = match.capturedEnd();
    }
    if (at < text.size())
        result.push_back({text.mid(at), type});
    return result;
}

} // namespace

Canvas::Extent Canvas::seenAcross() const {
    constexpr double everywhere = std::numeric_limits<double>::infinity();
    return m_seen.isNull() ? Extent{-everywhere, everywhere} : Extent{m_seen.left(), m_seen.right()};
}

void Canvas::path(const QPainterPath& path, const Ink& ink) {
    const Palette& palette = m_look.palette();
    ShapeStyle style;
    if (ink.fill)
        style.fill = palette[*ink.fill];
    if (ink.line)
        style.line = palette[*ink.line];
    style.width = m_look.metrics.line(ink.width);
    for (double length : ink.dash)
        style.dash << m_look.metrics.line(length);
    style.roundCap = ink.roundCap;
    m_surface.shape(path, style);
}

void Canvas::rect(const QRectF& rect, const Ink& ink, double radius) {
    QPainterPath shape;
    if (radius > 0)
        shape.addRoundedRect(rect, radius, radius);
    else
        shape.addRect(rect);
    path(shape, ink);
}

void Canvas::line(QPointF from, QPointF to, const Ink& ink) {
    QPainterPath shape(from);
    shape.lineTo(to);
    path(shape, ink);
}

void Canvas::circle(QPointF center, double radius, const Ink& ink) {
    QPainterPath shape;
    shape.addEllipse(center, radius, radius);
    path(shape, ink);
}

double Canvas::text(QPointF at, const QString& text, const Type& type, Role role, Align align,
                    double rotation) {
    m_surface.text({at, text, m_look.metrics.font(type), m_look.palette()[role], align, rotation});
    return textWidth(text, type);
}

double Canvas::richText(QPointF at, const QString& text, const Type& type, Role role) {
    double x = at.x();
    for (const Piece& piece : pieces(text, type))
        x += this->text({x, at.y()}, piece.text, piece.type, role);
    return x - at.x();
}

double Canvas::richWidth(const QString& text, const Type& type) const {
    double width = 0;
    for (const Piece& piece : pieces(text, type))
        width += textWidth(piece.text, piece.type);
    return width;
}

QString Canvas::elided(const QString& text, const Type& type, double width) const {
    return QFontMetricsF(m_look.metrics.font(type)).elidedText(text, Qt::ElideRight, width);
}

void Canvas::begin(const SceneItem& item) {
    m_items.push_back(item);
    const int times = ++m_ids[item.id];
    m_surface.begin(times == 1 ? item.id : QStringLiteral("%1--%2").arg(item.id).arg(times), item.text);
}

void Canvas::end() { m_surface.end(); }

} // namespace gui
