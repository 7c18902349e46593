// From what a snapshot says to how it is drawn.
#pragma once

#include "gui/layout/page_facts.h"
#include "gui/models/selection.h"
#include "gui/theme/marks.h"

namespace gui {

Hue hueOf(const gdbbridge::Snapshot& snapshot, const gdbbridge::Entry& entry);
Hue hueOf(const PageFact& fact);
PageState pageStateOf(const PageFact& fact);
// Names, content and rights for a cell that has room for them.
PageLook pageLookOf(const gdbbridge::Snapshot& snapshot, int process, const PageFact& fact);
// In words, for scene text and tool tips: "n3 “CHILDt” rw-".
QString pageWords(const gdbbridge::Snapshot& snapshot, const PageFact& fact);

CostMark costMarkOf(WriteCost cost);
QString costText(WriteCost cost, uint64_t pageSize);

uint32_t pidOf(const gdbbridge::Snapshot& snapshot, int process);
QString processName(const gdbbridge::Snapshot& snapshot, int process);
// What a click on a page means: its anon where it has one, else the address.
Identity pageIdentity(const gdbbridge::Snapshot& snapshot, int process, const PageFact& fact);
bool pageSelected(const Selection& selection, const gdbbridge::Snapshot& snapshot, int process,
                  const PageFact& fact);
Selection selectionOf(const Identity& identity);

} // namespace gui
