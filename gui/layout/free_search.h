// A search for room in a map, from the events of one step.
#pragma once

#include <cstdint>
#include <vector>

#include "gdbbridge/event/event.h"

namespace gui {

struct FreeSearch {
    uint64_t map = 0; // guest address of the map; 0: nothing was searched
    uint64_t hint = 0, length = 0;
    std::vector<uint32_t>
        visited; // serial numbers of the entries whose gap was tried, in order; 0: the map's header
    bool ended = false;
    uint64_t found = 0; // address, 0 when there was no room

    bool happened() const { return map != 0; }
    // The place of an entry among the visited ones from 1, 0 when it was not visited.
    int orderOf(uint32_t entry) const;
};

// True for the visit of a gap; false for a subtree that the search skipped, and for any other event.
bool isLook(const gdbbridge::Event& visit);

// The last search among the events.
FreeSearch lastSearch(const std::vector<gdbbridge::Event>& events);

} // namespace gui
