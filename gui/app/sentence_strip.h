// The headline: which step, what it did, what comes next; a bar at the left that says whether something
// changed.
#pragma once

#include <QWidget>

#include "gui/theme/canvas.h"

namespace gui {

// What the strip says. The bar: amber when something changed, the violation's colour when something is wrong.
struct Headline {
    enum class Bar : uint8_t { Nothing, Changed, Wrong };
    Bar bar = Bar::Nothing;
    QString step, of; // "Step 6", "of 12"
    QString first, second;
    QString next; // the command that comes next, "" when there is none
    bool operator==(const Headline&) const = default;
};

class SentenceStrip : public QWidget {
    Q_OBJECT

public:
    explicit SentenceStrip(QWidget* parent = nullptr);
    void setHeadline(const Headline& headline);
    const Headline& headline() const { return m_headline; }
    void setLook(const Look& look);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    // The first sentence in at most two lines of this width.
    QStringList lines(const Canvas& canvas, double width) const;

    Headline m_headline;
    Look m_look;
};

} // namespace gui
