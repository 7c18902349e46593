#include "gui/app/picture_view.h"

#include <QDialog>
#include <QPainter>
#include <QScrollBar>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

#include "gui/app/picture_table.h"
#include "gui/theme/marks.h"
#include "gui/views/look_of.h"

namespace gui {

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
    refreshWhenSeen();
    if (m_stale)
        return;
    if (otherSelection)
        showSelection();
    else if (otherMoment)
        showChange();
}

void PictureView::setLook(const Look& look) {
    m_look = look;
    refreshWhenSeen();
}

const QVector<SceneItem>& PictureView::items() {
    if (m_stale)
        refresh();
    if (!m_items) {
        NullSurface nothing;
        Canvas canvas(nothing, zoomedLook());
        m_picture->draw(canvas, m_size);
        m_items = canvas.items();
    }
    return *m_items;
}

QRectF PictureView::seen() const {
    return {double(horizontalScrollBar()->value()), double(verticalScrollBar()->value()),
            double(viewport()->width()), double(viewport()->height())};
}

const QVector<SceneItem>& PictureView::itemsInSight() {
    if (!m_inSight) {
        NullSurface nothing;
        Canvas canvas(nothing, zoomedLook(), seen());
        m_picture->draw(canvas, m_size);
        m_inSight = canvas.items();
    }
    return *m_inSight;
}

// What is out of sight costs nothing at each step.
void PictureView::refreshWhenSeen() {
    m_stale = !isVisible();
    if (!m_stale)
        refresh();
}

void PictureView::showEvent(QShowEvent* event) {
    QAbstractScrollArea::showEvent(event);
    if (!m_stale)
        return;
    refresh();
    showChange();
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
    m_stale = false;
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
    m_items.reset();
    m_hovered.reset();
    forgetWhatWasInSight();
    // Where it stands now; what is gone has the focus no more.
    if (m_focused) {
        const auto& all = items();
        const auto same = std::find_if(all.begin(), all.end(),
                                       [&](const SceneItem& item) { return item.id == m_focused->id; });
        m_focused = same == all.end() ? std::nullopt : std::optional(*same);
    }
}

void PictureView::forgetWhatWasInSight() {
    m_inSight.reset();
    m_cache = {};
    viewport()->update();
}

void PictureView::showSelection() {
    for (const SceneItem& item : items()) {
        if (!hasIdentity(item) || !(selectionOf(item.identity) == m_picture->state().selection))
            continue;
        const QRectF sight = seen();
        if (!sight.intersects(item.rect)) {
            horizontalScrollBar()->setValue(int(item.rect.center().x() - sight.width() / 2));
            verticalScrollBar()->setValue(int(item.rect.center().y() - sight.height() / 2));
        }
        return;
    }
}

// What the step changed is what one wants to see of it.
void PictureView::showChange() {
    if (!m_showsChanges)
        return;
    const QRectF sight = seen();
    const SceneItem* first = nullptr;
    for (const SceneItem& item : items()) {
        if (!hasIdentity(item) || !item.text.contains(QStringLiteral(" changed")))
            continue;
        if (sight.contains(item.rect))
            return;
        if (!first)
            first = &item;
    }
    if (first)
        bringIntoSight(first->rect);
}

void PictureView::bringIntoSight(const QRectF& rect) {
    constexpr int air = 12;
    const auto bring = [](QScrollBar* bar, double from, double to) {
        if (to + air > bar->value() + bar->pageStep())
            bar->setValue(int(to) - bar->pageStep() + air);
        if (from - air < bar->value())
            bar->setValue(int(from) - air);
    };
    bring(horizontalScrollBar(), rect.left(), rect.right());
    bring(verticalScrollBar(), rect.top(), rect.bottom());
}

QPointF PictureView::toPicture(QPoint point) const {
    return QPointF(point) + QPointF(horizontalScrollBar()->value(), verticalScrollBar()->value());
}

const SceneItem* PictureView::itemAt(QPointF point) {
    // The one drawn last lies on top; things that stand for something come before remarks.
    const auto& all = itemsInSight();
    for (const bool remarks : {false, true})
        for (auto item = all.rbegin(); item != all.rend(); ++item)
            if (hasIdentity(*item) != remarks && item->rect.contains(point))
                return &*item;
    return nullptr;
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
        Canvas canvas(surface, zoomedLook(), seen());
        m_picture->draw(canvas, m_size);
        m_inSight = canvas.items();
    }
    QPainter painter(viewport());
    painter.drawPixmap(0, 0, m_cache);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(-offset);
    PainterSurface surface(painter);
    Canvas canvas(surface, zoomedLook());
    if (m_hovered && hasIdentity(*m_hovered))
        hoverOutline(canvas, m_hovered->rect);
    if (hasFocus() && m_ring) {
        painter.setPen(QPen(m_look.palette()[Role::Ink], 2, Qt::DotLine));
        painter.setBrush(Qt::NoBrush);
        if (m_focused)
            painter.drawRect(m_focused->rect.adjusted(-4, -4, 4, 4));
        else
            painter.drawRect(seen().adjusted(1, 1, -1, -1));
    }
}

void PictureView::resizeEvent(QResizeEvent*) {
    // Also comes for the viewport alone, when a bar appears: only the room for both counts.
    if (m_room == maximumViewportSize()) {
        forgetWhatWasInSight();
        return;
    }
    m_room = maximumViewportSize();
    refresh();
}

void PictureView::scrollContentsBy(int, int) { forgetWhatWasInSight(); }

void PictureView::showTable() {
    auto* const dialog = new QDialog(window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(m_picture->title() + QStringLiteral(" as a table"));
    auto* const table = new PictureTable(items(), dialog);
    connect(table, &PictureTable::chosen, this,
            [this](const Identity& identity) { Q_EMIT selected(selectionOf(identity)); });
    auto* const layout = new QVBoxLayout(dialog);
    layout->addWidget(table);
    dialog->resize(900, 500);
    dialog->show();
}

} // namespace gui
