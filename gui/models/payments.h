// Who pays: what the state before a step says that an access will cost, held against what the kernel then
// did. Nothing but the snapshot before, the events of the step, and the command that was asked for.
#pragma once

#include <QString>

#include <vector>

#include "gui/layout/page_facts.h"

namespace gui {

class Story;

// One access to one page.
struct Payment {
    enum class Verdict : uint8_t {
        ToCome,    // it has not happened, or not ended
        Held,      // the kernel did what was predicted
        Broken,    // it did something else
        NotJudged, // what the prediction rests on changed in the same step, before the access
    };

    uint32_t process = 0; // pid
    uint64_t va = 0;      // of the page
    bool writes = false;
    WriteCost predicted = WriteCost::NotMapped;
    Verdict verdict = Verdict::ToCome;
    QString title;    // "the child writes 0x10000"
    QString expected; // "copy 1 page: n3 has 2 references"
    QString found;    // "copied 1 page"; "" while it is to come
    QString why;      // it is not judged; "" else
};

// The accesses of one command.
struct PaidStep {
    int step = 0;                  // number of the command, from 1
    bool current = false;          // the command that is looked at
    std::vector<Payment> payments; // never empty, in order

    // How the step as a whole did: Broken when any is, else ToCome when any is, else Held when any is.
    Payment::Verdict verdict() const;
    // The one to tell of: the first that is like the whole.
    const Payment& first() const;
    size_t count(Payment::Verdict verdict) const;
};

// The step up to moment `index` of the story, as far as it has happened; empty payments when nothing was
// accessed.
PaidStep paidStep(const Story& story, int index);
// What the command behind the current moment will cost, where it is a read or a write; empty payments else.
PaidStep stepToCome(const Story& story);

// The steps of a story up to the current moment in which something was paid, oldest first, and the one that
// is to come. `most`: no more than so many of the latest are looked for. Cost: O(events of the moments that
// are gone over), which are at most 32 times `most`.
std::vector<PaidStep> paidSteps(const Story& story, size_t most);
// All steps of the story, the ones behind the current moment, too (as to come).
std::vector<PaidStep> allPaidSteps(const Story& story);

} // namespace gui
