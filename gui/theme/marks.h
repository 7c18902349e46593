// The marks of the visual language. Three channels, never mixed: fill hue says what backs a page, fill
// pattern how the hardware has it, outline is attention. Lengths inside follow the canvas's metrics.
#pragma once

#include <QString>

#include "gui/theme/canvas.h"

namespace gui {

// What backs a page or an entry.
enum class Hue : uint8_t { Anon, File, Device, Guard };

Role fillOf(Hue hue);
Role lineOf(Hue hue);
Role onOf(Hue hue);

enum class PageState : uint8_t {
    Writable,    // entered, and the hardware lets it be written
    ReadOnlyCow, // entered read-only because of copy-on-write
    ReadOnlyMap, // entered read-only because the map says so
    Resident,    // in memory, not entered
    Absent,      // mapped, no page
    Swapped,
    EnteredUnmapped, // a bug
};

// How a page cell looks; texts that do not fit are left out.
struct PageLook {
    Hue hue = Hue::Anon;
    PageState state = PageState::Absent;
    QString name, content, low; // "n3", "CHILDt", "rw-"
    bool shared = false;        // inherit share
    bool busy = false;
    uint32_t wired = 0, loans = 0;
    int32_t swapSlot = 0;
};

void pageCell(Canvas& canvas, const QRectF& rect, const PageLook& look);

// Parallel lines at `angle` degrees inside a convex shape, as one path.
QPainterPath hatchLines(const QPainterPath& shape, double step, double angle);
void hatch(Canvas& canvas, const QPainterPath& shape, double step, double angle, Role role, double width);
void cowHatch(Canvas& canvas, const QPainterPath& shape, Hue hue);
void foldedCorner(Canvas& canvas, const QRectF& rect, double size);
void notches(Canvas& canvas, const QRectF& rect);
// A folded gap or run: wavy edges and up to two lines of text.
void fold(Canvas& canvas, const QRectF& rect, const QString& text);

// Attention.
void changedBand(Canvas& canvas, const QRectF& rect, double radius = 3);
void delta(Canvas& canvas, QPointF center, double radius = 6);
void selectedOutline(Canvas& canvas, const QRectF& rect, double radius = 5);
void hoverOutline(Canvas& canvas, const QRectF& rect, double radius = 5);
void cross(Canvas& canvas, QPointF center, double radius, double width = 3);

enum class ChipKind : uint8_t { Plain, NeedsCopy, Changed, Gone };
double chipWidth(const Canvas& canvas, const QString& text);
double chipHeight(const Canvas& canvas);
// Draws a chip with its upper left corner at `at`; returns its rectangle.
QRectF chip(Canvas& canvas, QPointF at, const QString& text, ChipKind kind, Role line = Role::AnonLine);

// One page of the sharing view, spanning its sharers.
struct CapsuleLook {
    Hue hue = Hue::Anon;
    QString name, content, badge;
    bool copyOnWrite = false; // several references: hatched, double-edged
    bool shared = false;      // inherit share: double-edged
    bool swapped = false;     // dashed, not in memory
    bool changed = false, selected = false;
};
void capsule(Canvas& canvas, const QRectF& rect, const CapsuleLook& look);
void emptyCapsule(Canvas& canvas, const QRectF& rect, const QString& text);

// What the next write costs.
enum class CostMark : uint8_t { Copies, FaultsOnly, Nothing, Refused };
double costWidth(const Canvas& canvas, CostMark mark, const QString& text);
// Draws the mark and its words centred at `at` (base line); returns what it covers.
QRectF cost(Canvas& canvas, QPointF at, CostMark mark, const QString& text);

struct NodeLook {
    bool red = false;
    QString name, number; // texts that do not fit are left out
    QString brief;        // instead of a number that does not fit
    bool address = false; // the name is one
    bool wrong = false;   // an invariant is broken here
    bool cut = false;     // a search passes by
};
void treeNode(Canvas& canvas, const QRectF& rect, const NodeLook& look);
// The place in a search, in a disc.
void visitedDisc(Canvas& canvas, QPointF center, int order);

enum class SliceGlyph : uint8_t { Space, Map, Fault, Fork, Read, Exit };
void sliceGlyph(Canvas& canvas, QPointF center, SliceGlyph glyph, Role role);

} // namespace gui
