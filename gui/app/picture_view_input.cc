// What a picture on screen does with mouse and keyboard.
#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>

#include "gui/app/picture_view.h"
#include "gui/views/look_of.h"

namespace gui {

namespace {

constexpr double leastZoom = 0.4, mostZoom = 4, zoomStep = 1.2;

} // namespace

void PictureView::mouseMoveEvent(QMouseEvent* event) {
    if (m_pressed) {
        const QPoint way = event->pos() - *m_pressed;
        m_dragging = m_dragging || way.manhattanLength() >= QApplication::startDragDistance();
        if (m_dragging && m_drag == Drag::Pans) {
            horizontalScrollBar()->setValue(m_pressedBars.x() - way.x());
            verticalScrollBar()->setValue(m_pressedBars.y() - way.y());
        } else if (m_dragging) {
            Q_EMIT dragged(toPicture(event->pos()));
        }
        return;
    }
    const SceneItem* const hovered = itemAt(toPicture(event->pos()));
    if (hovered ? m_hovered && m_hovered->id == hovered->id : !m_hovered)
        return;
    m_hovered = hovered ? std::optional(*hovered) : std::nullopt;
    viewport()->update();
}

void PictureView::mousePressEvent(QMouseEvent* event) {
    // What the menu is about is what lies under it.
    if (event->button() == Qt::RightButton)
        if (const SceneItem* const item = itemAt(toPicture(event->pos())); item && hasIdentity(*item))
            Q_EMIT selected(selectionOf(item->identity));
    if (event->button() != Qt::LeftButton)
        return;
    m_pressed = event->pos();
    m_pressedBars = {horizontalScrollBar()->value(), verticalScrollBar()->value()};
    m_dragging = false;
}

void PictureView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !m_pressed)
        return;
    m_pressed.reset();
    if (m_dragging)
        return;
    const QPointF at = toPicture(event->pos());
    const SceneItem* const item = itemAt(at);
    m_focused = item ? std::optional(*item) : std::nullopt;
    m_ring = false;
    const Selection selection = item ? selectionOf(item->identity) : Selection{};
    Q_EMIT clicked(at);
    Q_EMIT selected(selection);
}

bool PictureView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        if (const SceneItem* const item = itemAt(toPicture(help->pos())))
            QToolTip::showText(help->globalPos(), item->text, viewport());
        else
            QToolTip::hideText();
        return true;
    }
    if (event->type() == QEvent::Leave) {
        m_hovered.reset();
        viewport()->update();
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
    const SceneItem* best = nullptr;
    double bestDistance = 0;
    for (const SceneItem& item : items()) {
        if (!hasIdentity(item) || (m_focused && item.id == m_focused->id))
            continue;
        double distance = 0; // the first one
        if (m_focused) {
            const QPointF way = item.rect.center() - m_focused->rect.center();
            const double ahead = way.x() * dx + way.y() * dy,
                         aside = std::abs(way.x() * dy) + std::abs(way.y() * dx);
            if (ahead <= 0.5)
                continue;
            distance = ahead + 2 * aside;
        }
        if (!best || distance < bestDistance) {
            best = &item;
            bestDistance = distance;
        }
    }
    if (!best)
        return;
    m_focused = *best;
    m_ring = true;
    bringIntoSight(m_focused->rect);
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
        if (m_focused)
            Q_EMIT selected(selectionOf(m_focused->identity));
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

} // namespace gui
