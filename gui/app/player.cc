#include "gui/app/player.h"

#include "gui/app/paths.h"

namespace gui {

using gdbbridge::MomentPtr;
using gdbbridge::SessionState;
using gdbbridge::StopReason;

namespace {

// At the end of a command that the kernel understood; one that it did not has an error and no answer.
bool endsCommand(const gdbbridge::Moment& moment) {
    return moment.reason == StopReason::CommandEnd && (moment.error == 0 || moment.output.contains("\n  ! "));
}

} // namespace

Player::Player(Story& story, QObject* parent) : QObject(parent), m_story(story) {
    connect(&m_session, &gdbbridge::Session::momentReached, this, &Player::reached);
    connect(&m_session, &gdbbridge::Session::revisited, this, &Player::revisited);
    connect(&m_session, &gdbbridge::Session::refused, this,
            [this](const gdbbridge::Error& error) { Q_EMIT refused(error.text()); });
    connect(&m_session, &gdbbridge::Session::unresponsive, this, [this](const gdbbridge::Error& error) {
        m_silence = error;
        Q_EMIT changed();
    });
    connect(&m_session, &gdbbridge::Session::stateChanged, this, [this](SessionState state) {
        m_silence.reset();
        // What a dead machine looks like is the last thing that there is to see.
        if (state == SessionState::Dead && m_session.death()->lastMoment)
            m_story.append(m_session.death()->lastMoment);
        timeTheWait();
        Q_EMIT changed();
    });
    m_tick.setInterval(1000);
    connect(&m_tick, &QTimer::timeout, this, &Player::changed);
    connect(&m_session, &gdbbridge::Session::console, this, [this](const QByteArray& bytes) {
        m_silence.reset();
        m_console += bytes;
        Q_EMIT consoleGrew(bytes);
    });
    connect(&m_story, &Story::currentChanged, this, &Player::changed);
}

void Player::forget() {
    m_retrace.reset();
    m_loader.reset();
    m_config = {};
    m_recorded.reset();
    m_console.clear();
    m_targetCommand = m_returnTo = -1;
    m_targetEvent = 0;
    m_stepThen = false;
    m_busySince.invalidate();
    m_silence.reset();
}

QString Player::openRecording(const QString& file) {
    QString problem;
    auto reader = gdbbridge::RecordingReader::open(file, &problem);
    if (!reader)
        return problem;
    m_session.stop();
    forget();
    const gdbbridge::RecordingInfo& info = reader->info();
    m_recordedArchitecture = info.architecture;
    m_recordedScenario = info.scenario;
    m_recorded = RunOutcome{}; // how it ended is at its end
    const QString text = QString::fromUtf8(info.scenario);
    m_story.begin(scenarioTitle(text, info.scenarioName), scenarioCommands(text));
    m_loader = std::make_unique<RecordingLoader>(std::move(reader));
    connect(m_loader.get(), &RecordingLoader::console, this, [this](const QByteArray& bytes) {
        m_console = bytes;
        Q_EMIT consoleGrew(bytes);
    });
    connect(m_loader.get(), &RecordingLoader::read, this, [this](const std::vector<MomentPtr>& moments) {
        for (const MomentPtr& moment : moments)
            m_story.appendBehind(moment);
        Q_EMIT changed();
    });
    connect(m_loader.get(), &RecordingLoader::ended, this, [this](const RunOutcome& outcome) {
        m_loader.release()->deleteLater();
        m_recorded = outcome;
        Q_EMIT changed();
        Q_EMIT recordingRead();
    });
    m_loader->start();
    Q_EMIT changed();
    return {};
}

void Player::open(const gdbbridge::SessionConfig& config) {
    forget();
    m_config = config;
    const QString text = QString::fromUtf8(config.scenario);
    m_story.begin(scenarioTitle(text, config.scenarioName), commandsOf(config));
    m_session.start(config);
}

void Player::restart() {
    const gdbbridge::SessionConfig again = m_config;
    open(again);
}

void Player::close() { m_session.stop(); }

void Player::cancelStart() {
    if (state() == SessionState::Starting)
        close();
}

void Player::timeTheWait() {
    if (!isBusy())
        m_busySince.invalidate();
    else if (!m_busySince.isValid())
        m_busySince.start();
    if (!isBusy() && !m_retrace)
        m_tick.stop();
    else if (!m_tick.isActive())
        m_tick.start();
}

int Player::waitedSeconds() const { return m_busySince.isValid() ? int(m_busySince.elapsed() / 1000) : 0; }

void Player::reached(const MomentPtr& moment) {
    m_story.append(moment);
    Q_EMIT changed();
    followTarget();
}

void Player::followTarget() {
    if (m_targetCommand < 0 || state() != SessionState::Stopped)
        return;
    const int begun = m_story.moments().back()->operation;
    if (begun > m_targetCommand) {
        m_targetCommand = -1;
    } else if (begun == m_targetCommand && m_targetEvent != 0) {
        m_targetCommand = -1;
        gdbbridge::EventCondition there;
        there.from = std::exchange(m_targetEvent, 0);
        m_session.runUntil(there);
    } else {
        m_session.stepCommand();
    }
}

bool Player::isBusy() const { return state() == SessionState::Starting || state() == SessionState::Running; }

bool Player::canRun() const { return state() == SessionState::Stopped || state() == SessionState::Running; }

bool Player::canGoForward() const { return !m_story.atHead() || state() == SessionState::Stopped; }

void Player::nextCommand() {
    if (m_story.atHead())
        m_session.stepCommand();
    else if (!m_story.showNext(Story::Stride::Command))
        last(); // the machine stands inside a command
}

void Player::previousCommand() { m_story.showPrevious(Story::Stride::Command); }

void Player::nextEvent() {
    if (m_story.atHead())
        m_session.stepEvent();
    else
        m_story.showNext(Story::Stride::Moment);
}

void Player::nextStage() {
    if (m_story.atHead())
        m_session.step(gdbbridge::FineStep::FaultStage);
    else
        m_story.showNext(Story::Stride::Moment);
}

void Player::step(gdbbridge::FineStep what) {
    last();
    m_session.step(what);
}

bool Player::canGoOnFromHere() const {
    return !m_config.kernel.isEmpty() && !m_story.isEmpty() &&
           (state() == SessionState::Stopped || state() == SessionState::Finished ||
            state() == SessionState::Dead);
}

bool Player::goBackTo(int moment, const QByteArray& scenario) {
    const uint64_t event = m_story.moments()[size_t(moment)]->snapshot->eventSequence;
    m_retrace.reset();
    m_returnTo = moment;
    m_targetCommand = -1;
    if (m_session.travel(event, scenario))
        return true;
    m_returnTo = -1;
    Q_EMIT refused(QStringLiteral("the machine cannot be brought back to this step"));
    return false;
}

void Player::goOnFromHere() {
    if (!canGoOnFromHere())
        Q_EMIT refused(QStringLiteral("there is no machine to go on with; start one with Ctrl+R"));
    else if (!m_story.atHead())
        goBackTo(m_story.current(), {});
}

// The commands up to here stay as they were; the new one takes the place of what would have come.
void Player::runCommand(const QString& text) {
    const QString command = text.simplified();
    if (command.isEmpty())
        return;
    if (!canGoOnFromHere())
        return Q_EMIT refused(QStringLiteral("there is no machine to type to; start one with Ctrl+R"));
    // Behind the end of a command, not in its midst, and not behind the scenario's own end.
    int moment = m_story.current();
    while (moment > 0 && !endsCommand(*m_story.moments()[size_t(moment)]))
        --moment;
    const int line = m_story.moments()[size_t(moment)]->line;
    QByteArray scenario;
    const QList<QByteArray> lines = m_config.scenario.split('\n');
    for (int i = 0; i < line && i < lines.size(); ++i)
        scenario += lines[i] + '\n';
    scenario += command.toUtf8() + '\n';
    // As long as it was: the file lies in the machine's memory, and from pages at other places on nothing
    // comes back as it was.
    scenario = scenario.leftJustified(m_config.scenario.size(), '\n');
    m_stepThen = true;
    if (goBackTo(moment, scenario))
        m_config.scenario = scenario;
    else
        m_stepThen = false;
}

void Player::revisited(const MomentPtr& moment) {
    const int index = std::exchange(m_returnTo, -1);
    if (index < 0)
        return;
    // What comes back has to be what was there.
    if (*moment->snapshot != *m_story.moments()[size_t(index)]->snapshot)
        Q_EMIT refused(QStringLiteral("the machine came back, but its memory is not what it was"));
    m_story.cutBehind(index, scenarioCommands(QString::fromUtf8(m_config.scenario)));
    Q_EMIT changed();
    if (std::exchange(m_stepThen, false))
        m_session.stepCommand();
}

void Player::previousEvent() { m_story.showPrevious(Story::Stride::Moment); }

void Player::first() { m_story.show(0); }

void Player::last() { m_story.show(int(m_story.moments().size()) - 1); }

void Player::toggleRun() {
    m_targetCommand = -1;
    if (state() == SessionState::Running) {
        m_session.pause();
        return;
    }
    last();
    m_session.run();
}

bool Player::showFirstViolation() {
    for (size_t i = 0; i < m_story.moments().size(); ++i)
        if (!m_story.moments()[i]->violations.empty()) {
            m_story.show(int(i));
            return true;
        }
    return false;
}

void Player::goToCommand(int command, uint64_t event) {
    const int found = momentAt(m_story, {command + 1, event});
    m_targetEvent = event;
    if (found >= 0) {
        m_story.show(found);
    } else if (state() == SessionState::Stopped) {
        last();
        m_targetCommand = command;
        followTarget();
    } else if (state() == SessionState::Starting) {
        m_targetCommand = command;
    }
}

QString Player::targetText() const {
    if (m_recorded)
        return m_recordedArchitecture +
               (isLoading() ? QStringLiteral(" · recording, being read") : QStringLiteral(" · recording"));
    const QString machine = m_config.architecture + QStringLiteral(" · QEMU · ");
    switch (state()) {
    case SessionState::Starting:
        return machine + QStringLiteral("starting the kernel");
    case SessionState::Running:
        if (const int seconds = waitedSeconds(); seconds > 0)
            return machine + QStringLiteral("running, %1 s").arg(seconds);
        return machine + gdbbridge::stateText(state());
    case SessionState::Dead:
        switch (m_session.death()->kind) {
        case gdbbridge::Death::Kind::Panic:
            return machine + QStringLiteral("panicked");
        case gdbbridge::Death::Kind::TripleFault:
            return machine + QStringLiteral("triple fault");
        case gdbbridge::Death::Kind::Hang:
        case gdbbridge::Death::Kind::Endless:
            return machine + QStringLiteral("hangs");
        default:
            return machine + QStringLiteral("disconnected");
        }
    default:
        return machine + gdbbridge::stateText(state());
    }
}

} // namespace gui
