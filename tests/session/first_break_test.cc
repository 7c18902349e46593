// A broken kernel is shown with the first event after which it was broken.
//
// It is broken by the debugger, which writes to memory as a side effect of a breakpoint's condition; since
// every machine of the session runs under the same debugger, each run of it breaks at the same event.
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "gdbbridge/record/moment_json.h"
#include "tests/session/session_run.h"

using namespace gdbbridge;
using test::SessionRun;

namespace {

const QByteArray scenario = "space A 0x1000 0x1000000\n"
                            "map A 0x10000 0x4000 cow fixed nomerge\n"
                            "map A 0x20000 0x4000 cow fixed nomerge\n"
                            "map A 0x30000 0x4000 cow fixed nomerge\n"
                            "protect A 0x21000 0x1000 r--\n"
                            "inherit A 0x11000 0x1000 none\n"
                            "write A 0x30000 aa\n";

// GDB with one or two more breakpoints that never stop.
QString gdbThatBreaks(const QTemporaryDir& folder, const QByteArray& place, const QByteArray& condition,
                      const QByteArray& more = {}) {
    QString const path = folder.filePath(QStringLiteral("gdb"));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write("#!/bin/sh\nexec gdb \"$@\" -ex 'break " + place + " if " + condition + "' " + more + "\n");
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return path;
}

// Broken when the first piece is cut off, mended when the second is on its way, broken again when it is
// linked.
QString gdbThatBreaksTwice(const QTemporaryDir& folder) {
    QByteArray const first = "*(unsigned char*)&map.header.next->max_protection";
    return gdbThatBreaks(folder, "uvm::uvm_map_entry_link",
                         "(entry.entry_id == 4 || entry.entry_id == 5) && ((" + first + " = 1), 0)",
                         "-ex 'break uvm::uvm_map_entry_resize if entry.entry_id == 2 && ((" + first +
                             " = 7), 0)'");
}

const Finding* violation(const Moment& moment, uint32_t invariant) {
    for (Finding const& finding : moment.violations)
        if (finding.invariant == invariant)
            return &finding;
    return nullptr;
}

// The first moment that has violations.
const Moment* firstBroken(const SessionRun& run) {
    for (MomentPtr const& moment : run.moments)
        if (!moment->violations.empty())
            return moment.get();
    return nullptr;
}

} // namespace

class FirstBreakTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_event_that_broke_it_is_named();
    void what_came_right_again_does_not_count();
    void a_moment_there_is_told_before();
    void travelling_there_shows_it();
    void what_is_no_work_of_the_kernel_is_not_blamed_on_an_event();
    void it_can_be_left_out();
    void a_whole_kernel_costs_no_second_run();
};

void FirstBreakTest::the_event_that_broke_it_is_named() {
    // When entry 4 (a piece that protect cuts off) is linked, its neighbour's maxgap is spoilt.
    QTemporaryDir folder;
    SessionConfig config = test::config(scenario);
    config.gdb = gdbThatBreaks(folder, "uvm::uvm_map_entry_link",
                               "entry.entry_id == 4 && ((map.size.value = 0x5000), 0)");
    SessionRun run;
    QVERIFY2(run.runAll(config), run.trouble());
    Moment const* const broken = firstBroken(run);
    QVERIFY(broken);
    QCOMPARE(broken->command, QStringLiteral("protect A 0x21000 0x1000 r--"));
    Finding const* const size = violation(*broken, 5);
    QVERIFY(size);
    // It is an event of this command, and the one that tells of the entry's being linked.
    QVERIFY2(size->sinceEvent != 0, qPrintable(broken->note));
    auto const at = std::find_if(broken->events.begin(), broken->events.end(),
                                 [&](const Event& event) { return event.sequence == size->sinceEvent; });
    QVERIFY(at != broken->events.end());
    QCOMPARE(at->kind, EventKind::EntryCreate);
    QCOMPARE(at->args[1], uint64_t(4));
    // Others have it from there on, in the stream too.
    Finding const* const later = violation(*run.moments.back(), 5);
    QVERIFY(later);
    QCOMPARE(later->sinceEvent, size->sinceEvent);
    QJsonArray const json = jsonOf(broken->violations);
    QCOMPARE(json[0][QStringLiteral("since_event")].toInteger(), qint64(broken->violations[0].sinceEvent));
}

void FirstBreakTest::what_came_right_again_does_not_count() {
    QTemporaryDir folder;
    SessionConfig config = test::config(scenario);
    config.gdb = gdbThatBreaksTwice(folder);
    SessionRun run;
    QVERIFY2(run.runAll(config), run.trouble());
    Moment const* const broken = firstBroken(run);
    QVERIFY(broken && violation(*broken, 7));
    auto const at = std::find_if(broken->events.begin(), broken->events.end(), [&](const Event& event) {
        return event.sequence == violation(*broken, 7)->sinceEvent;
    });
    QVERIFY(at != broken->events.end());
    QCOMPARE(at->args[1], uint64_t(4)); // the second piece; the first has number 5
}

void FirstBreakTest::a_moment_there_is_told_before() {
    // What comes right again is seen, too, but is not told.
    QTemporaryDir folder;
    SessionConfig config = test::config(scenario);
    config.gdb = gdbThatBreaksTwice(folder);
    SessionRun plain;
    QVERIFY2(plain.runAll(config), plain.trouble());
    config.momentAtFirstBreak = true;
    SessionRun run;
    QVERIFY2(run.runAll(config), run.trouble());
    QCOMPARE(run.moments.size(), plain.moments.size() + 1);
    auto const broken = std::find_if(run.moments.begin(), run.moments.end(),
                                     [](const MomentPtr& each) { return !each->violations.empty(); });
    QVERIFY(broken != run.moments.begin() && broken != run.moments.end());
    Moment const& there = **(broken - 1);
    uint64_t const since = violation(**broken, 7)->sinceEvent;
    QVERIFY(since != 0);
    QCOMPARE(there.reason, StopReason::Event);
    QCOMPARE(there.operation, (*broken)->operation);
    QCOMPARE(there.line, (*broken)->line);
    QCOMPARE(there.command, (*broken)->command);
    QCOMPARE(there.events.back().sequence, since);
    QCOMPARE(there.snapshot->eventSequence, since);
    QVERIFY(there.violations.empty());
    // The events are told once.
    Moment const* const whole = firstBroken(plain);
    QCOMPARE((*broken)->events.front().sequence, since + 1);
    QCOMPARE(there.events.size() + (*broken)->events.size(), whole->events.size());
    // It stands in who reports the event; what was done until then is there.
    QVERIFY(!there.stack.empty());
    QVERIFY2(std::any_of(
                 there.stack.begin(), there.stack.end(),
                 [](const CodePlace& place) { return place.function == QStringLiteral("uvm_map_protect"); }),
             qPrintable(there.stack.front().function));
    QCOMPARE(there.snapshot->vmspaces.front().map.entries.size(),
             (*broken)->snapshot->vmspaces.front().map.entries.size());
}

void FirstBreakTest::travelling_there_shows_it() {
    QTemporaryDir folder;
    SessionConfig config = test::config(scenario);
    config.gdb = gdbThatBreaks(folder, "uvm::uvm_map_entry_link",
                               "entry.entry_id == 4 && ((*(unsigned char*)&entry.max_protection = 1), 0)");
    SessionRun run;
    MomentPtr there;
    QObject::connect(&run.session, &Session::revisited, &run.session,
                     [&](const MomentPtr& moment) { there = moment; });
    QVERIFY2(run.runAll(config), run.trouble());
    Moment const* const broken = firstBroken(run);
    QVERIFY(broken && violation(*broken, 7));
    uint64_t const since = violation(*broken, 7)->sinceEvent;
    QVERIFY(since != 0);
    auto const exceeds = [](const Snapshot& snapshot) {
        for (Vmspace const& space : snapshot.vmspaces)
            for (Entry const& entry : space.map.entries)
                if ((entry.protection.bits & ~entry.maxProtection.bits) != 0)
                    return true;
        return false;
    };
    for (bool const behind : {true, false}) {
        QVERIFY(run.session.travel(behind ? since : since - 1));
        QVERIFY2(run.waitFor(SessionState::Stopped), run.trouble());
        QCOMPARE(exceeds(*there->snapshot), behind);
    }
}

void FirstBreakTest::what_is_no_work_of_the_kernel_is_not_blamed_on_an_event() {
    // Only the first run breaks: the second time the breakpoint is not there.
    QTemporaryDir folder;
    SessionConfig config = test::config(scenario);
    QString const path = folder.filePath(QStringLiteral("gdb"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("#!/bin/sh\nif [ -e " + QFile::encodeName(path) + ".once ]; then exec gdb \"$@\"; fi\ntouch " +
               QFile::encodeName(path) +
               ".once\nexec gdb \"$@\" -ex 'break uvm::uvm_map_entry_link if entry.entry_id == 4 && "
               "((map.size.value = 0x5000), 0)'\n");
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    config.gdb = path;
    SessionRun run;
    QVERIFY2(run.runAll(config), run.trouble());
    Moment const* const broken = firstBroken(run);
    QVERIFY(broken && violation(*broken, 5));
    QCOMPARE(violation(*broken, 5)->sinceEvent, uint64_t(0));
    QVERIFY2(broken->note.contains(QStringLiteral("does not show it")), qPrintable(broken->note));
}

void FirstBreakTest::it_can_be_left_out() {
    QTemporaryDir folder;
    SessionConfig config = test::config(scenario);
    config.gdb = gdbThatBreaks(folder, "uvm::uvm_map_entry_link",
                               "entry.entry_id == 4 && ((map.size.value = 0x5000), 0)");
    config.findFirstBreak = false;
    SessionRun run;
    QVERIFY2(run.runAll(config), run.trouble());
    QVERIFY(firstBroken(run));
    QCOMPARE(violation(*firstBroken(run), 5)->sinceEvent, uint64_t(0));
}

void FirstBreakTest::a_whole_kernel_costs_no_second_run() {
    QTemporaryDir folder;
    SessionConfig config = test::config(scenario);
    QString const path = folder.filePath(QStringLiteral("gdb"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("#!/bin/sh\necho run >> " + QFile::encodeName(path) + ".runs\nexec gdb \"$@\"\n");
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    config.gdb = path;
    SessionRun run;
    QVERIFY2(run.runAll(config), run.trouble());
    QFile runs(path + QStringLiteral(".runs"));
    QVERIFY(runs.open(QIODevice::ReadOnly));
    QCOMPARE(runs.readAll(), QByteArray("run\n"));
}

int main(int argc, char** argv) {
    FirstBreakTest test;
    return test::sessionTestMain(test, argc, argv);
}
#include "first_break_test.moc"
