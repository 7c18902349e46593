#include "labs/grader/evidence.h"

#include <QFile>
#include <QFileInfo>

#include "labs/grader/files.h"
#include "labs/grader/kit.h"
#include "labs/grader/sandbox.h"
#include "labs/grader/scenario_text.h"

namespace grader {

namespace {

constexpr int seconds = 20; // that a recording may take
// QEMU reserves much more address space than it uses.
constexpr uint64_t addressSpace = uint64_t{16} << 30;

// Runs `uvmscope WORDS -o FILE`. What it says last, when there is no `file` afterwards.
QString make(const EvidenceRequest& request, QStringList words, const QString& file) {
    words << QStringLiteral("-o") << file;
    RunRequest run;
    run.program = request.program;
    run.arguments = words;
    run.folder = request.folder;
    run.read = {request.program};
    if (const QString fonts = QStringLiteral("/etc/fonts"); QFileInfo::exists(fonts))
        run.read << fonts;
    run.limits = {seconds, addressSpace};
    const RunResult result = runUntrusted(run);
    if (QFileInfo(request.folder + u'/' + file).size() > 0)
        return {};
    if (result.end == RunEnd::TimedOut)
        return QStringLiteral("it did not end within %1 s").arg(seconds);
    return QString::fromUtf8(result.err.trimmed().split('\n').constLast()).left(200);
}

QStringList at(int command) { return {QStringLiteral("--at"), QString::number(command)}; }

// Moves a file that was made to where it belongs; its name there goes to `name`. What went wrong, or "".
QString keep(const EvidenceRequest& request, const QString& file, QString& name) {
    const QString to = request.to + u'.' + QFileInfo(file).suffix();
    const QString from = request.folder + u'/' + file;
    QString problem = copyFile(from, to);
    QFile::remove(from);
    if (problem.isEmpty())
        name = QFileInfo(to).fileName();
    return problem;
}

} // namespace

bool makeEvidence(const EvidenceRequest& request, Failure& failure) {
    const bool isScenario = request.name.isEmpty();
    const QString runs = isScenario ? QStringLiteral("evidence.uvm") : request.name;
    QFile::remove(request.folder + u'/' + runs); // what the submission may have put there
    // To the first wrong step: what comes behind it may be long, and shows nothing that is looked for.
    QString problem = writeFile(
        request.folder + u'/' + runs,
        isScenario ? upTo(request.scenario, std::max(failure.command, failure.breaksIn)) : request.scenario);
    if (problem.isEmpty() && isScenario)
        problem = writeFile(request.to + QStringLiteral(".uvm"), request.scenario);
    const QString recording = QStringLiteral("evidence.uvmrec"), figure = QStringLiteral("evidence.svg");
    for (const QString& file : {recording, figure})
        QFile::remove(request.folder + u'/' + file);
    QStringList record{QStringLiteral("record"),   runs,
                       QStringLiteral("--arch"),   machineName(request.machine),
                       QStringLiteral("--kernel"), programOf(request.machine)};
    // It can be opened where an invariant broke: there is a moment at that event.
    if (failure.breaksAt != 0)
        record +=
            at(failure.breaksIn) + QStringList{QStringLiteral("--event"), QString::number(failure.breaksAt)};
    if (problem.isEmpty())
        problem = make(request, record, recording);
    if (!problem.isEmpty()) {
        failure.evidence = QStringLiteral("no recording: %1").arg(problem);
        return true;
    }
    const QStringList words{QStringLiteral("export"), recording, QStringLiteral("--view"), request.view};
    QList<QStringList> moments{words};
    if (failure.command > 0)
        moments = {words + at(failure.command)};
    if (failure.command > 1) // behind a step in which it dies there is nothing to be seen, but before it
        moments << words + at(failure.command - 1);
    for (const QStringList& moment : moments)
        if (problem = make(request, moment, figure); problem.isEmpty())
            break;
    const bool seen = problem.isEmpty() || failure.command > 1;
    QStringList missing;
    if (const QString lost = keep(request, recording, failure.recording); !lost.isEmpty())
        missing << QStringLiteral("no recording: %1").arg(lost);
    if (problem.isEmpty())
        problem = keep(request, figure, failure.figure);
    if (!problem.isEmpty())
        missing << QStringLiteral("no figure: %1").arg(problem);
    failure.evidence = missing.join(QStringLiteral("; "));
    return seen;
}

} // namespace grader
