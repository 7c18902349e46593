// The wrong solutions of a lab: the reference with a small edit each. They show that the checks find what
// they are there to find, and are the exhibits of the bug museum.
#pragma once

#include <QString>
#include <QStringList>

#include <vector>

#include "labs/grader/installation.h"
#include "labs/grader/lab.h"

namespace grader {

struct Edit {
    QString file;        // of the lab's, below the source folder
    QString replace, by; // `replace` is there exactly once
};

struct Wrong {
    QString name, answer; // answer: what is wrong, and where one sees it
    QString look;         // the scenario that shows it, below the lab's folder
    QString program;      // a user program that shows it, where no scenario does; "" mostly
    QStringList loses;    // the checks that must fail
    QStringList says;     // words that the report of these checks must have
    std::vector<Edit> edits;
};

// Of wrong.json in the lab's folder, or another file of its form.
std::vector<Wrong> readWrong(const QString& file, QString* problem);

// The lab's files of the reference, and the headers that they alone have, with these edits, below a folder.
// "" or what went wrong.
QString writeSolution(const Lab& lab, const Installation& where, const std::vector<Edit>& edits,
                      const QString& folder);

// The kernel of a wrong solution and the scenario that shows it, into a folder; and the program, where there
// is one. "" or what went wrong.
QString writeExhibit(const Lab& lab, const Installation& where, const Wrong& wrong, const QString& folder);

} // namespace grader
