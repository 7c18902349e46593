#include "tests/session/session_run.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTest>
#include <csignal>

namespace test {

using gdbbridge::SessionState;

namespace {
QString g_architecture = QStringLiteral("i386");
}

QString architecture() { return g_architecture; }

void takeArchitecture(QStringList* arguments) {
    qsizetype const at = arguments->indexOf(QStringLiteral("--arch"));
    if (at < 0 || at + 1 >= arguments->size())
        return;
    g_architecture = arguments->at(at + 1);
    arguments->remove(at, 2);
}

int sessionTestMain(QObject& test, int argc, char** argv) {
    QCoreApplication const application(argc, argv);
    QStringList arguments = QCoreApplication::arguments();
    takeArchitecture(&arguments);
    return QTest::qExec(&test, arguments);
}

gdbbridge::SessionConfig config(const QByteArray& scenario, const QString& kernelOptions) {
    gdbbridge::SessionConfig result;
    result.architecture = g_architecture;
    result.kernel = QStringLiteral(UVMSCOPE_BUILD_DIR "/kernel-%1.elf").arg(g_architecture);
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

bool SessionRun::startInside(const gdbbridge::SessionConfig& config, int commands) {
    if (!start(config))
        return false;
    for (int i = 0; i < commands; ++i)
        if (!session.stepCommand() || !waitForMoments(moments.size() + 1))
            return false;
    return true;
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

bool waitUntil(const std::function<bool()>& condition) { return QTest::qWaitFor(condition, 30'000); }

uint64_t offsetOf(const QString& type, const QString& field) {
    return valueOf(QStringLiteral("(unsigned long)&((uvm::%1*)0)->%2").arg(type, field));
}

uint64_t valueOf(const QString& expression) {
    QProcess gdb;
    gdb.start(QStringLiteral("gdb"), {"-nx", "-batch", "-iex", "set auto-load off", "-ex", "set language c++",
                                      "-ex", QStringLiteral("print ") + expression, config({}).kernel});
    if (!gdb.waitForFinished(20'000))
        qFatal("gdb does not answer");
    const QByteArray answer = gdb.readAllStandardOutput();
    bool ok = false;
    const uint64_t value = answer.mid(answer.indexOf("= ") + 2).trimmed().toULongLong(&ok);
    if (!ok)
        qFatal("gdb does not know %s: %s", qPrintable(expression), answer.constData());
    return value;
}

bool processRuns(qint64 pid) { return pid > 0 && kill(pid_t(pid), 0) == 0; }

} // namespace test
