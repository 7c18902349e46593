// Two runs of the same scenario, held side by side command by command: two kernels, two architectures, the
// same kernel before and after a change.
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

#include "gdbbridge/session/moment.h"
#include "gui/models/state_difference.h"

namespace gui {

class Story;

// What one command did in one run.
struct RunStep {
    QString command;                      // its text
    QStringList output;                   // what it printed, the command's own line left out
    gdbbridge::MomentPtr before, moment;  // the states around it; null where the run shows none
    std::vector<gdbbridge::Event> events; // of the command
};

struct ComparedRun {
    QString name;   // "reference", "i386"
    QString ending; // how it ended before its time, "" when it did not
    std::vector<RunStep> steps;
};
// The commands of a story that have ended.
[[nodiscard]] ComparedRun comparedRun(const QString& name, const Story& story, const QString& ending = {});
// Those of a transcript; without states and events.
[[nodiscard]] ComparedRun comparedRun(const QString& name, const QByteArray& transcript,
                                      const QString& ending = {});

// A row of two lists held together: nothing on the side that lacks it.
struct Pair {
    std::optional<QString> one, two;
    [[nodiscard]] bool equal() const { return one == two; }
    bool operator==(const Pair&) const = default;
};
// Whether lines that differ may stand in one row, or each in a row of its own.
enum class Differing : uint8_t { Together, Apart };
// In order, with the longest common part in common rows. Cost: O(the lines between the common beginning and
// the common end, squared); beyond two thousand of them on both sides they stand in pairs as they come.
[[nodiscard]] std::vector<Pair> sideBySide(const QStringList& one, const QStringList& two,
                                           Differing differing);

class Comparison {
public:
    Comparison(ComparedRun one, ComparedRun two);

    const ComparedRun& one() const { return m_one; }
    const ComparedRun& two() const { return m_two; }
    // Commands that at least one run has.
    int stepCount() const;
    // The first step, from 0, in which the output or the state differs, or which only one of the runs has;
    // nothing when they agree to the end.
    std::optional<int> firstDifference() const { return m_first; }
    bool differs(int step) const { return m_differs[size_t(step)]; }

    // Of one step: what it printed; where the states behind it differ; what happened in it, in words without
    // page frames.
    [[nodiscard]] std::vector<Pair> output(int step) const;
    [[nodiscard]] std::vector<PlaceDifference> places(int step) const;
    [[nodiscard]] std::vector<Pair> events(int step) const;
    // What is broken behind the step in one of the runs, in words, while all holds in the other; ""
    // otherwise.
    [[nodiscard]] QString brokenOnlyIn(int step) const;
    // One line about the first difference, or that there is none.
    [[nodiscard]] QString verdict() const;

private:
    bool compare(int step) const;

    ComparedRun m_one, m_two;
    std::vector<bool> m_differs;
    std::optional<int> m_first;
};

} // namespace gui
