// Two runs of one scenario: the transcripts beside each other with what is equal folded; the pages and
// entries that differ behind the command that is looked at, as each machine has them; what that command did
// in each.
#pragma once

#include "gui/models/comparison_rows.h"
#include "gui/views/picture.h"

namespace gui {

class ComparePicture : public Picture {
public:
    QString name() const override { return QStringLiteral("compare"); }
    QString title() const override { return QStringLiteral("Compare"); }
    QString note() const override;
    QSizeF sizeFor(const Look& look, QSizeF offered) const override;
    void draw(Canvas& canvas, QSizeF size) const override;

private:
    struct Columns;
    Columns columns(const Look& look, double width) const;
    // Each draws from `y` down and returns where it ended.
    double drawTranscript(Canvas& canvas, double left, double right) const;
    double drawPlaces(Canvas& canvas, double left, double right, double y) const;
    double drawPages(Canvas& canvas, double left, double right, double y,
                     const std::vector<PlaceDifference>& places) const;
    double drawEvents(Canvas& canvas, double left, double right, double y) const;
};

} // namespace gui
