#include "gui/app/scenario_run.h"

#include <QRegularExpression>
#include <QTimer>

#include "gui/app/paths.h"

namespace gui {

using gdbbridge::MomentPtr;
using gdbbridge::Session;
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
    const bool isProgram = !session.config().program.isEmpty();
    if (session.scenarioStatus() == int(ExitCode::BadInput) && !isProgram)
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
    if (session.scenarioStatus() != 0 && isProgram)
        return {ExitCode::CheckFailed,
                QStringLiteral("the program ended with status %1").arg(session.scenarioStatus()),
                {}};
    if (session.scenarioStatus() != 0)
        return {ExitCode(session.scenarioStatus()), QStringLiteral("a check of the scenario failed"), {}};
    return {};
}

} // namespace

ScenarioRun::ScenarioRun(Story& story, QObject* parent) : QObject(parent), m_story(story) {
    connect(&m_session, &Session::console, this, [this](const QByteArray& bytes) {
        m_console += bytes;
        Q_EMIT console(bytes);
    });
    connect(&m_session, &Session::momentReached, this, &ScenarioRun::reached);
    connect(&m_session, &Session::stateChanged, this, [this](SessionState state) {
        if (state != SessionState::Dead)
            return;
        // What a dead machine looks like is the last thing that there is to see.
        if (const MomentPtr& last = m_session.death()->lastMoment)
            append(last);
        end();
    });
}

void ScenarioRun::start(const gdbbridge::SessionConfig& config, MomentsAt at, const PlaceInRun& place) {
    const QString text = QString::fromUtf8(config.scenario);
    m_at = at;
    m_place = place;
    m_story.begin(scenarioTitle(text, config.scenarioName), commandsOf(config));
    m_session.start(config);
}

void ScenarioRun::append(const MomentPtr& moment) {
    m_story.append(moment);
    Q_EMIT momentReached(moment);
}

void ScenarioRun::reached(const MomentPtr& moment) {
    if (m_ending)
        return;
    append(moment);
    if (m_session.state() == SessionState::Finished || isAtEnd(*moment))
        end();
    else if (m_session.state() == SessionState::Stopped)
        goOn(*moment);
}

bool ScenarioRun::isAtEnd(const gdbbridge::Moment& moment) const {
    if (!m_place.isEnd)
        return false;
    // An event at which nothing stops is passed by.
    return m_place.event != 0
               ? moment.snapshot->eventSequence >= m_place.event
               : moment.operation == m_place.command && moment.reason == gdbbridge::StopReason::CommandEnd;
}

void ScenarioRun::goOn(const gdbbridge::Moment& moment) {
    if (m_at == MomentsAt::EveryEvent) {
        m_session.stepEvent();
    } else if (m_place.event == 0 || m_passed) {
        m_session.run();
    } else if (moment.operation + 1 < m_place.command) {
        m_session.stepCommand();
    } else {
        m_passed = true;
        gdbbridge::EventCondition there;
        there.from = m_place.event;
        m_session.runUntil(there);
    }
}

// Asked for from inside the session, which cannot be taken down there.
void ScenarioRun::end() {
    if (m_ending)
        return;
    m_ending = true;
    QTimer::singleShot(0, this, [this] {
        m_outcome = outcomeOf(m_session, m_story, m_console);
        m_session.stop();
        Q_EMIT ended();
    });
}

} // namespace gui
