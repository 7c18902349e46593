// Plays a search for room in the tree view, a node at a time. Everything that it shows on the way is in the
// picture at its end, so nothing is lost when it is switched off or cut short.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include "gui/app/picture_view.h"

namespace gui {

class SearchPlay : public QObject {
    Q_OBJECT

public:
    // `view` shows a tree and outlives this.
    explicit SearchPlay(PictureView& view, QObject* parent = nullptr);

    // Shows a state: at once, or, where it is another moment than before and somebody sees it, step by step.
    // What is still playing ends.
    void show(const ViewState& state);
    // Off: all that comes is shown at once, and so is what plays now.
    void setOn(bool on);
    bool isOn() const { return m_on; }
    bool isPlaying() const { return m_timer.isActive(); }
    // How long a node stays, of a search of so many steps: 350 ms, and the whole at most 3 s.
    static int interval(size_t steps);

private:
    void next();
    void end();

    PictureView& m_view;
    ViewState m_state; // all of it
    QTimer m_timer;
    QElapsedTimer m_sinceStep; // since another moment was shown
    size_t m_shown = 0;
    bool m_on = true;
};

} // namespace gui
