// The buttons that step the story and the machine, and where the story stands.
#pragma once

#include <QWidget>

#include "gui/app/glyphs.h"
#include "gui/app/player.h"

class QLabel;

namespace gui {

class StepControls : public QWidget {
    Q_OBJECT

public:
    explicit StepControls(Player& player, QWidget* parent = nullptr);
    void setLook(const Look& look);
    // In a demo the right key goes to the next stop.
    void setInDemo(bool demo);

private:
    GlyphButton* add(Glyph glyph, bool primary, const QString& tip, void (Player::*action)());
    void showPlayer();

    Player& m_player;
    std::vector<GlyphButton*> m_buttons;
    GlyphButton *m_first, *m_back, *m_next, *m_nextEvent, *m_run, *m_restart;
    QLabel *m_place, *m_hint;
};

} // namespace gui
