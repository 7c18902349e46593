// Memory as the page daemon sees it: the pages that come next, the queues from the oldest page on, what is
// wired, what is free.
#pragma once

#include "gui/layout/memory_facts.h"
#include "gui/views/picture.h"

namespace gui {

class MemoryPicture : public Picture {
public:
    QString name() const override { return QStringLiteral("memory"); }
    QString title() const override { return QStringLiteral("Memory"); }
    QString note() const override {
        return QStringLiteral("each square a page, oldest first; colour: owner");
    }
    QSizeF sizeFor(const Look& look, QSizeF offered) const override;
    void draw(Canvas& canvas, QSizeF size) const override;

private:
    struct Belt;
    struct Scene;
    Scene sceneFor(double width) const; // in multiples of a pixel at a base of 15
    std::vector<Belt> belts(const MemoryFacts& facts) const;
    double drawNext(Canvas& canvas, const MemoryFacts& facts, double y, double width) const;
    void drawBelt(Canvas& canvas, const Scene& scene, const Belt& belt, double y, double width) const;
    // Both in memory_swap.cc. What becomes of a page when its turn comes.
    static QString fateOf(const MemoryPage& page);
    void drawSwap(Canvas& canvas, const MemoryFacts& facts, double step, size_t perRow, double y,
                  double width) const;
    void drawFree(Canvas& canvas, const MemoryFacts& facts, const Scene& scene, double y, double width) const;
    void drawLegend(Canvas& canvas, const MemoryFacts& facts, double y, double width) const;
    void label(Canvas& canvas, double y, const QString& name, const QString& count,
               const QString& note) const;
};

} // namespace gui
