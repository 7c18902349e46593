// The session as a state machine over a living kernel.
#include <QTest>

#include "gdbbridge/snapshot/transcript.h"
#include "tests/session/session_run.h"

using namespace gdbbridge;
using test::SessionRun;

namespace {

const QByteArray forkAndWrite = "# a comment\n"
                                "space parent 0x1000 0xbfbff000\n"
                                "map parent 0x10000 0x4000 cow\n"
                                "\n"
                                "write parent 0x10000 \"one\"   # behind a command\n"
                                "fork parent child\n"
                                "write child 0x10000 \"two\"\n"
                                "check\n";

std::vector<EventKind> kinds(const Moment& moment) {
    std::vector<EventKind> result;
    for (const Event& event : moment.events)
        result.push_back(event.kind);
    return result;
}

size_t count(const Moment& moment, EventKind kind) {
    auto const all = kinds(moment);
    return size_t(std::count(all.begin(), all.end(), kind));
}

} // namespace

class SessionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void it_starts_before_the_first_command();
    void a_step_ends_at_the_end_of_a_command();
    void events_are_steps_inside_a_command();
    void run_goes_to_the_end_with_a_moment_at_each_command();
    void calls_that_the_state_does_not_allow_do_nothing();
    void pause_stops_a_run();
    void it_can_be_started_again();
    void a_scenario_that_does_not_parse_ends_with_its_status();
    void a_command_that_fails_is_told();
    void nothing_is_lost_when_a_command_floods_the_ring();
    void stop_leaves_no_process();
};

void SessionTest::it_starts_before_the_first_command() {
    SessionRun run;
    QVERIFY2(run.start(test::config(forkAndWrite)), run.trouble());
    QCOMPARE(run.moments.size(), size_t(1));
    const Moment& moment = *run.moments.front();
    QCOMPARE(moment.reason, StopReason::Start);
    QCOMPARE(moment.operation, 0);
    QVERIFY(moment.snapshot->processes.empty());
    QVERIFY(moment.snapshot->freePages > 1000);
    QVERIFY(moment.snapshot->findings.empty());
    QCOMPARE(run.states, (std::vector{SessionState::Starting, SessionState::Stopped}));
    QVERIFY2(run.console.startsWith("uvmscope kernel, i386"), run.console);
}

void SessionTest::a_step_ends_at_the_end_of_a_command() {
    SessionRun run;
    QVERIFY2(run.start(test::config(forkAndWrite)), run.trouble());
    QVERIFY(run.session.stepCommand());
    QVERIFY2(run.waitForMoments(2), run.trouble());
    const Moment& space = *run.moments[1];
    QCOMPARE(space.reason, StopReason::CommandEnd);
    QCOMPARE(space.operation, 1);
    QCOMPARE(space.line, 2);
    QCOMPARE(space.command, QStringLiteral("space parent 0x1000 0xbfbff000"));
    QCOMPARE(space.output, QByteArray("space parent 0x1000 0xbfbff000\n  = ok\n"));
    QCOMPARE(space.snapshot->processes.size(), size_t(1));
    QVERIFY(run.session.stepCommand());
    QVERIFY2(run.waitForMoments(3), run.trouble());
    QVERIFY(run.session.stepCommand());
    QVERIFY2(run.waitForMoments(4), run.trouble());
    const Moment& write = *run.moments[3];
    QCOMPARE(write.line, 5);
    QCOMPARE(write.operation, 3);
    QCOMPARE(write.command, QStringLiteral("write parent 0x10000 \"one\""));
    QCOMPARE(write.output, QByteArray("write parent 0x10000 \"one\"\n  = ok\n"));
    QCOMPARE(count(write, EventKind::FaultBegin), size_t(1));
    QCOMPARE(count(write, EventKind::AnonCreate), size_t(1));
    QCOMPARE(anonsText(*write.snapshot), std::string("parent 0x10000 n1 refs=1 byte=6f\n"));
    QCOMPARE(pmapText(*write.snapshot), std::string("parent 0x10000 rw-\n"));
    QVERIFY(write.violations.empty());
}

void SessionTest::events_are_steps_inside_a_command() {
    SessionRun run;
    QVERIFY2(run.start(test::config(forkAndWrite)), run.trouble());
    for (size_t i = 2; i <= 3; ++i) {
        QVERIFY(run.session.stepCommand());
        QVERIFY2(run.waitForMoments(i), run.trouble());
    }
    // Into the write, event by event: each moment has one event, and they are the ones of a single step.
    std::vector<EventKind> seen;
    QVERIFY(run.session.stepEvent());
    QVERIFY2(run.waitForMoments(4), run.trouble());
    while (run.moments.back()->reason == StopReason::Event) {
        const Moment& moment = *run.moments.back();
        QCOMPARE(moment.events.size(), size_t(1));
        QCOMPARE(moment.operation, 3);
        QVERIFY(!moment.stack.empty());
        seen.push_back(moment.events.front().kind);
        QVERIFY(run.session.stepEvent());
        QVERIFY2(run.waitForMoments(run.moments.size() + 1), run.trouble());
    }
    QCOMPARE(run.moments.back()->reason, StopReason::CommandEnd);
    QCOMPARE(seen.front(), EventKind::CommandBegin);
    for (EventKind kind : {EventKind::FaultBegin, EventKind::FaultLookup, EventKind::NeedsCopyClear,
                           EventKind::AnonCreate, EventKind::PmapEntered, EventKind::FaultEnd})
        QVERIFY2(std::find(seen.begin(), seen.end(), kind) != seen.end(), eventKindName(kind).data());
    // While the fault runs, the page is allocated before it is entered.
    QVERIFY(std::find(seen.begin(), seen.end(), EventKind::PageAlloc) <
            std::find(seen.begin(), seen.end(), EventKind::PmapEntered));
    // The stack of an event inside the fault goes through uvm_fault.
    bool throughFault = false;
    for (const MomentPtr& moment : run.moments)
        for (const CodePlace& place : moment->stack)
            throughFault = throughFault || place.function == QStringLiteral("uvm_fault");
    QVERIFY(throughFault);
}

void SessionTest::run_goes_to_the_end_with_a_moment_at_each_command() {
    SessionRun run;
    QVERIFY2(run.runAll(test::config(forkAndWrite)), run.trouble());
    QCOMPARE(run.moments.size(), size_t(8)); // start, six commands, end
    for (size_t i = 1; i < 7; ++i) {
        QCOMPARE(run.moments[i]->reason, StopReason::CommandEnd);
        QCOMPARE(run.moments[i]->operation, int(i));
        QCOMPARE(run.moments[i]->lost, uint64_t(0));
        QVERIFY(run.moments[i]->violations.empty());
    }
    QCOMPARE(run.moments.back()->reason, StopReason::ScenarioEnd);
    QCOMPARE(run.session.scenarioStatus(), 0);
    QCOMPARE(run.moments.back()->snapshot->processes.size(), size_t(2));
    QCOMPARE(anonsText(*run.moments[6]->snapshot), std::string("parent 0x10000 n1 refs=1 byte=6f\n"
                                                               "child 0x10000 n2 refs=1 byte=74\n"));
    // No event is missing between two moments.
    uint64_t next = 1;
    for (const MomentPtr& moment : run.moments)
        for (const Event& event : moment->events)
            QCOMPARE(event.sequence, next++);
}

void SessionTest::calls_that_the_state_does_not_allow_do_nothing() {
    SessionRun run;
    QCOMPARE(run.session.state(), SessionState::Idle);
    QVERIFY(!run.session.stepEvent());
    QVERIFY(!run.session.run());
    QVERIFY(!run.session.pause());
    QVERIFY2(run.start(test::config(forkAndWrite)), run.trouble());
    QVERIFY(!run.session.pause());
    QVERIFY(run.session.run());
    QVERIFY(!run.session.stepCommand());
    QVERIFY2(run.waitFor(SessionState::Finished), run.trouble());
    QVERIFY(!run.session.run());
}

void SessionTest::pause_stops_a_run() {
    QByteArray longOne = "space A 0x1000 0xbfbff000\nmap A 0x10000 0x100000 cow\n";
    for (int i = 0; i < 2000; ++i)
        longOne += "write A 0x10000 aa\n";
    SessionRun run;
    QVERIFY2(run.start(test::config(longOne)), run.trouble());
    QVERIFY(run.session.run());
    QVERIFY2(run.waitForMoments(20), run.trouble());
    QVERIFY(run.session.pause());
    QVERIFY2(run.waitFor(SessionState::Stopped), run.trouble());
    const size_t atPause = run.moments.size();
    QVERIFY(atPause < 2000);
    // It goes on from there.
    QVERIFY(run.session.stepCommand());
    QVERIFY2(run.waitForMoments(atPause + 1), run.trouble());
    QCOMPARE(run.moments.back()->reason, StopReason::CommandEnd);
}

void SessionTest::it_can_be_started_again() {
    SessionRun run;
    QVERIFY2(run.runAll(test::config(forkAndWrite)), run.trouble());
    const std::string first = dumpText(*run.moments.back()->snapshot);
    const qint64 qemu = run.session.qemuProcessId();
    QVERIFY2(run.runAll(test::config(forkAndWrite)), run.trouble());
    QCOMPARE(dumpText(*run.moments.back()->snapshot), first);
    QVERIFY(run.session.qemuProcessId() != qemu);
    QVERIFY(!test::processRuns(qemu));
}

void SessionTest::a_scenario_that_does_not_parse_ends_with_its_status() {
    SessionRun run;
    QVERIFY2(run.runAll(test::config("space A 0x1000 0x9000\nfrobnicate A\n")), run.trouble());
    QCOMPARE(run.session.scenarioStatus(), 2);
    QVERIFY2(run.console.contains("test.uvm:2: error: unknown command: frobnicate"), run.console);
}

void SessionTest::a_command_that_fails_is_told() {
    SessionRun run;
    QVERIFY2(run.runAll(test::config("space A 0x1000 0x9000\nunmap A 0x1000 0x1001\n")), run.trouble());
    QCOMPARE(run.session.scenarioStatus(), 0);
    QCOMPARE(run.moments[1]->error, uint64_t(0));
    QCOMPARE(errnoName(run.moments[2]->error), std::string("EINVAL"));
}

void SessionTest::nothing_is_lost_when_a_command_floods_the_ring() {
    // More events than the ring has places: what was overwritten is counted to the last one.
    SessionRun run;
    QVERIFY2(run.runAll(test::config("space A 0x1000 0xbfbff000\nmap A 0x10000 0x1000000 cow\n"
                                     "wire A 0x10000 0x1000000\n")),
             run.trouble());
    uint64_t events = 0, lost = 0, last = 0;
    for (const MomentPtr& moment : run.moments) {
        events += moment->events.size();
        lost += moment->lost;
        if (!moment->events.empty())
            last = moment->events.back().sequence;
    }
    QVERIFY(lost > 0);
    QCOMPARE(events + lost, last);
}

void SessionTest::stop_leaves_no_process() {
    qint64 qemu = 0, gdb = 0;
    {
        SessionRun run;
        QVERIFY2(run.start(test::config(forkAndWrite)), run.trouble());
        qemu = run.session.qemuProcessId();
        gdb = run.session.gdbProcessId();
        QVERIFY(test::processRuns(qemu));
        QVERIFY(test::processRuns(gdb));
        run.session.stop();
        QCOMPARE(run.session.state(), SessionState::Idle);
        QVERIFY(!test::processRuns(qemu));
        QVERIFY(!test::processRuns(gdb));
        QVERIFY2(run.start(test::config(forkAndWrite)), run.trouble());
        qemu = run.session.qemuProcessId();
        gdb = run.session.gdbProcessId();
    }
    QVERIFY(!test::processRuns(qemu));
    QVERIFY(!test::processRuns(gdb));
}

QTEST_GUILESS_MAIN(SessionTest)
#include "session_test.moc"
