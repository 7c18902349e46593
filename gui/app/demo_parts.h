// What the words of a demo are made of: the row of its stops, and a choice.
#pragma once

#include <QPushButton>
#include <QWidget>

#include "gui/theme/canvas.h"

class QLabel;

namespace gui {

class DemoGuide;

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

// An answer to choose; long ones take several lines. Below it may stand what came of it.
class ChoiceButton : public QPushButton {
    Q_OBJECT

public:
    ChoiceButton(const QString& words, QWidget* parent);
    void setMark(const QString& mark);
    QString words() const;

private:
    QLabel *m_words, *m_mark;
};

} // namespace gui
