// Lines that break under a session and partners that fall silent: told within two seconds, with what was
// recorded kept, no process left behind, and the session ready for the next start.
#include <QElapsedTimer>
#include <QFile>
#include <QLocalServer>
#include <QLocalSocket>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "gdbbridge/record/recording.h"
#include "tests/session/session_run.h"

using namespace gdbbridge;
using test::SessionRun;

namespace {

const QByteArray threeCommands = "space A 0x1000 0xbfbff000\nmap A 0x10000 0x4000 cow\nwrite A 0x10000 aa\n";
constexpr int mostMs = 2000; // until something is told

// Between GDB and QEMU: hands on what they say, until it is told otherwise.
class Proxy : public QObject {
public:
    explicit Proxy(const QTemporaryDir& folder)
        : m_qemu(folder.filePath(QStringLiteral("qemu.sock"))),
          m_here(folder.filePath(QStringLiteral("proxy.sock"))),
          m_script(folder.filePath(QStringLiteral("gdb"))) {
        connect(&m_server, &QLocalServer::newConnection, this, [this] {
            m_gdb = m_server.nextPendingConnection();
            m_machine.connectToServer(m_qemu);
            connect(m_gdb, &QLocalSocket::readyRead, this, [this] { m_machine.write(m_gdb->readAll()); });
            connect(&m_machine, &QLocalSocket::readyRead, this, [this] { hand(m_machine.readAll()); });
        });
    }
    // A configuration whose GDB goes through here.
    SessionConfig config() {
        SessionConfig out = test::config(threeCommands);
        QFile file(m_script);
        if (!m_server.listen(m_here) || !file.open(QIODevice::WriteOnly))
            qFatal("no proxy");
        file.write("#!/bin/sh\nsed -u 's#" + m_qemu.toUtf8() + "#" + m_here.toUtf8() + "#' | gdb \"$@\"\n");
        file.close();
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        out.gdb = m_script;
        out.gdbSocketPath = m_qemu;
        return out;
    }
    // Hands on so many bytes of QEMU's more, and then cuts the line / nothing more / nothing from the next
    // stop on.
    void cutAfter(qsizetype bytes) { m_left = bytes; }
    void swallow() { m_swallow = true; }
    void swallowFromStop() { m_swallowFromStop = true; }
    bool wasCut() const { return m_cut; }
    bool swallows() const { return m_swallow; }
    bool wasUsed() const { return m_handed > 1000; }

private:
    void hand(const QByteArray& bytes) {
        if (m_swallow || m_cut)
            return;
        if (const qsizetype stop = m_swallowFromStop ? bytes.indexOf("$T") : -1; stop >= 0) {
            m_gdb->write(bytes.left(stop));
            m_swallow = true;
            return;
        }
        m_handed += bytes.size();
        m_gdb->write(m_left < 0 ? bytes : bytes.left(m_left));
        if (m_left < 0 || bytes.size() < m_left)
            return;
        m_cut = true;
        m_gdb->flush();
        m_gdb->abort();
        m_machine.abort();
    }

    QString m_qemu, m_here, m_script;
    QLocalServer m_server;
    QLocalSocket m_machine;
    QLocalSocket* m_gdb = nullptr;
    qsizetype m_left = -1, m_handed = 0;
    bool m_swallow = false, m_swallowFromStop = false, m_cut = false;
};

// A session whose moments are recorded, and which notes when it said that something is wrong.
class Recorded : public SessionRun {
public:
    Recorded() : m_writer(path(), {test::architecture(), QStringLiteral("test.uvm"), threeCommands, {}, {}}) {
        connect(&session, &Session::momentReached, this,
                [this](const MomentPtr& moment) { m_writer.append(*moment); });
        connect(&session, &Session::unresponsive, this,
                [this](const Error& error) { said << error.message; });
    }
    QStringList said;
    // Waits for words, or for the end; how long it took.
    qint64 timeUntilTold() {
        QElapsedTimer clock;
        clock.start();
        (void)QTest::qWaitFor([this] { return !said.isEmpty() || session.state() == SessionState::Dead; },
                              10'000);
        return clock.elapsed();
    }
    // Ends it; both processes are gone soon, all that was recorded is there, and it starts again.
    bool isUsableAfterwards(QByteArray* why) {
        const qint64 qemu = session.qemuProcessId(), gdb = session.gdbProcessId();
        const size_t before = moments.size();
        session.stop();
        if (!test::waitUntil([&] { return !test::processRuns(qemu) && !test::processRuns(gdb); })) {
            *why = "a process is left";
            return false;
        }
        QString problem;
        const auto reader = RecordingReader::open(path(), &problem);
        if (!reader || reader->momentCount() != int(before) || !reader->moment(int(before) - 1, &problem)) {
            *why = "the recording: " + problem.toUtf8();
            return false;
        }
        *why = trouble();
        return runAll(test::config(threeCommands));
    }

private:
    QString path() const { return m_folder.filePath(QStringLiteral("run.uvmrec")); }
    QTemporaryDir m_folder;
    RecordingWriter m_writer;
};

} // namespace

class SessionBrokenLineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_proxy_in_between_changes_nothing();
    void a_socket_that_is_cut_in_a_packet_is_told();
    void a_reply_that_never_comes_is_told();
    void a_stop_that_never_comes_is_told();
    void a_gdb_that_hangs_is_told();
    void a_qemu_that_hangs_is_told();
    void a_qemu_that_hangs_on_the_way_back_is_told();
    void a_guest_without_events_is_not_called_silent();
    void a_kernel_that_is_built_anew_is_told();

private:
    void silence_is_told(void (Proxy::*fallSilent)(), const QString& words);
};

void SessionBrokenLineTest::a_proxy_in_between_changes_nothing() {
    const QTemporaryDir folder;
    Proxy proxy(folder);
    Recorded run;
    QVERIFY2(run.runAll(proxy.config()), run.trouble());
    QVERIFY(proxy.wasUsed());
    QVERIFY(run.said.isEmpty());
    QCOMPARE(run.moments.size(), size_t{5});
}

void SessionBrokenLineTest::a_socket_that_is_cut_in_a_packet_is_told() {
    const QTemporaryDir folder;
    Proxy proxy(folder);
    Recorded run;
    QVERIFY2(run.startInside(proxy.config(), 1), run.trouble());
    proxy.cutAfter(3); // "+$T": of an acknowledgement and a stop
    QVERIFY(run.session.stepCommand());
    QVERIFY2(run.timeUntilTold() < mostMs, run.trouble());
    QVERIFY(proxy.wasCut());
    QVERIFY(test::waitUntil([&] { return run.session.state() == SessionState::Dead; }));
    QCOMPARE(run.session.death()->error.text().count(u'\n'), 0);
    QCOMPARE(run.session.death()->kind, Death::Kind::GdbGone);
    QVERIFY2(run.session.death()->error.message.startsWith(QStringLiteral("GDB has lost the machine: ")),
             qPrintable(run.session.death()->error.text()));
    QByteArray why;
    QVERIFY2(run.isUsableAfterwards(&why), why);
}

void SessionBrokenLineTest::silence_is_told(void (Proxy::*fallSilent)(), const QString& words) {
    const QTemporaryDir folder;
    Proxy proxy(folder);
    Recorded run;
    SessionConfig config = proxy.config();
    config.quietLimitMs = 4000;
    QVERIFY2(run.startInside(config, 1), run.trouble());
    (proxy.*fallSilent)();
    QVERIFY(run.session.stepCommand());
    QVERIFY(test::waitUntil([&] { return proxy.swallows(); }));
    QVERIFY2(run.timeUntilTold() < mostMs, run.trouble());
    QVERIFY2(run.said.value(0).startsWith(words), qPrintable(run.said.join(u' ')));
    QByteArray why;
    QVERIFY2(run.isUsableAfterwards(&why), why);
}

void SessionBrokenLineTest::a_reply_that_never_comes_is_told() {
    silence_is_told(&Proxy::swallow, QStringLiteral("GDB has not answered"));
}

void SessionBrokenLineTest::a_stop_that_never_comes_is_told() {
    silence_is_told(&Proxy::swallowFromStop, QStringLiteral("the machine stands, and GDB does not tell"));
}

void SessionBrokenLineTest::a_gdb_that_hangs_is_told() {
    Recorded run;
    QVERIFY2(run.startInside(test::config(threeCommands), 1), run.trouble());
    kill(pid_t(run.session.gdbProcessId()), SIGSTOP);
    QVERIFY(run.session.stepCommand());
    QVERIFY(run.timeUntilTold() < mostMs);
    QVERIFY2(run.said.value(0).startsWith(QStringLiteral("GDB has not answered")),
             qPrintable(run.said.join(u' ')));
    QCOMPARE(run.session.state(), SessionState::Running); // it is waited for
    kill(pid_t(run.session.gdbProcessId()), SIGCONT);
    QVERIFY2(run.waitFor(SessionState::Stopped), run.trouble());
    QByteArray why;
    QVERIFY2(run.isUsableAfterwards(&why), why);
}

void SessionBrokenLineTest::a_qemu_that_hangs_is_told() {
    Recorded run;
    QVERIFY2(run.startInside(test::config("space A 0x1000 0x1000000\nchurn A 1000000\n"), 1), run.trouble());
    // Until it has gone on: before, it is GDB that would not answer.
    const uint64_t stood = run.moments.back()->snapshot->eventSequence;
    uint64_t seen = 0;
    const auto looked = QObject::connect(&run.session, &Session::looked, [&](const LiveSnapshot& live) {
        seen = live.snapshot->eventSequence;
    });
    QVERIFY(run.session.run());
    QVERIFY(test::waitUntil([&] { return run.session.look() && seen > stood + 100; }));
    QObject::disconnect(looked);
    kill(pid_t(run.session.qemuProcessId()), SIGSTOP);
    QVERIFY2(run.timeUntilTold() < mostMs, run.trouble());
    QVERIFY2(run.said.value(0).startsWith(QStringLiteral("QEMU has not answered")),
             qPrintable(run.said.join(u' ')));
    QByteArray why;
    QVERIFY2(run.isUsableAfterwards(&why), why);
}

// On a run anew to where it was, too.
void SessionBrokenLineTest::a_qemu_that_hangs_on_the_way_back_is_told() {
    Recorded run;
    SessionConfig config = test::config("space A 0x1000 0x1000000\nchurn A 40000\n");
    config.keepMachineEvents = 0;
    QVERIFY2(run.runAll(config), run.trouble());
    QSignalSpy const onTheWay(&run.session, &Session::eventsArrived);
    QVERIFY(run.session.travel(run.moments.back()->snapshot->eventSequence));
    QVERIFY(test::waitUntil([&] { return onTheWay.count() > 0; }));
    QCOMPARE(run.session.state(), SessionState::Starting);
    QCOMPARE(run.said, QStringList());
    kill(pid_t(run.session.qemuProcessId()), SIGSTOP);
    QVERIFY2(run.timeUntilTold() < mostMs, run.trouble());
    QVERIFY2(run.said.value(0).startsWith(QStringLiteral("QEMU has not answered")),
             qPrintable(run.said.join(u' ')));
    // It comes to where it was, the end, once QEMU goes on.
    kill(pid_t(run.session.qemuProcessId()), SIGCONT);
    QVERIFY2(run.waitFor(SessionState::Finished), run.trouble());
    QByteArray why;
    QVERIFY2(run.isUsableAfterwards(&why), why);
}

// The shell waits for its user, some seconds without an event; QEMU answers, and nothing is told before it is
// given up.
void SessionBrokenLineTest::a_guest_without_events_is_not_called_silent() {
    Recorded run;
    SessionConfig config = test::config({});
    config.program = QStringLiteral(UVMSCOPE_BUILD_DIR "/user/%1/sh").arg(test::architecture());
    config.quietLimitMs = 4000;
    QVERIFY2(run.start(config), run.trouble());
    QElapsedTimer clock;
    clock.start();
    QVERIFY(run.session.run());
    (void)run.waitFor(SessionState::Dead, 10'000);
    QCOMPARE(run.said, QStringList());
    QVERIFY2(clock.elapsed() >= 4000, qPrintable(QString::number(clock.elapsed())));
}

void SessionBrokenLineTest::a_kernel_that_is_built_anew_is_told() {
    const QTemporaryDir folder;
    SessionConfig config = test::config(threeCommands);
    const QString copy = folder.filePath(QStringLiteral("kernel.elf"));
    QVERIFY(QFile::copy(config.kernel, copy));
    config.kernel = copy;
    Recorded run;
    QVERIFY2(run.startInside(config, 1), run.trouble());
    // As a linker does it: a new file under the old name.
    QVERIFY(QFile::remove(copy));
    QVERIFY(QFile::copy(test::config({}).kernel, copy));
    QFile file(copy);
    QVERIFY(file.open(QIODevice::ReadWrite) &&
            file.setFileTime(QDateTime::currentDateTime().addSecs(60), QFileDevice::FileModificationTime));
    // What runs, runs on.
    QVERIFY(run.session.run());
    QVERIFY2(run.waitFor(SessionState::Finished), run.trouble());
    QCOMPARE(run.moments.size(), size_t{5});
    // But to go back means to run anew, and that would be another kernel.
    QVERIFY(run.session.travel(run.moments[1]->snapshot->eventSequence));
    QVERIFY(run.timeUntilTold() < mostMs);
    QVERIFY2(run.session.death() &&
                 run.session.death()->error.message.contains(QStringLiteral("was built anew while it ran")),
             run.trouble());
    QByteArray why;
    QVERIFY2(run.isUsableAfterwards(&why), why);
}

int main(int argc, char** argv) {
    SessionBrokenLineTest tests;
    return test::sessionTestMain(tests, argc, argv);
}
#include "session_broken_line_test.moc"
