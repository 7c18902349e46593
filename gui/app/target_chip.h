// Which machine, and what it does: a mark and words. No machine: hatched.
#pragma once

#include <QWidget>

#include "gui/theme/canvas.h"

namespace gui {

class Player;

class TargetChip : public QWidget {
    Q_OBJECT

public:
    explicit TargetChip(QWidget* parent = nullptr);
    void showPlayer(const Player& player);
    void setLook(const Look& look);
    // Only the state, where there is little room.
    void setBrief(bool brief);
    QString text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    // Square: stands. Dot: runs. Ring: not yet. Cross: dead. Hatched: there is no machine any more.
    enum class Mark : uint8_t { Square, Dot, Ring, Cross, Hatched };
    QString shown() const;

    Mark m_mark = Mark::Ring;
    QString m_text;
    bool m_brief = false;
    Look m_look;
};

} // namespace gui
