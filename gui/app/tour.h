// A tour of the window: one part after the other stands out of a veil, with a few words beside it.
#pragma once

#include <QPointer>
#include <QWidget>

#include <vector>

#include "gui/theme/canvas.h"

class QLabel;
class QToolButton;

namespace gui {

struct TourStep {
    QPointer<QWidget> part; // of the window
    QString title, words;
};

class Tour : public QWidget {
    Q_OBJECT

public:
    // Lies over `window`, which it follows, and takes the keyboard: → or Enter goes on, ← back, Esc leaves.
    // Steps whose part is out of sight are left out; with none at all it ends at once. Deletes itself.
    Tour(std::vector<TourStep> steps, const Look& look, QWidget* window);

    int step() const { return m_at; }
    int count() const { return int(m_steps.size()); }
    const QString& title() const { return m_steps[size_t(m_at)].title; }
    // The part that stands out, in the window's coordinates.
    QRect partRect() const;
    QRect cardRect() const;
    void next();
    void back();
    void leave();

protected:
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void showStep();
    void place();

    std::vector<TourStep> m_steps;
    Look m_look;
    int m_at = 0;
    QPointer<QWidget> m_focusBefore;
    QWidget* m_card;
    QLabel *m_title, *m_words, *m_place;
    QToolButton *m_back, *m_next, *m_leave;
};

} // namespace gui
