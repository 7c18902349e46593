// Scenarios on a kernel: one machine for each, from power-on to its end.
//
//   guest_transcript_test --goldens FOLDER [--only PATTERN] [--part K/N] [--check-each yes] [--arch A] [Qt
//   Test options] guest_transcript_test --same-as COMMAND --goldens FOLDER …
//
// The transcript must be that of NAME.out in FOLDER; with --same-as, what COMMAND (run with the scenario's
// path as its last argument) prints, and every `check` in it must hold. --part: the K-th of N shares of the
// scenarios. --check-each: with a `check` behind every command.
#include <QByteArray>
#include <QCoreApplication>
#include <QObject>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTest>

#include "tests/kernel/guest_run.h"
#include "tests/scenario/transcripts.h"

namespace {

QString g_goldens, g_only, g_part, g_sameAs;
bool g_checkEach;

QByteArray transcriptOf(const QString& command, const QString& scenario) {
    QProcess process;
    process.start(command, {scenario});
    if (!process.waitForFinished(60000))
        process.kill();
    QByteArray const errors = process.readAllStandardError();
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        return "ended with status " + QByteArray::number(process.exitCode()) + ": " + errors;
    return process.readAllStandardOutput();
}

} // namespace

class GuestTranscriptTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void the_transcript_is_byte_equal_data() {
        QTest::addColumn<QString>("scenario");
        QStringList const share = g_part.split('/');
        qsizetype const part = share.value(0).toInt(), parts = share.value(1).toInt();
        if (share.size() != 2 || part < 1 || part > parts)
            qFatal("--part %s: expected K/N", qPrintable(g_part));
        QStringList const scenarios = test::scenariosIn(g_goldens, g_only);
        for (qsizetype i = part - 1; i < scenarios.size(); i += parts)
            QTest::newRow(qPrintable(test::nameOf(scenarios[i]))) << scenarios[i];
    }
    void the_transcript_is_byte_equal() {
        QFETCH(QString, scenario);
        QByteArray expected = g_sameAs.isEmpty() ? test::contents(scenario.chopped(4) + ".out")
                                                 : transcriptOf(g_sameAs, scenario);
        gdbbridge::BootFile file = test::bootFile(scenario);
        if (g_checkEach) {
            file.bytes = test::withChecks(file.bytes);
            expected = test::withGoodChecks(expected);
        }
        test::GuestRun const run =
            test::runGuest({.commandLine = "scenario=" + test::nameOf(scenario) + " halt",
                            .files = {file},
                            .limit = std::chrono::seconds(60)});
        QVERIFY2(run.end == test::GuestEnd::Exit, run.text());
        QString const difference = test::firstDifference(expected, run.transcript);
        QVERIFY2(difference.isEmpty(), qPrintable(difference + "\n" + run.console));
        QCOMPARE(run.status, std::optional<int>(0)); // 1 when a `check` failed
        QVERIFY2(run.console.endsWith("kernel: done, status 0\n"), run.text());
    }
};

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    QStringList args = app.arguments();
    g_goldens = test::takeOption(args, "--goldens");
    g_only = test::takeOption(args, "--only", "*");
    g_part = test::takeOption(args, "--part", "1/1");
    g_checkEach = !test::takeOption(args, "--check-each").isEmpty();
    g_sameAs = test::takeOption(args, "--same-as");
    test::takeArchitecture(&args);
    GuestTranscriptTest test;
    return QTest::qExec(&test, args);
}
#include "guest_transcript_test.moc"
