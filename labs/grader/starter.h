// What a student begins with: the kernel's own files, with the functions of the lab taken out. They are made
// when they are needed, so what is given is always what the kernel has.
#pragma once

#include <QHash>
#include <QString>

#include "labs/grader/installation.h"
#include "labs/grader/lab.h"

namespace grader {

// Writes the lab's files as the student gets them below a folder: those of starter/ in the lab's folder as
// they are, and those that starter.json names cut out of the kernel's. There, for each file: `yours`, the
// functions whose bodies go, `keep`, of some of them the last line that stays, `gone`, functions that would
// tell the solution and go with the comment before them, and `undeclared`, lines that declare such functions
// and go as well. "" or what went wrong.
[[nodiscard]] QString writeStarter(const Lab& lab, const Installation& where, const QString& folder);

struct Cuts {
    QStringList yours, gone;
    QHash<QString, QString> keep; // by the function's name
    QStringList undeclared{};
};
// The same for one text. `problem` is set when a function is not defined there, or a line does
// not stand there, exactly once.
[[nodiscard]] QString cutText(QString text, const Cuts& cuts, int lab, QString* problem);

} // namespace grader
