// Runs scenarios on a target's program and compares the transcript with the one that is kept, byte for byte.
//
//   transcript_test --target COMMAND --goldens FOLDER [--only PATTERN] [--check-each yes] [Qt Test options]
//
// COMMAND is run with the scenario's path as its last argument; FOLDER has NAME.uvm and NAME.out; PATTERN is
// a wildcard for the names. --check-each: with a `check` behind every command, which must hold.
#include <QByteArray>
#include <QCoreApplication>
#include <QObject>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>
#include <QTest>

#include "tests/scenario/transcripts.h"

namespace {

QString g_target;
QString g_goldens;
QString g_only;
bool g_checkEach;

} // namespace

class TranscriptTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void the_transcript_is_byte_equal_data() {
        QTest::addColumn<QString>("scenario");
        for (QString const& path : test::scenariosIn(g_goldens, g_only))
            QTest::newRow(qPrintable(test::nameOf(path))) << path;
    }
    void the_transcript_is_byte_equal() {
        QFETCH(QString, scenario);
        QByteArray text = test::contents(scenario);
        QByteArray expected = test::contents(scenario.chopped(4) + ".out");
        if (g_checkEach) {
            text = test::withChecks(text);
            expected = test::withGoodChecks(expected);
        }
        QTemporaryDir folder;
        QString const path = folder.filePath("scenario.uvm");
        QVERIFY(test::write(path, text));
        QProcess process;
        process.start(g_target, {path});
        if (!process.waitForFinished(60000))
            process.kill();
        QString const difference = test::firstDifference(expected, process.readAllStandardOutput());
        QByteArray const errors = process.readAllStandardError();
        QVERIFY2(difference.isEmpty(), qPrintable(difference + "\n" + errors));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(errors, QByteArray());
        QCOMPARE(process.exitCode(), 0);
    }
};

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    QStringList args = app.arguments();
    g_target = test::takeOption(args, "--target");
    g_goldens = test::takeOption(args, "--goldens");
    g_only = test::takeOption(args, "--only", "*");
    g_checkEach = !test::takeOption(args, "--check-each").isEmpty();
    TranscriptTest test;
    return QTest::qExec(&test, args);
}
#include "transcript_test.moc"
