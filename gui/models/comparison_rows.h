// What a picture of a comparison lists: the transcript around the step that is looked at, and the events of
// that step, with what is equal folded.
#pragma once

#include <QString>

#include <vector>

#include "gui/models/comparison.h"

namespace gui {

struct TranscriptRow {
    enum class Kind : uint8_t { Folded, Command, Output };
    Kind kind = Kind::Command;
    int step = 0;     // from 0; of a fold the first one
    QString one, two; // as they stand; a fold says in `one` what it holds
    bool differs = false;
    bool consequence = false; // it differs, but not for the first time
    bool operator==(const TranscriptRow&) const = default;
};
// The steps near `lookedAt`, and each that differs.
[[nodiscard]] std::vector<TranscriptRow> transcriptRows(const Comparison& comparison, int lookedAt);

struct EventRow {
    QString words; // of a fold: how many there are
    bool inOne = false, inTwo = false, folded = false;
    bool operator==(const EventRow&) const = default;
};
[[nodiscard]] std::vector<EventRow> eventRows(const Comparison& comparison, int step);

} // namespace gui
