#include "gui/layout/timeline_layout.h"

#include <algorithm>
#include <cmath>

namespace gui {

TimelineLayout layoutTimeline(const std::vector<TimelineOperation>& operations, double width, double slice,
                              uint64_t guess) {
    TimelineLayout layout;
    // The square root keeps an operation of 500 events from pushing the others out of sight.
    const auto weight = [guess](const TimelineOperation& o) {
        return std::sqrt(double(o.events ? o.events : guess));
    };
    double total = 0;
    for (const TimelineOperation& o : operations)
        total += weight(o);
    const double room = std::max(0.0, width - slice * double(operations.size()));
    const double scale = total > 0 ? std::min(room / total, slice * 2) : 0;
    double x = 0;
    for (const TimelineOperation& o : operations) {
        const double w = slice + weight(o) * scale;
        layout.slices.push_back({o.lane, x, w});
        x += w;
    }
    layout.width = std::max(width, x);
    return layout;
}

} // namespace gui
