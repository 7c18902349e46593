#include "gui/app/sentence_strip.h"

#include <QPainter>

#include <algorithm>

namespace gui {

SentenceStrip::SentenceStrip(QWidget* parent)
    : QWidget(parent), m_look{ThemeName::Light, Metrics::ofSystem(1, false)},
      m_action(new QToolButton(this)) {
    m_action->setObjectName(QStringLiteral("demoStep"));
    m_action->hide();
    connect(m_action, &QToolButton::clicked, this, &SentenceStrip::actionAsked);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(QStringLiteral("what this step did"));
}

void SentenceStrip::setHeadline(const Headline& headline) {
    if (m_headline == headline)
        return;
    m_headline = headline;
    setAccessibleDescription(headline.first + u' ' + headline.second);
    m_action->setText(headline.action);
    m_action->setAccessibleName(headline.action);
    m_action->setVisible(!headline.action.isEmpty());
    placeAction();
    update();
}

void SentenceStrip::placeAction() {
    m_action->adjustSize();
    m_action->move(width() - m_action->width() - int(m_look.metrics.px(24)),
                   (height() - m_action->height()) / 2);
}

void SentenceStrip::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    placeAction();
}

void SentenceStrip::setLook(const Look& look) {
    m_look = look;
    updateGeometry();
    placeAction();
    update();
}

QSize SentenceStrip::sizeHint() const { return {400, int(m_look.metrics.px(m_look.projector() ? 96 : 78))}; }

QStringList SentenceStrip::lines(const Canvas& canvas, double width) const {
    if (canvas.richWidth(m_headline.first, type::sentence) <= width)
        return {m_headline.first};
    const QStringList words = m_headline.first.split(u' ');
    QString line;
    qsizetype taken = 0;
    for (; taken < words.size(); ++taken) {
        const QString longer = line.isEmpty() ? words[taken] : line + u' ' + words[taken];
        if (canvas.richWidth(longer, type::sentence) > width && !line.isEmpty())
            break;
        line = longer;
    }
    return {line, words.mid(taken).join(u' ')};
}

void SentenceStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    PainterSurface surface(painter);
    Canvas canvas(surface, m_look);
    const double u = canvas.px(1), h = height();
    const Role bar = m_headline.bar == Headline::Bar::Wrong     ? Role::Violation
                     : m_headline.bar == Headline::Bar::Changed ? Role::Changed
                                                                : Role::Rule;
    canvas.rect(QRectF(0, 0, width(), h), {.fill = Role::Panel});
    canvas.rect(QRectF(0, 0, 6 * u, h), {.fill = bar});
    canvas.line({0, h - 0.5}, {double(width()), h - 0.5}, {.line = Role::Rule, .width = 1});
    canvas.text({24 * u, 34 * u}, m_headline.step, {1.5, true}, Role::Ink);
    canvas.text({24 * u, 58 * u}, m_headline.of, type::note, Role::Ink3);

    double right = width() - 24 * u;
    if (!m_action->isHidden()) {
        right = m_action->x() - 24 * u;
    } else if (!m_headline.next.isEmpty() && width() > 900 * u) {
        const Type mono = Type{1.0}.asMono();
        const QString next = canvas.elided(m_headline.next, mono, width() * 0.24);
        const double room = std::max(canvas.textWidth(next, mono), 60 * u);
        canvas.text({right, 32 * u}, QStringLiteral("next"), type::note, Role::Ink3, Align::Right);
        canvas.text({right, 56 * u}, next, mono, Role::Ink2, Align::Right);
        right -= room + 24 * u;
    }
    const double left = 148 * u, room = right - left;
    const Role ink = m_headline.bar == Headline::Bar::Wrong ? Role::Violation : Role::Ink;
    const QStringList first = lines(canvas, room);
    canvas.richText({left, 33 * u}, first.front(), type::sentence, ink);
    // A long first sentence is worth more than the second one.
    if (first.size() > 1)
        canvas.richText({left, 62 * u}, canvas.elided(first[1], type::sentence, room), type::sentence, ink);
    else if (canvas.richWidth(m_headline.second, type::second) <= room)
        canvas.richText({left, 60 * u}, m_headline.second, type::second, Role::Ink2);
    else
        canvas.text({left, 60 * u}, canvas.elided(m_headline.second, type::body, room), type::body,
                    Role::Ink2);
}

} // namespace gui
