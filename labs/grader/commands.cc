#include "labs/grader/commands.h"

#include <QCommandLineParser>
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QStandardPaths>

#include <cstdio>

#include "gui/app/exit_code.h"
#include "labs/grader/checker.h"
#include "labs/grader/command_support.h"
#include "labs/grader/grade.h"
#include "labs/grader/installation.h"
#include "labs/grader/museum.h"
#include "labs/grader/student_folder.h"
#include "labs/grader/words.h"

namespace grader {

namespace {

using gui::ExitCode;

const char* const help =
    "Usage: uvmscope lab COMMAND [WORDS]\n"
    "Write a part of the VM, see whether it works, grade a class.\n"
    "\n"
    "  uvmscope lab list                      the labs\n"
    "  uvmscope lab start N DIR               a folder for lab N: what to write, what it is checked with\n"
    "  uvmscope lab check [N] [--dir DIR] [--json]\n"
    "                                         the public checks on the folder where you are\n"
    "  uvmscope lab handout N DIR             the same folder as start makes, to be given away\n"
    "  uvmscope lab grade N --submissions DIR [-j K] [-o OUT] [--only NAME]... [--seed S] [--again]\n"
    "                                         all checks on each folder of DIR; goes on where it was "
    "interrupted.\n"
    "                                         With --only no reports: a job of many, behind which one call "
    "without\n"
    "                                         it writes them\n"
    "  uvmscope lab museum N [EXHIBIT DIR | EXHIBIT --answer]\n"
    "                                         kernels with a fault that can be found from the pictures\n"
    "\n"
    "Example:\n"
    "  uvmscope lab start 1 lab1 && cd lab1 && make && uvmscope lab check\n"
    "\n"
    "Exit codes: 0 all went well; 1 a check failed; 2 wrong arguments; 4 something is missing here;\n"
    "5 a file could not be written.\n";

int list() {
    QString problem;
    for (const Lab& lab : readLabs(installation().labs, &problem))
        say(QStringLiteral("%1  %2  %3 points, %4")
                .arg(lab.number)
                .arg(lab.title, -44)
                .arg(lab.points())
                .arg(lab.files.join(QStringLiteral(", "))));
    return problem.isEmpty() ? int(ExitCode::Ok) : complain(ExitCode::BadInput, problem);
}

// The lab that the first word names; nothing, and a complaint that has been made, when the words do not parse
// or are not `count`.
std::optional<Lab> labOf(QCommandLineParser& parser, const QStringList& words, int count, int* code) {
    if (!parse(parser, words, count, code))
        return std::nullopt;
    QString problem;
    auto lab = findLab(installation(), parser.positionalArguments()[0], &problem);
    if (!lab)
        *code = complain(ExitCode::BadInput, problem);
    return lab;
}

int start(const QStringList& words, bool isHandout) {
    QCommandLineParser parser;
    int code = 0;
    const auto lab = labOf(parser, words, 2, &code);
    if (!lab)
        return code;
    const QString folder = parser.positionalArguments()[1];
    const QString problem = writeStudentFolder(*lab, installation(), folder);
    if (!problem.isEmpty())
        return complain(ExitCode::CannotWrite, problem);
    say(QStringLiteral("lab %1, %2, is in %3").arg(lab->number).arg(lab->title, folder));
    if (!isHandout && QStandardPaths::findExecutable(QStringLiteral("uvmscope")).isEmpty())
        say(QStringLiteral("uvmscope is not in your PATH: export PATH=%1:$PATH")
                .arg(installation().programs));
    if (!isHandout)
        say(QStringLiteral("read README.md there, then: cd %1 && make && uvmscope lab check").arg(folder));
    return int(ExitCode::Ok);
}

int check(const QStringList& words) {
    QCommandLineParser parser;
    parser.addOption({QStringLiteral("dir"), QString(), QStringLiteral("DIR"), QStringLiteral(".")});
    parser.addOption(QCommandLineOption(QStringLiteral("json")));
    int code = 0;
    if (!parse(parser, words, -1, &code))
        return code;
    const QString folder = QDir(parser.value(QStringLiteral("dir"))).absolutePath();
    QString problem;
    const auto lab = readLab(folder, &problem);
    if (!lab)
        return complain(ExitCode::BadInput,
                        QStringLiteral("%1; go to the folder that `uvmscope lab start` made").arg(problem));
    const QString number = parser.positionalArguments().value(0, QString::number(lab->number));
    if (number.toInt() != lab->number && number != lab->name)
        return complain(
            ExitCode::BadInput,
            QStringLiteral("%1 is a folder of lab %2, not %3").arg(folder).arg(lab->number).arg(number));
    CheckerConfig config{folder, {}, {}, installation().user, 0, installation().program()};
    config.brisk = true;
    const LabResult result = runChecks(*lab, config, true);
    if (parser.isSet(QStringLiteral("json")))
        say(QString::fromUtf8(QJsonDocument(toJson(result)).toJson().trimmed()));
    else
        std::fputs(table(result, pointsOfALab - result.points()).toUtf8().constData(), stdout);
    return int(result.earned() == result.points() ? ExitCode::Ok : ExitCode::CheckFailed);
}

int grade(const QStringList& words) {
    QCommandLineParser parser;
    parser.addOption({QStringLiteral("submissions"), QString(), QStringLiteral("DIR")});
    parser.addOption({QStringLiteral("j"), QString(), QStringLiteral("K"), QStringLiteral("1")});
    parser.addOption({{QStringLiteral("o"), QStringLiteral("output")},
                      QString(),
                      QStringLiteral("OUT"),
                      QStringLiteral("grades")});
    parser.addOption({QStringLiteral("only"), QString(), QStringLiteral("NAME")});
    parser.addOption({QStringLiteral("seed"), QString(), QStringLiteral("S"), QStringLiteral("0")});
    parser.addOption(QCommandLineOption(QStringLiteral("again")));
    int code = 0;
    const auto lab = labOf(parser, words, 1, &code);
    if (!lab)
        return code;
    if (!lab->hasHidden)
        return complain(
            ExitCode::CannotStart,
            QStringLiteral("the hidden checks of lab %1 are not here; the package uvmscope-grader "
                           "has them, and so has a build of the project")
                .arg(lab->number));
    GradeRequest request;
    bool jobsOk = false, seedOk = false;
    request.submissions = parser.value(QStringLiteral("submissions"));
    request.output = QDir(parser.value(QStringLiteral("output"))).absolutePath();
    request.only = parser.values(QStringLiteral("only"));
    request.jobs = parser.value(QStringLiteral("j")).toInt(&jobsOk);
    request.seed = parser.value(QStringLiteral("seed")).toUInt(&seedOk);
    request.again = parser.isSet(QStringLiteral("again"));
    if (request.submissions.isEmpty() || !QFileInfo(request.submissions).isDir())
        return complain(ExitCode::BadInput,
                        QStringLiteral("grade needs --submissions DIR, a folder that is there"));
    if (!jobsOk || request.jobs < 1 || !seedOk)
        return complain(ExitCode::BadInput, QStringLiteral("-j and --seed take numbers; -j at least 1"));
    request.submissions = QDir(request.submissions).absolutePath();
    if (!hasSandbox())
        complain(ExitCode::Ok,
                 QStringLiteral("bubblewrap (bwrap) is missing or does not work here: the submissions run "
                                "with limits, but could read this computer's files"));
    const QString problem = gradeAll(*lab, installation(), request, say);
    if (!problem.isEmpty())
        return complain(ExitCode::CannotStart, problem);
    say(request.only.isEmpty()
            ? QStringLiteral("wrote %1: grades.csv, junit.xml, gradescope/, check50/, evidence/")
                  .arg(request.output)
            : QStringLiteral("wrote %1/results; without --only the reports are written, too")
                  .arg(request.output));
    return int(ExitCode::Ok);
}

// What `grade` starts for each submission.
int gradeOneCommand(const QStringList& words) {
    QCommandLineParser parser;
    for (const char* name : {"kit", "submission", "result", "evidence", "seed"})
        parser.addOption({QLatin1String(name), QString(), QStringLiteral("VALUE")});
    int code = 0;
    const auto lab = labOf(parser, words, 1, &code);
    if (!lab)
        return code;
    const QString problem =
        gradeOne(*lab, installation(),
                 {parser.value(QStringLiteral("kit")), parser.value(QStringLiteral("submission")),
                  parser.value(QStringLiteral("result")), parser.value(QStringLiteral("evidence")),
                  parser.value(QStringLiteral("seed")).toUInt()});
    return problem.isEmpty() ? int(ExitCode::Ok) : complain(ExitCode::CannotWrite, problem);
}

// What the installation of the project calls: the kit that all labs are made from, into a folder.
int writeInstalledKit(const QStringList& words) {
    QCommandLineParser parser;
    int code = 0;
    if (!parse(parser, words, 1, &code))
        return code;
    QString problem;
    const auto tree = BuildTree::open(installation().kit, installation().source, &problem);
    if (tree)
        problem = tree->write(parser.positionalArguments()[0]);
    return problem.isEmpty() ? int(ExitCode::Ok) : complain(ExitCode::CannotWrite, problem);
}

} // namespace

int runLabCommand(const QStringList& words) {
    const QString command = words.value(1);
    QStringList rest = words;
    if (rest.size() > 1)
        rest.removeAt(1);
    if (command.isEmpty() || command == QStringLiteral("--help") || command == QStringLiteral("-h") ||
        rest.contains(QStringLiteral("--help"))) {
        std::fputs(help, stdout);
        return int(ExitCode::Ok);
    }
    if (command == QStringLiteral("list"))
        return list();
    if (command == QStringLiteral("start"))
        return start(rest, false);
    if (command == QStringLiteral("handout"))
        return start(rest, true);
    if (command == QStringLiteral("check"))
        return check(rest);
    if (command == QStringLiteral("grade"))
        return grade(rest);
    if (command == QStringLiteral("grade-one"))
        return gradeOneCommand(rest);
    if (command == QStringLiteral("write-kit"))
        return writeInstalledKit(rest);
    if (command == QStringLiteral("museum"))
        return museum(rest);
    return complain(ExitCode::BadInput,
                    QStringLiteral("there is no command lab %1; see uvmscope lab --help").arg(command));
}

} // namespace grader
