// One run through the fault routine as its named stages, out of the events that it passed.
#pragma once

#include <QString>

#include <cstdint>
#include <vector>

#include "gdbbridge/session/moment.h"

namespace gui {

class Story;

struct FaultStage {
    enum class State : uint8_t { Done, Current, NotTaken, ToCome };
    QString number; // "8", as the routine's stages are counted
    QString title;  // "case 1B"
    QString words;  // one sentence of what happened here, or what would have brought it here
    State state = State::ToCome;
    uint64_t cost = 0;  // instructions, 0 where not known
    uint64_t event = 0; // sequence number of its first event, 0 where none
};

struct FaultStages {
    QString title;        // "the child writes 0x10000"
    int number = 0;       // of this fault in its command, from 1; 0: there was no fault
    int count = 0;        // faults of the command so far
    bool ended = false;   // it has returned
    uint64_t error = 0;   // errno that it returned
    uint64_t total = 0;   // instructions, of the whole fault when it has ended
    uint32_t process = 0; // pid whose map it is in, 0 where that is not known
    uint64_t va = 0;      // page that is wanted
    std::vector<FaultStage> stages;
    std::vector<uint64_t> window; // pages that it looked at, ascending; empty before that stage
    std::vector<uint64_t> ahead;  // of these the ones that it entered on the way
};

// The last fault that began in the command of the moment that is looked at, up to that moment.
FaultStages faultStages(const Story& story);

} // namespace gui
