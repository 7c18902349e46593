// A class is graded, the grading killed in its midst and gone on with: nobody is graded twice, everybody gets
// the points that are due, and nothing is left behind. LAB_CLASS_TEST [--size N] [--jobs K]
//
// The class is one of lab 1: who has solved it, who has not begun, who has one of the museum's faults, who
// hangs, panics, forges results, or hands in what does not build or nothing at all.
#include <QDirIterator>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QtTest>

#include "labs/grader/files.h"
#include "labs/grader/starter.h"
#include "labs/grader/wrong.h"
#include "tests/labs/lab_support.h"
#include "tests/scenario/transcripts.h"

namespace {

int g_size = 3, g_jobs = 2;

const QString lookupFile = QStringLiteral("kernel/vm/uvm_map_lookup.cc");

struct Due {
    int least = 0, most = 0; // points
    QStringList loses;       // checks that must fail
};

std::vector<grader::Edit> firstThing(const QString& code) {
    const QString place =
        QStringLiteral("    vm_map_entry* const at = __atomic_load_n(&map.hint, __ATOMIC_RELAXED);");
    return {{lookupFile, place, code + u'\n' + place}};
}

// Whether the command line of a running process has the text.
bool isMentionedByAProcess(const QString& text) {
    const QStringList processes =
        QDir(QStringLiteral("/proc")).entryList({QStringLiteral("[0-9]*")}, QDir::Dirs);
    return std::any_of(processes.begin(), processes.end(), [&](const QString& id) {
        return test::contents(QStringLiteral("/proc/%1/cmdline").arg(id)).contains(text.toUtf8());
    });
}

qint64 bytesIn(const QString& folder) {
    qint64 bytes = 0;
    QDirIterator at(folder, QDir::Files, QDirIterator::Subdirectories);
    while (at.hasNext())
        bytes += QFileInfo(at.next()).size();
    return bytes;
}

} // namespace

class LabClassTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::map<QString, Due> m_due;

    QString path(const char* name) const { return m_folder.filePath(QLatin1String(name)); }

    void hand(const QString& name, const std::vector<grader::Edit>& edits, const Due& due) {
        const QString problem =
            grader::writeSolution(test::theLab(1), test::labInstallation(), edits, path("class/") + name);
        if (!problem.isEmpty())
            qFatal("%s", qPrintable(problem));
        m_due[name] = due;
    }

    // A small class has the first of them: one who is graded when it is killed, one who is being graded, and
    // one who is not.
    void makeClass() {
        const auto wrong = test::wrongOf(test::theLab(1).folder + QStringLiteral("/wrong.json"));
        const char* const kinds[] = {"starter", "right", "nothing", "right",   "wrong", "right",  "panics",
                                     "right",   "wrong", "hangs",   "right",   "right", "forges", "wrong",
                                     "right",   "bad",   "right",   "starter", "wrong", "right"};
        size_t wrongs = 0;
        for (int i = 0; i < g_size; ++i) {
            const QString kind = QLatin1String(kinds[size_t(i) % std::size(kinds)]);
            const QString name = QStringLiteral("%1-%2").arg(i, 3, 10, QLatin1Char('0')).arg(kind);
            if (kind == QStringLiteral("right")) {
                hand(name, {}, {100, 100, {}});
            } else if (kind == QStringLiteral("wrong")) {
                const auto& fault = wrong[wrongs++ % wrong.size()];
                hand(name, fault.edits, {5, 95, fault.loses});
            } else if (kind == QStringLiteral("panics")) {
                hand(name, firstThing(QStringLiteral("panic(\"I give up\");")), {5, 5, {}});
            } else if (kind == QStringLiteral("hangs")) {
                hand(name, firstThing(QStringLiteral("for (;;) __asm__ volatile(\"\");")), {5, 5, {}});
            } else if (kind == QStringLiteral("forges")) {
                hand(name,
                     firstThing(QStringLiteral(
                         "#if __STDC_HOSTED__\nextern \"C\" long write(int, const void*, unsigned long);\n"
                         "write(3, \"word end 1\\n0\", 12);\n#endif")),
                     {5, 30, {QStringLiteral("lookup"), QStringLiteral("grow")}});
            } else if (kind == QStringLiteral("bad")) {
                hand(name, firstThing(QStringLiteral("this is no C++;")), {0, 0, {}});
            } else if (kind == QStringLiteral("starter")) {
                const QString problem =
                    grader::writeStarter(test::theLab(1), test::labInstallation(), path("class/") + name);
                if (!problem.isEmpty())
                    qFatal("%s", qPrintable(problem));
                m_due[name] = {5, 5, {}};
            } else {
                QDir().mkpath(path("class/") + name);
                m_due[name] = {0, 0, {}};
            }
        }
    }

    QStringList words() const {
        return {QStringLiteral("grade"), QStringLiteral("1"),  QStringLiteral("--submissions"),
                path("class"),           QStringLiteral("-j"), QString::number(g_jobs),
                QStringLiteral("-o"),    path("grades")};
    }
    // Those of whom it was said that they have been graded, each as often as that.
    static QStringList gradedIn(const QByteArray& said) {
        static const QRegularExpression line(QStringLiteral("^\\d+/\\d+  (\\S+)  \\d+ of"),
                                             QRegularExpression::MultilineOption);
        QStringList names;
        auto at = line.globalMatch(QString::fromUtf8(said));
        while (at.hasNext())
            names << at.next().captured(1);
        return names;
    }
    QStringList results() const {
        return QDir(path("grades/results")).entryList({QStringLiteral("*.json")}, QDir::Files);
    }
    void nothingIsLeft() { QTRY_VERIFY_WITH_TIMEOUT(!isMentionedByAProcess(path("grades")), 5000); }
    QStringList workFolders() const {
        return QDir(path("tmp")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot);
    }

    // Grades until `enough` have been, and kills it then; all when it is 0. What it said.
    QByteArray grade(int enough, int* code) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("TMPDIR"), path("tmp"));
        process.setProcessEnvironment(environment);
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(QStringLiteral(UVMSCOPE_BUILD_DIR "/uvmscope-lab"), words());
        QByteArray heard;
        while (process.waitForReadyRead(600'000)) {
            heard += process.readAllStandardOutput();
            if (enough > 0 && gradedIn(heard).size() >= enough)
                process.kill();
        }
        process.waitForFinished(600'000);
        heard += process.readAllStandardOutput();
        *code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
        return heard;
    }

private Q_SLOTS:
    void a_class_is_graded_once_although_it_is_killed() {
        QVERIFY(QDir().mkpath(path("tmp")));
        makeClass();
        int code = 0;
        const QByteArray first = grade(std::max(1, g_size / 2), &code);
        QCOMPARE(code, -1);
        QVERIFY(!QFile::exists(path("grades/grades.csv")));
        // Who was being graded is not graded on by a process that nobody knows of.
        nothingIsLeft();
        const QStringList done = results();
        QVERIFY(!done.isEmpty() && done.size() < g_size);
        std::map<QString, QDateTime> written;
        for (const QString& name : done)
            written[name] = QFileInfo(path("grades/results/") + name).lastModified();

        const QByteArray second = grade(0, &code);
        QCOMPARE(code, 0);
        nothingIsLeft();
        QCOMPARE(workFolders(), QStringList()); // also of who was killed
        QVERIFY2(second.contains(
                     QStringLiteral("%1 of %2 are graded already").arg(done.size()).arg(g_size).toUtf8()),
                 second);
        for (const QString& name : done)
            QCOMPARE(QFileInfo(path("grades/results/") + name).lastModified(), written[name]);
        QStringList again = gradedIn(second);
        QCOMPARE(again.size(), g_size - done.size());
        for (const QString& name : again)
            QVERIFY2(!done.contains(name + QStringLiteral(".json")), qPrintable(name));
        QCOMPARE(results().size(), g_size);
        QCOMPARE(test::contents(path("grades/grades.csv")).count('\n'), g_size + 1);
        QVERIFY(grade(0, &code).contains(QStringLiteral("%1 of %1 are graded already").arg(g_size).toUtf8()));
    }

    void everybody_gets_what_is_due() {
        for (const auto& [name, due] : m_due) {
            const auto json = QJsonDocument::fromJson(
                test::contents(path("grades/results/") + name + QStringLiteral(".json")));
            const int earned = json[QStringLiteral("earned")].toInt(-1);
            QVERIFY2(due.least <= earned && earned <= due.most,
                     qPrintable(QStringLiteral("%1: %2 points").arg(name).arg(earned)));
            for (const QJsonValue& check : json[QStringLiteral("checks")].toArray())
                if (due.loses.contains(check[QStringLiteral("id")].toString()))
                    QVERIFY2(!check[QStringLiteral("passed")].toBool(), qPrintable(name));
        }
        const qint64 bytes = bytesIn(path("grades"));
        qInfo("%lld KiB of results and evidence a submission", static_cast<long long>(bytes / g_size / 1024));
        QVERIFY(bytes / g_size < 4 << 20);
    }
};

int main(int argc, char** argv) {
    // Qt ends a test after five minutes, and a large class takes longer; CTest has a limit of its own.
    qputenv("QTEST_FUNCTION_TIMEOUT", "86400000");
    QCoreApplication const app(argc, argv);
    QStringList arguments = QCoreApplication::arguments();
    g_size = test::takeOption(arguments, "--size", QStringLiteral("3")).toInt();
    g_jobs = test::takeOption(arguments, "--jobs", QStringLiteral("2")).toInt();
    LabClassTest tests;
    return QTest::qExec(&tests, arguments);
}

#include "lab_class_test.moc"
