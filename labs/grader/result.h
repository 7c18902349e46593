// What checks came to.
#pragma once

#include <QJsonObject>
#include <QString>

#include <vector>

#include "labs/grader/lab.h"

namespace grader {

// Where and how a check failed. All in words; "" and 0 for what does not apply.
struct Failure {
    QString what; // one line
    QString machine;
    QString scenario;              // its file below the lab's folder
    QString program;               // the user program, in its place
    int line = 0;                  // of the scenario
    int command = 0;               // its number from 1, as the app counts
    QString text, expected, found; // the command, and the transcript's lines
    QString invariant;             // the first that was broken
    int breaksIn = 0;              // the command in which it broke, from 1; 0: before the first, or none did
    uint64_t breaksAt = 0;         // the event, by its number since the kernel's start; 0: it is not known
    QString detail;                // what the compiler or the program said
    QString open;                  // the command that shows it in the app
    QString look;                  // what has to be known to see it there
    QString recording, figure;     // files of OUT/evidence/NAME/ (evidence.h)
    QString evidence;              // why one of these is not there
    bool atEnd = false;            // behind the last command, when what was left was taken down
    bool diesOnHost = false;       // by a panic or a signal; not kept
    bool hangs = false;            // it was given up; not kept
};

struct CheckResult {
    QString id, title, hint;
    int points = 0, earned = 0;
    bool isPublic = true;
    bool passed = false;
    Failure failure; // when not passed
};

struct LabResult {
    int lab = 0;
    QString title;
    std::vector<CheckResult> checks;
    bool sandboxed = false;
    uint32_t seed = 0; // of the variation; 0: none

    int points() const;
    int earned() const;
};

QJsonObject toJson(const LabResult& result);
LabResult labResultOf(const QJsonObject& json);

} // namespace grader
