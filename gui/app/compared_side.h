// One side of a comparison, from the word that names it to the run that it makes.
#pragma once

#include <QString>
#include <QStringList>

#include <optional>

#include "gui/app/recorded_run.h"
#include "gui/models/comparison.h"

namespace gui {

// A target to run on, or a run that has been recorded.
struct ComparedSide {
    enum class Kind : uint8_t { Host, Guest, Recording };
    Kind kind = Kind::Guest;
    QString name; // as it is called in what is told
    Target target;
    QString recording; // the file
};

// "host", an architecture, a kernel's ELF file, or a recording. Nothing, and `problem` set, for another word.
std::optional<ComparedSide> comparedSide(const QString& word, QString* problem);
// What may stand for a side, for a line of help.
QString comparedSideWords();
// Two sides of one name are told apart by more of their words.
void tellApart(ComparedSide& one, ComparedSide& two, const QString& wordOne, const QString& wordTwo);

// A recording, whose scenario has to have the same commands as the one given.
std::optional<ComparedRun> readSide(const ComparedSide& side, const QByteArray& scenario, QString* problem);

// Runs the scenario, or reads the recording, whose scenario has to be the same one. Needs an application
// object; runs its own event loop. Nothing, and `problem` set, when there is no run to be held beside
// another.
std::optional<ComparedRun> runSide(const ComparedSide& side, const QString& file, QString* problem);

} // namespace gui
