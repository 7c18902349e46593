// Swap as anons have it, and what the page daemon would do.
#include <algorithm>

#include "gui/models/names.h"
#include "gui/views/look_of.h"
#include "gui/views/memory_picture.h"

namespace gui {

using gdbbridge::none;

namespace {

constexpr double margin = 18, labels = 132, namedFrom = 36; // as in the rest of the picture, at 15 px
constexpr size_t swapMost = 2000;

} // namespace

QString MemoryPicture::fateOf(const MemoryPage& page) {
    if (page.used)
        return QStringLiteral("to active");
    if (!page.dirty)
        return QStringLiteral("free");
    return page.backing == Backing::File ? QStringLiteral("to file") : QStringLiteral("to swap");
}

// A square a slot, by number: filled for a copy of what is in memory, dashed for the only one.
void MemoryPicture::drawSwap(Canvas& canvas, const MemoryFacts& facts, double step, size_t perRow, double y,
                             double width) const {
    const double u = canvas.px(1), left = (margin + labels) * u;
    const auto& now = *state().now;
    label(canvas, y, QStringLiteral("swap"), countNumber(facts.swap.size()),
          QStringLiteral("slots of anons"));
    const size_t shown = std::min(facts.swap.size(), swapMost);
    const double gap = std::min(2.0 * u, step / 5);
    for (size_t i = 0; i < shown; ++i) {
        const SwapSlot& slot = facts.swap[i];
        const QRectF cell(left + double(i % perRow) * step, y + double(i / perRow) * step, step - gap,
                          step - gap);
        const auto& anon = now.anons[size_t(slot.anon)];
        canvas.begin(
            {QStringLiteral("swap-%1").arg(slot.slot),
             QStringLiteral("swap %1: %2, %3%4")
                 .arg(slot.slot)
                 .arg(anonName(anon), slot.only ? QStringLiteral("only here") : QStringLiteral("a copy"),
                      slot.fresh ? QStringLiteral(", new") : QString()),
             cell,
             {.anon = anon.id}});
        const QRectF inside = cell.adjusted(0.8 * u, 0.8 * u, -0.8 * u, -0.8 * u);
        if (slot.only)
            canvas.rect(inside,
                        {.fill = Role::Absent, .line = Role::AnonLine, .width = 1.4, .dash = {4, 2.5}});
        else
            canvas.rect(inside, {.fill = Role::Anon, .line = Role::AnonLine, .width = 0.8});
        const QString name = anonName(anon);
        if (step >= namedFrom * u && canvas.textWidth(name, type::small) < cell.width() - 4 * u)
            canvas.text(cell.center() + QPointF(0, 5 * u), name, type::small,
                        slot.only ? Role::Ink : Role::OnAnon, Align::Center);
        if (slot.fresh)
            canvas.rect(cell.adjusted(-u, -u, u, u), {.line = Role::ChangedLine, .width = 2.2});
        if (state().selection.isAnon(anon.id))
            selectedOutline(canvas, cell, 2);
        canvas.end();
    }
    if (shown < facts.swap.size())
        canvas.note({QStringLiteral("swap-more"),
                     QStringLiteral("%1 more slots").arg(facts.swap.size() - shown),
                     QRectF(left, y, width - left, step),
                     {}});
}

} // namespace gui
