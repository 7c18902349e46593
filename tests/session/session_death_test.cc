// What the session says when something is missing, dies, hangs or makes no sense; and that it leaves nothing
// behind.
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/session/session_run.h"

using namespace gdbbridge;
using test::SessionRun;

namespace {

const QByteArray oneSpace = "space A 0x1000 0xbfbff000\nmap A 0x10000 0x4000 cow\nwrite A 0x10000 aa\n";

bool wide() { return test::architecture() == QStringLiteral("x86_64"); }

bool reportHas(const Death& death, const char* text) {
    return death.report.join(u'\n').contains(QLatin1String(text));
}

bool stackHas(const Death& death, const char* function) {
    return std::any_of(death.stack.begin(), death.stack.end(),
                       [&](const CodePlace& place) { return place.function == QLatin1String(function); });
}

// A program that says the given text and waits.
QString fakeProgram(const QTemporaryDir& folder, const QByteArray& script) {
    QString const path = folder.filePath(QStringLiteral("fake"));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write("#!/bin/sh\n" + script + "\n") < 0)
        return {};
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return path;
}

} // namespace

class SessionDeathTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void a_panic_is_told_with_its_stack();
    void a_page_fault_of_the_kernel_names_the_function();
    void a_triple_fault_gets_an_autopsy();
    void a_hang_is_found();
    void a_killed_qemu_is_told_at_once();
    void a_killed_qemu_leaves_every_event();
    void a_killed_gdb_is_told_at_once();
    void a_silent_gdb_is_given_up();
    void a_silent_qemu_is_given_up();
    void bad_input_data();
    void bad_input();
    void a_kernel_without_debug_information_is_refused();
    void a_busy_socket_is_told();
    void a_step_that_gdb_refuses_leaves_the_machine_standing();
    void events_are_never_lost_silently();
    void after_a_death_it_starts_again();

private:
    QTemporaryDir m_folder; // for sockets, so that what is left over can be seen
};

void SessionDeathTest::initTestCase() {
    QVERIFY(m_folder.isValid());
    qputenv("XDG_RUNTIME_DIR", QFile::encodeName(m_folder.path()));
}

void SessionDeathTest::cleanup() {
    QCOMPARE(QDir(m_folder.path()).entryList({QStringLiteral("uvmscope-*")}), QStringList());
}

void SessionDeathTest::a_panic_is_told_with_its_stack() {
    SessionRun run;
    run.session.start(test::config(oneSpace, QStringLiteral("test=panic")));
    QVERIFY(!run.waitFor(SessionState::Stopped));
    QCOMPARE(run.session.state(), SessionState::Dead);
    const Death& death = *run.session.death();
    QCOMPARE(death.kind, Death::Kind::Panic);
    QVERIFY2(death.error.message.contains(QStringLiteral("a panic on purpose")),
             qPrintable(death.error.message));
    QVERIFY2(death.error.message.contains(QStringLiteral("kernel/core/self_test.cc:")),
             qPrintable(death.error.message));
    QVERIFY(stackHas(death, "panic"));
    QVERIFY(stackHas(death, "self_test"));
    QVERIFY(reportHas(death, wide() ? "rip 0xffffffff801" : "eip 0xc01"));
    QCOMPARE(death.error.exitCode(), 3);
    QVERIFY(death.lastMoment);
    QVERIFY(death.lastMoment->snapshot->freePages > 1000);
}

void SessionDeathTest::a_page_fault_of_the_kernel_names_the_function() {
    SessionRun run;
    run.session.start(test::config(oneSpace, QStringLiteral("test=pagefault")));
    QVERIFY(!run.waitFor(SessionState::Stopped));
    const Death& death = *run.session.death();
    QVERIFY2(death.error.message.contains(QStringLiteral("page fault in store_at")),
             qPrintable(death.error.message));
    QVERIFY(reportHas(death, "cr2 = 0x10, in the page tables"));
    QVERIFY(reportHas(death, "index 0: 0x0, not present"));
}

void SessionDeathTest::a_triple_fault_gets_an_autopsy() {
    SessionRun run;
    run.session.start(test::config(oneSpace, QStringLiteral("test=triplefault")));
    QVERIFY(!run.waitFor(SessionState::Stopped));
    const Death& death = *run.session.death();
    QCOMPARE(death.kind, Death::Kind::TripleFault);
    QVERIFY2(death.error.message.startsWith(QStringLiteral("triple fault in ")),
             qPrintable(death.error.message));
    QVERIFY(stackHas(death, "self_test"));
    QVERIFY(reportHas(death, wide() ? "IDT= 0000000000000000 00000000" : "IDT= 00000000 00000000"));
    // The machine is kept, not rebooted.
    QVERIFY(test::processRuns(run.session.qemuProcessId()));
    QCOMPARE(run.console.count("uvmscope kernel, " + test::architecture().toUtf8()), 1);
}

void SessionDeathTest::a_hang_is_found() {
    SessionRun run;
    SessionConfig config = test::config(oneSpace, QStringLiteral("test=hang"));
    config.startTimeoutMs = 3000;
    run.session.start(config);
    QVERIFY(!run.waitFor(SessionState::Stopped, 10'000));
    const Death& death = *run.session.death();
    QCOMPARE(death.kind, Death::Kind::Hang);
    QVERIFY2(death.error.message.contains(QStringLiteral("hangs in hang")), qPrintable(death.error.message));
    QVERIFY(stackHas(death, "self_test"));
}

void SessionDeathTest::a_killed_qemu_is_told_at_once() {
    SessionRun run;
    QVERIFY2(run.start(test::config(oneSpace)), run.trouble());
    qint64 const gdb = run.session.gdbProcessId();
    QElapsedTimer clock;
    clock.start();
    kill(pid_t(run.session.qemuProcessId()), SIGKILL);
    QVERIFY(!run.waitFor(SessionState::Running, 10'000));
    QVERIFY(clock.elapsed() < 2000);
    QCOMPARE(run.session.death()->kind, Death::Kind::QemuGone);
    QVERIFY2(run.session.death()->error.message.contains(QStringLiteral("signal 9")),
             qPrintable(run.session.death()->error.message));
    QVERIFY(!run.session.stepCommand());
    run.session.stop();
    QVERIFY(!test::processRuns(gdb));
}

// What the ring holds is in memory that both share: nobody had to read it before.
void SessionDeathTest::a_killed_qemu_leaves_every_event() {
    SessionRun run;
    QVERIFY2(run.start(test::config("space A 0x1000 0x1000000\nchurn A 10000000\n")), run.trouble());
    std::vector<Event> arrived;
    QObject::connect(&run.session, &Session::eventsArrived, &run.session,
                     [&](const std::vector<Event>& events) {
                         arrived.insert(arrived.end(), events.begin(), events.end());
                     });
    QVERIFY(run.session.run());
    QVERIFY2(test::waitUntil([&] { return arrived.size() > 20'000; }), run.trouble());
    kill(pid_t(run.session.qemuProcessId()), SIGKILL);
    QVERIFY(!run.waitFor(SessionState::Finished, 10'000));
    QCOMPARE(run.session.death()->kind, Death::Kind::QemuGone);
    const MomentPtr last = run.session.death()->lastMoment;
    QVERIFY(last);
    QVERIFY2(last->command.startsWith(QStringLiteral("churn")), qPrintable(last->command));
    std::vector<Event> events;
    for (const MomentPtr& moment : run.moments)
        events.insert(events.end(), moment->events.begin(), moment->events.end());
    events.insert(events.end(), last->events.begin(), last->events.end());
    for (size_t i = 0; i < events.size(); ++i)
        QCOMPARE(events[i].sequence, uint64_t(i + 1));
    QVERIFY(events.size() >= arrived.size());
    QCOMPARE(events.back().sequence, last->snapshot->eventSequence);
    QCOMPARE(last->lost, uint64_t{0});
}

void SessionDeathTest::a_killed_gdb_is_told_at_once() {
    SessionRun run;
    QVERIFY2(run.start(test::config(oneSpace)), run.trouble());
    qint64 const qemu = run.session.qemuProcessId();
    QElapsedTimer clock;
    clock.start();
    kill(pid_t(run.session.gdbProcessId()), SIGKILL);
    QVERIFY(!run.waitFor(SessionState::Running, 10'000));
    QVERIFY(clock.elapsed() < 2000);
    QCOMPARE(run.session.death()->kind, Death::Kind::GdbGone);
    run.session.stop();
    QVERIFY(!test::processRuns(qemu));
}

void SessionDeathTest::a_silent_gdb_is_given_up() {
    SessionRun run;
    SessionConfig config = test::config(oneSpace);
    config.answerTimeoutMs = 1000;
    QVERIFY2(run.start(config), run.trouble());
    kill(pid_t(run.session.gdbProcessId()), SIGSTOP);
    QVERIFY(run.session.stepCommand());
    QVERIFY(!run.waitFor(SessionState::Stopped, 10'000));
    QCOMPARE(run.session.state(), SessionState::Dead);
    QCOMPARE(run.session.death()->kind, Death::Kind::GdbGone);
    QVERIFY2(run.session.death()->error.message.contains(QStringLiteral("has not answered")),
             qPrintable(run.session.death()->error.message));
}

void SessionDeathTest::a_silent_qemu_is_given_up() {
    SessionRun run;
    SessionConfig config = test::config(oneSpace);
    config.quietLimitMs = 1000;
    QVERIFY2(run.start(config), run.trouble());
    kill(pid_t(run.session.qemuProcessId()), SIGSTOP);
    QVERIFY(run.session.stepCommand());
    QVERIFY(!run.waitFor(SessionState::Stopped, 15'000));
    QCOMPARE(run.session.state(), SessionState::Dead);
    run.session.stop();
}

void SessionDeathTest::bad_input_data() {
    QTest::addColumn<QString>("qemu");
    QTest::addColumn<QString>("gdb");
    QTest::addColumn<QString>("kernel");
    QTest::addColumn<QString>("words");
    QTest::addColumn<int>("code");
    QString const no = QString();
    QTest::newRow("no QEMU") << QStringLiteral("no-such-qemu") << no << no
                             << QStringLiteral("no-such-qemu was not found") << 4;
    QTest::newRow("no GDB") << no << QStringLiteral("no-such-gdb") << no
                            << QStringLiteral("no-such-gdb was not found") << 4;
    QTest::newRow("no kernel") << no << no << QStringLiteral("/no/kernel.elf")
                               << QStringLiteral("does not exist") << 4;
    QTest::newRow("no ELF") << no << no << QStringLiteral(UVMSCOPE_SOURCE_DIR "/CMakeLists.txt")
                            << QStringLiteral("is no ELF file") << 4;
    QTest::newRow("for another machine")
        << no << no << QStringLiteral(UVMSCOPE_BUILD_DIR "/kernel-%1.elf").arg(wide() ? "i386" : "x86_64")
        << QStringLiteral("no ELF file for ") + test::architecture() << 4;
    QTest::newRow("QEMU ends at once")
        << QStringLiteral("/bin/false") << no << no << QStringLiteral("QEMU ended with status 1") << 4;
    QTest::newRow("GDB ends at once")
        << no << QStringLiteral("/bin/false") << no << QStringLiteral("GDB ended with status 1") << 3;
    QTest::newRow("GDB speaks no MI")
        << no << QStringLiteral("fake: echo hello; sleep 60") << no << QStringLiteral("no MI: hello") << 3;
    QTest::newRow("GDB of old") << no
                                << QStringLiteral("fake: while read line; do t=${line%%-*}; "
                                                  "echo \"${t}^done,value=\\\"9\\\"\"; done")
                                << no << QStringLiteral("this is GDB 9; install version 12 or newer") << 4;
}

void SessionDeathTest::bad_input() {
    QFETCH(QString, qemu);
    QFETCH(QString, gdb);
    QFETCH(QString, kernel);
    QFETCH(QString, words);
    QFETCH(int, code);
    QTemporaryDir folder;
    SessionConfig config = test::config(oneSpace);
    if (!qemu.isEmpty())
        config.qemu = qemu;
    if (gdb.startsWith(QStringLiteral("fake: ")))
        config.gdb = fakeProgram(folder, gdb.mid(6).toUtf8());
    else if (!gdb.isEmpty())
        config.gdb = gdb;
    if (!kernel.isEmpty())
        config.kernel = kernel;
    SessionRun run;
    run.session.start(config);
    QVERIFY(!run.waitFor(SessionState::Stopped, 10'000));
    QCOMPARE(run.session.state(), SessionState::Dead);
    const Error& error = run.session.death()->error;
    QVERIFY2(error.text().contains(words), qPrintable(error.text()));
    QCOMPARE(error.text().count(u'\n'), 0);
    QVERIFY(!error.advice.isEmpty());
    QCOMPARE(error.exitCode(), code);
    run.session.stop();
}

void SessionDeathTest::a_kernel_without_debug_information_is_refused() {
    QTemporaryDir folder;
    SessionConfig config = test::config(oneSpace);
    QString const bare = folder.filePath(QStringLiteral("bare.elf"));
    QCOMPARE(
        QProcess::execute(QStringLiteral("objcopy"), {QStringLiteral("--strip-debug"), config.kernel, bare}),
        0);
    config.kernel = bare;
    SessionRun run;
    run.session.start(config);
    QVERIFY(!run.waitFor(SessionState::Stopped, 20'000));
    const Error& error = run.session.death()->error;
    QCOMPARE(error.kind, ErrorKind::BadKernel);
    QVERIFY2(error.message.contains(QStringLiteral("debug information")), qPrintable(error.text()));
    QVERIFY2(error.message.contains(QStringLiteral("no type process")), qPrintable(error.text()));
    QVERIFY2(error.advice.contains(QStringLiteral("-g")), qPrintable(error.text()));
}

void SessionDeathTest::a_busy_socket_is_told() {
    QString const path = m_folder.filePath(QStringLiteral("busy.sock"));
    int const listener = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    qstrncpy(address.sun_path, QFile::encodeName(path).constData(), sizeof address.sun_path);
    QCOMPARE(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    QCOMPARE(listen(listener, 1), 0);
    SessionConfig config = test::config(oneSpace);
    config.gdbSocketPath = path;
    SessionRun run;
    run.session.start(config);
    QVERIFY(!run.waitFor(SessionState::Stopped, 10'000));
    const Error& error = run.session.death()->error;
    QCOMPARE(error.kind, ErrorKind::SocketBusy);
    QVERIFY2(error.message.contains(path), qPrintable(error.text()));
    QCOMPARE(error.exitCode(), 4);
    run.session.stop();
    QVERIFY(QFile::exists(path)); // it is not ours to remove
    close(listener);
    QFile::remove(path);
}

void SessionDeathTest::a_step_that_gdb_refuses_leaves_the_machine_standing() {
    // With one frame of the stack to be seen every function is the outermost.
    QTemporaryDir folder;
    SessionConfig config = test::config(oneSpace);
    config.gdb = fakeProgram(folder, "exec gdb -iex 'set backtrace limit 1' \"$@\"");
    SessionRun run;
    QStringList refused;
    QObject::connect(&run.session, &Session::refused, &run.session,
                     [&](const Error& error) { refused << error.message; });
    QVERIFY2(run.start(config), run.trouble());
    QVERIFY(run.session.runUntil(CodeCondition{"uvm_map_lookup_entry"}));
    QVERIFY2(run.waitForMoments(2) && run.waitFor(SessionState::Stopped), run.trouble());
    const size_t moments = run.moments.size();
    QVERIFY(run.session.step(FineStep::Out));
    QVERIFY2(test::waitUntil([&] { return !refused.isEmpty(); }), run.trouble());
    QVERIFY2(refused.front().contains(QStringLiteral("outermost")), qPrintable(refused.front()));
    QCOMPARE(run.session.state(), SessionState::Stopped);
    QCOMPARE(run.moments.size(), moments);
    // It goes on from there, by a step and to the end.
    QVERIFY(run.session.step(FineStep::Instruction));
    QVERIFY2(run.waitForMoments(moments + 1), run.trouble());
    QVERIFY(run.session.run());
    QVERIFY2(run.waitFor(SessionState::Finished), run.trouble());
    QCOMPARE(run.session.scenarioStatus(), 0);
}

void SessionDeathTest::events_are_never_lost_silently() {
    // The word that makes the guest wait for the reader of its events cannot be written: GDB is made to say
    // that it lies one byte further.
    const uint64_t limit =
        test::valueOf(QStringLiteral("(unsigned long)&uvm::uvm_probe_control.write_limit"));
    QTemporaryDir folder;
    SessionConfig config = test::config(oneSpace);
    config.gdb =
        fakeProgram(folder, "gdb \"$@\" | sed -u 's/value=\"" + QByteArray::number(qulonglong(limit)) +
                                "\"/value=\"" + QByteArray::number(qulonglong(limit + 1)) + "\"/'");
    SessionRun run;
    run.session.start(config);
    QVERIFY(!run.waitFor(SessionState::Stopped));
    QCOMPARE(run.session.state(), SessionState::Dead);
    const Error& error = run.session.death()->error;
    QCOMPARE(error.kind, ErrorKind::BadKernel);
    QVERIFY2(error.message.contains(QStringLiteral("uvm_probe_control lies outside")),
             qPrintable(error.text()));
}

void SessionDeathTest::after_a_death_it_starts_again() {
    SessionRun run;
    run.session.start(test::config(oneSpace, QStringLiteral("test=panic")));
    QVERIFY(!run.waitFor(SessionState::Stopped));
    QVERIFY2(run.runAll(test::config(oneSpace)), run.trouble());
    QVERIFY(!run.session.death());
}

int main(int argc, char** argv) {
    SessionDeathTest test;
    return test::sessionTestMain(test, argc, argv);
}
#include "session_death_test.moc"
