#include "gui/app/step_controls.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace gui {

using gdbbridge::SessionState;

StepControls::StepControls(Player& player, QWidget* parent) : QWidget(parent), m_player(player) {
    m_first = add(Glyph::First, false, QStringLiteral("to the start (Home)"), &Player::first);
    m_back = add(Glyph::Back, false, QStringLiteral("one command back (Left)"), &Player::previousCommand);
    m_next = add(Glyph::Forward, true, QStringLiteral("next command (Right)"), &Player::nextCommand);
    m_nextEvent = add(Glyph::NextEvent, false, QStringLiteral("next event (F10)"), &Player::nextEvent);
    m_run = add(Glyph::Run, false, QString(), &Player::toggleRun);
    m_restart =
        add(Glyph::Restart, false, QStringLiteral("start the machine again (Ctrl+R)"), &Player::restart);
    auto* const row = new QHBoxLayout;
    row->setSpacing(4);
    for (GlyphButton* button : m_buttons)
        row->addWidget(button);
    m_place = new QLabel(this);
    m_hint = new QLabel(this);
    m_hint->setObjectName(QStringLiteral("panelNote"));
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 2, 0, 4);
    layout->addLayout(row);
    layout->addSpacing(4);
    layout->addWidget(m_place);
    layout->addWidget(m_hint);
    layout->addStretch(1);
    connect(&player, &Player::changed, this, &StepControls::showPlayer);
    setInDemo(false);
    showPlayer();
}

void StepControls::setInDemo(bool demo) {
    m_hint->setText(demo ? QStringLiteral("→ stop   Alt+→ command   F10 event")
                         : QStringLiteral("→ command   F10 event"));
}

GlyphButton* StepControls::add(Glyph glyph, bool primary, const QString& tip, void (Player::*action)()) {
    auto* const button = new GlyphButton(glyph, primary, this);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    connect(button, &QToolButton::clicked, &m_player, action);
    m_buttons.push_back(button);
    return button;
}

void StepControls::setLook(const Look& look) {
    for (GlyphButton* button : m_buttons)
        button->setLook(look);
}

void StepControls::showPlayer() {
    m_first->setEnabled(m_player.canGoBack());
    m_back->setEnabled(m_player.canGoBack());
    m_next->setEnabled(m_player.canGoForward());
    m_nextEvent->setEnabled(m_player.canGoForward());
    m_run->setEnabled(m_player.canRun());
    m_restart->setEnabled(m_player.canRestart());
    const bool running = m_player.state() == SessionState::Running;
    const QString tip = running ? QStringLiteral("stop the machine where it is (Ctrl+Space)")
                                : QStringLiteral("run to the end (Ctrl+Space)");
    m_run->setGlyph(running ? Glyph::Pause : Glyph::Run);
    m_run->setToolTip(tip);
    m_run->setAccessibleName(tip);
    const Story& story = m_player.story();
    const auto now = story.now();
    m_place->setText(now ? QStringLiteral("event %1 of %2")
                               .arg(now->snapshot->eventSequence)
                               .arg(story.moments().back()->snapshot->eventSequence)
                         : QString());
}

} // namespace gui
