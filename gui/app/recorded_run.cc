#include "gui/app/recorded_run.h"

#include <QEventLoop>
#include <QFile>
#include <QRegularExpression>

#include "gui/app/paths.h"

namespace gui {

using gdbbridge::Session;
using gdbbridge::SessionConfig;
using gdbbridge::SessionState;

namespace {

// What the kernel said about a line that does not parse: "FILE:LINE: error: TEXT".
QString parseError(const QByteArray& console) {
    static const QRegularExpression line(QStringLiteral("^\\S+:\\d+: error: .*$"),
                                         QRegularExpression::MultilineOption);
    const auto match = line.match(QString::fromUtf8(console).remove(u'\r'));
    return match.hasMatch() ? match.captured(0) : QStringLiteral("the scenario does not parse");
}

RunOutcome outcomeOf(const Session& session, const Story& story, const QByteArray& console) {
    if (session.state() == SessionState::Dead) {
        const auto& death = *session.death();
        QStringList report;
        for (const auto& place : death.stack)
            report << QStringLiteral("  %1 %2:%3").arg(place.function, place.file).arg(place.line);
        return {ExitCode(death.error.exitCode()), death.error.text(), report + death.report};
    }
    if (session.scenarioStatus() == int(ExitCode::BadInput))
        return {ExitCode::BadInput, parseError(console), {}};
    for (const auto& moment : story.moments())
        if (!moment->violations.empty()) {
            const auto& first = moment->violations.front();
            return {ExitCode::CheckFailed,
                    QStringLiteral("an invariant is broken after '%1': %2, %3, expected %4, found %5")
                        .arg(moment->command, QString::fromStdString(first.where),
                             QString::fromStdString(first.what), QString::fromStdString(first.expected),
                             QString::fromStdString(first.found)),
                    {}};
        }
    if (session.scenarioStatus() != 0)
        return {ExitCode(session.scenarioStatus()), QStringLiteral("a check of the scenario failed"), {}};
    return {};
}

} // namespace

std::optional<SessionConfig> sessionConfig(const QString& file, const Target& target, QString* problem) {
    QFile input(file);
    if (!input.open(QIODevice::ReadOnly)) {
        *problem = QStringLiteral("cannot read %1: %2").arg(file, input.errorString());
        return std::nullopt;
    }
    SessionConfig config;
    config.architecture = target.architecture;
    config.kernel = target.kernel.isEmpty() ? kernelPath(target.architecture) : target.kernel;
    config.kernelOptions = target.kernelOptions;
    config.scenarioName = file;
    config.scenario = input.readAll();
    return config;
}

RunOutcome recordRun(const SessionConfig& config, Story& story, const RunListener& listener, MomentsAt at) {
    const QString text = QString::fromUtf8(config.scenario);
    story.begin(scenarioTitle(text, config.scenarioName), scenarioCommands(text));
    Session session;
    QEventLoop loop;
    QByteArray console;
    QObject::connect(&session, &Session::console, [&](const QByteArray& bytes) {
        console += bytes;
        if (listener.console)
            listener.console(bytes);
    });
    QObject::connect(&session, &Session::momentReached, [&](const gdbbridge::MomentPtr& moment) {
        story.append(moment);
        if (listener.moment)
            listener.moment(*moment);
        if (session.state() == SessionState::Finished)
            loop.quit();
        else if (at == MomentsAt::EveryEvent)
            session.stepEvent();
        else if (moment->reason == gdbbridge::StopReason::Start)
            session.run();
    });
    QObject::connect(&session, &Session::stateChanged, [&](SessionState state) {
        if (state != SessionState::Dead)
            return;
        // What a dead machine looks like is the last thing that there is to see.
        if (const gdbbridge::MomentPtr& last = session.death()->lastMoment) {
            story.append(last);
            if (listener.moment)
                listener.moment(*last);
        }
        loop.quit();
    });
    session.start(config);
    if (session.state() != SessionState::Dead)
        loop.exec();
    const RunOutcome outcome = outcomeOf(session, story, console);
    session.stop();
    return outcome;
}

RunOutcome loadRecording(gdbbridge::RecordingReader& recording, Story& story, const RunListener& listener) {
    const gdbbridge::RecordingInfo& info = recording.info();
    const QString text = QString::fromUtf8(info.scenario);
    story.begin(scenarioTitle(text, info.scenarioName), scenarioCommands(text));
    if (listener.console)
        listener.console(recording.console());
    for (int index = 0; index < recording.momentCount(); ++index) {
        QString problem;
        const gdbbridge::MomentPtr moment = recording.moment(index, &problem);
        if (!moment)
            return {ExitCode::BadInput, problem, {}};
        story.append(moment);
        if (listener.moment)
            listener.moment(*moment);
    }
    if (const auto& end = recording.end())
        return {ExitCode(end->status), end->problem, end->report};
    return {ExitCode::Ok, {}, {QStringLiteral("the recording was cut short: the recorder did not end it")}};
}

RunOutcome loadRun(const QString& file, const Target& target, Story& story, const RunListener& listener,
                   MomentsAt at) {
    QString problem;
    if (gdbbridge::RecordingReader::looksLike(file)) {
        const auto recording = gdbbridge::RecordingReader::open(file, &problem);
        return recording ? loadRecording(*recording, story, listener)
                         : RunOutcome{ExitCode::BadInput, problem, {}};
    }
    const auto config = sessionConfig(file, target, &problem);
    if (!config)
        return {ExitCode::BadInput, problem, {}};
    return recordRun(*config, story, listener, at);
}

} // namespace gui
