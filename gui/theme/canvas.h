// A surface with a look: draws by role and size, and keeps a list of the things drawn, for hit tests and for
// tests.
#pragma once

#include <QHash>
#include <QString>
#include <QVector>

#include <optional>

#include "gui/theme/metrics.h"
#include "gui/theme/palette.h"
#include "gui/theme/surface.h"

namespace gui {

struct Look {
    ThemeName theme = ThemeName::Light;
    Metrics metrics;

    const Palette& palette() const { return Palette::of(theme); }
    bool projector() const { return theme == ThemeName::Projector; }
};

// How to draw a shape: lengths are for a base of 15 px.
struct Ink {
    std::optional<Role> fill = {};
    std::optional<Role> line = {};
    double width = 1.2;
    QVector<double> dash = {};
    bool roundCap = false;
};

// What a thing in a picture stands for; 0 where that does not apply. A thing is the same in every view.
struct Identity {
    uint32_t process = 0; // pid
    uint32_t entry = 0;   // serial number
    uint32_t amap = 0, anon = 0;
    uint64_t va = 0;
    bool hasVa = false;

    bool operator==(const Identity&) const = default;
};

struct SceneItem {
    QString id;   // "anon-3", "entry-parent-0x10000"
    QString text; // "page child 0x10000: n3 rw- changed"
    QRectF rect;
    Identity identity;
};

class Canvas {
public:
    // `seen`: the part of the picture that is looked at; null for all of it.
    Canvas(Surface& surface, const Look& look, QRectF seen = {})
        : m_surface(surface), m_look(look), m_seen(seen) {}

    const Look& look() const { return m_look; }
    double px(double length) const { return m_look.metrics.px(length); }
    double textWidth(const QString& text, const Type& type) const {
        return m_look.metrics.textWidth(text, type);
    }
    // Where something is looked at, from left to right. What lies aside need not be drawn, nor be among the
    // items.
    struct Extent {
        double left, right;
    };
    Extent seenAcross() const;

    void path(const QPainterPath& path, const Ink& ink);
    void rect(const QRectF& rect, const Ink& ink, double radius = 0);
    void line(QPointF from, QPointF to, const Ink& ink);
    void circle(QPointF center, double radius, const Ink& ink);
    // Draws on the base line and returns the width.
    double text(QPointF at, const QString& text, const Type& type, Role role, Align align = Align::Left,
                double rotation = 0);
    // Words, with names like n3 bold and addresses in the fixed face. Returns the width.
    double richText(QPointF at, const QString& text, const Type& type, Role role);
    double richWidth(const QString& text, const Type& type) const;
    // The text cut to `width` with an ellipsis.
    QString elided(const QString& text, const Type& type, double width) const;

    // A thing of the picture: what is drawn until end() belongs to it. An id that is taken gets a number
    // behind it.
    void begin(const SceneItem& item);
    void end();
    // A thing without a drawing of its own.
    void note(const SceneItem& item) { m_items.push_back(item); }
    const QVector<SceneItem>& items() const { return m_items; }

private:
    Surface& m_surface;
    Look m_look;
    QRectF m_seen;
    QVector<SceneItem> m_items;
    QHash<QString, int> m_ids; // how often each was asked for
};

} // namespace gui
