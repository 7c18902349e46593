// A kernel without faults is not shown as broken at any event, whatever change is under way there: whoever
// stops at each event of a lab's checks takes a mark for a fault. EVERY_EVENT_TEST --lab FOLDER, below labs/
#include <QDir>
#include <QFile>
#include <QTest>

#include "tests/session/session_run.h"

using namespace gdbbridge;
using test::SessionRun;

namespace {

QString g_lab;

// What is found broken at a moment, "" when nothing is.
QByteArray brokenAt(const Moment& moment) {
    for (auto const& findings : {moment.violations, moment.snapshot->findings})
        for (Finding const& finding : findings)
            return "event " + QByteArray::number(quint64(moment.snapshot->eventSequence)) + ", " +
                   moment.command.toUtf8() + ": " +
                   QByteArray::fromStdString(finding.where + ": " + finding.what);
    return {};
}

} // namespace

class EveryEventTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothing_is_broken_at_any_event_data();
    void nothing_is_broken_at_any_event();
};

void EveryEventTest::nothing_is_broken_at_any_event_data() {
    QTest::addColumn<QString>("file");
    QDir const checks(QStringLiteral(UVMSCOPE_SOURCE_DIR "/labs/%1/checks").arg(g_lab));
    QStringList const files = checks.entryList({QStringLiteral("*.uvm")});
    QVERIFY2(!files.isEmpty(), qPrintable(checks.path()));
    for (QString const& file : files)
        QTest::newRow(qPrintable(file)) << checks.filePath(file);
}

void EveryEventTest::nothing_is_broken_at_any_event() {
    QFETCH(QString, file);
    QFile scenario(file);
    QVERIFY(scenario.open(QIODevice::ReadOnly));
    SessionConfig config = test::config(scenario.readAll());
    config.findFirstBreak = false;
    SessionRun run;
    QByteArray broken;
    int inside = 0;
    QObject::connect(&run.session, &Session::momentReached, &run.session, [&](const MomentPtr& moment) {
        inside += moment->reason == StopReason::Event;
        if (broken.isEmpty())
            broken = brokenAt(*moment);
        run.moments.clear();
        if (run.session.state() == SessionState::Stopped)
            run.session.stepEvent();
    });
    run.session.start(config);
    constexpr int longest = 200'000; // each event is a stop of the machine
    QVERIFY2(run.waitFor(SessionState::Finished, longest), run.trouble());
    QCOMPARE(run.session.scenarioStatus(), 0);
    QVERIFY2(broken.isEmpty(), broken);
    QVERIFY2(inside > 50, "no events were stopped at");
}

int main(int argc, char** argv) {
    QCoreApplication const application(argc, argv);
    QStringList arguments = QCoreApplication::arguments();
    test::takeArchitecture(&arguments);
    qsizetype const at = arguments.indexOf(QStringLiteral("--lab"));
    if (at < 0 || at + 1 >= arguments.size())
        qFatal("--lab FOLDER is missing");
    g_lab = arguments[at + 1];
    arguments.remove(at, 2);
    EveryEventTest tests;
    return QTest::qExec(&tests, arguments);
}
#include "every_event_test.moc"
