// User programs on the kernels: every self-checking one of kernel/user/checks passes, and bad ones harm
// nobody.
#include <QByteArray>
#include <QCoreApplication>
#include <QDir>
#include <QHash>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QTest>

#include "tests/kernel/guest_run.h"
#include "tests/scenario/transcripts.h"

using test::GuestEnd;
using test::GuestRun;
using test::runGuest;

namespace {

int fuzzSeconds = 4;

QStringList checks() {
    QStringList names;
    for (const QString& file :
         QDir(UVMSCOPE_SOURCE_DIR "/kernel/user/checks").entryList({"*.cc"}, QDir::Files))
        names << file.chopped(3);
    return names;
}

} // namespace

class ProgramTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void a_program_speaks_and_ends() {
        GuestRun const run = runGuest(
            {.commandLine = "run=hello halt", .files = {test::bootFile(test::programFile("hello"))}});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QVERIFY2(run.console.contains("\nhello\nkernel: done, status 7\n"), run.text());
        QCOMPARE(run.status, std::optional<int>(7));
    }
    void a_program_that_is_not_there_is_an_error() {
        GuestRun const run = runGuest(
            {.commandLine = "run=nobody halt", .files = {test::bootFile(test::programFile("hello"))}});
        QVERIFY2(run.console.contains("\nkernel: error: program nobody: ENOENT\n"), run.text());
        QCOMPARE(run.status, std::optional<int>(2));
    }
    // Nobody at the console is known to be there who would end it.
    void a_program_that_never_goes_on_is_a_deadlock() {
        GuestRun const run = runGuest(
            {.commandLine = "run=stuck halt", .files = {test::bootFile(test::programFile("stuck"))}});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QVERIFY2(run.console.contains(" (scenario) sleeps on the end of a program\n"), run.text());
        QVERIFY2(
            run.console.contains(" sleeps on bytes in a pipe\n\npanic: deadlock: every thread sleeps at "),
            run.text());
    }
    // What is written at once comes out in one piece, whoever else writes.
    void lines_of_programs_are_not_torn() {
        GuestRun const run = runGuest({.commandLine = "run=console_writers halt",
                                       .files = {test::bootFile(test::programFile("console_writers"))}});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QHash<QByteArray, int> lines;
        for (QByteArray const& line : run.console.split('\n'))
            ++lines[line];
        for (char const letter : {'a', 'b', 'c'})
            QVERIFY2(lines[QByteArray(150, letter)] == 40, run.text());
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
             .files = test::allPrograms(),
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
        QTest::newRow("16 MiB of memory")
            << "swap" << 48 << QByteArray("swap: 12288 pages on the virtio disk\n");
        QTest::newRow("no slot left") << "swap_full" << 8 << QByteArray("]: killed: out of memory\n");
        QTest::newRow("page daemon") << "pagedaemon" << 48 << QByteArray("\ndaemon: woken ");
        QTest::newRow("no memory for the kernel itself")
            << "entries_full" << 8 << QByteArray("\nno memory is left, and this is said\n");
        QTest::newRow("fork") << "fork" << 8 << QByteArray("swap: 2048 pages on the virtio disk\n");
    }
    // 8 MiB, of which the kernel and the archive take more than a half.
    void a_small_machine_swaps_to_its_disk() {
        QFETCH(QString, name);
        QFETCH(int, diskMiB);
        QFETCH(QByteArray, said);
        GuestRun const run = runGuest({.commandLine = "run=" + name + " halt",
                                       .files = {test::bootFile(test::programFile(name))},
                                       .memoryMiB = 8,
                                       .disk = gdbbridge::QemuDisk{qint64(diskMiB) << 20},
                                       .limit = std::chrono::seconds(100)});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QVERIFY2(run.status == 0, run.text());
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
                                       .files = {test::bootFile(test::programFile("silent_disk"))},
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
        GuestRun const run = runGuest({.commandLine = "run=" + name + " halt", .files = test::allPrograms()});
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
