// Page tables: the walk of one address from its bits through every level to its frame, and beside it what the
// map says about the pages around it.
#pragma once

#include "gui/views/picture.h"

namespace gui {

class PageTablePicture : public Picture {
public:
    QString name() const override { return QStringLiteral("pagetable"); }
    QString title() const override { return QStringLiteral("Page tables"); }
    QString note() const override {
        return QStringLiteral("the walk of one address; select a page to see its own");
    }
    QSizeF sizeFor(const Look& look, QSizeF offered) const override;
    void draw(Canvas& canvas, QSizeF size) const override;

private:
    struct Step; // of the walk: one level
    struct Scene;
    Scene makeScene() const;
    void drawBits(Canvas& canvas, const Scene& scene, double width) const;
    // The side of the squares, at most `most`.
    double drawLevels(Canvas& canvas, const Scene& scene, double top, double width, double most) const;
    // From the head of the table on.
    void drawWords(Canvas& canvas, const Scene& scene, const QRectF& head) const;
    // In page_table_pages.cc. In two columns where there is the width for them.
    void drawPages(Canvas& canvas, int process, uint64_t va, const QRectF& room) const;
    // What they need below the rest, in a picture of this width; both at a base of 15 px.
    static double pagesHeight(double width);
};

} // namespace gui
