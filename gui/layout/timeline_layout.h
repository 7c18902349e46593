// The timeline: a lane a process, a slice an operation, as wide as its events want.
#pragma once

#include <cstdint>
#include <vector>

namespace gui {

struct TimelineOperation {
    int lane = 0;
    uint64_t events = 0; // 0: not run yet
};

struct TimelineSlice {
    int lane = 0;
    double x = 0, width = 0;
};

struct TimelineLayout {
    std::vector<TimelineSlice> slices; // one an operation
    double width = 0;                  // may exceed what was asked for
};

// Each slice is `slice` wide and more, by its events; an operation still to come counts as `guess` events.
TimelineLayout layoutTimeline(const std::vector<TimelineOperation>& operations, double width, double slice,
                              uint64_t guess = 8);

} // namespace gui
