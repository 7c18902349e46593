#include "gui/layout/timeline_layout.h"

#include <algorithm>
#include <cmath>

namespace gui {

int TimelineLayout::at(double x) const {
    const auto it = std::upper_bound(slices.begin(), slices.end(), x,
                                     [](double value, const TimelineSlice& s) { return value < s.x; });
    return int(it - slices.begin()) - 1;
}

TimelineLayout layoutTimeline(const std::vector<TimelineOperation>& operations, double width, double slice,
                              double least) {
    TimelineLayout layout;
    // The square root keeps an operation of 500 events from pushing the others out of sight.
    const auto weight = [](const TimelineOperation& o) { return std::sqrt(double(o.events)); };
    double total = 0, parts = 0;
    for (const TimelineOperation& o : operations) {
        total += weight(o);
        parts += o.slim ? 0.5 : 1;
    }
    // A fifth of the room shows the events also where the slices have to shrink.
    const double each = std::clamp(width * 0.8 / std::max(1.0, parts), std::min(least, slice), slice);
    const auto base = [&](const TimelineOperation& o) { return std::max(least, o.slim ? each / 2 : each); };
    double room = width;
    for (const TimelineOperation& o : operations)
        room -= base(o);
    const double scale = total > 0 ? std::clamp(room / total, 0.0, slice / 2) : 0;
    double x = 0;
    for (const TimelineOperation& o : operations) {
        const double w = base(o) + weight(o) * scale;
        layout.slices.push_back({o.lane, x, w});
        x += w;
    }
    layout.width = std::max(width, x);
    return layout;
}

} // namespace gui
