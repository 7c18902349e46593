// What the commands of the program have in common: options, and words that name scenarios and kernels.
#pragma once

#include <QCommandLineParser>

#include "gui/app/exit_code.h"
#include "gui/app/recorded_run.h"
#include "gui/theme/palette.h"

namespace gui {

// Complains about the arguments.
ExitCode wrong(const QString& text);

// `arguments` begin with what the help calls the program: "uvmscope COMMAND".
//
// Those below return false when the caller is to end with `code`: after --help, or with a complaint that has
// been made.
bool parse(QCommandLineParser& parser, const QStringList& arguments, ExitCode* code);
// The scenario that a word names, as a file.
bool findFile(const QString& name, QString* file, ExitCode* code);
// The scenario and the kernel that the words name.
bool findInput(const QString& name, const QCommandLineParser& parser, QString* file, Target* target,
               ExitCode* code);
// The one input of a command that takes one.
bool oneInput(const char* command, const QCommandLineParser& parser, QString* file, Target* target,
              ExitCode* code);
bool themeOf(const QCommandLineParser& parser, ThemeName* theme, ExitCode* code);

void addTargetOptions(QCommandLineParser& parser); // for findInput
void addThemeOption(QCommandLineParser& parser);   // for themeOf
void addPlaceOptions(QCommandLineParser& parser);  // for placeOf
bool placeOf(const QCommandLineParser& parser, PlaceInRun* place, ExitCode* code);
void addEventsOption(QCommandLineParser& parser);
MomentsAt momentsAt(const QCommandLineParser& parser);

} // namespace gui
