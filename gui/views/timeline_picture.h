// The timeline: a lane a process, a slice a command of the scenario, and one counter.
#pragma once

#include <optional>

#include "gui/layout/timeline_layout.h"
#include "gui/views/picture.h"

namespace gui {

class TimelinePicture : public Picture {
public:
    QString name() const override { return QStringLiteral("timeline"); }
    QString title() const override { return QStringLiteral("Timeline"); }
    QString note() const override { return QStringLiteral("a slice is a command, as wide as its events"); }
    QSizeF sizeFor(const Look& look, QSizeF offered) const override;
    void draw(Canvas& canvas, QSizeF size) const override;

    // The command whose slice stands at x, in a picture drawn at `size`: what a click or a drag there looks
    // at. An index into the story's commands; left of the first slice -1, the state before any command.
    // Nothing without commands and left of the slices, where the lanes have their names.
    std::optional<int> commandAt(const Look& look, QSizeF size, QPointF point) const;
    // Where the play head stands, so that a scroll area can follow it.
    double playHeadX(const Look& look, QSizeF size) const;

private:
    struct Scene;

    Scene sceneFor(const Look& look, QSizeF size) const;
    void drawLanes(Canvas& canvas, const Scene& scene) const;
    void drawSlice(Canvas& canvas, const Scene& scene, int command) const;
    void drawCounter(Canvas& canvas, const Scene& scene) const;
    void drawMarks(Canvas& canvas, const Scene& scene) const;
    void drawPlayHead(Canvas& canvas, const Scene& scene) const;
};

} // namespace gui
