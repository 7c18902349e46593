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
    std::vector<Belt> belts(const MemoryFacts& facts) const;
    double drawNext(Canvas& canvas, const MemoryFacts& facts, double y, double width) const;
    double drawBelt(Canvas& canvas, const MemoryFacts& facts, const Belt& belt, double y, double width) const;
    double drawFree(Canvas& canvas, const MemoryFacts& facts, double y, double width) const;
    void drawLegend(Canvas& canvas, const MemoryFacts& facts, double y) const;
    void label(Canvas& canvas, double y, const QString& name, const QString& count,
               const QString& note) const;
};

} // namespace gui
