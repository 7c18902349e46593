#include "labs/grader/scenario_run.h"

#include <QRegularExpression>

#include <cstring>

#include "labs/grader/channel.h"
#include "labs/grader/files.h"
#include "labs/grader/guest.h"
#include "labs/grader/kit.h"
#include "labs/grader/sandbox.h"

namespace grader {

namespace {

constexpr int panicStatus = 3;
const char* const nameInGuest = "scenario";

} // namespace

QString tail(const QByteArray& text) {
    constexpr qsizetype most = 12, mostOfPanic = 28;
    QString clean;
    for (const QChar c : QString::fromUtf8(text))
        if (c.isPrint() || c == u'\n')
            clean += c;
    const QStringList lines = clean.trimmed().split(u'\n');
    for (qsizetype i = 0; i < lines.size(); ++i)
        if (lines[i].startsWith(QStringLiteral("panic: ")))
            return lines.mid(i, mostOfPanic).join(u'\n');
    return lines.mid(std::max<qsizetype>(0, lines.size() - most)).join(u'\n');
}

QString panicIn(const QByteArray& text) {
    static const QRegularExpression line(QStringLiteral("^panic: (.*)$"),
                                         QRegularExpression::MultilineOption);
    const auto match = line.match(QString::fromUtf8(text).remove(u'\r'));
    return match.hasMatch() ? match.captured(1) : QString();
}

QString panicWords(const QByteArray& text) {
    const QString panic = panicIn(text);
    return panic.isEmpty() ? QStringLiteral("the kernel panicked")
                           : QStringLiteral("the kernel panicked: %1").arg(panic);
}

ScenarioRun runOnHost(const QString& folder, const QByteArray& scenario, const RunTime& time) {
    ScenarioRun run;
    const QString file = folder + QStringLiteral("/build/scenario.uvm");
    if (const QString problem = writeFile(file, scenario); !problem.isEmpty()) {
        run.died = problem;
        return run;
    }
    RunRequest request;
    request.program = folder + u'/' + programOf(Machine::Host);
    request.arguments = {QStringLiteral("--report"), QString::number(time.cpuMs), file};
    request.folder = folder;
    request.word = freshWord();
    request.limits.seconds = time.seconds;
    request.limits.cpuSeconds = time.cpuMs / 1000 + 1; // for who does not hear its own clock
    const RunResult result = runUntrusted(request);
    run.sandboxed = result.sandboxed;
    const ChannelReport report = readChannel(result.channel, request.word);
    run.transcript = report.transcript;
    run.left = report.left;
    run.detail = tail(result.err);
    run.timedOut = result.end == RunEnd::TimedOut;
    if (result.end == RunEnd::TimedOut)
        run.died = tooLong(QStringLiteral("it"), time, result.byClock);
    else if (result.end == RunEnd::NotStarted)
        run.died = QStringLiteral("the program could not be started");
    else if (result.end == RunEnd::Signalled)
        run.died = QStringLiteral(
                       "the program was ended by signal %1 (%2): a wild pointer, or memory that is not there")
                       .arg(result.code)
                       .arg(QString::fromLatin1(strsignal(result.code)));
    else if (report.damaged)
        run.died =
            QStringLiteral("something wrote to the channel of the results that does not know its word");
    else if (!report.status && result.code == panicStatus)
        run.died = panicWords(result.err);
    else if (!report.status)
        run.died =
            QStringLiteral("the program ended, with status %1, before its scenario did").arg(result.code);
    else if (!report.error.isEmpty())
        run.died = QString::fromUtf8(report.error.trimmed());
    // A panic's one line has been told already.
    if (run.detail.count(u'\n') == 0 && !panicIn(result.err).isEmpty())
        run.detail.clear();
    return run;
}

ScenarioRun runInQemu(const QString& folder, const QByteArray& scenario, Machine machine,
                      const RunTime& time) {
    const GuestResult guest = runGuest({machine,
                                        folder + u'/' + programOf(machine),
                                        QStringLiteral("scenario=%1 halt").arg(QLatin1String(nameInGuest)),
                                        {{nameInGuest, scenario}},
                                        time});
    ScenarioRun run;
    run.transcript = QByteArray(guest.transcript).replace("\r", "");
    run.detail = tail(guest.console);
    run.timedOut = guest.end == GuestEnd::Timeout;
    if (guest.end == GuestEnd::Timeout)
        run.died = tooLong(QStringLiteral("the kernel"), time, guest.byClock);
    else if (guest.end == GuestEnd::Reset)
        run.died = QStringLiteral("the kernel died of a triple fault");
    else if (guest.end == GuestEnd::Failed)
        run.died = guest.problem;
    else if (guest.status == panicStatus)
        run.died = panicWords(guest.console);
    return run;
}

} // namespace grader
