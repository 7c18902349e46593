// Amaps: each a row of slots, the entries that lead to it above, and what the slots hold; the counts of
// references per page where an amap keeps them.
#pragma once

#include "gui/layout/amap_layout.h"
#include "gui/views/picture.h"

namespace gui {

class AmapPicture : public Picture {
public:
    QString name() const override { return QStringLiteral("amap"); }
    QString title() const override { return QStringLiteral("Amaps"); }
    QString note() const override { return QStringLiteral("slots, and which entries look at them"); }
    QSizeF sizeFor(const Look& look, QSizeF offered) const override;
    void draw(Canvas& canvas, QSizeF size) const override;

private:
    struct Scene;
    struct Line; // of slots

    Scene sceneFor(const Look& look, double width) const;
    void drawBlock(Canvas& canvas, const Scene& scene, size_t block) const;
    void drawEntries(Canvas& canvas, const Scene& scene, const AmapBlock& block, const Line& line) const;
    void drawSlots(Canvas& canvas, const Scene& scene, const AmapBlock& block, const Line& line) const;
    void drawSlot(Canvas& canvas, const gdbbridge::Amap& amap, uint32_t slot, const QRectF& rect) const;
};

} // namespace gui
