#include "labs/grader/museum.h"

#include <QFileInfo>

#include "labs/grader/command_support.h"
#include "labs/grader/installation.h"
#include "labs/grader/kit.h"
#include "labs/grader/wrong.h"

namespace grader {

using gui::ExitCode;

int museum(const QStringList& words) {
    QCommandLineParser parser;
    parser.addOption(QCommandLineOption(QStringLiteral("answer")));
    int code = 0;
    if (!parse(parser, words, -1, &code))
        return code;
    const QStringList given = parser.positionalArguments();
    QString problem;
    const auto lab = findLab(installation(), given.value(0), &problem);
    if (!lab)
        return complain(ExitCode::BadInput, problem);
    const auto exhibits = readWrong(lab->folder + QStringLiteral("/wrong.json"), &problem);
    if (!problem.isEmpty())
        return complain(ExitCode::BadInput, problem);
    if (given.size() == 1) {
        say(QStringLiteral("lab %1 has %2 exhibits, each a kernel with one fault; to make one:\n"
                           "  uvmscope lab museum %1 1 DIR")
                .arg(lab->number)
                .arg(exhibits.size()));
        return int(ExitCode::Ok);
    }
    const int number = given[1].toInt();
    if (number < 1 || number > int(exhibits.size()))
        return complain(
            ExitCode::BadInput,
            QStringLiteral("the exhibits of lab %1 are 1 to %2").arg(lab->number).arg(exhibits.size()));
    const Wrong& exhibit = exhibits[size_t(number - 1)];
    if (parser.isSet(QStringLiteral("answer"))) {
        say(exhibit.answer);
        return int(ExitCode::Ok);
    }
    if (given.size() != 3)
        return complain(ExitCode::BadInput, QStringLiteral("give a folder for the kernel, or --answer"));
    problem = writeExhibit(*lab, installation(), exhibit, given[2]);
    if (!problem.isEmpty())
        return complain(ExitCode::CannotWrite, problem);
    say(QStringLiteral("find what is wrong with:\n  uvmscope demo %1/%2.uvm --kernel %1/%3")
            .arg(given[2], QFileInfo(exhibit.look).fileName(), programOf(Machine::I386)));
    // Pictures are drawn from memory; what the processor remembers of it does not lie there.
    if (!exhibit.program.isEmpty())
        say(QStringLiteral("every picture of that is right, and still this program finds something wrong:\n"
                           "  uvmscope demo %1/%2 --kernel %1/%3")
                .arg(given[2], exhibit.program, programOf(Machine::I386)));
    say(QStringLiteral("the answer:\n  uvmscope lab museum %1 %2 --answer").arg(lab->number).arg(number));
    return int(ExitCode::Ok);
}

} // namespace grader
