// A demo: a scenario whose comments tell, beside its commands, where to stop, what to say there, what to look
// for, and what to ask before going on. docs/demos.md describes the lines, which begin with "#@".
#pragma once

#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

#include "gui/models/demo_expression.h"

namespace gui {

// What is brought into view at a stop.
struct DemoShow {
    int workspace = -1; // in demoWorkspaces(), -1: the one that is there
    enum class Pick : uint8_t { Nothing, Process, Entry, Page };
    Pick pick = Pick::Nothing; // what is selected
    QString space;
    uint64_t va = 0;
};

struct DemoChoice {
    QString value; // of the answer
    QString words; // as it is offered
};

struct DemoQuestion {
    int line = 0;
    QString text;
    std::vector<DemoChoice> choices;      // at least two
    std::optional<DemoExpression> answer; // of the step to the next stop

    // The choice with this value, -1 when it is none of them.
    int choiceOf(const QString& value) const;
};

struct DemoStop {
    int line = 0;
    int commands = 0; // of the scenario that have run when it is reached
    QString heading;
    std::vector<DemoText> sentences; // of the step from the stop before
    QStringList look;                // what to look for
    DemoShow show;
    std::vector<DemoClaim> claims; // that make the sentences true
    std::optional<DemoQuestion> question;
};

struct DemoScript {
    QString title, subtitle; // of the first line, "# Title: subtitle"
    QString summary;         // the sentences of the comment below it
    std::vector<DemoStop> stops;

    // The last stop that has been reached after so many commands, -1 before the first.
    int stopAt(int commands) const;
    int questionCount() const;
};

struct DemoProblem {
    int line = 0;
    QString text;
};

struct DemoParse {
    DemoScript script;                 // what could be understood
    std::vector<DemoProblem> problems; // by line; empty when all is well
};

// Any scenario can be read so; one without "#@" has no stops.
DemoParse parseDemo(const QString& scenario);
// "FILE:LINE: error: TEXT", as the kernel says it of the commands.
QString problemLine(const QString& file, const DemoProblem& problem);

// The names of the window's workspaces in a demo, in the order of their keys.
QStringList demoWorkspaces();

} // namespace gui
