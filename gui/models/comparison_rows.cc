#include "gui/models/comparison_rows.h"

#include <algorithm>
#include <cstdlib>

#include "gui/models/names.h"

namespace gui {

namespace {

using Row = TranscriptRow;

constexpr int stepsBefore = 3, stepsBehind = 4; // that are shown though they are equal
constexpr size_t contextRows = 1;               // equal ones around those that differ
constexpr size_t leastFold = 3;                 // fewer are not worth a fold

// Calls `show(i)` for the rows to be shown and `fold(from, count)` for the equal ones between them.
template <class Equal, class Show, class Fold>
void foldEqual(size_t count, Equal&& equal, Show&& show, Fold&& fold) {
    std::vector<bool> shown(count, false);
    for (size_t i = 0; i < count; ++i)
        if (!equal(i))
            for (size_t k = i - std::min(i, contextRows); k <= i + contextRows && k < count; ++k)
                shown[k] = true;
    for (size_t i = 0; i < count;) {
        size_t end = i;
        while (end < count && !shown[end])
            ++end;
        if (end - i >= leastFold) {
            fold(i, end - i);
            i = end;
        }
        for (; i < end; ++i)
            show(i);
        if (i < count)
            show(i++);
    }
}

void addOutput(const Comparison& comparison, int step, bool consequence, std::vector<Row>& rows) {
    const std::vector<Pair> pairs = comparison.output(step);
    foldEqual(
        pairs.size(), [&](size_t i) { return pairs[i].equal(); },
        [&](size_t i) {
            rows.push_back({Row::Kind::Output, step, pairs[i].one.value_or(QString()),
                            pairs[i].two.value_or(QString()), !pairs[i].equal(),
                            consequence && !pairs[i].equal()});
        },
        [&](size_t, size_t count) {
            rows.push_back({Row::Kind::Folded, step, QStringLiteral("%1 equal lines").arg(count), {}});
        });
}

} // namespace

std::vector<Row> transcriptRows(const Comparison& comparison, int lookedAt) {
    std::vector<Row> rows;
    const auto commandOf = [](const ComparedRun& run, int step) {
        return size_t(step) < run.steps.size() ? run.steps[size_t(step)].command
               : run.ending.isEmpty()          ? QStringLiteral("(ended)")
                                               : QStringLiteral("(%1)").arg(run.ending);
    };
    for (int step = 0; step < comparison.stepCount();) {
        const auto shown = [&](int s) {
            return comparison.differs(s) || (s >= lookedAt - stepsBefore && s <= lookedAt + stepsBehind);
        };
        int end = step;
        while (end < comparison.stepCount() && !shown(end))
            ++end;
        if (end - step > 1) {
            rows.push_back({Row::Kind::Folded,
                            step,
                            QStringLiteral("commands %1 to %2 are equal").arg(step + 1).arg(end),
                            {}});
            step = end;
            continue;
        }
        const bool differs = comparison.differs(step);
        const bool consequence = differs && comparison.firstDifference() != step;
        rows.push_back({Row::Kind::Command, step, commandOf(comparison.one(), step),
                        commandOf(comparison.two(), step), differs, consequence});
        addOutput(comparison, step, consequence, rows);
        ++step;
    }
    return rows;
}

std::vector<EventRow> eventRows(const Comparison& comparison, int step) {
    const std::vector<Pair> pairs = comparison.events(step);
    std::vector<EventRow> rows;
    foldEqual(
        pairs.size(), [&](size_t i) { return pairs[i].equal(); },
        [&](size_t i) {
            rows.push_back({pairs[i].one ? *pairs[i].one : *pairs[i].two, pairs[i].one.has_value(),
                            pairs[i].two.has_value()});
        },
        [&](size_t, size_t count) {
            rows.push_back({QStringLiteral("%1 more that are equal").arg(count), true, true, true});
        });
    return rows;
}

} // namespace gui
