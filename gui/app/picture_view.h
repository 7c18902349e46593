// A picture on screen: scrolls, zooms, says what is under the pointer, selects. Draws what the picture draws
// and adds only hover and focus.
#pragma once

#include <QAbstractScrollArea>
#include <QPixmap>

#include <memory>
#include <optional>

#include "gui/views/picture.h"

namespace gui {

class PictureView : public QAbstractScrollArea {
    Q_OBJECT

public:
    explicit PictureView(std::unique_ptr<Picture> picture, QWidget* parent = nullptr);

    Picture& picture() { return *m_picture; }
    const Picture& picture() const { return *m_picture; }
    void setState(const ViewState& state);
    void setLook(const Look& look);
    const Look& look() const { return m_look; }
    // The look at the present zoom, with which the picture is laid out.
    Look zoomedLook() const;
    // Whether a step scrolls to what it changed.
    void setShowsChanges(bool shows) { m_showsChanges = shows; }
    // Scrolls as little as that takes.
    void bringIntoSight(const QRectF& rect);
    // What is drawn, in the order of drawing, whether it is in sight or not. Made when first asked for.
    const QVector<SceneItem>& items();
    // The one that the keyboard stands on, null when it is on none.
    const SceneItem* focusedItem() const { return m_focused ? &*m_focused : nullptr; }
    // The size of the picture at the present zoom.
    QSizeF pictureSize() const { return m_size; }
    QPointF toPicture(QPoint viewportPoint) const;
    void zoom(double factor, QPointF viewportAt);
    void zoomToFit();
    // What dragging does: moves the picture under the pointer, or is only told.
    enum class Drag : uint8_t { Pans, IsTold };
    void setDrag(Drag drag) { m_drag = drag; }
    // Everything in the picture as a table, for reading aloud and copying.
    void showTable();

Q_SIGNALS:
    void selected(const gui::Selection& selection);
    // A click at a place of the picture, whatever lies there; and the pointer moved on with the button down.
    void clicked(QPointF at);
    void dragged(QPointF at);

protected:
    void showEvent(QShowEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void refreshWhenSeen();
    void refresh(); // lays out again
    void forgetWhatWasInSight();
    QRectF seen() const; // the part of the picture in the viewport
    const QVector<SceneItem>& itemsInSight();
    void showSelection();
    void showChange();
    const SceneItem* itemAt(QPointF picturePoint); // null: none
    // It stands for a thing of the machine, and is no mere remark.
    static bool hasIdentity(const SceneItem& item) { return !(item.identity == Identity{}); }
    void moveFocus(int dx, int dy);

    std::unique_ptr<Picture> m_picture;
    Look m_look;
    double m_zoom = 1;
    QSizeF m_size;
    std::optional<QVector<SceneItem>> m_items, m_inSight; // of the whole picture; of what is in the viewport
    QPixmap m_cache;
    QSize m_room;
    bool m_stale = true; // the state or the look is newer than what is laid out
    std::optional<SceneItem> m_hovered, m_focused;
    bool m_showsChanges = true;
    bool m_ring = false; // the focus was brought here by keyboard
    Drag m_drag = Drag::Pans;
    // While the button is down: where it went down and where the bars stood then.
    std::optional<QPoint> m_pressed;
    QPoint m_pressedBars;
    bool m_dragging = false;
};

} // namespace gui
