#include "labs/grader/evidence.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>

#include "labs/grader/files.h"
#include "labs/grader/kit.h"
#include "labs/grader/sandbox.h"
#include "labs/grader/scenario_text.h"

namespace grader {

namespace {

// QEMU reserves much more address space than it uses.
constexpr uint64_t addressSpace = uint64_t{16} << 30;
constexpr int commandsBehindABreak = 20;
const QString base = QStringLiteral("evidence");
const QString recording = base + QStringLiteral(".uvmrec"), figure = base + QStringLiteral(".svg");

// Why there is no recording, or "" and what `uvmscope evidence` told.
QString make(const EvidenceRequest& request, const QStringList& words, QJsonObject* told) {
    for (const QString& file : {recording, figure}) // what the submission may have put there
        QFile::remove(request.folder + u'/' + file);
    RunRequest run;
    run.program = request.program;
    run.arguments = words;
    run.folder = request.folder;
    run.read = {request.program};
    if (const QString fonts = QStringLiteral("/etc/fonts"); QFileInfo::exists(fonts))
        run.read << fonts;
    run.limits = {.seconds = request.seconds, .memoryBytes = addressSpace};
    const RunResult result = runUntrusted(run);
    *told = QJsonDocument::fromJson(result.out.trimmed().split('\n').constLast()).object();
    if (QFileInfo(request.folder + u'/' + recording).size() > 0)
        return {};
    if (result.end == RunEnd::TimedOut)
        return QStringLiteral("it did not end within %1 s").arg(request.seconds);
    return QString::fromUtf8(result.err.trimmed().split('\n').constLast()).left(200);
}

std::optional<BrokenAtEvent> brokenIn(const QJsonObject& told) {
    const QJsonObject broken = told[QStringLiteral("broken")].toObject();
    if (broken.isEmpty())
        return std::nullopt;
    return BrokenAtEvent{
        broken[QStringLiteral("command")].toInt(), uint64_t(broken[QStringLiteral("event")].toInteger()),
        broken[QStringLiteral("name")].toString(), broken[QStringLiteral("words")].toString()};
}

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

Evidence makeEvidence(const EvidenceRequest& request, Failure& failure) {
    const bool isScenario = request.name.isEmpty(), kept = !request.to.isEmpty();
    const QString runs = isScenario ? base + QStringLiteral(".uvm") : request.name;
    QFile::remove(request.folder + u'/' + runs); // what the submission may have put there
    // To the first wrong step: what comes behind it may be long, and shows nothing that is looked for. A
    // transcript may be another one long after an invariant was broken.
    int last = std::max(failure.command, failure.breaksIn), shown = failure.command;
    if (failure.breaksIn > 0 && last > failure.breaksIn + commandsBehindABreak) {
        last = failure.breaksIn + commandsBehindABreak;
        shown = failure.breaksIn;
    }
    QString problem =
        writeFile(request.folder + u'/' + runs, isScenario ? upTo(request.scenario, last) : request.scenario);
    if (problem.isEmpty() && isScenario && kept)
        problem = writeFile(request.to + QStringLiteral(".uvm"), request.scenario);
    QStringList words{QStringLiteral("evidence"), runs,
                      QStringLiteral("--arch"),   machineName(request.machine),
                      QStringLiteral("--kernel"), programOf(request.machine),
                      QStringLiteral("--view"),   request.view,
                      QStringLiteral("--at"),     QString::number(shown)};
    if (request.hangs)
        words << QStringLiteral("--hangs");
    if (!request.event)
        words << QStringLiteral("--no-event");
    words << QStringLiteral("-o") << base;
    QJsonObject told;
    if (problem.isEmpty())
        problem = make(request, words, &told);
    if (!kept)
        return {problem.isEmpty(), brokenIn(told)};
    if (!problem.isEmpty()) {
        failure.evidence = QStringLiteral("no recording: %1").arg(problem);
        return {};
    }
    QStringList missing;
    if (const QString lost = keep(request, recording, failure.recording); !lost.isEmpty())
        missing << QStringLiteral("no recording: %1").arg(lost);
    const bool drawn = QFileInfo(request.folder + u'/' + figure).size() > 0;
    if (drawn)
        problem = keep(request, figure, failure.figure);
    else if (problem = told[QStringLiteral("no_figure")].toString().left(200); problem.isEmpty())
        problem = QStringLiteral("it was not drawn");
    if (!problem.isEmpty())
        missing << QStringLiteral("no figure: %1").arg(problem);
    failure.evidence = missing.join(QStringLiteral("; "));
    return {drawn || shown > 1, brokenIn(told)};
}

} // namespace grader
