// A search for room in a map, from the events of one step.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "gdbbridge/event/event.h"
#include "gdbbridge/snapshot/snapshot.h"

namespace gui {

// One thing that a search looked at: a gap, or a subtree whose largest gap is too small, so that it went
// past.
struct SearchStep {
    uint32_t entry = 0; // serial number; 0: the map's header
    uint64_t maxgap = 0;
    bool cut = false;
};

struct FreeSearch {
    uint64_t map = 0; // guest address of the map; 0: nothing was searched
    uint64_t hint = 0, length = 0;
    std::vector<SearchStep> steps; // in order
    // Serial numbers of the entries whose gap was tried, in order; 0: the map's header
    std::vector<uint32_t> visited;
    bool ended = false;
    uint64_t found = 0;    // address, 0 when there was no room
    bool mapMoved = false; // the map changed in the same step before
    // Gaps that a scan from entry to entry would have tried; 0: not known.
    uint64_t linear = 0;
    // Entries in subtrees that were cut off, as the tree stood: the serial number → that of the topmost.
    std::map<uint32_t, uint32_t> cutBelow;

    bool happened() const { return map != 0; }
    // The place of an entry among the visited ones from 1, 0 when it was not visited.
    int orderOf(uint32_t entry) const;
    // Subtrees that were cut off.
    size_t cuts() const { return steps.size() - visited.size(); }
    // The step that cut off the subtree with this top; null when none did.
    const SearchStep* cutAt(uint32_t top) const;
    // As it stood after so many steps: the rest is still to come.
    FreeSearch upTo(size_t count) const;
};

// True for the visit of a gap; false for a subtree that the search skipped, and for any other event.
bool isLook(const gdbbridge::Event& visit);

// The last search among the events.
FreeSearch lastSearch(const std::vector<gdbbridge::Event>& events);
// Fills in what needs the map as it was searched: what lies in the subtrees that were cut off, and what a
// scan from entry to entry would have cost. Cost: O(entries).
void completeSearch(FreeSearch& search, const gdbbridge::Map& searched);

} // namespace gui
