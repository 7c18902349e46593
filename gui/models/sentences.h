// Plain sentences: what a step did, and what an event means. At most 90 characters each where that is
// possible; what happened, to whom, why; names as in the pictures (n3, a1, 0x10000, "the child").
#pragma once

#include <QString>

#include <vector>

#include "gdbbridge/session/moment.h"

namespace gui {

struct StepSentence {
    QString first, second; // `second` may be ""
    uint32_t actor = 0;    // pid of the process that the step was about, 0 when there is none
    bool wrong = false;    // an invariant is broken, or the run cannot go on
};

// What the step from `before` (null at the first) to `now` did.
StepSentence stepSentence(const gdbbridge::Moment& now, const gdbbridge::Moment* before);

// The same for moment `index` of a run. At the end of a command that was stepped through event by event, the
// sentence is about the whole command.
StepSentence stepSentence(const std::vector<gdbbridge::MomentPtr>& moments, int index);

// Whether a sentence says which page frame it speaks of; two machines that do the same have other ones.
enum class Frames : uint8_t { Named, Unnamed };

// One event in one sentence. `now` and `before` name things that the event speaks of: what was created is in
// `now`, what was removed in `before` (may be null).
QString eventSentence(const gdbbridge::Event& event, const gdbbridge::Snapshot& now,
                      const gdbbridge::Snapshot* before, Frames frames = Frames::Named);

} // namespace gui
