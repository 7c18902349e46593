// The session as a state machine over a living kernel.
#include <QTest>

#include "gdbbridge/session/machine.h"
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
    void fault_stages_are_steps();
    void lines_and_instructions_are_steps();
    void out_ends_in_the_caller();
    void it_runs_to_an_event_that_matches();
    void it_runs_to_a_place_in_the_code();
    void it_runs_to_a_write_of_a_field();
    void a_place_that_is_not_there_is_told();
    void conditions_match_what_they_say();
    void run_goes_to_the_end_with_a_moment_at_each_command();
    void calls_that_the_state_does_not_allow_do_nothing();
    void pause_stops_a_run();
    void it_can_be_started_again();
    void a_scenario_that_does_not_parse_ends_with_its_status();
    void a_command_that_fails_is_told();
    void nothing_is_lost_when_a_command_floods_the_ring();
    void events_come_while_it_runs();
    void it_goes_back_and_on_again();
    void it_goes_back_by_a_machine_that_was_kept();
    void what_comes_back_is_compared();
    void it_goes_back_and_on_differently();
    void it_goes_back_as_soon_as_it_has_ended();
    void another_past_is_refused();
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
    QVERIFY2(run.console.startsWith("uvmscope kernel, " + test::architecture().toUtf8()), run.console);
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

void SessionTest::fault_stages_are_steps() {
    SessionRun run;
    QVERIFY2(run.startInside(test::config(forkAndWrite), 2), run.trouble());
    std::vector<EventKind> stages;
    while (true) {
        QVERIFY(run.session.step(FineStep::FaultStage));
        QVERIFY2(run.waitForMoments(run.moments.size() + 1), run.trouble());
        if (run.moments.back()->reason != StopReason::Event)
            break;
        stages.push_back(run.moments.back()->events.back().kind);
    }
    QCOMPARE(run.moments.back()->reason, StopReason::CommandEnd);
    using enum EventKind;
    QCOMPARE(stages, (std::vector{FaultBegin, FaultLookup, FaultNeedsCopy, FaultRetry, FaultLookup,
                                  FaultWindow, FaultCase, FaultEnd}));
}

void SessionTest::lines_and_instructions_are_steps() {
    SessionRun run;
    QVERIFY2(run.startInside(test::config(forkAndWrite), 2), run.trouble());
    QVERIFY(run.session.runUntil(CodeCondition{"uvm_map_lookup_entry"}));
    QVERIFY2(run.waitForMoments(run.moments.size() + 1), run.trouble());
    const CodePlace begin = run.moments.back()->stack.front();
    QCOMPARE(begin.function, QStringLiteral("uvm_map_lookup_entry"));
    QVERIFY2(begin.file.endsWith(QStringLiteral("kernel/vm/uvm_map_lookup.cc")), qPrintable(begin.file));
    QVERIFY(run.session.step(FineStep::Instruction));
    QVERIFY2(run.waitForMoments(run.moments.size() + 1), run.trouble());
    const CodePlace second = run.moments.back()->stack.front();
    QCOMPARE(run.moments.back()->reason, StopReason::Step);
    QVERIFY(second.address > begin.address && second.address <= begin.address + 15);
    // Over lines: never into what they call, and each step stands on another line or instruction.
    QVERIFY(run.session.step(FineStep::Out));
    QVERIFY2(run.waitForMoments(run.moments.size() + 1), run.trouble());
    const size_t depth = run.moments.back()->stack.size();
    uint64_t last = second.address;
    for (int i = 0; i < 12; ++i) {
        QVERIFY(run.session.step(FineStep::Over));
        QVERIFY2(run.waitForMoments(run.moments.size() + 1), run.trouble());
        QCOMPARE(run.moments.back()->reason, StopReason::Step);
        QVERIFY(run.moments.back()->stack.front().address != last);
        last = run.moments.back()->stack.front().address;
        QVERIFY(run.moments.back()->stack.size() <= depth);
    }
    // Into calls one gets deeper sooner or later.
    bool deeper = false;
    for (int i = 0; i < 40 && !deeper; ++i) {
        QVERIFY(run.session.step(FineStep::Into));
        QVERIFY2(run.waitForMoments(run.moments.size() + 1), run.trouble());
        deeper = run.moments.back()->stack.size() > depth + 1;
    }
    QVERIFY(deeper);
    // The machine goes on as if nothing had been.
    QVERIFY(run.session.run());
    QVERIFY2(run.waitFor(SessionState::Finished), run.trouble());
    QCOMPARE(run.session.scenarioStatus(), 0);
}

void SessionTest::out_ends_in_the_caller() {
    SessionRun run;
    QVERIFY2(run.startInside(test::config(forkAndWrite), 2), run.trouble());
    QVERIFY(run.session.runUntil(CodeCondition{"uvm_map_lookup_entry"}));
    QVERIFY2(run.waitForMoments(run.moments.size() + 1), run.trouble());
    const CodePlace caller = run.moments.back()->stack.at(1);
    QVERIFY(run.session.step(FineStep::Out));
    QVERIFY2(run.waitForMoments(run.moments.size() + 1), run.trouble());
    QCOMPARE(run.moments.back()->reason, StopReason::Step);
    QCOMPARE(run.moments.back()->stack.front().function, caller.function);
    // From a probe a step over lines stands in the code that passed it.
    QVERIFY(run.session.step(FineStep::FaultStage));
    QVERIFY2(run.waitForMoments(run.moments.size() + 1), run.trouble());
    QCOMPARE(run.moments.back()->stack.front().function, QStringLiteral("uvm_probe_stop"));
    QVERIFY(run.session.step(FineStep::Over));
    QVERIFY2(run.waitForMoments(run.moments.size() + 1), run.trouble());
    const QString where = run.moments.back()->stack.front().function;
    QVERIFY2(!where.startsWith(QStringLiteral("uvm_probe")), qPrintable(where));
}

void SessionTest::it_runs_to_an_event_that_matches() {
    SessionRun run;
    QVERIFY2(run.start(test::config(forkAndWrite)), run.trouble());
    EventCondition condition;
    condition.kind = EventKind::PmapEntered;
    condition.addresses = {0x10000, 0x11000};
    QVERIFY(run.session.runUntil(condition));
    QVERIFY(test::waitUntil([&] { return run.session.state() == SessionState::Stopped; }));
    const Moment& hit = *run.moments.back();
    QCOMPARE(hit.reason, StopReason::Event);
    QCOMPARE(hit.operation, 3);
    QCOMPARE(hit.events.back().kind, EventKind::PmapEntered);
    QCOMPARE(hit.events.back().args[1], uint64_t(0x10000));
    // On the way there was a moment behind each command.
    QCOMPARE(run.moments.size(), size_t(4));
    // To an event by its number.
    EventCondition number;
    number.from = hit.events.back().sequence + 7;
    QVERIFY(run.session.runUntil(number));
    QVERIFY(test::waitUntil([&] { return run.session.state() == SessionState::Stopped; }));
    QCOMPARE(run.moments.back()->snapshot->eventSequence, number.from);
    // One that never comes: the run goes to its end.
    condition.addresses = {0x7000000, 0x7001000};
    QVERIFY(run.session.runUntil(condition));
    QVERIFY2(run.waitFor(SessionState::Finished), run.trouble());
}

void SessionTest::it_runs_to_a_place_in_the_code() {
    SessionRun run;
    QVERIFY2(run.start(test::config(forkAndWrite)), run.trouble());
    QVERIFY(run.session.runUntil(CodeCondition{"uvmspace_fork"}));
    QVERIFY(test::waitUntil([&] { return run.session.state() == SessionState::Stopped; }));
    QCOMPARE(run.moments.back()->reason, StopReason::Place);
    QCOMPARE(run.moments.back()->stack.front().function, QStringLiteral("uvmspace_fork"));
    QCOMPARE(run.moments.back()->operation, 4);
    QCOMPARE(run.moments.size(), size_t(5));
    // It was for once.
    QVERIFY(run.session.run());
    QVERIFY2(run.waitFor(SessionState::Finished), run.trouble());
}

void SessionTest::it_runs_to_a_write_of_a_field() {
    SessionRun run;
    QVERIFY2(run.startInside(test::config(forkAndWrite), 3), run.trouble());
    // The reference count of the anon: the fork shares the amap, the child's write the anon.
    const Snapshot& snapshot = *run.moments.back()->snapshot;
    QCOMPARE(snapshot.amaps.size(), size_t(1));
    WatchCondition watch{snapshot.amaps.front().address + test::offsetOf("vm_amap", "am_ref"), 4,
                         QStringLiteral("references of amap 1")};
    QVERIFY(run.session.runUntil(watch));
    QVERIFY(test::waitUntil([&] { return run.session.state() == SessionState::Stopped; }));
    const Moment& hit = *run.moments.back();
    QCOMPARE(hit.reason, StopReason::Watch);
    QCOMPARE(hit.operation, 4);
    QCOMPARE(hit.note, QStringLiteral("references of amap 1: 2, was 1"));
    QCOMPARE(hit.snapshot->amaps.front().refs, 2);
    QVERIFY(run.session.run());
    QVERIFY2(run.waitFor(SessionState::Finished), run.trouble());
}

void SessionTest::a_place_that_is_not_there_is_told() {
    SessionRun run;
    QVERIFY2(run.start(test::config(forkAndWrite)), run.trouble());
    QStringList told;
    QObject::connect(&run.session, &Session::refused, &run.session,
                     [&](const Error& error) { told << error.text(); });
    QVERIFY(run.session.runUntil(CodeCondition{"no_such_function_anywhere"}));
    QVERIFY(test::waitUntil([&] { return !told.isEmpty(); }));
    QVERIFY2(told.front().contains(QStringLiteral("no_such_function_anywhere")), qPrintable(told.front()));
    QCOMPARE(run.session.state(), SessionState::Stopped);
    QVERIFY(run.session.stepCommand());
    QVERIFY2(run.waitForMoments(2), run.trouble());
}

void SessionTest::conditions_match_what_they_say() {
    Event event;
    event.sequence = 9;
    event.kind = EventKind::EntryCreate;
    event.eventClass = EventClass::Map;
    event.thread = 2;
    event.args = {0xc0100000, 7, 0x10000, 0x14000, 0};
    const auto matches = [&](auto change) {
        EventCondition condition;
        change(condition);
        return condition.matches(event);
    };
    QVERIFY(matches([](EventCondition&) {}));
    QVERIFY(matches([](EventCondition& c) { c.kind = EventKind::EntryCreate; }));
    QVERIFY(!matches([](EventCondition& c) { c.kind = EventKind::EntryRemove; }));
    QVERIFY(matches([](EventCondition& c) { c.eventClass = EventClass::Map; }));
    QVERIFY(!matches([](EventCondition& c) { c.eventClass = EventClass::Fault; }));
    QVERIFY(matches([](EventCondition& c) { c.map = 0xc0100000; }));
    QVERIFY(!matches([](EventCondition& c) { c.map = 0xc0100004; }));
    QVERIFY(matches([](EventCondition& c) { c.thread = 2; }));
    QVERIFY(!matches([](EventCondition& c) { c.thread = 1; }));
    QVERIFY(matches([](EventCondition& c) { c.from = 9; }));
    QVERIFY(!matches([](EventCondition& c) { c.from = 10; }));
    QVERIFY(matches([](EventCondition& c) { c.addresses = {0x13000, 0x20000}; }));
    QVERIFY(!matches([](EventCondition& c) { c.addresses = {0x14000, 0x20000}; }));
    QVERIFY(!matches([](EventCondition& c) { c.addresses = {0x8000, 0x10000}; }));
    event.kind = EventKind::AnonCreate; // is about no map and no address
    QVERIFY(!matches([](EventCondition& c) { c.map = 0xc0100000; }));
    QVERIFY(!matches([](EventCondition& c) { c.addresses = {0, ~uint64_t(0)}; }));
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
    // More events than the ring has places: the reader keeps up, or the machine waits for it.
    SessionRun run;
    QVERIFY2(run.runAll(test::config("space A 0x1000 0xbfbff000\nmap A 0x10000 0x1000000 cow\n"
                                     "wire A 0x10000 0x1000000\n")),
             run.trouble());
    uint64_t last = 0;
    for (const MomentPtr& moment : run.moments) {
        QCOMPARE(moment->lost, uint64_t(0));
        for (const Event& event : moment->events)
            QCOMPARE(event.sequence, ++last);
    }
    QVERIFY(last > 16'384);
}

void SessionTest::events_come_while_it_runs() {
    SessionRun run;
    std::vector<Event> live;
    size_t whileRunning = 0;
    QObject::connect(&run.session, &Session::eventsArrived, &run.session,
                     [&](const std::vector<Event>& events) {
                         live.insert(live.end(), events.begin(), events.end());
                         whileRunning += run.session.state() == SessionState::Running;
                     });
    QVERIFY2(run.runAll(test::config("space A 0x1000 0xbfbff000\nmap A 0x10000 0x1000000 cow\n"
                                     "wire A 0x10000 0x1000000\n")),
             run.trouble());
    QVERIFY(whileRunning > 2);
    // They are the moments' own, in order.
    std::vector<Event> told;
    for (const MomentPtr& moment : run.moments)
        told.insert(told.end(), moment->events.begin(), moment->events.end());
    QVERIFY(live.size() > 10'000);
    QVERIFY(std::includes(told.begin(), told.end(), live.begin(), live.end(),
                          [](const Event& a, const Event& b) { return a.sequence < b.sequence; }));
}

void SessionTest::it_goes_back_and_on_again() {
    SessionRun run;
    std::vector<MomentPtr> again;
    QObject::connect(&run.session, &Session::revisited, &run.session,
                     [&](const MomentPtr& moment) { again.push_back(moment); });
    QVERIFY2(run.runAll(test::config(forkAndWrite)), run.trouble());
    const std::vector<MomentPtr> first = run.moments;
    // Behind a command, in the midst of one, before the first, and at the end.
    const uint64_t inside = first[3]->events[first[3]->events.size() / 2].sequence;
    for (uint64_t sequence : {first[4]->snapshot->eventSequence, inside, uint64_t(0),
                              first.back()->snapshot->eventSequence, first[3]->snapshot->eventSequence}) {
        again.clear();
        QVERIFY(run.session.travel(sequence));
        QVERIFY2(run.waitFor(sequence == first.back()->snapshot->eventSequence ? SessionState::Finished
                                                                               : SessionState::Stopped),
                 run.trouble());
        QCOMPARE(again.size(), size_t(1));
        QCOMPARE(again.front()->snapshot->eventSequence, sequence);
        for (const MomentPtr& moment : first)
            if (moment->snapshot->eventSequence == sequence) {
                QVERIFY(*moment->snapshot == *again.front()->snapshot);
                QCOMPARE(again.front()->reason, moment->reason);
                QCOMPARE(again.front()->operation, moment->operation);
            }
        QCOMPARE(run.moments.size(), first.size());
        QCOMPARE(again.front()->events.size(), sequence);
    }
    // On from behind the third command: the rest is what it was.
    QVERIFY(run.session.run());
    QVERIFY2(run.waitFor(SessionState::Finished), run.trouble());
    QCOMPARE(run.moments.size(), first.size() + first.size() - 4);
    for (size_t i = 4; i < first.size(); ++i) {
        const Moment& before = *first[i];
        const Moment& now = *run.moments[first.size() + i - 4];
        QCOMPARE(now.command, before.command);
        QCOMPARE(now.output, before.output);
        QVERIFY(*now.snapshot == *before.snapshot);
        // Only the time is another: to stop on the way costs instructions.
        QVERIFY(std::equal(now.events.begin(), now.events.end(), before.events.begin(), before.events.end(),
                           [](Event a, const Event& b) {
                               a.time = b.time;
                               return a == b;
                           }));
    }
}

void SessionTest::it_goes_back_by_a_machine_that_was_kept() {
    SessionConfig config = test::config("space A 0x1000 0x1000000\nchurn A 100 1\nchurn A 100 2\ncheck\n"
                                        "churn A 100 3\nunmap A 0x1000 0x1001\nchurn A 100 4\ncheck\n");
    config.keepMachineEvents = 1000;
    SessionRun run;
    std::vector<MomentPtr> again;
    QObject::connect(&run.session, &Session::revisited, &run.session,
                     [&](const MomentPtr& moment) { again.push_back(moment); });
    QVERIFY2(run.runAll(config), run.trouble());
    const std::vector<MomentPtr> first = run.moments;
    const qint64 qemu = run.session.qemuProcessId();
    int byKept = 0;
    // Behind each command, the latest first, and in the midst of one.
    std::vector<uint64_t> places{first[5]->events[first[5]->events.size() / 2].sequence};
    for (size_t i = first.size() - 2; i >= 3; --i)
        places.push_back(first[i]->snapshot->eventSequence);
    for (const uint64_t sequence : places) {
        again.clear();
        QVERIFY(run.session.travel(sequence));
        QVERIFY2(test::waitUntil([&] { return !again.empty() || run.session.state() == SessionState::Dead; }),
                 run.trouble());
        QVERIFY2(again.size() == 1, run.trouble());
        QVERIFY2(
            again.front()->note.startsWith(QStringLiteral("from the machine that was kept behind event ")),
            qPrintable(again.front()->note));
        ++byKept;
        QCOMPARE(again.front()->snapshot->eventSequence, sequence);
        for (const MomentPtr& moment : first)
            if (moment->snapshot->eventSequence == sequence && moment->reason == StopReason::CommandEnd) {
                QVERIFY(*moment->snapshot == *again.front()->snapshot);
                QCOMPARE(again.front()->reason, moment->reason);
                QCOMPARE(again.front()->operation, moment->operation);
                QCOMPARE(again.front()->error, moment->error);
                QCOMPARE(again.front()->command, moment->command);
            }
        QCOMPARE(run.session.qemuProcessId(), qemu);
    }
    QVERIFY(byKept > 4);
    // On from there, behind the third command, all is as it was: also where GDB sees it.
    run.moments.clear();
    QVERIFY(run.session.run());
    QVERIFY2(run.waitFor(SessionState::Finished), run.trouble());
    QCOMPARE(run.moments.size(), first.size() - 4);
    for (size_t i = 0; i < run.moments.size(); ++i) {
        QVERIFY(*run.moments[i]->snapshot == *first[i + 4]->snapshot);
        QCOMPARE(run.moments[i]->output, first[i + 4]->output);
        QCOMPARE(run.moments[i]->events.size(), first[i + 4]->events.size());
    }
    QVERIFY(run.session.travel(first[4]->snapshot->eventSequence + 3));
    QVERIFY2(run.waitFor(SessionState::Stopped), run.trouble());
    QVERIFY(!again.back()->stack.empty());
    QCOMPARE(again.back()->stack.front().function, QStringLiteral("uvm_probe_stop"));
    // Where it cannot be used, it is said why.
    for (const auto& [sequence, scenario, words] :
         {std::tuple(first[1]->snapshot->eventSequence, QByteArray(),
                     "run anew: no machine was kept before event"),
          std::tuple(first[5]->snapshot->eventSequence, config.scenario + "check\n",
                     "run anew: a kept machine has the old scenario")}) {
        again.clear();
        QVERIFY(run.session.travel(sequence, scenario));
        QVERIFY2(run.waitFor(SessionState::Stopped), run.trouble());
        QVERIFY2(again.front()->note.startsWith(QLatin1String(words)), qPrintable(again.front()->note));
    }
}

void SessionTest::what_comes_back_is_compared() {
    Machine machine;
    bool ready = false;
    QObject::connect(&machine, &Machine::ready, &machine, [&] { ready = true; });
    machine.start(test::config(forkAndWrite));
    QVERIFY(test::waitUntil([&] { return ready; }));
    std::optional<Machine::SavedState> saved;
    QString problem;
    machine.saveState([&](const auto& state, const QString& what) {
        saved = state;
        problem = what;
    });
    QVERIFY2(test::waitUntil([&] { return saved || !problem.isEmpty(); }) && saved, qPrintable(problem));
    const auto load = [&](const Machine::SavedState& state) {
        std::optional<QString> said;
        machine.loadState(state, [&](const QString& what) { said = what; });
        (void)test::waitUntil([&] { return said.has_value(); });
        return said.value_or(QStringLiteral("no answer"));
    };
    // From another place, in the guest and in the eyes of GDB.
    bool stopped = false;
    QObject::connect(&machine, &Machine::stopped, &machine, [&] { stopped = true; });
    machine.resume(Machine::StopAt::EveryEvent);
    QVERIFY(test::waitUntil([&] { return stopped; }));
    std::vector<CodePlace> stack;
    machine.stack([&](const std::vector<CodePlace>& places) { stack = places; });
    QVERIFY(test::waitUntil([&] { return !stack.empty(); }));
    QCOMPARE(stack.front().function, QStringLiteral("uvm_probe_stop"));
    QCOMPARE(load(*saved), QString());
    stack.clear();
    machine.stack([&](const std::vector<CodePlace>& places) { stack = places; });
    QVERIFY(test::waitUntil([&] { return !stack.empty(); }));
    QCOMPARE(stack.front().function, QStringLiteral("kernel_program"));
    const auto changed = [&](auto change, const char* words) {
        Machine::SavedState other = *saved;
        change(other);
        const QString said = load(other);
        if (!said.contains(QLatin1String(words)))
            qWarning("%s, not %s", qPrintable(said), words);
        return said.contains(QLatin1String(words));
    };
    QVERIFY(changed([](auto& s) { s.words.memory ^= 1; }, "other memory"));
    QVERIFY(changed([](auto& s) { s.words.processor += u'x'; }, "other registers"));
    QVERIFY(changed([](auto& s) { s.words.devices += u'x'; }, "other interrupt"));
    QVERIFY(changed([](auto& s) { s.words.debugger += u'x'; }, "other place"));
    QVERIFY(changed([](auto& s) { s.name = QStringLiteral("nobody"); }, "nobody"));
    QVERIFY(!saved->words.devices.isEmpty() && saved->words.processor.contains(QStringLiteral("EFL=")) |
                                                   saved->words.processor.contains(QStringLiteral("RFL=")));
}

void SessionTest::it_goes_back_and_on_differently() {
    SessionRun run;
    QVERIFY2(run.runAll(test::config(forkAndWrite)), run.trouble());
    const QByteArray past = forkAndWrite.left(forkAndWrite.indexOf("write child"));
    const uint64_t behindFork = run.moments[4]->snapshot->eventSequence;
    QVERIFY(run.session.travel(behindFork, past + "write parent 0x11000 \"new\"\n"));
    QVERIFY2(run.waitFor(SessionState::Stopped), run.trouble());
    run.moments.clear();
    QVERIFY(run.session.run());
    QVERIFY2(run.waitFor(SessionState::Finished), run.trouble());
    QCOMPARE(run.moments.size(), size_t(2));
    QCOMPARE(run.moments.front()->command, QStringLiteral("write parent 0x11000 \"new\""));
    QCOMPARE(run.moments.front()->operation, 5);
    QCOMPARE(run.session.scenarioStatus(), 0);
}

void SessionTest::it_goes_back_as_soon_as_it_has_ended() {
    // From inside the signal that tells of the end.
    SessionRun run;
    std::vector<MomentPtr> again;
    QObject::connect(&run.session, &Session::revisited, &run.session,
                     [&](const MomentPtr& moment) { again.push_back(moment); });
    bool once = false;
    uint64_t behindFork = 0;
    QObject::connect(&run.session, &Session::stateChanged, &run.session, [&](SessionState state) {
        if (state == SessionState::Finished && !std::exchange(once, true)) {
            behindFork = run.moments[4]->snapshot->eventSequence;
            run.session.travel(behindFork);
        }
    });
    QVERIFY2(run.start(test::config(forkAndWrite)) && run.session.run(), run.trouble());
    QVERIFY2(test::waitUntil([&] { return !again.empty(); }), run.trouble());
    QCOMPARE(run.session.state(), SessionState::Stopped);
    QCOMPARE(again.size(), size_t(1));
    QCOMPARE(again.front()->snapshot->eventSequence, behindFork);
    QCOMPARE(again.front()->operation, 4);
}

void SessionTest::another_past_is_refused() {
    SessionRun run;
    QVERIFY2(run.runAll(test::config(forkAndWrite)), run.trouble());
    const uint64_t behindFork = run.moments[4]->snapshot->eventSequence;
    QVERIFY(!run.session.travel(100'000));
    QByteArray other = forkAndWrite;
    other.replace("0x4000", "0x5000");
    QVERIFY(run.session.travel(behindFork, other));
    QVERIFY(!run.waitFor(SessionState::Stopped));
    QCOMPARE(run.session.state(), SessionState::Dead);
    QVERIFY2(
        run.session.death()->error.message.contains(QStringLiteral("does not come back as it was: event ")),
        qPrintable(run.session.death()->error.message));
    // A shorter one ends before.
    QVERIFY2(run.runAll(test::config(forkAndWrite)), run.trouble());
    QVERIFY(run.session.travel(behindFork, "space parent 0x1000 0xbfbff000\n"));
    QVERIFY(!run.waitFor(SessionState::Stopped));
    QCOMPARE(run.session.state(), SessionState::Dead);
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

int main(int argc, char** argv) {
    SessionTest test;
    return test::sessionTestMain(test, argc, argv);
}
#include "session_test.moc"
