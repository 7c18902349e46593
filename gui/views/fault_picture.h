// The fault microscope: the stages of one fault, what each cost, and the pages that it looked at.
#pragma once

#include "gui/views/picture.h"

namespace gui {

class FaultPicture : public Picture {
public:
    QString name() const override { return QStringLiteral("fault"); }
    QString title() const override { return QStringLiteral("Fault"); }
    QString note() const override;
    QSizeF sizeFor(const Look& look, QSizeF offered) const override;
    void draw(Canvas& canvas, QSizeF size) const override;

private:
    // Draws one stage with its upper edge at y; where the next one begins.
    double drawStage(Canvas& canvas, size_t index, double y, double width) const;
    void drawWindow(Canvas& canvas, double y, double width) const;
    uint64_t dearest() const;
};

} // namespace gui
