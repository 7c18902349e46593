// Address spaces: a row a process, what the map says above, what the page tables have below, on one common
// axis.
#pragma once

#include <memory>
#include <optional>

#include "gui/layout/address_axis.h"
#include "gui/views/picture.h"

namespace gui {

class AddressSpacePicture : public Picture {
public:
    QString name() const override { return QStringLiteral("map"); }
    QString title() const override { return QStringLiteral("Address spaces"); }
    QString note() const override { return QStringLiteral("one axis for all processes; gaps folded"); }
    QSizeF sizeFor(const Look& look, QSizeF offered) const override;
    void draw(Canvas& canvas, QSizeF size) const override;

private:
    struct Row;  // places of one process
    struct Seen; // what is on screen, for the legend

    void stateChanged() override;
    AxisRequest axisRequest() const;
    const Axis& settled(double offered, double unit) const;
    const Axis& axisFor(const Look& look, double width) const;
    std::vector<std::pair<uint64_t, uint64_t>> focus() const;
    Seen seenIn(const Axis& axis) const;
    bool wasThere(uint32_t pid) const;
    void drawRow(Canvas& canvas, const Axis& axis, const Row& row, double right) const;
    double drawTitle(Canvas& canvas, const Row& row, double right) const;
    void drawGaps(Canvas& canvas, const Axis& axis, const Row& row) const;
    void drawEntry(Canvas& canvas, const Axis& axis, const Row& row, int entry) const;
    void drawWideEntryTexts(Canvas& canvas, const QRectF& rect, const gdbbridge::Entry& entry) const;
    void drawEntryTexts(Canvas& canvas, const QRectF& rect, const gdbbridge::Entry& entry) const;
    void drawChips(Canvas& canvas, const QRectF& room, const gdbbridge::Entry& entry) const;
    void drawPages(Canvas& canvas, const Axis& axis, const Row& row) const;
    void drawRun(Canvas& canvas, const AxisPart& part, const Row& row) const;
    void drawTicks(Canvas& canvas, const Axis& axis, const Row& row) const;
    void drawNotes(Canvas& canvas, const Row& row, QPointF at, double right) const;
    void drawLegend(Canvas& canvas, QPointF at, double width, double bottom, const Seen& seen) const;

    // Made when first asked for: of the state, and of the state at one size.
    mutable std::optional<AxisParts> m_parts;
    mutable std::optional<Axis> m_axis;
    mutable double m_axisUnit = 0, m_axisWidth = 0;
    mutable std::shared_ptr<const Seen> m_seen;
};

} // namespace gui
