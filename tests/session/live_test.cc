// Snapshots of a machine that runs at full speed: each of one moment, between two changes, as the log of
// events tells it; and what happens without the kernel's counts.
#include <QElapsedTimer>
#include <QTest>

#include "gdbbridge/check/check.h"
#include "gdbbridge/session/machine.h"
#include "tests/session/event_replay.h"
#include "tests/session/session_run.h"

using namespace gdbbridge;
using test::SessionRun;

namespace {

QByteArray churning(int count) {
    return "space A 0x1000 0x1000000\nchurn A " + QByteArray::number(count) + "\ncheck\n";
}

// All that a run tells, while it is looked at as often as it goes.
struct Watched {
    std::vector<LiveSnapshot> looks;
    std::vector<Event> events;
};

// Looks at a running session until it has ended or so many looks were taken.
Watched watch(SessionRun& run, size_t most) {
    Watched out;
    QObject keeper;
    QObject::connect(&run.session, &Session::looked, &keeper,
                     [&](const LiveSnapshot& live) { out.looks.push_back(live); });
    while (run.session.state() == SessionState::Running) {
        if (out.looks.size() < most)
            run.session.look();
        QCoreApplication::processEvents();
    }
    for (MomentPtr const& moment : run.moments)
        out.events.insert(out.events.end(), moment->events.begin(), moment->events.end());
    return out;
}

QByteArray words(const std::vector<Finding>& findings) {
    QByteArray text;
    for (Finding const& f : findings)
        text += QByteArray::number(f.invariant) + " " + QByteArray::fromStdString(f.where + ": " + f.what) +
                ", expected " + QByteArray::fromStdString(f.expected) + ", found " +
                QByteArray::fromStdString(f.found) + "\n";
    return text;
}

} // namespace

class LiveTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void every_live_snapshot_is_a_state_of_the_event_log();
    void without_the_counts_broken_states_are_seen();
    void every_change_is_counted();
    void it_does_not_change_what_happens();
    void through_gdb_the_machine_is_stopped_for_it();
    void calls_that_the_state_does_not_allow_do_nothing();
};

void LiveTest::every_live_snapshot_is_a_state_of_the_event_log() {
    SessionRun run;
    QVERIFY2(run.start(test::config(churning(20'000))), run.trouble());
    QVERIFY(run.session.run());
    Watched const watched = watch(run, 100'000);
    QVERIFY2(run.session.state() == SessionState::Finished, run.trouble());
    QCOMPARE(run.session.scenarioStatus(), 0);
    LiveCounts const& counts = run.session.liveCounts();
    qInfo(
        "%zu live snapshots (%llu while it ran, %llu held, %llu stopped), %llu attempts rejected, %zu events",
        watched.looks.size(), qulonglong(counts.running), qulonglong(counts.held), qulonglong(counts.stopped),
        qulonglong(counts.rejected), watched.events.size());
    QVERIFY(watched.looks.size() >= 1000);
    QVERIFY(counts.rejected > 0); // else nothing was torn, and nothing tested
    QCOMPARE(counts.running + counts.held + counts.stopped, uint64_t(watched.looks.size()));

    test::EventReplay replay;
    size_t taken = 0, compared = 0;
    uint64_t last = 0, states = 0;
    for (LiveSnapshot const& live : watched.looks) {
        Snapshot const& snapshot = *live.snapshot;
        QVERIFY(snapshot.eventSequence >= last);
        states += snapshot.eventSequence != last;
        last = snapshot.eventSequence;
        if (live.insideChange)
            continue;
        QVERIFY2(snapshot.findings.empty(), words(snapshot.findings));
        QVERIFY2(live.violations.empty(), words(live.violations));
        while (taken < watched.events.size() && watched.events[taken].sequence <= last)
            replay.take(watched.events[taken++]);
        std::string const difference = replay.difference(snapshot);
        QVERIFY2(difference.empty(), difference.c_str());
        ++compared;
    }
    QVERIFY(compared >= 1000);
    QVERIFY2(states >= 100, "the guest hardly changed anything between two looks");
}

// The control of the test before: the same reader, told to look for the counts where nothing changes, takes
// torn states for whole ones.
void LiveTest::without_the_counts_broken_states_are_seen() {
    SessionConfig config = test::config(churning(50'000));
    Machine machine;
    bool ready = false, stopped = false;
    QObject::connect(&machine, &Machine::ready, &machine, [&] { ready = true; });
    QObject::connect(&machine, &Machine::stopped, &machine, [&] { stopped = true; });
    machine.start(config);
    QVERIFY(test::waitUntil([&] { return ready; }));
    Layout lying = machine.layout();
    constexpr uint64_t behindTheText = 192; // of the command, in its array
    lying.setSymbol("uvm_changes", lying.symbol("uvm_probe_command").value() + behindTheText);
    std::unique_ptr<LiveReader> blind, right;
    machine.withMemory(
        [&](MemoryReader& memory) {
            blind = std::make_unique<LiveReader>(lying, memory);
            right = std::make_unique<LiveReader>(machine.layout(), memory);
        },
        [] {});
    machine.resume(Machine::StopAt::Commands);
    size_t whole = 0, broken = 0, rightWhole = 0, rightBroken = 0;
    const auto isBroken = [](const Snapshot& snapshot) {
        return !snapshot.findings.empty() || !liveViolations(snapshot).empty();
    };
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < 4000 && (broken < 3 || rightWhole < 50)) {
        Snapshot snapshot;
        (void)machine.drain();
        if (blind->attempt(machine.state().decoder(), snapshot) == LiveReader::Attempt::Whole) {
            ++whole;
            broken += isBroken(snapshot);
        }
        if (right->attempt(machine.state().decoder(), snapshot) == LiveReader::Attempt::Whole) {
            ++rightWhole;
            rightBroken += isBroken(snapshot);
        }
        QCoreApplication::processEvents();
        if (stopped) {
            stopped = false;
            machine.resume(Machine::StopAt::Commands);
        }
    }
    qInfo("without counts %zu of %zu are broken; with them %zu of %zu", broken, whole, rightBroken,
          rightWhole);
    QVERIFY(broken >= 3);
    QVERIFY(rightWhole > 0);
    QCOMPARE(rightBroken, size_t(0));
}

// A change that no uvm_change encloses would be read as a quiet moment. The kernel counts events of such
// changes.
void LiveTest::every_change_is_counted() {
    SessionConfig config =
        test::config("object F 0x8000\nspace A 0x1000 0x1000000\n"
                     "map A 0x10000 0x4000 cow fixed nomerge\nmap A 0x20000 0x4000 obj=F fixed\n"
                     "write A 0x10000 01\nread A 0x20000\nfork A B\nshare A C\nunshare C\n"
                     "protect A 0x10000 0x1000 r--\ninherit A 0x10000 0x1000 share\n"
                     "advise A 0x10000 0x1000 random\nadvise A 0x20000 0x4000 willneed\n"
                     "wire A 0x10000 0x2000\nunwire A 0x10000 0x2000\nwireall A current\n"
                     "unwireall A\nclean A 0x10000 0x4000 free\nextract A 0x10000 0x2000 B\n"
                     "mremap A 0x20000 0x4000 0x2000\nreserve A any 0x4000\ntrymerge A 0x10000\n"
                     "exec B 0x1000 0x9000\nunmap A 0x10000 0x1000\nmemory 64 swap=64\npagedaemon\n"
                     "churn A 500\nexit C\nexit A\ncheck\n");
    Machine machine;
    bool ready = false;
    std::vector<Machine::Stop> stops;
    QObject::connect(&machine, &Machine::ready, &machine, [&] { ready = true; });
    QObject::connect(&machine, &Machine::stopped, &machine,
                     [&](Machine::Stop stop) { stops.push_back(stop); });
    machine.start(config);
    QVERIFY(test::waitUntil([&] { return ready; }));
    std::unique_ptr<LiveReader> reader;
    uint64_t events = 0;
    bool over = false;
    machine.withMemory(
        [&](MemoryReader& memory) { reader = std::make_unique<LiveReader>(machine.layout(), memory); },
        [] {});
    EventNames const names(machine.layout());
    while (!over) {
        size_t const before = stops.size();
        machine.resume(Machine::StopAt::Commands);
        QVERIFY(test::waitUntil([&] { return stops.size() > before; }));
        EventBatch const batch = machine.drain();
        events += batch.events.size();
        for (Event const& event : batch.events)
            over = over || event.kind == EventKind::ScenarioEnd;
        QVERIFY2(reader->strayEvents() == 0, names.of(reader->lastStray()).name.c_str());
        QVERIFY(reader->isQuiet());
    }
    QVERIFY(events > 1000);
}

void LiveTest::it_does_not_change_what_happens() {
    const auto digest = [](const Watched& watched) {
        QByteArray all;
        for (Event const& event : watched.events) {
            all += QByteArray::number(event.number);
            for (size_t i = 0; i < event.argCount; ++i)
                all += ' ' + QByteArray::number(qulonglong(event.args[i]));
            all += '\n';
        }
        return all;
    };
    SessionRun looked, alone;
    QVERIFY2(looked.start(test::config(churning(5'000))) && looked.session.run(), looked.trouble());
    QByteArray const first = digest(watch(looked, 100'000));
    QVERIFY2(alone.start(test::config(churning(5'000))) && alone.session.run(), alone.trouble());
    QByteArray const second = digest(watch(alone, 0));
    QVERIFY(looked.session.liveCounts().running + looked.session.liveCounts().held > 10);
    QVERIFY(first.size() > 10'000);
    QVERIFY(first == second);
}

void LiveTest::through_gdb_the_machine_is_stopped_for_it() {
    SessionConfig config = test::config(churning(20'000));
    config.readPath = ReadPath::ThroughGdb;
    SessionRun run;
    QVERIFY2(run.start(config), run.trouble());
    QVERIFY(run.session.run());
    Watched const watched = watch(run, 5);
    QVERIFY2(run.session.state() == SessionState::Finished, run.trouble());
    QCOMPARE(run.session.scenarioStatus(), 0);
    QCOMPARE(run.session.liveCounts().stopped, uint64_t(5));
    for (LiveSnapshot const& live : watched.looks) {
        QCOMPARE(live.how, LiveSnapshot::How::Stopped);
        QVERIFY(live.snapshot->eventSequence > 0);
    }
    // None of these stops is a moment.
    for (MomentPtr const& moment : run.moments)
        QVERIFY(moment->reason != StopReason::Paused);
}

void LiveTest::calls_that_the_state_does_not_allow_do_nothing() {
    SessionRun run;
    QVERIFY(!run.session.look());
    QVERIFY2(run.start(test::config(churning(10))), run.trouble());
    QVERIFY(!run.session.look());
    QVERIFY(run.session.run());
    QVERIFY2(run.waitFor(SessionState::Finished), run.trouble());
    QVERIFY(!run.session.look());
}

int main(int argc, char** argv) {
    LiveTest test;
    return test::sessionTestMain(test, argc, argv);
}
#include "live_test.moc"
