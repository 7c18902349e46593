// QEMU and GDB as processes: what they say arrives, how they end is told, and nothing stays behind.
//
//   transport_test --guest ELF [Qt Test options]
#include <QByteArray>
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QIODevice>
#include <QList>
#include <QObject>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QStringLiteral>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "gdbbridge/transport/gdb_process.h"
#include "gdbbridge/transport/qemu_process.h"

using gdbbridge::Error;
using gdbbridge::ErrorKind;
using gdbbridge::GdbProcess;
using gdbbridge::QemuConfig;
using gdbbridge::QemuProcess;

namespace {

QString g_guest;
constexpr int patience = 20'000; // ms; a slow machine may take long, a right one never does

QemuConfig config(const QString& whatToDo) {
    QemuConfig out;
    out.kernelPath = g_guest;
    out.commandLine = whatToDo;
    out.memoryMiB = 16;
    out.debugger = false;
    return out;
}

// A machine and all that it has said.
struct Machine {
    QByteArray console, transcript;
    QStringList down;
    std::vector<Error> failures;
    int ready = 0, ended = 0;
    QemuProcess qemu;

    Machine() {
        QObject::connect(&qemu, &QemuProcess::ready, &qemu, [this] { ++ready; });
        QObject::connect(&qemu, &QemuProcess::ended, &qemu, [this] { ++ended; });
        QObject::connect(&qemu, &QemuProcess::failed, &qemu,
                         [this](const Error& e) { failures.push_back(e); });
        QObject::connect(&qemu, &QemuProcess::console, &qemu, [this](const QByteArray& b) { console += b; });
        QObject::connect(&qemu, &QemuProcess::transcript, &qemu,
                         [this](const QByteArray& b) { transcript += b; });
        QObject::connect(&qemu, &QemuProcess::guestDown, &qemu, [this](const QString& why) { down << why; });
    }
    std::optional<Error> start(const QString& whatToDo) { return qemu.start(config(whatToDo)); }
    bool saidHello() const { return console.contains("tiny guest\n") && transcript.contains("= ok\n"); }
};

// GDB and all that it has said.
struct Debugger {
    std::vector<gdbbridge::mi::ResultRecord> results;
    QStringList stops;  // reasons
    QStringList events; // of any kind
    QByteArray text;
    int ended = 0, startFailed = 0;
    GdbProcess gdb;

    Debugger() {
        QObject::connect(&gdb, &GdbProcess::ended, &gdb, [this] { ++ended; });
        QObject::connect(&gdb, &GdbProcess::startFailed, &gdb, [this] { ++startFailed; });
        QObject::connect(&gdb, &GdbProcess::record, &gdb, [this](const gdbbridge::mi::Record& record) {
            if (auto const* result = std::get_if<gdbbridge::mi::ResultRecord>(&record))
                results.push_back(*result);
            if (auto const* stream = std::get_if<gdbbridge::mi::StreamRecord>(&record))
                text += QByteArray::fromStdString(stream->text);
            auto const* async = std::get_if<gdbbridge::mi::AsyncRecord>(&record);
            if (async)
                events << QString::fromStdString(async->asyncClass);
            if (async && async->asyncClass == "stopped")
                stops << QString::fromStdString(std::string(async->results["reason"].text()));
        });
    }
    // Sends a command and waits for its answer.
    bool ask(const std::string& command, gdbbridge::mi::ResultClass wanted) {
        size_t const before = results.size();
        gdb.send(command + "\n");
        return QTest::qWaitFor([&] { return results.size() > before; }, patience) &&
               results.back().resultClass == wanted;
    }
};

bool exists(qint64 pid) { return QFileInfo::exists(QStringLiteral("/proc/%1").arg(pid)); }

// Processes whose parent is this one.
QStringList childProcesses() {
    QStringList out;
    for (QString const& pid : QDir("/proc").entryList(QDir::Dirs))
        if (QFile stat("/proc/" + pid + "/stat"); pid.toInt() > 0 && stat.open(QIODevice::ReadOnly)) {
            QByteArray const line = stat.readAll();
            QList<QByteArray> const behindName = line.mid(line.lastIndexOf(')') + 2).split(' ');
            if (behindName.value(1).toInt() == getpid())
                out << pid + " " + line.mid(line.indexOf('('), line.lastIndexOf(')') - line.indexOf('(') + 1);
        }
    return out;
}

} // namespace

class TransportTest : public QObject {
    Q_OBJECT

private:
    // Where the bridge puts its sockets, and where programs of ours may put files.
    std::unique_ptr<QTemporaryDir> m_runtime, m_scratch;
    int m_descriptors = 0;

    QString script(const QByteArray& body) {
        QString const path = m_scratch->filePath("fake");
        QFile::remove(path);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            qFatal("%s", qPrintable(file.errorString()));
        file.write("#!/bin/bash\n" + body);
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return path;
    }
    // A program that says hello as QEMU's control line does, in the version given.
    QString fakeQemu(const QByteArray& greeting) {
        return script("for word in \"$@\"; do case $word in socket,id=qmp,fd=*) fd=${word##*=};; esac; done\n"
                      "printf '%s\\r\\n' '" +
                      greeting +
                      "' >&$fd\n"
                      "read -r line <&$fd\n"
                      "id=${line##*\\\"id\\\":}\n"
                      "printf '{\"return\": {}, \"id\": %d}\\r\\n' \"${id%%[!0-9]*}\" >&$fd\n"
                      "exec sleep 1000\n");
    }
    static int openDescriptors() {
        return int(
            QDir("/proc/self/fd").entryList(QDir::NoDotAndDotDot | QDir::System | QDir::AllEntries).size());
    }

private Q_SLOTS:
    void init() {
        m_runtime = std::make_unique<QTemporaryDir>();
        m_scratch = std::make_unique<QTemporaryDir>();
        qputenv("XDG_RUNTIME_DIR", m_runtime->path().toLocal8Bit());
        QVERIFY(QFileInfo::exists(g_guest));
        m_descriptors = openDescriptors();
    }
    // After every test: no process, no file, no descriptor is left.
    void cleanup() {
        QCOMPARE(childProcesses(), QStringList());
        QCOMPARE(QDir(m_runtime->path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::System),
                 QStringList());
        QCOMPARE(openDescriptors(), m_descriptors);
    }

    void a_machine_says_hello_on_both_lines_and_ends_data() {
        QTest::addColumn<QString>("command");
        QTest::addColumn<int>("status");
        QTest::newRow("0") << "some words end=0" << 1; // the device makes 2 * status + 1 of it
        QTest::newRow("3") << "end=3" << 7;
    }
    void a_machine_says_hello_on_both_lines_and_ends() {
        QFETCH(QString, command);
        QFETCH(int, status);
        Machine machine;
        QVERIFY(!machine.start(command));
        QVERIFY(machine.qemu.processId() > 0);
        QTRY_COMPARE_WITH_TIMEOUT(machine.ended, 1, patience);
        QCOMPARE(machine.console, QByteArray("tiny guest\n"));
        QCOMPARE(machine.transcript, QByteArray("= ok\n"));
        QCOMPARE(machine.qemu.child().exitStatus().value_or(-1), status);
        QCOMPARE(machine.qemu.child().endText(), QStringLiteral("ended with status %1").arg(status));
        QVERIFY(machine.failures.empty());
        QVERIFY(machine.down.isEmpty());
    }

    void its_memory_is_shared() {
        Machine machine;
        QVERIFY(!machine.start("spin"));
        QTRY_VERIFY_WITH_TIMEOUT(machine.saidHello(), patience);
        QVERIFY(machine.qemu.ram());
        auto const bytes = machine.qemu.ram()->bytes();
        QCOMPARE(bytes.size(), size_t{16} << 20);
        QByteArray const memory =
            QByteArray::fromRawData(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size()));
        QVERIFY(memory.indexOf("tiny guest\n", 0x100000) >= 0x100000);
        // Beyond the end and unaligned there is nothing.
        QVERIFY(machine.qemu.ram()->read32(0x100000));
        QVERIFY(!machine.qemu.ram()->read32(0x100001));
        QVERIFY(!machine.qemu.ram()->read32(bytes.size()));
        QVERIFY(!machine.qemu.ram()->read32(UINT64_MAX - 3));
    }

    void the_processor_can_be_looked_at() {
        Machine machine;
        QVERIFY(!machine.start("spin"));
        QTRY_VERIFY_WITH_TIMEOUT(machine.ready == 1 && machine.saidHello(), patience);
        QString text;
        machine.qemu.pauseMachine();
        machine.qemu.processorText([&](const QString& registers) { text = registers; });
        QTRY_VERIFY_WITH_TIMEOUT(!text.isEmpty(), patience);
        QVERIFY2(text.contains("EIP=0010"), qPrintable(text)); // the guest lies just above 1 MiB
    }

    void a_killed_machine_is_told() {
        Machine machine;
        QVERIFY(!machine.start("spin"));
        QTRY_VERIFY_WITH_TIMEOUT(machine.saidHello(), patience);
        ::kill(pid_t(machine.qemu.processId()), SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(machine.ended, 1, patience);
        QCOMPARE(machine.qemu.child().endText(), QString("was killed by signal 9"));
        QVERIFY(!machine.qemu.child().exitStatus());
        // What the guest had in memory can still be read.
        QVERIFY(machine.qemu.ram()->read32(0x100000).value_or(0) != 0);
    }

    void a_triple_fault_keeps_the_machine() {
        Machine machine;
        QVERIFY(!machine.start("triple"));
        QTRY_COMPARE_WITH_TIMEOUT(machine.down.size(), 1, patience);
        QCOMPARE(machine.down[0], QString("guest-reset"));
        QVERIFY(machine.saidHello());
        QCOMPARE(machine.ended, 0);
        QVERIFY(exists(machine.qemu.processId()));
        QString text;
        machine.qemu.processorText([&](const QString& registers) { text = registers; });
        QTRY_VERIFY_WITH_TIMEOUT(text.contains("IDT="), patience);
    }

    void a_panic_arrives_on_the_console() {
        Machine machine;
        QVERIFY(!machine.start("panic"));
        QTRY_VERIFY_WITH_TIMEOUT(machine.console.contains("panic: as asked"), patience);
        QCOMPARE(machine.ended, 0);
    }

    void stopping_ends_it_at_once_and_tells_nobody() {
        Machine machine;
        QVERIFY(!machine.start("spin"));
        QTRY_VERIFY_WITH_TIMEOUT(machine.saidHello(), patience);
        qint64 const pid = machine.qemu.processId();
        machine.qemu.stop();
        QVERIFY(!exists(pid));
        QCoreApplication::processEvents();
        QCOMPARE(machine.ended, 0);
        machine.qemu.stop(); // harmless
    }

    void a_missing_program_is_told_before_anything_starts() {
        for (QString const& program :
             {QString("qemu-of-nobody"), QString("/nowhere/qemu"), g_guest + ".absent"}) {
            QemuConfig wrong = config("spin");
            wrong.program = program;
            QemuProcess qemu;
            auto const error = qemu.start(wrong);
            QVERIFY(error);
            QCOMPARE(error->kind, ErrorKind::MissingProgram);
            QVERIFY(error->message.contains(program));
            QVERIFY(error->advice.contains("install"));
            QCOMPARE(error->exitCode(), 4);
        }
    }

    void an_old_version_is_refused_by_name() {
        QemuConfig old = config("spin");
        old.program = fakeQemu(
            R"({"QMP": {"version": {"qemu": {"micro": 1, "minor": 2, "major": 6}, "package": ""}, "capabilities": []}})");
        Machine machine;
        QVERIFY(!machine.qemu.start(old));
        QTRY_COMPARE_WITH_TIMEOUT(machine.failures.size(), size_t{1}, patience);
        QCOMPARE(machine.failures[0].kind, ErrorKind::WrongVersion);
        QCOMPARE(machine.failures[0].message, QString("this is QEMU 6.2"));
        QCOMPARE(machine.ready, 0);
    }

    void a_version_that_is_new_enough_is_taken() {
        QemuConfig fresh = config("spin");
        fresh.program = fakeQemu(
            R"({"QMP": {"version": {"qemu": {"micro": 0, "minor": 0, "major": 11}, "package": ""}, "capabilities": []}})");
        Machine machine;
        QVERIFY(!machine.qemu.start(fresh));
        QTRY_COMPARE_WITH_TIMEOUT(machine.ready, 1, patience);
        QVERIFY(machine.failures.empty());
    }

    void nonsense_on_the_control_line_is_told() {
        QemuConfig wrong = config("spin");
        wrong.program = fakeQemu("hello, I am no QEMU");
        Machine machine;
        QVERIFY(!machine.qemu.start(wrong));
        QTRY_VERIFY_WITH_TIMEOUT(!machine.failures.empty(), patience);
        QCOMPARE(machine.failures[0].kind, ErrorKind::Protocol);
        QVERIFY(machine.failures[0].message.contains("hello, I am no QEMU"));
    }

    void a_program_that_gives_up_at_once_is_told_with_its_words() {
        QemuConfig wrong = config("spin");
        wrong.program = script("echo 'qemu: no accelerator found' >&2\nexit 5\n");
        Machine machine;
        QVERIFY(!machine.qemu.start(wrong));
        QTRY_COMPARE_WITH_TIMEOUT(machine.ended, 1, patience);
        QCOMPARE(machine.qemu.child().exitStatus().value_or(-1), 5);
        QCOMPARE(machine.qemu.child().errorText(), QString("qemu: no accelerator found"));
    }

    void a_kernel_that_is_none_ends_it() {
        QemuConfig wrong = config("spin");
        wrong.kernelPath = "/etc/passwd";
        Machine machine;
        QVERIFY(!machine.qemu.start(wrong));
        QTRY_COMPARE_WITH_TIMEOUT(machine.ended, 1, patience);
        QVERIFY(!machine.qemu.child().errorText().isEmpty());
    }

    void a_socket_of_somebody_else_is_left_alone() {
        QString const path = m_scratch->filePath("taken");
        int const listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        qstrncpy(address.sun_path, QFile::encodeName(path), sizeof address.sun_path);
        QCOMPARE(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        QemuConfig busy = config("spin");
        busy.debugger = true;
        busy.gdbSocketPath = path;
        {
            QemuProcess qemu;
            auto const error = qemu.start(busy);
            QVERIFY(error);
            QCOMPARE(error->kind, ErrorKind::SocketBusy);
            QVERIFY(error->message.contains(path));
        }
        QVERIFY(QFileInfo::exists(path));
        ::close(listener);
    }

    void a_path_that_is_too_long_for_a_socket_is_told() {
        QemuConfig wrong = config("spin");
        wrong.debugger = true;
        wrong.gdbSocketPath = m_scratch->filePath(QString(200, 'x'));
        QemuProcess qemu;
        auto const error = qemu.start(wrong);
        QVERIFY(error && error->kind == ErrorKind::StartFailed);
        QVERIFY(error->message.contains("too long"));
    }

    void a_socket_where_it_was_asked_for_is_removed_again() {
        QString const path = m_scratch->filePath("mine");
        QemuConfig asked = config("spin");
        asked.debugger = true;
        asked.gdbSocketPath = path;
        Machine machine;
        QVERIFY(!machine.qemu.start(asked));
        QCOMPARE(machine.qemu.gdbSocketPath(), path);
        QVERIFY(QFileInfo::exists(path));
        machine.qemu.stop();
        QVERIFY(!QFileInfo::exists(path));
    }

    void gdb_drives_the_machine() {
        QemuConfig debugged = config("events");
        debugged.debugger = true;
        Machine machine;
        QVERIFY(!machine.qemu.start(debugged));
        QTRY_COMPARE_WITH_TIMEOUT(machine.ready, 1, patience);
        QString const path = machine.qemu.gdbSocketPath();
        QVERIFY(path.startsWith(m_runtime->path()));
        // Nobody else may enter where the socket is.
        QCOMPARE(QFileInfo(QFileInfo(path).path()).permissions() &
                     (QFile::ReadGroup | QFile::ExeGroup | QFile::ReadOther | QFile::ExeOther),
                 QFile::Permissions());
        QVERIFY(machine.console.isEmpty()); // it waits

        using gdbbridge::mi::ResultClass;
        Debugger debugger;
        debugger.gdb.start("gdb", g_guest);
        QVERIFY(debugger.ask("-target-select remote " + path.toStdString(), ResultClass::Connected));
        QVERIFY(debugger.ask("-break-insert uvm_probe_stop", ResultClass::Done));
        machine.qemu.removeGdbSocket();
        QVERIFY(!QFileInfo::exists(path));
        for (int stop = 1; stop <= 3; ++stop) {
            int const before = int(debugger.stops.size());
            QVERIFY(debugger.ask("-exec-continue", ResultClass::Running));
            QTRY_VERIFY_WITH_TIMEOUT(debugger.stops.size() > before, patience);
            QCOMPARE(debugger.stops.last(), QString("breakpoint-hit"));
            QVERIFY(debugger.ask("-data-evaluate-expression tiny_counter", ResultClass::Done));
            QCOMPARE(debugger.results.back().results["value"].text(), std::to_string(41 + stop));
        }
        QVERIFY(machine.saidHello());
        QVERIFY(debugger.ask("-data-evaluate-expression no_such_thing", ResultClass::Error));

        // GDB gone: told, and the machine is still there.
        ::kill(pid_t(debugger.gdb.processId()), SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(debugger.ended, 1, patience);
        QCOMPARE(debugger.gdb.child().endText(), QString("was killed by signal 9"));
        QCOMPARE(machine.ended, 0);
    }

    void gdb_is_told_when_the_machine_is_killed() {
        QemuConfig debugged = config("spin");
        debugged.debugger = true;
        Machine machine;
        QVERIFY(!machine.qemu.start(debugged));
        QTRY_COMPARE_WITH_TIMEOUT(machine.ready, 1, patience);
        using gdbbridge::mi::ResultClass;
        Debugger debugger;
        debugger.gdb.start("gdb", g_guest);
        QVERIFY(debugger.ask("-target-select remote " + machine.qemu.gdbSocketPath().toStdString(),
                             ResultClass::Connected));
        QVERIFY(debugger.ask("-exec-continue", ResultClass::Running));
        QTRY_VERIFY_WITH_TIMEOUT(machine.saidHello(), patience);
        ::kill(pid_t(machine.qemu.processId()), SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(machine.ended, 1, patience);
        QTRY_VERIFY_WITH_TIMEOUT(debugger.text.contains("Remote connection closed"), patience);
        QVERIFY(debugger.events.contains("thread-group-exited"));
        QCOMPARE(debugger.ended, 0); // and takes commands still
        QVERIFY(debugger.ask("-data-evaluate-expression 6*7", ResultClass::Done));
    }

    void a_missing_gdb_is_told() {
        Debugger debugger;
        debugger.gdb.start("/nowhere/gdb", g_guest);
        QTRY_COMPARE_WITH_TIMEOUT(debugger.startFailed, 1, patience);
        // QProcess (seen in Qt 6.4) keeps a pipe for good when exec fails; ours are all accounted for.
        m_descriptors = std::max(m_descriptors, std::min(openDescriptors(), m_descriptors + 1));
    }

    // The examined file is untrusted: what it brings along for GDB to run is not run.
    void gdb_runs_nothing_that_comes_with_the_file() {
        QString const elf = m_scratch->filePath("guest.elf"), marker = m_scratch->filePath("it-ran");
        QVERIFY(QFile::copy(g_guest, elf));
        for (auto const& [name, body] :
             {std::pair<const char*, const char*>{"guest.elf-gdb.gdb", "shell touch "},
              {".gdbinit", "shell touch "}}) {
            QFile file(m_scratch->filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(body + marker.toUtf8() + "\n");
        }
        QString const here = QDir::currentPath();
        QDir::setCurrent(m_scratch->path());
        Debugger debugger;
        debugger.gdb.start("gdb", elf);
        bool const answered = debugger.ask("-data-evaluate-expression 6*7", gdbbridge::mi::ResultClass::Done);
        QDir::setCurrent(here);
        QVERIFY(answered);
        QCOMPARE(debugger.results.back().results["value"].text(), std::string("42"));
        QVERIFY(!QFileInfo::exists(marker));
    }

    // The bridge killed with no chance to clean up: its machine goes with it.
    void the_machine_does_not_outlive_the_bridge() {
        QProcess bridge;
        bridge.start(QCoreApplication::applicationFilePath(), {"--guest", g_guest, "--hold"});
        QVERIFY(bridge.waitForStarted());
        QByteArray said;
        QTRY_VERIFY_WITH_TIMEOUT((said += bridge.readAllStandardOutput()).contains('\n'), patience);
        qint64 const machine = said.split('\n').front().toLongLong();
        QVERIFY2(machine > 0 && exists(machine), said);
        bridge.kill();
        QVERIFY(bridge.waitForFinished(patience));
        QTRY_VERIFY_WITH_TIMEOUT(!exists(machine), patience);
    }
};

// As a bridge for the test above: starts a machine, says its number, and waits to be killed.
static int hold() {
    Machine machine;
    QObject::connect(&machine.qemu, &QemuProcess::console, &machine.qemu, [&] {
        std::printf("%lld\n", static_cast<long long>(machine.qemu.processId()));
        std::fflush(stdout);
    });
    if (auto const error = machine.start("spin"); error)
        qFatal("%s", qPrintable(error->text()));
    return QCoreApplication::exec();
}

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    QStringList args = app.arguments();
    if (qsizetype const at = args.indexOf("--guest"); at > 0 && at + 1 < args.size()) {
        g_guest = args[at + 1];
        args.remove(at, 2);
    }
    if (args.contains("--hold"))
        return hold();
    TransportTest test;
    return QTest::qExec(&test, args);
}
#include "transport_test.moc"
