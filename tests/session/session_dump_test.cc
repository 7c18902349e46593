// What the bridge decodes from outside against what the kernel says itself, after every command of the
// classic traces, and the same through both ways of reading memory.
#include <QDir>
#include <QFile>
#include <QTest>

#include "gdbbridge/diff/diff.h"
#include "gdbbridge/snapshot/transcript.h"
#include "tests/session/session_run.h"
#include "tests/support/kernel_map_text.h"

using namespace gdbbridge;
using test::SessionRun;

namespace {

QString goldens, only = QStringLiteral("classic-*");

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// The scenario with the kernel's three listings behind each command.
QByteArray withListings(const QByteArray& scenario) {
    QByteArray result;
    for (QByteArray const& line : scenario.split('\n')) {
        QByteArray const command = line.split('#').front().trimmed();
        if (!command.isEmpty())
            result += command + "\ndump\nanons\npmap\n";
    }
    return result;
}

// The lines that a listing printed, without the command and the indentation.
QByteArray listed(const QByteArray& output) {
    QByteArray result;
    QList<QByteArray> lines = output.split('\n');
    lines.removeFirst();
    for (QByteArray const& line : lines)
        if (!line.isEmpty())
            result += line.mid(2) + '\n';
    return result;
}

QByteArray decoded(const QString& command, const Snapshot& snapshot) {
    return QByteArray::fromStdString(command == QLatin1String("dump")    ? dumpText(snapshot)
                                     : command == QLatin1String("anons") ? anonsText(snapshot)
                                                                         : pmapText(snapshot));
}

void addTraces() {
    QTest::addColumn<QString>("name");
    QStringList const files =
        QDir(goldens).entryList({only + QStringLiteral(".uvm")}, QDir::Files, QDir::Name);
    for (QString const& file : files)
        QTest::newRow(qPrintable(file)) << file.chopped(4);
}

} // namespace

class SessionDumpTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void there_are_traces();
    void the_snapshot_says_what_the_kernel_says_data() { addTraces(); }
    void the_snapshot_says_what_the_kernel_says();
    void the_transcript_is_byte_equal_under_the_debugger_data() { addTraces(); }
    void the_transcript_is_byte_equal_under_the_debugger();
    void the_kernels_maps_are_what_the_kernel_lists();
    void both_ways_of_reading_give_equal_snapshots();
};

void SessionDumpTest::there_are_traces() {
    QVERIFY(QDir(goldens).entryList({QStringLiteral("classic-*.uvm")}).size() >= 19);
}

void SessionDumpTest::the_snapshot_says_what_the_kernel_says() {
    QFETCH(QString, name);
    QByteArray const scenario = contentOf(goldens + u'/' + name + QStringLiteral(".uvm"));
    QVERIFY(!scenario.isEmpty());
    SessionRun run;
    QVERIFY2(run.runAll(test::config(withListings(scenario))), run.trouble());
    int compared = 0;
    for (MomentPtr const& moment : run.moments) {
        QVERIFY2(moment->snapshot->findings.empty(), qPrintable(moment->command));
        QVERIFY2(moment->violations.empty(), qPrintable(moment->command));
        if (moment->command != QLatin1String("dump") && moment->command != QLatin1String("anons") &&
            moment->command != QLatin1String("pmap"))
            continue;
        QCOMPARE(decoded(moment->command, *moment->snapshot), listed(moment->output));
        ++compared;
    }
    QVERIFY(compared >= 9);
}

void SessionDumpTest::the_transcript_is_byte_equal_under_the_debugger() {
    QFETCH(QString, name);
    SessionRun run;
    QVERIFY2(run.runAll(test::config(contentOf(goldens + u'/' + name + QStringLiteral(".uvm")))),
             run.trouble());
    QByteArray transcript;
    for (MomentPtr const& moment : run.moments)
        transcript += moment->output;
    QCOMPARE(transcript, contentOf(goldens + u'/' + name + QStringLiteral(".out")));
}

void SessionDumpTest::the_kernels_maps_are_what_the_kernel_lists() {
    QByteArray scenario;
    for (const char* command :
         {"kalloc a kmem 0x1000 wired", "kalloc b kmem 0x3000 wired", "kalloc p kernel 0x4000 pageable",
          "kwrite p 0x1000 \"text\"", "kfree a", "kalloc e exec 0x2000 pageable", "kfree b", "kdrain kmem"})
        scenario += QByteArray(command) + "\nklist\n";
    for (ReadPath const path : {ReadPath::Mapped, ReadPath::ThroughGdb}) {
        SessionConfig config = test::config(scenario);
        config.readPath = path;
        SessionRun run;
        QVERIFY2(run.runAll(config), run.trouble());
        int compared = 0;
        for (MomentPtr const& moment : run.moments) {
            QVERIFY2(moment->snapshot->findings.empty() && moment->violations.empty(),
                     qPrintable(moment->command));
            if (moment->command != QLatin1String("klist"))
                continue;
            QCOMPARE(testsupport::kernelMapsText(*moment->snapshot),
                     testsupport::comparableKlist(moment->output));
            ++compared;
        }
        QCOMPARE(compared, 8);
    }
}

void SessionDumpTest::both_ways_of_reading_give_equal_snapshots() {
    for (const char* name :
         {"classic-fork-child-writes", "classic-private-file-promotion", "classic-mremap"}) {
        SessionConfig config =
            test::config(contentOf(goldens + u'/' + QLatin1String(name) + QStringLiteral(".uvm")));
        SessionRun mapped, throughGdb;
        QVERIFY2(mapped.runAll(config), mapped.trouble());
        config.readPath = ReadPath::ThroughGdb;
        QVERIFY2(throughGdb.runAll(config), throughGdb.trouble());
        QCOMPARE(throughGdb.moments.size(), mapped.moments.size());
        for (size_t i = 0; i < mapped.moments.size(); ++i) {
            Snapshot const& a = *mapped.moments[i]->snapshot;
            Snapshot const& b = *throughGdb.moments[i]->snapshot;
            QVERIFY(difference(a, b, {.accessBits = true}).empty());
            QVERIFY(a.kernelMaps == b.kernelMaps && a.kernelMaps.size() == 5);
            QCOMPARE(b.freePages, a.freePages);
            QCOMPARE(b.findings.size(), size_t(0));
            QCOMPARE(throughGdb.moments[i]->events.size(), mapped.moments[i]->events.size());
        }
    }
}

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    QStringList arguments = QCoreApplication::arguments();
    if (qsizetype const at = arguments.indexOf(QStringLiteral("--goldens"));
        at > 0 && at + 1 < arguments.size()) {
        goldens = arguments[at + 1];
        arguments.remove(at, 2);
    }
    if (qsizetype const at = arguments.indexOf(QStringLiteral("--only"));
        at > 0 && at + 1 < arguments.size()) {
        only = arguments[at + 1];
        arguments.remove(at, 2);
    }
    test::takeArchitecture(&arguments);
    SessionDumpTest tests;
    return QTest::qExec(&tests, arguments);
}
#include "session_dump_test.moc"
