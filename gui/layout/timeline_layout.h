// The timeline: a lane a process, a slice an operation, as wide as its events want.
#pragma once

#include <cstdint>
#include <vector>

namespace gui {

struct TimelineOperation {
    int lane = 0;
    uint64_t events = 0; // or a guess, when it has not run yet
    bool slim = false;   // needs no room for words
};

struct TimelineSlice {
    int lane = 0;
    double x = 0, width = 0;
};

struct TimelineLayout {
    std::vector<TimelineSlice> slices; // one an operation, in order, one behind the other
    double width = 0;                  // may exceed what was asked for

    // The slice that holds x: an index, -1 left of the first one, the last one right of all.
    int at(double x) const;
};

// A slice is at least `slice` wide (a slim one half of that), and the rest of the room goes by events; where
// that is too much, slices shrink down to `least`.
TimelineLayout layoutTimeline(const std::vector<TimelineOperation>& operations, double width, double slice,
                              double least);

} // namespace gui
