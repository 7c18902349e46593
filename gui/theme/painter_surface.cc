#include "gui/theme/surface.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPen>

#include <cmath>

namespace gui {

namespace {

// Glyphs are placed by quarters of a pixel. An eighth is exact in binary, so that a text looks the same
// wherever the picture is scrolled to.
QPointF toEighths(QPointF at) { return {std::round(at.x() * 8) / 8, std::round(at.y() * 8) / 8}; }

} // namespace

void PainterSurface::shape(const QPainterPath& path, const ShapeStyle& style) {
    QPen pen(Qt::NoPen);
    if (style.line.isValid() && style.width > 0) {
        pen = QPen(style.line, style.width);
        pen.setJoinStyle(Qt::MiterJoin);
        pen.setCapStyle(style.roundCap ? Qt::RoundCap : Qt::FlatCap);
        if (!style.dash.isEmpty()) {
            QVector<qreal> pattern;
            for (double length : style.dash)
                pattern << length / style.width;
            pen.setDashPattern(pattern);
        }
    }
    m_painter.setPen(pen);
    m_painter.setBrush(style.fill.isValid() ? QBrush(style.fill) : QBrush(Qt::NoBrush));
    m_painter.drawPath(path);
}

void PainterSurface::text(const TextItem& item) {
    const double width = QFontMetricsF(item.font).horizontalAdvance(item.text);
    const double shift = item.align == Align::Left ? 0 : item.align == Align::Center ? width / 2 : width;
    m_painter.setFont(item.font);
    m_painter.setPen(item.color);
    if (item.rotation == 0) {
        m_painter.drawText(toEighths(item.at - QPointF(shift, 0)), item.text);
        return;
    }
    m_painter.save();
    m_painter.translate(toEighths(item.at));
    m_painter.rotate(item.rotation);
    m_painter.drawText(QPointF(-shift, 0), item.text);
    m_painter.restore();
}

} // namespace gui
