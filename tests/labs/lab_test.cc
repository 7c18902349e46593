// One lab: the reference gets full points, the starter none beyond building, and each wrong solution loses
// points where it shall; the handout tells nothing. LAB_TEST --lab N
#include <QByteArray>
#include <QCoreApplication>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QStringLiteral>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

#include "labs/grader/files.h"
#include "labs/grader/starter.h"
#include "labs/grader/student_folder.h"
#include "tests/labs/lab_support.h"
#include "tests/scenario/transcripts.h"

namespace {
int g_lab = 1;
}

class LabTest : public QObject {
    Q_OBJECT

    std::unique_ptr<test::LabBench> m_bench;
    QTemporaryDir m_work;

private Q_SLOTS:
    void initTestCase() { m_bench = std::make_unique<test::LabBench>(test::theLab(g_lab)); }

    void the_points_are_a_hundred() { QCOMPARE(m_bench->lab().points(), 100); }

    void the_reference_gets_full_points_by_the_files() {
        const auto result = m_bench->check(m_bench->solution(m_work, QStringLiteral("reference"), {}));
        QVERIFY2(result.earned() == result.points(), test::told(result));
    }
    void and_when_names_are_drawn() {
        // On the host; what differs from the files is not where it runs.
        QStringList ids;
        for (const auto& check : m_bench->lab().checks)
            if (check.machines == std::vector{grader::Machine::Host})
                ids << check.id;
        const auto result =
            m_bench->check(m_bench->solution(m_work, QStringLiteral("drawn"), {}), ids, 12345);
        QVERIFY2(result.earned() == result.points(), test::told(result));
    }

    void the_starter_gets_nothing_beyond_building() {
        const QString starter = m_work.filePath(QStringLiteral("starter"));
        QCOMPARE(grader::writeStarter(m_bench->lab(), test::labInstallation(), starter), QString());
        const auto result = m_bench->check(starter);
        for (const auto& check : result.checks) {
            const bool builds = m_bench->lab().check(check.id)->kind == grader::CheckKind::Build;
            QVERIFY2(check.passed == builds, test::told(result));
            if (!builds)
                QVERIFY2(check.failure.what.contains(QStringLiteral("is not written yet")),
                         test::told(result));
        }
    }

    void there_are_five_wrong_solutions_or_more() {
        QVERIFY(test::wrongOf(m_bench->lab().folder + QStringLiteral("/wrong.json")).size() >= 5);
    }
    void a_wrong_solution_loses_points_data() {
        QTest::addColumn<int>("index");
        int index = 0;
        for (const auto& wrong : test::wrongOf(m_bench->lab().folder + QStringLiteral("/wrong.json")))
            QTest::newRow(qPrintable(wrong.name)) << index++;
    }
    void a_wrong_solution_loses_points() {
        QFETCH(int, index);
        const auto wrong =
            test::wrongOf(m_bench->lab().folder + QStringLiteral("/wrong.json"))[size_t(index)];
        QVERIFY2(!wrong.loses.isEmpty() && !wrong.answer.isEmpty(),
                 "a wrong solution says what it loses, and why");
        for (const QString& id : wrong.loses)
            QVERIFY2(m_bench->lab().check(id), qPrintable(id));
        QVERIFY2(QFile::exists(m_bench->lab().scenarioFile(wrong.look)), qPrintable(wrong.look));
        const auto result = m_bench->check(m_bench->solution(m_work, wrong.name, wrong.edits), wrong.loses);
        for (const auto& check : result.checks) {
            QVERIFY2(!check.passed && check.earned == 0, test::told(result));
            QVERIFY2(!check.failure.what.startsWith(QStringLiteral("it does not build")), test::told(result));
        }
        for (const QString& words : wrong.says)
            QVERIFY2(test::told(result).contains(words.toUtf8()),
                     qPrintable(words + u'\n' + QString::fromUtf8(test::told(result))));
    }

    void the_handout_holds_no_solution_and_nothing_hidden() {
        const QString folder = m_work.filePath(QStringLiteral("handout"));
        QCOMPARE(grader::writeStudentFolder(m_bench->lab(), test::labInstallation(), folder), QString());
        // Neither under their names nor as a part of anything: long lines of them, and whole transcripts.
        QList<QByteArray> secrets;
        QByteArray given;
        for (const QString& file : m_bench->lab().files)
            given += test::contents(folder + u'/' + file);
        for (const QString& file : m_bench->lab().files)
            for (const QByteArray& line :
                 test::contents(QStringLiteral(UVMSCOPE_SOURCE_DIR "/") + file).split('\n'))
                if (!given.contains(line.trimmed()))
                    secrets << line.trimmed();
        for (const QString& file : m_bench->lab().withheld)
            secrets << test::contents(QStringLiteral(UVMSCOPE_SOURCE_DIR "/") + file);
        QDirIterator hidden(m_bench->lab().folder + QStringLiteral("/hidden"), QDir::Files);
        while (hidden.hasNext())
            secrets << test::contents(hidden.next());
        secrets << test::contents(m_bench->lab().folder + QStringLiteral("/hidden.json"))
                << test::contents(m_bench->lab().folder + QStringLiteral("/wrong.json"));
        constexpr qsizetype telling = 40; // shorter lines are everybody's
        QDirIterator all(folder, QDir::Files, QDirIterator::Subdirectories);
        while (all.hasNext()) {
            const QByteArray bytes = test::contents(all.next());
            // The handout's text may quote a line or two on purpose.
            int quoted = all.fileName() == QStringLiteral("README.md") ? 2 : 0;
            for (const QByteArray& secret : secrets)
                if (secret.size() >= telling && bytes.contains(secret))
                    QVERIFY2(quoted-- > 0, qPrintable(all.filePath() + QStringLiteral(" holds: ") +
                                                      QString::fromUtf8(secret.left(80))));
        }
        QVERIFY(m_bench->lab().points() > grader::readLab(folder, new QString)->points());
        // What would tell the solution is not named either.
        QString problem;
        const QString starter = m_bench->lab().folder + QStringLiteral("/starter.json");
        const auto cuts = QFile::exists(starter) ? grader::readJson(starter, &problem) : std::nullopt;
        QCOMPARE(problem, QString());
        for (const auto& file : cuts.value_or(QJsonObject()))
            for (const auto& gone : file.toObject()[QStringLiteral("gone")].toArray()) {
                const QString name = gone.toString().section(QStringLiteral("::"), -1);
                QVERIFY2(!given.contains((u' ' + name + u'(').toUtf8()), qPrintable(name));
            }
        for (const auto& check : m_bench->lab().checks)
            for (const QString& program : check.files)
                if (check.isPublic && check.kind == grader::CheckKind::Program)
                    QVERIFY2(QFile::exists(QStringLiteral("%1/programs/%2.cc").arg(folder, program)),
                             qPrintable(program));
    }
};

int main(int argc, char** argv) {
    QCoreApplication const app(argc, argv);
    QStringList arguments = QCoreApplication::arguments();
    g_lab = test::takeOption(arguments, "--lab", QStringLiteral("1")).toInt();
    LabTest tests;
    return QTest::qExec(&tests, arguments);
}

#include "lab_test.moc"
