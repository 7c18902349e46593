// Runs scenarios on a target's program and compares the transcript with the one that is kept, byte for byte.
//
//   transcript_test --target COMMAND --goldens FOLDER [--only PATTERN] [Qt Test options]
//
// COMMAND is run with the scenario's path as its last argument; FOLDER has NAME.uvm and NAME.out; PATTERN is
// a wildcard for the names.
#include <QtTest>

namespace {

QString g_target;
QString g_goldens;
QString g_only = "*";

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read: " + path.toUtf8());
}

// The first line that differs, with a few lines before it; empty when there is none.
QString first_difference(const QByteArray& expected, const QByteArray& found) {
    if (expected == found)
        return {};
    QList<QByteArray> const want = expected.split('\n');
    QList<QByteArray> const have = found.split('\n');
    qsizetype line = 0;
    while (line < want.size() && line < have.size() && want[line] == have[line])
        ++line;
    QString text = QString("line %1 differs\n").arg(line + 1);
    for (qsizetype before = std::max<qsizetype>(0, line - 12); before < line; ++before)
        text += "           " + want[before] + "\n";
    text += "  expected " + (line < want.size() ? want[line] : "(the end)") + "\n";
    text += "  found    " + (line < have.size() ? have[line] : "(the end)");
    return text;
}

} // namespace

class TranscriptTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void the_transcript_is_byte_equal_data() {
        QTest::addColumn<QString>("scenario");
        QDir const folder(g_goldens);
        QStringList const names = folder.entryList({g_only + ".uvm"}, QDir::Files, QDir::Name);
        for (QString const& name : names)
            QTest::newRow(qPrintable(name.chopped(4))) << folder.filePath(name);
        if (names.isEmpty())
            qFatal("no scenario %s in %s", qPrintable(g_only), qPrintable(g_goldens));
    }
    void the_transcript_is_byte_equal() {
        QFETCH(QString, scenario);
        QProcess process;
        process.start(g_target, {scenario});
        if (!process.waitForFinished(60000))
            process.kill();
        QString const difference =
            first_difference(contents(scenario.chopped(4) + ".out"), process.readAllStandardOutput());
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
    struct {
        const char* name;
        QString* value;
    } const options[] = {{"--target", &g_target}, {"--goldens", &g_goldens}, {"--only", &g_only}};
    for (auto const& option : options) {
        qsizetype const at = args.indexOf(option.name);
        if (at < 0 || at + 1 >= args.size())
            continue;
        *option.value = args[at + 1];
        args.remove(at, 2);
    }
    TranscriptTest test;
    return QTest::qExec(&test, args);
}
#include "transcript_test.moc"
