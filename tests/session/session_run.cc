#include "tests/session/session_run.h"

#include <QTest>
#include <csignal>

namespace test {

using gdbbridge::SessionState;

gdbbridge::SessionConfig config(const QByteArray& scenario, const QString& kernelOptions) {
    gdbbridge::SessionConfig result;
    result.kernel = QStringLiteral(UVMSCOPE_BUILD_DIR "/kernel-i386.elf");
    result.scenarioName = QStringLiteral("test.uvm");
    result.scenario = scenario;
    result.kernelOptions = kernelOptions;
    return result;
}

SessionRun::SessionRun() {
    connect(&session, &gdbbridge::Session::momentReached, this,
            [this](const gdbbridge::MomentPtr& moment) { moments.push_back(moment); });
    connect(&session, &gdbbridge::Session::stateChanged, this,
            [this](SessionState state) { states.push_back(state); });
    connect(&session, &gdbbridge::Session::console, this,
            [this](const QByteArray& bytes) { console += bytes; });
}

bool SessionRun::waitFor(SessionState state, int ms) {
    (void)QTest::qWaitFor([&] { return session.state() == state || session.state() == SessionState::Dead; },
                          ms);
    return session.state() == state;
}

bool SessionRun::waitForMoments(size_t count, int ms) {
    (void)QTest::qWaitFor([&] { return moments.size() >= count || session.state() == SessionState::Dead; },
                          ms);
    return moments.size() >= count;
}

bool SessionRun::start(const gdbbridge::SessionConfig& config) {
    moments.clear();
    states.clear();
    session.start(config);
    return waitFor(SessionState::Stopped);
}

bool SessionRun::runAll(const gdbbridge::SessionConfig& config) {
    return start(config) && session.run() && waitFor(SessionState::Finished, 60'000);
}

QByteArray SessionRun::trouble() const {
    QString text = QStringLiteral("state: ") + gdbbridge::stateText(session.state());
    if (session.death())
        text += QStringLiteral("; ") + session.death()->error.text();
    return text.toUtf8() + "; console: " + console;
}

bool processRuns(qint64 pid) { return pid > 0 && kill(pid_t(pid), 0) == 0; }

} // namespace test
