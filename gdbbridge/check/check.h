// The invariants of the map contract, checked from outside on a snapshot.
//
// They hold between operations, not in the midst of one: check snapshots taken at the end of a command.
//   1 bounds, order, alignment   2 list = tree   3 red-black rules   4 gap and maxgap
//   5 nentries and size          6 first_free (and hint, by the decoder)
//   7 etype and what goes with it, protection within the maximum   8 reference counts of amaps and anons
#pragma once

#include <vector>

#include "gdbbridge/snapshot/snapshot.h"

namespace gdbbridge {

// What is broken, by space and invariant, then in the kernel's maps, with what was expected and found; at
// most FindingList::most of it. The decoder's own findings are not repeated. Bounded work also on a snapshot
// of a broken guest.
[[nodiscard]] std::vector<Finding> checkInvariants(const Snapshot& snapshot);

// Page tables against maps, as findings without invariant: a page that is entered but not mapped, with more
// rights than its entry gives, other than the one the map has there, or writable although it is shared
// copy-on-write.
[[nodiscard]] std::vector<Finding> checkMappings(const Snapshot& snapshot);

// Amaps with more references than there are entries that show them, as findings of invariant 8. A space that
// is being made, or ends, has its references and is no process's: only for a machine that stands between
// commands, where nothing but entries holds an amap.
[[nodiscard]] std::vector<Finding> checkAmapHolders(const Snapshot& snapshot);

// The first two, for a machine that runs.
[[nodiscard]] std::vector<Finding> liveViolations(const Snapshot& snapshot);

// All three.
[[nodiscard]] std::vector<Finding> allViolations(const Snapshot& snapshot);

} // namespace gdbbridge
