// A lab as its folder describes it: what is replaced, what is checked, for how many points.
#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <map>
#include <optional>
#include <vector>

namespace grader {

enum class Machine { Host, I386, X86_64 };
QString machineName(Machine machine);
std::optional<Machine> machineOf(const QString& name);

enum class CheckKind {
    Build,    // the student's files compile and link, for each machine that a check runs on
    Scenario, // a transcript is the expected one
    Leak,     // scenarios leave nothing behind
    Program,  // a user program ends with status 0 in QEMU
};

struct Check {
    QString id, title, hint;
    CheckKind kind = CheckKind::Scenario;
    QStringList files; // scenarios below the lab's folder without suffix; for Program the programs' names
    std::vector<Machine> machines;
    int points = 0;
    int seconds = 10;                 // that one run may take
    int memoryMiB = 128, diskMiB = 0; // of the machine that a program runs on; the disk is to swap to
    bool isPublic = true;
};

// What the checks of a lab, public and hidden, are worth together.
inline constexpr int pointsOfALab = 100;

struct Lab {
    int number = 0;
    QString name, title, folder;       // folder: absolute
    QStringList files;                 // that the student writes, below the source folder
    QStringList withheld;              // headers that would tell the solution
    QString demo;                      // the scenario to look at while writing, below the lab's folder
    QString view;                      // what a figure of a failure shows; map when the lab does not say
    std::map<QString, QString> panics; // words of a panic, and whom to suspect then: in the place of a hint
    std::vector<Check> checks;         // the public ones first
    bool hasHidden = false;            // the description of the hidden ones was there

    int points() const;
    bool needs(Machine machine) const;
    QString scenarioFile(const QString& file) const; // absolute
    const Check* check(const QString& id) const;
};

// A lab out of its folder: lab.json, and hidden.json where that is there. Nothing, and `problem` set, when a
// description is damaged.
std::optional<Lab> readLab(const QString& folder, QString* problem);
// All labs below a folder, by number.
std::vector<Lab> readLabs(const QString& folder, QString* problem);

// A JSON file that holds an object.
std::optional<QJsonObject> readJson(const QString& file, QString* problem);

} // namespace grader
