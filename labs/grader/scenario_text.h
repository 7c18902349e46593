// Scenarios and transcripts as text.
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <vector>

namespace grader {

struct ScenarioCommand {
    int line; // in the file, from 1
    QByteArray text;
};
std::vector<ScenarioCommand> commandsOf(const QByteArray& scenario);

// The names of the spaces that a scenario has at its end, when all that it asks for comes to pass.
QStringList spacesAtTheEnd(const QByteArray& scenario);

// The scenario without the commands behind the first `commands`, as long as before and with the same lines:
// where it lies in a guest's memory, and so all that comes of it, stays the same. 0: all of it.
QByteArray upTo(const QByteArray& scenario, int commands);

// Where two transcripts part: the number of the command from 0, and the lines on both sides.
struct Difference {
    bool found = false;
    int command = 0;
    // "(nothing)" at the end of one, "(it ends here)" where what a command prints is shorter on one side.
    QByteArray expected, actual;
};
Difference firstDifference(const QByteArray& expected, const QByteArray& actual);

// The scenario with a `check` behind each command.
QByteArray withChecks(const QByteArray& scenario);
// The first check of such a transcript that failed: behind which command (from 0), and in words.
struct BrokenInvariant {
    int command = -1;
    QString words;
};
BrokenInvariant firstBroken(const QByteArray& transcript);

// The same scenario with other names for its spaces and objects, and `$SEED` replaced by a number. What it
// prints cannot have been written down beforehand. Seed 0: the names stay.
QByteArray varied(const QByteArray& scenario, uint32_t seed);

} // namespace grader
