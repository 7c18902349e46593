// Scenarios that do not parse: one line on standard error that names the place, exit status 2, the transcript
// up to the line that is wrong, and that line's echo.
#include <QByteArray>
#include <QFile>
#include <QIODevice>
#include <QObject>
#include <QProcess>
#include <QString>
#include <QTemporaryDir>
#include <QTest>

class ParseErrorTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void a_wrong_line_ends_the_run_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("message");
        auto row = [](const char* line, const char* message) {
            QTest::newRow(line) << QByteArray(line) << QByteArray(message);
        };
        row("frobnicate A", "unknown command: frobnicate");
        row("space", "missing S");
        row("space B 0x1000", "missing MAX");
        row("space B 0x1000 0x9000 sideways", "not understood: sideways");
        row("space b=c 0x1000 0x9000", "not a name: b=c");
        row("space an-overlong-name-that-does-not-fit 0x1000 0x9000",
            "not a name: an-overlong-name-that-does-not-fit");
        row("object", "missing O");
        row("object P 4k", "not a number: 4k");
        row("object P 0x1000 disk", "not understood: disk");
        row("map Z any 0x1000", "unknown space: Z");
        row("map A any", "missing SIZE");
        row("map A 0x10000000000000000 0x1000", "not a number: 0x10000000000000000");
        row("map A anywhere 0x1000", "not a number: anywhere");
        row("damage A 0x10000 depth 0x1000", "not understood: depth");
        row("damage A 0x10000 gap", "not a number");
        row("map A any 0x1000 obj=Z", "unknown object: Z");
        row("map A any 0x1000 obj=O+", "not a number");
        row("map A any 0x1000 prot=rw", "not a protection: rw");
        row("map A any 0x1000 max=wrx", "not a protection: wrx");
        row("map A any 0x1000 inh=donate", "not understood: donate");
        row("map A any 0x1000 adv=willneed", "not understood: willneed");
        row("map A any 0x1000 align=page", "not a number: page");
        row("map A any 0x1000 sticky", "not understood: sticky");
        row("unmap A 0x1000 0x1000 now", "not understood: now");
        row("protect A 0x1000 0x1000", "missing PROT");
        row("protect A 0x1000 0x1000 rwx min", "not understood: min");
        row("inherit A 0x1000 0x1000", "missing copy, share or none");
        row("advise A 0x1000 0x1000 dontneed", "not understood: dontneed");
        row("wire A 0x1000", "missing SIZE");
        row("wireall A limit=x", "not a number: x");
        row("unwireall A current", "not understood: current");
        row("clean A 0x1000 0x1000 well", "not understood: well");
        row("extract A 0x1000 0x1000 Z", "unknown space: Z");
        row("extract A 0x1000 0x1000 A copy", "not understood: copy");
        row("reserve A any 0x1000 cow", "not understood: cow");
        row("findspace A", "missing HINT");
        row("lookup A", "missing ADDR");
        row("checkprot A 0x1000 0x1000 r", "not a protection: r");
        row("fork A", "missing D");
        row("share Z B", "unknown space: Z");
        row("exec A 0x1000", "missing MAX");
        row("exit A B", "not understood: B");
        row("read A 0x1000 1 2", "not understood: 2");
        row("write A 0x1000", "missing BYTES");
        row("write A 0x1000 123", "neither hexadecimal pairs nor a quoted string: 123");
        row("write A 0x1000 \"a b\"", "neither hexadecimal pairs nor a quoted string: \"a");
        row("dump A Z", "unknown space: Z");
        row("anons Z", "unknown space: Z");
        row("check A", "not understood: A");
    }
    void a_wrong_line_ends_the_run() {
        QFETCH(QByteArray, line);
        QFETCH(QByteArray, message);
        QTemporaryDir folder;
        QString const path = folder.filePath("wrong.uvm");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("# the fourth line is wrong\nspace A 0x1000 0x9000\nobject O 0x1000\n" + line +
                   "\nexit A\n");
        file.close();
        QProcess process;
        process.start(UVMSCOPE_BUILD_DIR "/uvmscope-host", {path});
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.readAllStandardError(), path.toUtf8() + ":4: error: " + message + "\n");
        QCOMPARE(process.readAllStandardOutput(),
                 "space A 0x1000 0x9000\n  = ok\nobject O 0x1000\n  = ok\n" + line + "\n");
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 2);
    }
};
QTEST_GUILESS_MAIN(ParseErrorTest)
#include "parse_error_test.moc"
