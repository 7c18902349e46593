#include "gui/app/picture_view.h"

#include <QDialog>
#include <QHeaderView>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyle>
#include <QTableWidget>
#include <QToolTip>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

#include "gui/theme/marks.h"
#include "gui/views/look_of.h"

namespace gui {

namespace {

constexpr double leastZoom = 0.4, mostZoom = 4, zoomStep = 1.2;

bool hasIdentity(const SceneItem& item) { return !(item.identity == Identity{}); }

} // namespace

PictureView::PictureView(std::unique_ptr<Picture> picture, QWidget* parent)
    : QAbstractScrollArea(parent),
      m_picture(std::move(picture)), m_look{ThemeName::Light, Metrics::ofSystem(1, false)} {
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    viewport()->setMouseTracking(true);
    viewport()->setBackgroundRole(QPalette::Base);
    setAccessibleName(m_picture->title());
    setMinimumSize(120, 60);
}

void PictureView::setState(const ViewState& state) {
    const bool otherSelection = !(m_picture->state().selection == state.selection);
    const bool otherMoment = m_picture->state().now != state.now;
    m_picture->setState(state);
    setAccessibleDescription(alternativeText(*m_picture));
    refresh();
    if (otherSelection)
        showSelection();
    else if (otherMoment)
        showChange();
}

void PictureView::setLook(const Look& look) {
    m_look = look;
    refresh();
}

Look PictureView::zoomedLook() const {
    Look look = m_look;
    const Metrics& m = m_look.metrics;
    look.metrics = Metrics(m.base() * m_zoom, m.line(1), m.sans(), m.mono());
    return look;
}

void PictureView::refresh() {
    const QSizeF room = maximumViewportSize();
    if (room.isEmpty())
        return;
    const Look look = zoomedLook();
    // Which bars are needed is settled here once, so that a bar which takes room cannot call for the other
    // and back.
    const double bar = style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, verticalScrollBar());
    QSizeF offered = room;
    m_size = m_picture->sizeFor(look, offered);
    const bool vertical = m_size.height() > offered.height() + 1;
    if (vertical) {
        offered.rwidth() -= bar;
        m_size = m_picture->sizeFor(look, offered);
    }
    const bool horizontal = m_size.width() > offered.width() + 1;
    if (horizontal)
        offered.rheight() -= bar;
    setVerticalScrollBarPolicy(vertical ? Qt::ScrollBarAlwaysOn : Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(horizontal ? Qt::ScrollBarAlwaysOn : Qt::ScrollBarAlwaysOff);
    horizontalScrollBar()->setPageStep(int(offered.width()));
    verticalScrollBar()->setPageStep(int(offered.height()));
    horizontalScrollBar()->setRange(0, horizontal ? int(std::ceil(m_size.width() - offered.width())) : 0);
    verticalScrollBar()->setRange(0, vertical ? int(std::ceil(m_size.height() - offered.height())) : 0);
    horizontalScrollBar()->setSingleStep(int(look.metrics.px(24)));
    verticalScrollBar()->setSingleStep(int(look.metrics.px(24)));
    // Only what the pictures' list of things needs; the drawing comes with the next paint event.
    NullSurface nothing;
    Canvas canvas(nothing, look);
    m_picture->draw(canvas, m_size);
    m_items = canvas.items();
    m_hovered = -1;
    m_focused = std::min(m_focused, int(m_items.size()) - 1);
    m_cache = {};
    viewport()->update();
}

void PictureView::showSelection() {
    for (const SceneItem& item : m_items) {
        if (!hasIdentity(item) || !(selectionOf(item.identity) == m_picture->state().selection))
            continue;
        const QRectF seen(horizontalScrollBar()->value(), verticalScrollBar()->value(), viewport()->width(),
                          viewport()->height());
        if (!seen.intersects(item.rect)) {
            horizontalScrollBar()->setValue(int(item.rect.center().x() - seen.width() / 2));
            verticalScrollBar()->setValue(int(item.rect.center().y() - seen.height() / 2));
        }
        return;
    }
}

// What the step changed is what one wants to see of it.
void PictureView::showChange() {
    const QRectF seen(horizontalScrollBar()->value(), verticalScrollBar()->value(), viewport()->width(),
                      viewport()->height());
    const SceneItem* first = nullptr;
    for (const SceneItem& item : m_items) {
        if (!hasIdentity(item) || !item.text.contains(QStringLiteral(" changed")))
            continue;
        if (seen.contains(item.rect.center()))
            return;
        if (!first)
            first = &item;
    }
    if (!first)
        return;
    verticalScrollBar()->setValue(int(first->rect.center().y() - seen.height() / 2));
    horizontalScrollBar()->setValue(int(first->rect.center().x() - seen.width() / 2));
}

QPointF PictureView::toPicture(QPoint point) const {
    return QPointF(point) + QPointF(horizontalScrollBar()->value(), verticalScrollBar()->value());
}

int PictureView::itemAt(QPointF point) const {
    // The one drawn last lies on top; things that stand for something come before remarks.
    for (int i = int(m_items.size()) - 1; i >= 0; --i)
        if (hasIdentity(m_items[i]) && m_items[i].rect.contains(point))
            return i;
    for (int i = int(m_items.size()) - 1; i >= 0; --i)
        if (m_items[i].rect.contains(point))
            return i;
    return -1;
}

void PictureView::paintEvent(QPaintEvent*) {
    const double ratio = devicePixelRatioF();
    const QPoint offset(horizontalScrollBar()->value(), verticalScrollBar()->value());
    // One viewport is kept, so that hovering costs nothing.
    if (m_cache.isNull() || m_cache.size() != (QSizeF(viewport()->size()) * ratio).toSize()) {
        m_cache = QPixmap((QSizeF(viewport()->size()) * ratio).toSize());
        m_cache.setDevicePixelRatio(ratio);
        m_cache.fill(m_look.palette()[Role::Panel]);
        QPainter painter(&m_cache);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.translate(-offset);
        PainterSurface surface(painter);
        Canvas canvas(surface, zoomedLook());
        m_picture->draw(canvas, m_size);
    }
    QPainter painter(viewport());
    painter.drawPixmap(0, 0, m_cache);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(-offset);
    PainterSurface surface(painter);
    Canvas canvas(surface, zoomedLook());
    if (m_hovered >= 0 && hasIdentity(m_items[m_hovered]))
        hoverOutline(canvas, m_items[m_hovered].rect);
    if (hasFocus() && m_ring) {
        painter.setPen(QPen(m_look.palette()[Role::Ink], 2, Qt::DotLine));
        painter.setBrush(Qt::NoBrush);
        if (m_focused >= 0)
            painter.drawRect(m_items[m_focused].rect.adjusted(-4, -4, 4, 4));
        else
            painter.drawRect(QRectF(QPointF(offset), QSizeF(viewport()->size())).adjusted(1, 1, -1, -1));
    }
}

void PictureView::resizeEvent(QResizeEvent*) {
    // Also comes for the viewport alone, when a bar appears: only the room for both counts.
    if (m_room == maximumViewportSize()) {
        m_cache = {};
        return;
    }
    m_room = maximumViewportSize();
    refresh();
}

void PictureView::mouseMoveEvent(QMouseEvent* event) {
    const int hovered = itemAt(toPicture(event->pos()));
    if (hovered == m_hovered)
        return;
    m_hovered = hovered;
    viewport()->update();
}

void PictureView::leaveEvent(QEvent*) {
    m_hovered = -1;
    viewport()->update();
}

void PictureView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    const QPointF at = toPicture(event->pos());
    const int item = itemAt(at);
    m_focused = item;
    Q_EMIT clicked(at);
    Q_EMIT selected(item >= 0 ? selectionOf(m_items[item].identity) : Selection{});
}

void PictureView::scrollContentsBy(int, int) {
    m_cache = {};
    viewport()->update();
}

bool PictureView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        if (const int item = itemAt(toPicture(help->pos())); item >= 0)
            QToolTip::showText(help->globalPos(), m_items[item].text, viewport());
        else
            QToolTip::hideText();
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void PictureView::wheelEvent(QWheelEvent* event) {
    if (!(event->modifiers() & Qt::ControlModifier)) {
        QAbstractScrollArea::wheelEvent(event);
        return;
    }
    zoom(event->angleDelta().y() > 0 ? zoomStep : 1 / zoomStep, event->position());
    event->accept();
}

void PictureView::zoom(double factor, QPointF at) {
    const double before = m_zoom;
    m_zoom = std::clamp(m_zoom * factor, leastZoom, mostZoom);
    const QPointF point = at + QPointF(horizontalScrollBar()->value(), verticalScrollBar()->value());
    refresh();
    horizontalScrollBar()->setValue(int(point.x() * m_zoom / before - at.x()));
    verticalScrollBar()->setValue(int(point.y() * m_zoom / before - at.y()));
}

void PictureView::zoomToFit() {
    m_zoom = 1;
    refresh();
}

// To the nearest thing in that direction; what lies straight ahead is nearer than what lies aside.
void PictureView::moveFocus(int dx, int dy) {
    int best = -1;
    double bestDistance = 0;
    for (int i = 0; i < int(m_items.size()); ++i) {
        if (!hasIdentity(m_items[i]) || i == m_focused)
            continue;
        double distance = double(i);
        if (m_focused >= 0) {
            const QPointF way = m_items[i].rect.center() - m_items[m_focused].rect.center();
            const double ahead = way.x() * dx + way.y() * dy,
                         aside = std::abs(way.x() * dy) + std::abs(way.y() * dx);
            if (ahead <= 0.5)
                continue;
            distance = ahead + 2 * aside;
        }
        if (best < 0 || distance < bestDistance) {
            best = i;
            bestDistance = distance;
        }
    }
    if (best < 0)
        return;
    m_focused = best;
    m_ring = true;
    const QRectF rect = m_items[best].rect;
    const auto bring = [](QScrollBar* bar, double from, double to) {
        if (from < bar->value())
            bar->setValue(int(from) - 12);
        else if (to > bar->value() + bar->pageStep())
            bar->setValue(int(to) - bar->pageStep() + 12);
    };
    bring(horizontalScrollBar(), rect.left(), rect.right());
    bring(verticalScrollBar(), rect.top(), rect.bottom());
    viewport()->update();
}

void PictureView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Up:
        return moveFocus(0, -1);
    case Qt::Key_Down:
        return moveFocus(0, 1);
    // Without Shift these two step the story.
    case Qt::Key_Left:
        return moveFocus(-1, 0);
    case Qt::Key_Right:
        return moveFocus(1, 0);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_focused >= 0)
            Q_EMIT selected(selectionOf(m_items[m_focused].identity));
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoom(zoomStep, QPointF(viewport()->rect().center()));
    case Qt::Key_Minus:
        return zoom(1 / zoomStep, QPointF(viewport()->rect().center()));
    case Qt::Key_0:
        return zoomToFit();
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void PictureView::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    // The ring is for who goes by keyboard.
    m_ring = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    viewport()->update();
}

void PictureView::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void PictureView::showTable() {
    auto* dialog = new QDialog(window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(m_picture->title() + QStringLiteral(" as a table"));
    auto* table = new QTableWidget(int(m_items.size()), 2, dialog);
    table->setHorizontalHeaderLabels({QStringLiteral("thing"), QStringLiteral("in words")});
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    for (int i = 0; i < int(m_items.size()); ++i) {
        table->setItem(i, 0, new QTableWidgetItem(m_items[i].id));
        table->setItem(i, 1, new QTableWidgetItem(m_items[i].text));
    }
    table->horizontalHeader()->setStretchLastSection(true);
    table->resizeColumnToContents(0);
    auto* layout = new QVBoxLayout(dialog);
    layout->addWidget(table);
    dialog->resize(900, 500);
    dialog->show();
}

} // namespace gui
