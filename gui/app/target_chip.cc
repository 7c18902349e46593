#include "gui/app/target_chip.h"

#include <QPainter>
#include <QPainterPath>

#include <cmath>

#include "gui/app/player.h"
#include "gui/theme/marks.h"

namespace gui {

using gdbbridge::Death;
using gdbbridge::SessionState;

TargetChip::TargetChip(QWidget* parent)
    : QWidget(parent), m_look{ThemeName::Light, Metrics::ofSystem(1, false)} {
    setAccessibleName(QStringLiteral("state of the machine"));
}

void TargetChip::showPlayer(const Player& player) {
    const auto markOf = [&] {
        switch (player.state()) {
        case SessionState::Idle:
        case SessionState::Starting:
            return Mark::Ring;
        case SessionState::Running:
            return Mark::Dot;
        case SessionState::Dead: {
            const Death::Kind kind = player.session().death()->kind;
            const bool stands = kind == Death::Kind::Panic || kind == Death::Kind::TripleFault ||
                                kind == Death::Kind::Hang || kind == Death::Kind::Endless;
            return stands ? Mark::Cross : Mark::Hatched;
        }
        default:
            return Mark::Square;
        }
    };
    const Mark mark = markOf();
    const QString text = player.targetText();
    if (mark == m_mark && text == m_text)
        return;
    m_mark = mark;
    m_text = text;
    setToolTip(text);
    setAccessibleDescription(text);
    updateGeometry();
    update();
}

void TargetChip::setLook(const Look& look) {
    m_look = look;
    updateGeometry();
    update();
}

void TargetChip::setBrief(bool brief) {
    m_brief = brief;
    updateGeometry();
    update();
}

QString TargetChip::shown() const { return m_brief ? m_text.section(QStringLiteral(" · "), -1) : m_text; }

QSize TargetChip::sizeHint() const {
    const Metrics& m = m_look.metrics;
    const Type bold = type::body.asBold(); // the widest that it may be
    return {int(std::ceil(m.textWidth(shown(), bold) + m.px(42))), int(m.px(28))};
}

void TargetChip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    PainterSurface surface(painter);
    Canvas canvas(surface, m_look);
    const double u = canvas.px(1), middle = height() / 2.0;
    const bool dead = m_mark == Mark::Cross;
    const Type words = dead ? type::body.asBold() : type::body;
    const double left = width() - canvas.textWidth(shown(), words) - 12 * u;
    const QPointF mark(left - 14 * u, middle);
    switch (m_mark) {
    case Mark::Square:
        canvas.rect(QRectF(mark.x() - 5 * u, mark.y() - 5 * u, 10 * u, 10 * u), {.fill = Role::Ink});
        break;
    case Mark::Dot:
        canvas.circle(mark, 5.5 * u, {.fill = Role::Free});
        break;
    case Mark::Ring:
        canvas.circle(mark, 5 * u, {.line = Role::Ink2, .width = 2});
        break;
    case Mark::Cross:
        cross(canvas, mark, 5 * u);
        break;
    case Mark::Hatched: {
        const QRectF chip(left - 10 * u, middle - 13 * u, width() - left + 8 * u, 26 * u);
        QPainterPath shape;
        shape.addRoundedRect(chip, 4 * u, 4 * u);
        canvas.path(shape, {.fill = Role::Panel, .line = Role::AbsentLine, .width = 1.5});
        hatch(canvas, shape, 9, 45, Role::Rule, 1);
        // Words stand on a plate.
        canvas.rect(QRectF(left - 3 * u, middle - 9 * u, canvas.textWidth(shown(), words) + 6 * u, 18 * u),
                    {.fill = Role::Panel});
        break;
    }
    }
    canvas.text({left, middle + 5 * u}, shown(), words, dead ? Role::Violation : Role::Ink);
}

} // namespace gui
