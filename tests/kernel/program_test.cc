// User programs on the kernels: every self-checking one of kernel/user/checks passes, and bad ones harm
// nobody.
#include <QtTest>

#include "tests/kernel/guest_run.h"
#include "tests/scenario/transcripts.h"

using test::GuestEnd;
using test::GuestRun;
using test::runGuest;

namespace {

int fuzzSeconds = 4;

QString programFile(const QString& name) {
    return QStringLiteral(UVMSCOPE_BUILD_DIR "/user/%1/%2").arg(test::architecture(), name);
}

QStringList checks() {
    QStringList names;
    for (const QString& file :
         QDir(UVMSCOPE_SOURCE_DIR "/kernel/user/checks").entryList({"*.cc"}, QDir::Files))
        names << file.chopped(3);
    return names;
}

// All programs of this machine, as they are built.
std::vector<gdbbridge::BootFile> allPrograms() {
    std::vector<gdbbridge::BootFile> files;
    QDir const folder(programFile({}));
    for (const QString& name : folder.entryList(QDir::Files))
        files.push_back(test::bootFile(folder.filePath(name)));
    return files;
}

} // namespace

class ProgramTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void a_program_speaks_and_ends() {
        GuestRun const run =
            runGuest({.commandLine = "run=hello halt", .files = {test::bootFile(programFile("hello"))}});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QVERIFY2(run.console.contains("\nhello\nkernel: done, status 7\n"), run.text());
        QCOMPARE(run.status, std::optional<int>(7));
    }
    void a_program_that_is_not_there_is_an_error() {
        GuestRun const run =
            runGuest({.commandLine = "run=nobody halt", .files = {test::bootFile(programFile("hello"))}});
        QVERIFY2(run.console.contains("\nkernel: error: program nobody: ENOENT\n"), run.text());
        QCOMPARE(run.status, std::optional<int>(2));
    }
    void the_shell_runs_programs_and_scenarios() {
        std::vector<gdbbridge::BootFile> files = allPrograms();
        files.push_back({"small.uvm", "space A 0x1000 0x9000\ncheck\n"});
        GuestRun const run = runGuest({.commandLine = "halt",
                                       .files = files,
                                       .typed = {"help", "ls", "ps", "hello", "nobody", "scenario small",
                                                 "scenario nobody", "halt 5"}});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QCOMPARE(run.status, std::optional<int>(5));
        for (const char* const words :
             {"\nuvmscope shell; `help` tells what there is\n$ help\nls  ", "\nsmall.uvm  28\n",
              "$ ps\n1  parent 0  R  threads 1  mapped ", "$ hello\nhello\nhello: status 7\n",
              "$ nobody\nsh: nobody: no such program; `help` tells what there is\n",
              "$ scenario small\nspace A 0x1000 0x9000\n  = ok\ncheck\n  = ok\nscenario small: status 0\n",
              "$ scenario nobody\nsh: scenario nobody: no such file\n"})
            QVERIFY2(run.console.contains(words), QByteArray(words) + "\n" + run.text());
        QCOMPARE(run.transcript, QByteArray());
    }
    // What a tired person types, and what the shell says to that.
    void the_shell_bears_odd_lines_data() {
        QTest::addColumn<QByteArray>("typed");
        QTest::addColumn<QByteArray>("said");
        auto const row = [](const char* name, const QByteArray& typed, const QByteArray& said) {
            QTest::newRow(name) << typed << said;
        };
        row("nothing", "\n", "$ \n$ ");
        row("blanks", "   \t \n", "\n$ ");
        row("tabs", "\thello\t\n", "\nhello\nhello: status 7\n$ ");
        row("a return", "hello\r", "\nhello\nhello: status 7\n$ ");
        row("rubbed out",
            "help\x7f\x7f\b\x08\x08\x08"
            "hello\n",
            "\nhello\nhello: status 7\n$ ");
        row("rubbed out letters of two bytes", "\xc3\xa4\xc3\xb6\x7f\x7fhello\n",
            "\xc3\xb6\b \b\b \bhello\nhello\nhello: status 7\n$ ");
        row("a line taken back", "nonsense\x15hello\n", "\nhello\nhello: status 7\n$ ");
        row("arrows", "\x1b[A\x1b[1;5Dhel\x1bOClo\n", "\nhello\nhello: status 7\n$ ");
        row("control characters", QByteArray("\x01\x02he\x07llo\x1f\x00\n", 12),
            "$ hello\nhello\nhello: status 7\n$ ");
        row("an interrupted line", "nonsense\x03", "$ nonsense^C\n$ ");
        row("too many words", QByteArray("hello x ").repeated(20) + "\n",
            "sh: this line: too many words\n$ ");
        row("a long word", QByteArray(900, 'w') + "\n", "w: no such program; `help` tells what there is\n");
        row("longer than a line can be", QByteArray(3000, 'w') + "\n",
            "w: no such program; `help` tells what there is\n");
        row("no program", "small.uvm\n", "cannot be executed: no ELF file\nsh: small.uvm: no program\n");
        row("a wait for nobody", "& \n", "& \n$ ");
        row("not waited for", "hello &\n", "$ hello &\n[2]\n");
        row("no file", "cat nobody\n", "sh: nobody: no such file\n$ ");
        row("nothing to remove", "rm nobody\n", "sh: nobody: no such file\n$ ");
        row("a scenario beside others", "forever &\nscenario small\n",
            "sh: other processes are running; a scenario wants the machine for itself\n$ ");
        row("the invariants", "check\n", "\nthe kernel's invariants hold\n$ ");
        row("a removed program", "rm hello\nhello\n", "sh: hello: no such program; ");
        row("an argument", "exit 3x\n", "kernel: done, status 3\n");
        row("the end of what is typed", "\x04", "kernel: done, status 0\n");
    }
    void the_shell_bears_odd_lines() {
        QFETCH(QByteArray, typed);
        QFETCH(QByteArray, said);
        std::vector<gdbbridge::BootFile> files{{"small.uvm", "space A 0x1000 0x9000\ncheck\n"}};
        for (const char* const name : {"sh", "hello", "forever"})
            files.push_back(test::bootFile(programFile(name)));
        GuestRun const run =
            runGuest({.commandLine = "", .files = files, .untilConsole = said, .answers = {{"\n$ ", typed}}});
        QVERIFY2(run.end == GuestEnd::Said, run.text());
    }
    void what_runs_can_be_interrupted() {
        GuestRun const run = runGuest({.commandLine = "halt",
                                       .files = allPrograms(),
                                       .answers = {{"\n$ ", "forever\n"},
                                                   {"somebody ends it\n", "\x03"},
                                                   {"forever: signal 2\n$ ", "cat /dev/zero\n"},
                                                   {QByteArray(100, '\0'), "\x03"},
                                                   {"$ ", "check\n"},
                                                   {"invariants hold\n$ ", "halt 4\n"}}});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QCOMPARE(run.status, std::optional<int>(4));
    }
    // The shell that is set aside has pages on the disk, too: a scenario's check counts them.
    void a_scenario_after_swapping_holds() {
        std::vector<gdbbridge::BootFile> files{{"small.uvm", "space A 0x1000 0x9000\ncheck\n"}};
        for (const char* const name : {"sh", "swap_full"})
            files.push_back(test::bootFile(programFile(name)));
        GuestRun const run = runGuest({.commandLine = "halt",
                                       .files = files,
                                       .memoryMiB = 8,
                                       .disk = gdbbridge::QemuDisk{qint64(8) << 20},
                                       .typed = {"swap_full", "scenario small", "check", "halt"},
                                       .limit = std::chrono::seconds(100)});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QVERIFY2(run.console.contains("\nPASS swap_full\n"), run.text());
        QVERIFY2(run.console.contains("\nscenario small: status 0\n"), run.text());
        QVERIFY2(run.console.contains("\nthe kernel's invariants hold\n"), run.text());
    }
    void random_calls_harm_nobody_data() {
        QTest::addColumn<QByteArray>("seed");
        for (const char* const seed : {"1", "2", "3"})
            QTest::newRow(seed) << QByteArray(seed);
    }
    void random_calls_harm_nobody() {
        QFETCH(QByteArray, seed);
        GuestRun const run = runGuest(
            {.commandLine = "halt",
             .files = allPrograms(),
             .typed = {"fuzz " + seed + " " + QByteArray::number(fuzzSeconds), "check", "exec", "halt"},
             .limit = std::chrono::seconds(60 + 2 * fuzzSeconds)});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QVERIFY2(run.console.contains("PASS fuzz\n"), run.text());
        QVERIFY2(run.console.contains("\nthe kernel's invariants hold\n"), run.text());
        QVERIFY2(run.console.contains("\nPASS exec\n"), run.text());
        QCOMPARE(run.status, std::optional<int>(0));
    }
    void a_small_machine_swaps_to_its_disk_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("diskMiB");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("32 MiB of memory")
            << "swap" << 48 << QByteArray("swap: 12288 pages on the virtio disk\n");
        QTest::newRow("no slot left") << "swap_full" << 8 << QByteArray("]: killed: out of memory\n");
        QTest::newRow("fork") << "fork" << 8 << QByteArray("swap: 2048 pages on the virtio disk\n");
    }
    // 8 MiB, of which the kernel and the archive take more than a half.
    void a_small_machine_swaps_to_its_disk() {
        QFETCH(QString, name);
        QFETCH(int, diskMiB);
        QFETCH(QByteArray, said);
        GuestRun const run = runGuest({.commandLine = "run=" + name + " halt",
                                       .files = {test::bootFile(programFile(name))},
                                       .memoryMiB = 8,
                                       .disk = gdbbridge::QemuDisk{qint64(diskMiB) << 20},
                                       .limit = std::chrono::seconds(100)});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QCOMPARE(run.status, std::optional<int>(0));
        QVERIFY2(run.console.contains("\nPASS " + name.toUtf8() + "\n"), run.text());
        QVERIFY2(run.console.contains(said), run.text());
    }
    void a_silent_disk_ends_one_operation_data() {
        QTest::addColumn<int>("readRate");
        QTest::addColumn<int>("writeRate");
        QTest::addColumn<QByteArray>("said");
        QTest::addColumn<QByteArray>("ended");
        QTest::newRow("reads") << 1 << 0
                               << QByteArray(
                                      "\nthe virtio disk has not answered a read for 10 s: an I/O error\n")
                               << QByteArray("]: ended by signal 10 at 0x");
        QTest::newRow("writes") << 0 << 1
                                << QByteArray(
                                       "\nthe virtio disk has not answered a write for 10 s: an I/O error\n")
                                << QByteArray("]: killed: out of memory\n");
    }
    void a_silent_disk_ends_one_operation() {
        QFETCH(int, readRate);
        QFETCH(int, writeRate);
        QFETCH(QByteArray, said);
        QFETCH(QByteArray, ended);
        GuestRun const run = runGuest({.commandLine = "run=silent_disk halt",
                                       .files = {test::bootFile(programFile("silent_disk"))},
                                       .memoryMiB = 8,
                                       .disk = gdbbridge::QemuDisk{.bytes = qint64(48) << 20,
                                                                   .readBytesPerSecond = readRate,
                                                                   .writeBytesPerSecond = writeRate},
                                       .limit = std::chrono::seconds(100)});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QCOMPARE(run.status, std::optional<int>(0));
        QVERIFY2(run.console.contains("\nPASS silent_disk\n"), run.text());
        // Once: who comes later does not wait for it as long again.
        QVERIFY2(run.console.count(said) == 1, run.text());
        QVERIFY2(run.console.contains(ended), run.text());
    }
    void checks_pass_data() {
        QTest::addColumn<QString>("name");
        for (const QString& name : checks())
            QTest::newRow(qPrintable(name)) << name;
    }
    void checks_pass() {
        QFETCH(QString, name);
        GuestRun const run = runGuest({.commandLine = "run=" + name + " halt", .files = allPrograms()});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QVERIFY2(run.status == 0, run.text());
        QVERIFY2(run.console.contains("\nPASS " + name.toUtf8() + "\n"), run.text());
        QVERIFY2(!run.console.contains("\nwrong: "), run.text());
    }
};

// program_test [--arch ARCH] [--fuzz-seconds N] [Qt Test options]: N for each seed, by the machine's clock.
int main(int argc, char** argv) {
    ProgramTest test;
    QCoreApplication const app(argc, argv);
    QStringList arguments = QCoreApplication::arguments();
    test::takeArchitecture(&arguments);
    fuzzSeconds = test::takeOption(arguments, "--fuzz-seconds", QString::number(fuzzSeconds)).toInt();
    return QTest::qExec(&test, arguments);
}
#include "program_test.moc"
