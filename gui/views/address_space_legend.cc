#include "gui/views/address_space_row.h"

#include "gui/views/look_of.h"

namespace gui {

void AddressSpacePicture::drawLegend(Canvas& canvas, QPointF at, double width, double bottom,
                                     const Seen& seen) const {
    const double u = canvas.px(1);
    struct Key {
        Hue hue;
        PageState state;
        bool shared;
        const char* text;
    };
    constexpr Key keys[]{
        {Hue::Anon, PageState::Writable, false, "anonymous"},
        {Hue::File, PageState::Writable, false, "file-backed"},
        {Hue::Device, PageState::Writable, false, "device"},
        {Hue::Anon, PageState::ReadOnlyCow, false, "read-only: copy-on-write"},
        {Hue::Anon, PageState::ReadOnlyMap, false, "read-only: the map says so"},
        {Hue::Anon, PageState::Resident, false, "in memory, not entered"},
        {Hue::Anon, PageState::Absent, false, "mapped, no page"},
        {Hue::Anon, PageState::Swapped, false, "swapped"},
        {Hue::Guard, PageState::Writable, false, "guard"},
        {Hue::Anon, PageState::Writable, true, "shared"},
    };
    double x = at.x(), y = at.y();
    // What does not fit is left out: a null rectangle.
    const auto place = [&](const QString& text) {
        const double all = 30 * u + canvas.textWidth(text, type::note);
        if (x + all > at.x() + width && x > at.x()) {
            x = at.x();
            y += 28 * u;
        }
        if (y + 24 * u > bottom)
            return QRectF();
        const QRectF box(x, y, 22 * u, 22 * u);
        canvas.text({x + 30 * u, y + 16 * u}, text, type::note, Role::Ink2);
        x += all + 15 * u;
        return box;
    };
    for (const LegendKey kind : seen.kinds) {
        const Key& key = keys[size_t(kind)];
        const QRectF box = place(QLatin1String(key.text));
        if (box.isNull())
            continue;
        PageLook look;
        look.hue = key.hue;
        look.state = key.state;
        look.shared = key.shared;
        pageCell(canvas, box, look);
        if (kind == LegendKey::Guard) {
            QPainterPath shape;
            shape.addRect(box.adjusted(1.5 * u, 1.5 * u, -1.5 * u, -1.5 * u));
            hatch(canvas, shape, 8, 45, Role::GuardLine, 2.4);
        }
        if (kind == LegendKey::ReadOnly)
            canvas.line(box.center() + QPointF(-6 * u, 4 * u), box.center() + QPointF(6 * u, 4 * u),
                        {.line = Role::OnAnon, .width = 1.8});
    }
    if (!seen.changed)
        return;
    const QRectF box = place(QStringLiteral("changed"));
    if (!box.isNull())
        changedBand(canvas, box.adjusted(5 * u, 5 * u, -5 * u, -5 * u), 1);
}

} // namespace gui
