// The headline: which step, what it did, what comes next; a bar at the left that says whether something
// changed.
#pragma once

#include <QToolButton>
#include <QWidget>

#include "gui/app/headline.h"
#include "gui/theme/canvas.h"

namespace gui {

class SentenceStrip : public QWidget {
    Q_OBJECT

public:
    explicit SentenceStrip(QWidget* parent = nullptr);
    void setHeadline(const Headline& headline);
    const Headline& headline() const { return m_headline; }
    void setLook(const Look& look);
    QSize sizeHint() const override;
    QToolButton& action() { return *m_action; }

Q_SIGNALS:
    // The headline's action.
    void actionAsked();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    // The first sentence in at most two lines of this width.
    QStringList lines(const Canvas& canvas, double width) const;

    void placeAction();

    Headline m_headline;
    Look m_look;
    QToolButton* m_action;
};

} // namespace gui
