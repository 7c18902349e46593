// From power-on to a scenario: what the kernel says and with which status it ends, whatever it is given.
#include <QByteArray>
#include <QDebug>
#include <QObject>
#include <QString>
#include <QTest>

#include "tests/kernel/guest_run.h"

using test::GuestEnd;
using test::GuestRun;
using test::runGuest;

namespace {

const std::vector<gdbbridge::BootFile> small_archive = {
    {"first.uvm", "space A 0x1000 0x9000\n"},
    {"second.uvm", "space B 0x1000 0x9000\ncheck\n"},
    {"wrong.uvm", "# a comment\nspace A 0x1000 0x9000\nmap Z any 0x1000\nexit A\n"},
};

} // namespace

class BootTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void a_scenario_runs_to_its_end() {
        GuestRun const run = runGuest({.commandLine = "scenario=second halt", .files = small_archive});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QCOMPARE(run.status, std::optional<int>(0));
        QCOMPARE(run.transcript, QByteArray("space B 0x1000 0x9000\n  = ok\ncheck\n  = ok\n"));
        QVERIFY2(run.console.startsWith("uvmscope kernel, " + test::architecture().toUtf8() + "\n"),
                 run.text());
        QVERIFY2(run.console.contains("kernel: done, status 0\n"), run.text());
    }
    void a_name_may_have_its_suffix() {
        GuestRun const run = runGuest({.commandLine = "scenario=first.uvm halt", .files = small_archive});
        QCOMPARE(run.status, std::optional<int>(0));
        QCOMPARE(run.transcript, QByteArray("space A 0x1000 0x9000\n  = ok\n"));
    }
    void a_line_that_does_not_parse_is_named() {
        GuestRun const run = runGuest({.commandLine = "scenario=wrong halt", .files = small_archive});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QVERIFY2(run.console.contains("\nwrong.uvm:3: error: unknown space: Z\n"), run.text());
        QCOMPARE(run.transcript, QByteArray("space A 0x1000 0x9000\n  = ok\nmap Z any 0x1000\n"));
        QCOMPARE(run.status, std::optional<int>(2));
    }
    void what_cannot_be_started_is_said_data() {
        QTest::addColumn<QString>("commandLine");
        QTest::addColumn<QByteArray>("archive");
        QTest::addColumn<QByteArray>("message");
        QByteArray const good = *gdbbridge::makeBootArchive(small_archive);
        QByteArray wrongSum = good, wrongMagic = good, wrongSize = good;
        wrongSum[0] = char(wrongSum[0] ^ 1);
        wrongMagic[257] = 'x';
        wrongSize[130] = '9'; // no octal digit
        QTest::newRow("no archive") << "scenario=first halt" << QByteArray()
                                    << QByteArray(
                                           "kernel: error: scenario first: there is no boot archive\n");
        QTest::newRow("unknown name")
            << "scenario=third halt" << good
            << QByteArray("kernel: error: scenario third: not in the boot archive\n");
        QByteArray const damaged("kernel: error: scenario first: the boot archive is damaged\n");
        QTest::newRow("flipped bit") << "scenario=first halt" << wrongSum << damaged;
        QTest::newRow("no ustar") << "scenario=first halt" << wrongMagic << damaged;
        QTest::newRow("no size") << "scenario=first halt" << wrongSize << damaged;
        QTest::newRow("cut off") << "scenario=first halt" << good.left(516) << damaged;
        QTest::newRow("noise") << "scenario=first halt" << QByteArray(4096, '\x5a') << damaged;
    }
    void what_cannot_be_started_is_said() {
        QFETCH(QString, commandLine);
        QFETCH(QByteArray, archive);
        QFETCH(QByteArray, message);
        GuestRun const run = runGuest({.commandLine = commandLine, .archive = archive});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QVERIFY2(run.console.contains(message), run.text());
        QCOMPARE(run.transcript, QByteArray());
        QCOMPARE(run.status, std::optional<int>(2));
    }
    void an_unknown_word_is_a_warning() {
        GuestRun const run =
            runGuest({.commandLine = "speed=11 scenario=first halt", .files = small_archive});
        QVERIFY2(run.console.contains("kernel: warning: unknown word 'speed=11' on the command line\n"),
                 run.text());
        QCOMPARE(run.status, std::optional<int>(0));
    }
    void a_slow_reader_loses_nothing() {
        QByteArray text = "space A 0x1000 0x9000\n", expected = "space A 0x1000 0x9000\n  = ok\n";
        for (int i = 0; i < 200; ++i) {
            text += "check\n";
            expected += "check\n  = ok\n";
        }
        GuestRun const run = runGuest({.commandLine = "scenario=long halt",
                                       .files = {{"long.uvm", text}},
                                       .readerPause = std::chrono::milliseconds(4000)});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QCOMPARE(run.transcript, expected);
    }
    void the_disk_is_named_or_why_there_is_none_data() {
        QTest::addColumn<bool>("present");
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<bool>("readOnly");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("missing") << false << qint64(0) << false
                                 << QByteArray("\nswap: none, there is no disk\n");
        QTest::newRow("empty") << true << qint64(0) << false
                               << QByteArray("\nswap: none, the disk has no size\n");
        QTest::newRow("a sector too long")
            << true << qint64((1 << 20) + 512) << false
            << QByteArray("\nswap: none, the disk has a size that is no whole number of pages\n");
        QTest::newRow("read-only") << true << qint64(1 << 20) << true
                                   << QByteArray("\nswap: none, the disk cannot be written\n");
        QTest::newRow("a page") << true << qint64(4096) << false
                                << QByteArray("\nswap: 1 pages on the virtio disk\n");
        QTest::newRow("64 GiB") << true << qint64(64) * (1 << 30) << false
                                << QByteArray("\nswap: 16777216 pages on the virtio disk\n");
        QTest::newRow("more than its slots have room for")
            << true << qint64(4096) * (1 << 30) << false
            << QByteArray("\nswap: none, the disk was refused: ENOMEM\n");
    }
    void the_disk_is_named_or_why_there_is_none() {
        QFETCH(bool, present);
        QFETCH(qint64, bytes);
        QFETCH(bool, readOnly);
        QFETCH(QByteArray, message);
        test::GuestRequest request{.commandLine = "run=nobody halt"};
        if (present)
            request.disk = gdbbridge::QemuDisk{bytes, readOnly};
        GuestRun const run = runGuest(request);
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QVERIFY2(run.console.contains(message), run.text());
        // Boot went on.
        QVERIFY2(run.console.contains("\nkernel: error: program nobody: ENOENT\n"), run.text());
    }
    void the_first_line_comes_within_a_second() {
        // The best of three: another program's work is no fault of the kernel.
        std::chrono::milliseconds best = std::chrono::milliseconds::max();
        for (int i = 0; i < 3; ++i) {
            GuestRun const run = runGuest({.commandLine = "scenario=first halt", .files = small_archive});
            QVERIFY2(run.firstLine.count() >= 0, run.text());
            best = std::min(best, run.firstLine);
        }
        qInfo("%s: first line after %d ms", qPrintable(test::architecture()), int(best.count()));
        QVERIFY2(best < std::chrono::seconds(1), QByteArray::number(qint64(best.count())) + " ms");
    }
    void without_halt_the_machine_stays() {
        GuestRun const run = runGuest({.commandLine = "scenario=first",
                                       .files = small_archive,
                                       .untilConsole = "kernel: done, status 0\n"});
        QVERIFY2(run.end == GuestEnd::Said, run.text());
        QCOMPARE(run.status, std::nullopt);
    }
};

int main(int argc, char** argv) {
    BootTest test;
    return test::guestTestMain(test, argc, argv);
}
#include "boot_test.moc"
