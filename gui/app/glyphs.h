// Controls whose signs are drawn in ink, so that they need no icon theme and no font.
#pragma once

#include <QComboBox>
#include <QToolButton>

#include "gui/theme/canvas.h"

namespace gui {

enum class Glyph : uint8_t { First, Back, Forward, NextEvent, Run, Pause, Restart };

// A button of the player. The primary one is filled with ink.
class GlyphButton : public QToolButton {
    Q_OBJECT

public:
    GlyphButton(Glyph glyph, bool primary, QWidget* parent = nullptr);
    void setGlyph(Glyph glyph);
    void setLook(const Look& look);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Glyph m_glyph;
    bool m_primary;
    Look m_look;
};

// A choice with its arrow; a text that does not fit ends in an ellipsis.
class Picker : public QComboBox {
    Q_OBJECT

public:
    explicit Picker(QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace gui
