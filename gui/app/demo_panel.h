// What a demo says, beside the views: the stop's heading and sentences, what to look for, the question with
// its choices, and how a prediction fared.
#pragma once

#include <QWidget>

#include <vector>

#include "gui/theme/canvas.h"

class QLabel;
class QPushButton;
class QScrollArea;
class QToolButton;
class QVBoxLayout;

namespace gui {

class DemoGuide;
class Player;
struct DemoQuestion;

// The stops as a row of discs: filled where one has been, a ring around the one where one is, a question mark
// where something is asked.
class DemoPips : public QWidget {
    Q_OBJECT

public:
    DemoPips(const DemoGuide& guide, QWidget* parent);
    void setLook(const Look& look);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const DemoGuide& m_guide;
    Look m_look;
};

class DemoPanel : public QWidget {
    Q_OBJECT

public:
    DemoPanel(DemoGuide& guide, Player& player, QWidget* parent = nullptr);
    // `large`: in the sizes of a projector, where the views need more of the width.
    void setLook(const Look& look, bool large);
    // The choices that can be made now, in their order; empty when nothing is asked.
    const std::vector<QPushButton*>& choices() const { return m_choices; }
    // All that is written there, for tests and screen readers.
    QString words() const;
    // The first choice gets the focus, when there is one.
    void focusQuestion();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QLabel* addLabel(QVBoxLayout* rows, const char* style);
    void showGuide();
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
    std::vector<QPushButton*> m_choices;
    int m_choicesOf = -1; // stop whose choices stand there
    QToolButton *m_back, *m_next;
};

} // namespace gui
