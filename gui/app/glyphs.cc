#include "gui/app/glyphs.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleOptionComboBox>
#include <QStyleOptionToolButton>
#include <QStylePainter>

namespace gui {

namespace {

constexpr double box = 16; // the signs are drawn in a square of this side

void addTriangle(QPainterPath& path, double flat, double tip, double half = 7) {
    path.moveTo(flat, box / 2 - half);
    path.lineTo(tip, box / 2);
    path.lineTo(flat, box / 2 + half);
    path.closeSubpath();
}

QPainterPath restartPath() {
    QPainterPath arc;
    arc.arcMoveTo(QRectF(2, 2, 12, 12), 60);
    arc.arcTo(QRectF(2, 2, 12, 12), 60, 285);
    QPainterPathStroker stroker;
    stroker.setWidth(2.2);
    QPainterPath path = stroker.createStroke(arc);
    path.moveTo(7.6, 2.2);
    path.lineTo(13.6, -0.4);
    path.lineTo(13.2, 6.2);
    path.closeSubpath();
    path.setFillRule(Qt::WindingFill);
    return path;
}

QPainterPath pathOf(Glyph glyph) {
    QPainterPath path;
    switch (glyph) {
    case Glyph::First:
        path.addRect(1.5, 1, 2.5, 14);
        addTriangle(path, 15, 5);
        break;
    case Glyph::Back:
        addTriangle(path, 13, 3);
        break;
    case Glyph::Forward:
        addTriangle(path, 3, 14);
        break;
    case Glyph::NextEvent:
        addTriangle(path, 1, 11);
        path.addRect(12, 1, 2.5, 14);
        break;
    case Glyph::Run:
        addTriangle(path, -1, 8, 6.5);
        addTriangle(path, 8, 17, 6.5);
        break;
    case Glyph::Pause:
        path.addRect(3, 1.5, 3.6, 13);
        path.addRect(9.4, 1.5, 3.6, 13);
        break;
    case Glyph::Restart:
        return restartPath();
    }
    return path;
}

} // namespace

GlyphButton::GlyphButton(Glyph glyph, bool primary, QWidget* parent)
    : QToolButton(parent), m_glyph(glyph),
      m_primary(primary), m_look{ThemeName::Light, Metrics::ofSystem(1, false)} {
    setObjectName(QStringLiteral("step"));
    setProperty("primary", primary);
}

void GlyphButton::setGlyph(Glyph glyph) {
    if (m_glyph == glyph)
        return;
    m_glyph = glyph;
    update();
}

void GlyphButton::setLook(const Look& look) {
    m_look = look;
    setFixedSize(QSizeF(look.metrics.px(40), look.metrics.px(34)).toSize());
    update();
}

void GlyphButton::paintEvent(QPaintEvent*) {
    QStylePainter painter(this);
    QStyleOptionToolButton option;
    initStyleOption(&option);
    painter.drawComplexControl(QStyle::CC_ToolButton, option);
    painter.setRenderHint(QPainter::Antialiasing);
    const double scale = m_look.metrics.px(14) / box;
    painter.translate(QRectF(rect()).center() - QPointF(box / 2, box / 2) * scale);
    painter.scale(scale, scale);
    const Role role = !isEnabled() ? Role::Ink3 : m_primary ? Role::Panel : Role::Ink;
    painter.fillPath(pathOf(m_glyph), m_look.palette()[role]);
}

Picker::Picker(QWidget* parent) : QComboBox(parent) {}

void Picker::paintEvent(QPaintEvent*) {
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    const QRect field =
        style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
    option.currentText = option.fontMetrics.elidedText(
        currentIndex() < 0 ? placeholderText() : option.currentText, Qt::ElideRight, field.width());
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
    painter.setRenderHint(QPainter::Antialiasing);
    const double side = height() / 6.0;
    const QPointF center(width() - height() / 2.0, height() / 2.0);
    QPainterPath arrow;
    arrow.moveTo(center + QPointF(-side, -side / 2));
    arrow.lineTo(center + QPointF(side, -side / 2));
    arrow.lineTo(center + QPointF(0, side * 0.8));
    arrow.closeSubpath();
    painter.fillPath(
        arrow, palette().color(isEnabled() ? QPalette::Normal : QPalette::Disabled, QPalette::WindowText));
}

} // namespace gui
