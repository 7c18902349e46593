// What the commands of `uvmscope lab` have in common.
#pragma once

#include <QCommandLineParser>
#include <QString>
#include <QStringList>

#include "gui/app/exit_code.h"

namespace grader {

// "uvmscope: TEXT" on standard error; the code as a status.
int complain(gui::ExitCode code, const QString& text);
// A line on standard output.
void say(const QString& line);
// False, and a complaint that has been made, when the words do not parse or are not `count` (-1: any number).
bool parse(QCommandLineParser& parser, const QStringList& words, int count, int* code);

} // namespace grader
