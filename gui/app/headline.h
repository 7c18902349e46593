// What the headline says of the step that is looked at, or of a machine that does not go on. No widgets.
#pragma once

#include <QString>

#include "gdbbridge/session/session.h"
#include "gui/models/changes.h"
#include "gui/models/comparison.h"

namespace gui {

class Player;

// The bar: amber when something changed, the violation's colour when something is wrong.
struct Headline {
    enum class Bar : uint8_t { Nothing, Changed, Wrong };
    Bar bar = Bar::Nothing;
    QString step, of; // "Step 6", "of 12"
    QString first, second;
    QString next;   // the command that comes next, "" when there is none
    QString action; // what can be done about it with one click, "" for nothing
    bool operator==(const Headline&) const = default;
};

// `changes` are those of the moment that is looked at.
Headline headlineOf(const Player& player, const Changes& changes);
// The same place in the story, with words of the window itself.
// In the place of what the step did: how the run compares with another one.
void tellOfComparison(const Comparison& comparison, Headline& line);
Headline withProblem(Headline headline, const QString& problem, const QString& advice);

// All that is known of a machine that will not run again, as lines.
QString reportText(const gdbbridge::Death& death);

} // namespace gui
