// The red-black tree of one map, nodes above their entries; the number in a node is the largest gap at or
// below it.
#pragma once

#include "gui/views/picture.h"

namespace gui {

struct TreePlace;
struct TreeScene;

class TreePicture : public Picture {
public:
    QString name() const override { return QStringLiteral("tree"); }
    QString title() const override { return QStringLiteral("Tree"); }
    QString note() const override;
    QSizeF sizeFor(const Look& look, QSizeF offered) const override;
    void draw(Canvas& canvas, QSizeF size) const override;

private:
    // How the nodes of one depth are drawn.
    struct Level {
        double width = 0, height = 0;
        bool single = true; // each node a thing of its own; else the depth is drawn as one
    };

    std::vector<Level> levelsOf(const Canvas& canvas, const TreeScene& scene) const;
    void drawHeader(Canvas& canvas, const TreeScene& scene) const;
    void drawEdges(Canvas& canvas, const TreeScene& scene, const std::vector<QRectF>& nodes,
                   const std::vector<Level>& levels) const;
    void drawNode(Canvas& canvas, const TreeScene& scene, const TreePlace& place, const QRectF& rect) const;
    void drawCrowd(Canvas& canvas, const TreeScene& scene, int depth, const Level& level) const;
};

} // namespace gui
