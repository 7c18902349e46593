// Where the program finds what belongs to it: beside itself in a build, below share/ when installed.
#pragma once

#include <QString>
#include <QStringList>

namespace gui {

// Architectures that a kernel can be run on; the first one is what runs when nobody says anything.
QStringList architectures();
// The kernel's ELF for an architecture; need not exist.
QString kernelPath(const QString& architecture);
// The source folder that this program was built from; need not exist.
QString projectFolder();
// A file of the kernel's source, by its name below the source folder; need not exist.
QString sourcePath(const QString& name);
// The program that runs scenarios on the host; need not exist.
QString hostProgramPath();
// The program that times a part of the project, the one that counts its instructions, and the one that makes
// the experiments in the kernels; need not exist.
QString benchProgramPath(const QString& part);
QString instructionCounterPath();
QString experimentsPath();
// The program that starts, checks and grades labs; need not exist.
QString labProgramPath();
// The folder of the scenarios, with that of the demos in it; "" when there is none.
QString scenarioFolder();
// The folder of a user's own demos; need not exist.
QString ownDemoFolder();
// A scenario by path, by the name of a demo with or without .uvm, or by the name of a lecture, which is its
// first demo; "" when there is none.
QString findScenario(const QString& name);
// The files of the demos, which lead through their scenario: the user's own first, sorted by name, then those
// of the lectures in the order in which they are held, then the others, sorted by name.
QStringList demoFiles();
// The lectures, "lecture-1"; and the names of the demos in the plan of one, in its order.
QStringList lectureNames();
QStringList demosOfLecture(const QString& lecture);
// The files of the other scenarios that belong to the program, sorted by name.
QStringList scenarioFiles();
// The names of both, by which findScenario knows them: "fork-cow".
QStringList scenarioNames();
// The text of a file; "" when it cannot be read.
QString readText(const QString& file);
// The title of a scenario: its first comment line up to a colon; the file's name when it has none.
QString scenarioTitle(const QString& text, const QString& file);

} // namespace gui
