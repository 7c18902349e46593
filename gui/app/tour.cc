#include "gui/app/tour.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace gui {

namespace {

constexpr int air = 4, cardWidth = 380; // cardWidth for a base of 15 px

QToolButton* addButton(QHBoxLayout* row, const QString& text, QWidget* parent) {
    auto* const button = new QToolButton(parent);
    button->setObjectName(QStringLiteral("demoStep"));
    button->setText(text);
    button->setAccessibleName(text);
    button->setFocusPolicy(Qt::NoFocus);
    row->addWidget(button);
    return button;
}

} // namespace

Tour::Tour(std::vector<TourStep> steps, const Look& look, QWidget* window)
    : QWidget(window), m_steps(std::move(steps)), m_look(look), m_focusBefore(window->focusWidget()),
      m_card(new QWidget(this)) {
    setObjectName(QStringLiteral("tour"));
    setAttribute(Qt::WA_DeleteOnClose);
    setFocusPolicy(Qt::StrongFocus);
    std::erase_if(m_steps, [](const TourStep& one) { return !one.part || !one.part->isVisible(); });
    m_card->setObjectName(QStringLiteral("tourCard"));
    m_card->setAttribute(Qt::WA_StyledBackground);
    auto* const layout = new QVBoxLayout(m_card);
    layout->setContentsMargins(20, 16, 20, 16);
    layout->setSpacing(10);
    const auto label = [&](const char* style) {
        auto* const made = new QLabel(m_card);
        made->setObjectName(QString::fromLatin1(style));
        made->setWordWrap(true);
        layout->addWidget(made);
        return made;
    };
    m_place = label("panelNote");
    m_title = label("demoHeading");
    m_words = label("demoSaid");
    auto* const row = new QHBoxLayout;
    m_leave = addButton(row, QStringLiteral("Leave   Esc"), m_card);
    row->addStretch(1);
    m_back = addButton(row, QStringLiteral("←"), m_card);
    m_next = addButton(row, QStringLiteral("Next   →"), m_card);
    layout->addLayout(row);
    connect(m_leave, &QToolButton::clicked, this, &Tour::leave);
    connect(m_back, &QToolButton::clicked, this, &Tour::back);
    connect(m_next, &QToolButton::clicked, this, &Tour::next);
    window->installEventFilter(this);
    if (m_steps.empty()) {
        deleteLater();
        return;
    }
    show();
    raise();
    setFocus(Qt::OtherFocusReason);
    showStep();
}

QRect Tour::partRect() const {
    const QWidget* const part = m_steps[size_t(m_at)].part;
    if (!part)
        return {};
    return QRect(part->mapTo(parentWidget(), QPoint()), part->size())
        .adjusted(-air, -air, air, air)
        .intersected(rect());
}

QRect Tour::cardRect() const { return m_card->geometry(); }

void Tour::showStep() {
    const TourStep& now = m_steps[size_t(m_at)];
    m_place->setText(QStringLiteral("%1 of %2").arg(m_at + 1).arg(count()));
    m_title->setText(now.title);
    m_words->setText(now.words);
    setAccessibleName(now.title);
    setAccessibleDescription(now.words);
    m_back->setEnabled(m_at > 0);
    m_next->setText(m_at + 1 < count() ? QStringLiteral("Next   →") : QStringLiteral("Begin   →"));
    place();
}

// Beside the part where there is room: below, above, left or right of it; over it otherwise.
void Tour::place() {
    setGeometry(parentWidget()->rect());
    m_card->setFixedWidth(std::min(int(m_look.metrics.px(cardWidth)), width() - 2 * air));
    m_card->adjustSize();
    const QRect part = partRect();
    const QSize card = m_card->size();
    const int gap = int(m_look.metrics.px(12));
    const int x =
        std::clamp(part.center().x() - card.width() / 2, gap, std::max(gap, width() - card.width() - gap));
    const int y =
        std::clamp(part.center().y() - card.height() / 2, gap, std::max(gap, height() - card.height() - gap));
    const QPoint places[] = {{x, part.bottom() + gap},
                             {x, part.top() - gap - card.height()},
                             {part.right() + gap, y},
                             {part.left() - gap - card.width(), y}};
    QPoint at(x, y);
    for (const QPoint& one : places)
        if (rect().contains(QRect(one, card))) {
            at = one;
            break;
        }
    m_card->move(at);
    update();
}

void Tour::next() {
    if (m_at + 1 >= count())
        return leave();
    ++m_at;
    showStep();
}

void Tour::back() {
    if (m_at == 0)
        return;
    --m_at;
    showStep();
}

void Tour::leave() {
    if (m_focusBefore)
        m_focusBefore->setFocus(Qt::OtherFocusReason);
    close();
}

bool Tour::event(QEvent* event) {
    // No key of the window works through the veil.
    if (event->type() == QEvent::ShortcutOverride)
        event->accept();
    return QWidget::event(event);
}

bool Tour::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest)
        place();
    return QWidget::eventFilter(watched, event);
}

void Tour::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        return next();
    case Qt::Key_Left:
    case Qt::Key_Backspace:
        return back();
    case Qt::Key_Escape:
        return leave();
    default:
        return; // Tab, too, stays here
    }
}

void Tour::mousePressEvent(QMouseEvent* event) { event->accept(); }

void Tour::paintEvent(QPaintEvent*) {
    if (m_steps.empty())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRect part = partRect();
    QPainterPath veil, hole;
    veil.addRect(rect());
    hole.addRoundedRect(part, 6, 6);
    QColor dark = m_look.palette()[Role::Ink];
    if (dark.lightness() > 127)
        dark = Qt::black;
    dark.setAlpha(150);
    painter.fillPath(veil.subtracted(hole), dark);
    painter.setPen(QPen(m_look.palette()[Role::Changed], m_look.metrics.line(3)));
    painter.drawPath(hole);
}

} // namespace gui
