#include "gui/app/demo_parts.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

#include "gui/app/demo_guide.h"

namespace gui {

DemoPips::DemoPips(const DemoGuide& guide, QWidget* parent)
    : QWidget(parent), m_guide(guide), m_look{ThemeName::Light, Metrics::ofSystem(1, false)} {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void DemoPips::setLook(const Look& look) {
    m_look = look;
    updateGeometry();
    update();
}

QSize DemoPips::sizeHint() const { return {int(m_look.metrics.px(200)), int(m_look.metrics.px(20))}; }

void DemoPips::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    PainterSurface surface(painter);
    Canvas canvas(surface, m_look);
    const auto& stops = m_guide.script().stops;
    if (stops.empty())
        return;
    const double middle = height() / 2.0, asking = canvas.px(7.5), plain = canvas.px(4.5),
                 around = canvas.px(3);
    const double left = asking + around + canvas.px(1), count = double(stops.size());
    const double step = std::min(canvas.px(25), (width() - 2 * left) / std::max(1.0, count - 1));
    const int now = m_guide.stop();
    canvas.line({left, middle}, {left + step * (count - 1), middle}, {.line = Role::Rule});
    for (size_t i = 0; i < stops.size(); ++i) {
        const QPointF center(left + step * double(i), middle);
        const double radius = stops[i].question ? asking : plain;
        const bool been = int(i) <= now;
        if (int(i) == now)
            canvas.circle(center, radius + around, {.fill = Role::Panel, .line = Role::Ink, .width = 1.6});
        canvas.circle(center, radius,
                      {.fill = been ? Role::Ink : Role::Panel, .line = been ? Role::Ink : Role::Ink3});
        if (stops[i].question)
            canvas.text(center + QPointF(0, canvas.px(4.4)), QStringLiteral("?"), {0.8, true},
                        been ? Role::Panel : Role::Ink2, Align::Center);
    }
}

ChoiceButton::ChoiceButton(const QString& words, QWidget* parent) : QPushButton(parent) {
    setObjectName(QStringLiteral("demoChoice"));
    auto* const rows = new QVBoxLayout(this);
    rows->setContentsMargins(12, 8, 12, 8);
    rows->setSpacing(2);
    m_words = new QLabel(words, this);
    m_mark = new QLabel(this);
    m_mark->setObjectName(QStringLiteral("demoMark"));
    for (QLabel* label : {m_words, m_mark}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setAttribute(Qt::WA_TransparentForMouseEvents);
        rows->addWidget(label);
    }
    setMark({});
}

void ChoiceButton::setMark(const QString& mark) {
    m_mark->setText(mark);
    m_mark->setVisible(!mark.isEmpty());
    setAccessibleName(words());
}

QString ChoiceButton::words() const {
    return m_mark->text().isEmpty() ? m_words->text()
                                    : m_words->text() + QStringLiteral(": ") + m_mark->text();
}

} // namespace gui
