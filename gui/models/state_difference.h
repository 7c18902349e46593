// Where two machines that ran the same commands differ, told by place: a process, an entry's first address, a
// page's address. Nothing that names a thing in one machine only counts: no structure's address, no serial
// number, no page frame, no shape of a tree.
#pragma once

#include <QString>

#include <vector>

#include "gdbbridge/snapshot/snapshot.h"

namespace gui {

struct PlaceDifference {
    enum class Kind : uint8_t { Process, Entry, Page };
    Kind kind = Kind::Process;
    uint32_t pid = 0;
    QString process;  // its name
    uint64_t va = 0;  // of an entry or a page
    QString field;    // "needs-copy"; "" when the whole thing is on one side only
    QString one, two; // its value on each side
    bool operator==(const PlaceDifference&) const = default;
};

// At most `most`, by process, within one entries before pages, ascending.
[[nodiscard]] std::vector<PlaceDifference>
placeDifferences(const gdbbridge::Snapshot& one, const gdbbridge::Snapshot& two, size_t most = 100);

// "page 0x10000 of parent".
QString placeText(const PlaceDifference& difference);

} // namespace gui
