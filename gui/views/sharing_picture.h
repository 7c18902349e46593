// Sharing: rows are pages, columns processes, one capsule a page in memory spans its sharers; below each what
// the next write of each process costs.
#pragma once

#include "gui/layout/sharing_grid.h"
#include "gui/views/picture.h"

namespace gui {

struct CapsuleLook;

class SharingPicture : public Picture {
public:
    QString name() const override { return QStringLiteral("sharing"); }
    QString title() const override { return QStringLiteral("Sharing"); }
    QString note() const override { return QStringLiteral("and who pays for the next write"); }
    QSizeF sizeFor(const Look& look, QSizeF offered) const override;
    void draw(Canvas& canvas, QSizeF size) const override;

private:
    struct Scene; // the grid and its places
    struct Capsule;

    Scene sceneFor(const Look& look, QSizeF size) const;
    void drawHeader(Canvas& canvas, const Scene& scene) const;
    void drawGroup(Canvas& canvas, const Scene& scene, size_t row) const;
    void drawGroupCell(Canvas& canvas, const Scene& scene, size_t row, size_t column) const;
    void drawRow(Canvas& canvas, const Scene& scene, size_t row) const;
    void drawCapsule(Canvas& canvas, const Scene& scene, size_t row, const SharingCapsule& capsule,
                     double bridgeY) const;
    void drawCost(Canvas& canvas, const Scene& scene, size_t row, size_t column) const;
    void drawPaid(Canvas& canvas, const Scene& scene) const;
    void drawStrip(Canvas& canvas, const Scene& scene) const;
    // At the bottom of the room; returns what is left of it.
    double drawSums(Canvas& canvas, const Scene& scene, const QRectF& room) const;
    bool hasChanged(const Scene& scene, size_t row, const SharingCapsule& capsule) const;
    CapsuleLook lookOf(const Scene& scene, size_t row, const SharingCapsule& capsule) const;
};

} // namespace gui
