// A picture of the machine's state that can be drawn anywhere: on a widget, into an SVG, PDF or PNG, or only
// described.
#pragma once

#include <QSizeF>
#include <QString>
#include <QStringList>

#include <memory>
#include <vector>

#include "gdbbridge/snapshot/snapshot.h"
#include "gui/layout/address_axis.h"
#include "gui/layout/free_search.h"
#include "gui/models/changes.h"
#include "gui/models/fault_stages.h"
#include "gui/models/payments.h"
#include "gui/models/selection.h"
#include "gui/theme/canvas.h"
#include "gui/views/timeline_facts.h"

namespace gui {

class Comparison;
class Story;

// A step of the run, for what shows how the state came to be.
struct StepState {
    int step = 0;                 // from 1
    QString text;                 // the command
    gdbbridge::SnapshotPtr after; // null: it is to come
    bool current = false;         // it is looked at; `after` is the moment's, the step need not have ended
};

// What all pictures of one moment share.
struct ViewState {
    gdbbridge::SnapshotPtr now;
    gdbbridge::SnapshotPtr before; // of the previous step, null at the first
    Changes changes;
    Selection selection;
    AxisScale scale = AxisScale::Pages; // of addresses
    // What the layout has to hold besides `now`, so that nothing moves between the frames of a series.
    std::vector<gdbbridge::SnapshotPtr> frames;
    uint32_t actor = 0; // pid of the process that the step was about, 0 when there is none
    QString sentence, second;
    std::vector<gdbbridge::Finding> violations; // of the moment and of its snapshot
    FreeSearch search;     // for room in a map, in this step; while it is played, as far as it has come
    bool searches = false; // there is one in this step, or in any that the layout has to hold
    TimelineFacts timeline;
    std::vector<StepState> steps; // around the one that is looked at, in order
    FaultStages fault;            // the last one of the step
    std::vector<PaidStep> paid;   // what accesses cost, held against what was predicted, oldest first
    // This run beside another one, null when there is none; the step of it that is looked at, from 0.
    std::shared_ptr<const Comparison> comparison;
    int comparedStep = 0;

    // All snapshots that the layout has to hold, oldest first.
    std::vector<const gdbbridge::Snapshot*> all() const;
    // The one process that a picture of a single map shows: the selected one, else the actor, else the last
    // in which something changed, else the youngest. An index into now->processes, none when there is none.
    int subject() const;
    // The first broken invariant of an entry or of a page, null when there is none.
    const gdbbridge::Finding* violationOf(const gdbbridge::Entry& entry) const;
    const gdbbridge::Finding* violationOfPage(int process, uint64_t va) const;
};
// The state after `now`, with what changed since `before`.
ViewState makeViewState(gdbbridge::SnapshotPtr now, gdbbridge::SnapshotPtr before);

// Step: places for what was there before this step and is there after it. WholeRun: for all moments of the
// story, so that a series of pictures stands still.
enum class StillFor : uint8_t { Step, WholeRun };
// The state at the story's current moment, with its sentence, selection, violations and timeline.
ViewState makeViewState(const Story& story, StillFor still = StillFor::Step);

class Picture {
public:
    virtual ~Picture() = default;

    void setState(const ViewState& state) {
        m_state = state;
        stateChanged();
    }
    const ViewState& state() const { return m_state; }

    // "map", "tree", "sharing": names files.
    virtual QString name() const = 0;
    virtual QString title() const = 0;
    // A half-line for the dock's header.
    virtual QString note() const = 0;
    // What the picture needs when it is offered this much; it may be larger.
    virtual QSizeF sizeFor(const Look& look, QSizeF offered) const = 0;
    // Draws into (0, 0, size).
    virtual void draw(Canvas& canvas, QSizeF size) const = 0;

protected:
    // For pictures that keep what they have made of the state.
    virtual void stateChanged() {}
    bool hasState() const { return m_state.now != nullptr; }
    // The axis and one line saying what would fill the picture.
    void drawEmpty(Canvas& canvas, QSizeF size, const QString& line, const QString& hint) const;

private:
    ViewState m_state;
};

// The picture's things as text, one a line: "TEXT @ x,y wxh" in whole pixels.
QStringList sceneText(const Picture& picture, const Look& look, QSizeF size);

// The step's sentences and the list of its changes: the picture for who cannot see it.
QString alternativeText(const Picture& picture);

// Exports, all without a display. The picture gets the size it asks for when offered `offered`.
QByteArray toSvg(const Picture& picture, const Look& look, QSizeF offered);
QByteArray toPdf(const Picture& picture, const Look& look, QSizeF offered);
QByteArray toPng(const Picture& picture, const Look& look, QSizeF offered, double scale);
// A tikzpicture for LaTeX.
QByteArray toTikz(const Picture& picture, const Look& look, QSizeF offered);
// The suffixes of files that a picture can be exported to.
QStringList exportFormats();
// By the file's suffix: .svg, .pdf, .png, .tex, and .dot where the picture is a graph. An empty string, or
// what went wrong; then the file is as it was before.
QString exportPicture(const Picture& picture, const Look& look, QSizeF offered, const QString& file);

} // namespace gui
