#include "gui/app/recorded_run.h"

#include <QEventLoop>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

#include "gui/app/paths.h"
#include "gui/app/scenario_run.h"

namespace gui {

using gdbbridge::SessionConfig;

QString kernelOf(const Target& target) {
    return target.kernel.isEmpty() ? kernelPath(target.architecture) : target.kernel;
}

bool isProgram(const QString& file) {
    QFile input(file);
    return input.open(QIODevice::ReadOnly) && input.read(4) == "\x7f"
                                                               "ELF";
}

std::vector<ScenarioCommand> commandsOf(const SessionConfig& config) {
    if (config.program.isEmpty())
        return scenarioCommands(QString::fromUtf8(config.scenario));
    return {{1, QStringLiteral("run ") + QFileInfo(config.program).fileName()}};
}

std::optional<SessionConfig> sessionConfig(const QString& file, const Target& target, QString* problem) {
    QFile input(file);
    if (!input.open(QIODevice::ReadOnly)) {
        *problem = QStringLiteral("cannot read %1: %2").arg(file, input.errorString());
        return std::nullopt;
    }
    SessionConfig config;
    config.architecture = target.architecture;
    config.kernel = kernelOf(target);
    config.kernelOptions = target.kernelOptions;
    config.commandLimitMs = target.commandLimitS * 1000;
    config.scenarioName = file;
    if (isProgram(file))
        config.program = file;
    else
        config.scenario = input.readAll();
    return config;
}

int momentAt(const Story& story, const PlaceInRun& place) {
    int found = -1;
    for (int i = 0; i < int(story.moments().size()); ++i) {
        const gdbbridge::Moment& moment = *story.moments()[size_t(i)];
        const bool isThere =
            place.event != 0
                ? !moment.events.empty() && moment.events.back().sequence == place.event
                : moment.operation == place.command && moment.reason != gdbbridge::StopReason::ScenarioEnd;
        found = isThere ? i : found;
    }
    return found;
}

QByteArray ConsoleLog::upTo(int moment) const {
    if (m_ends.empty())
        return {};
    const qsizetype end = m_ends[std::min(size_t(std::max(moment, 0)), m_ends.size() - 1)];
    const qsizetype boot = m_ends.front() < m_ends.back() ? m_ends.front() : 0;
    return m_bytes.mid(boot, std::max<qsizetype>(end - boot, 0));
}

QByteArray ConsoleLog::news() const {
    return m_ends.size() < 2 ? QByteArray() : m_bytes.mid(m_ends[m_ends.size() - 2]);
}

RunOutcome recordRun(const SessionConfig& config, Story& story, const RunListener& listener, MomentsAt at,
                     const PlaceInRun& place) {
    ScenarioRun run(story);
    QEventLoop loop;
    QObject::connect(&run, &ScenarioRun::console, [&](const QByteArray& bytes) {
        if (listener.console)
            listener.console(bytes);
    });
    QObject::connect(&run, &ScenarioRun::momentReached, [&](const gdbbridge::MomentPtr& moment) {
        if (listener.moment)
            listener.moment(*moment);
    });
    QObject::connect(&run, &ScenarioRun::ended, &loop, &QEventLoop::quit);
    run.start(config, at, place);
    loop.exec();
    return *run.outcome();
}

RunOutcome recordedEnd(const gdbbridge::RecordingReader& recording) {
    if (const auto& end = recording.end())
        return {ExitCode(end->status), end->problem, end->report};
    return {ExitCode::Ok, {}, {QStringLiteral("the recording was cut short: the recorder did not end it")}};
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
    return recordedEnd(recording);
}

RunOutcome loadRun(const QString& file, const Target& target, Story& story, const RunListener& listener,
                   MomentsAt at, const PlaceInRun& place) {
    QString problem;
    if (gdbbridge::RecordingReader::looksLike(file)) {
        const auto recording = gdbbridge::RecordingReader::open(file, &problem);
        return recording ? loadRecording(*recording, story, listener)
                         : RunOutcome{ExitCode::BadInput, problem, {}};
    }
    const auto config = sessionConfig(file, target, &problem);
    if (!config)
        return {ExitCode::BadInput, problem, {}};
    return recordRun(*config, story, listener, at, place);
}

} // namespace gui
