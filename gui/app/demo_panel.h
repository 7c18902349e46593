// What a demo says, beside the views: the stop's heading and sentences, what to look for, the question with
// its choices, and how a prediction fared.
#pragma once

#include <QWidget>

#include <vector>

#include "gui/app/demo_parts.h"

class QLabel;
class QScrollArea;
class QToolButton;
class QVBoxLayout;

namespace gui {

class DemoGuide;
class Player;
struct DemoQuestion;

class DemoPanel : public QWidget {
    Q_OBJECT

public:
    DemoPanel(DemoGuide& guide, Player& player, QWidget* parent = nullptr);
    // `large`: in the sizes of a projector, where the views need more of the width.
    void setLook(const Look& look, bool large);
    // The choices that can be made now, in their order; empty when nothing is asked.
    const std::vector<ChoiceButton*>& choices() const { return m_choices; }
    // All that is written there, for tests and screen readers.
    QString words() const;
    // Gives the first choice of the question the focus, when there is one.
    void focusQuestion();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QLabel* addLabel(QVBoxLayout* rows, const char* style);
    void showGuide();
    void begin();
    void showStop(int stop);
    void showVerdict(int stop);
    void showQuestion(int stop);
    void showChoices(const DemoQuestion& question);
    QString rich(const QString& text) const;
    void say(QLabel* label, const QString& text);

    DemoGuide& m_guide;
    Player& m_player;
    Look m_look;
    DemoPips* m_pips = nullptr;
    QScrollArea* m_scroll = nullptr;
    QLabel *m_title, *m_place, *m_heading, *m_verdict, *m_failure, *m_said, *m_lookTitle, *m_lookFor,
        *m_question, *m_hint;
    QVBoxLayout* m_choiceRows = nullptr;
    std::vector<ChoiceButton*> m_choices;
    bool m_large = false;
    int m_choicesOf = -1; // stop whose choices stand there
    QToolButton *m_back, *m_next;
};

} // namespace gui
