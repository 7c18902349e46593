// uvmscope lab, as a student and an assistant call it.
#include <QByteArray>
#include <QDateTime>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QJsonValue>
#include <QLatin1String>
#include <QObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QString>
#include <QStringList>
#include <QStringLiteral>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <functional>

#include "labs/grader/files.h"
#include "labs/grader/scenario_run.h"
#include "labs/grader/scenario_text.h"
#include "labs/grader/starter.h"
#include "tests/labs/lab_support.h"
#include "tests/scenario/transcripts.h"

namespace {

const QString source = QStringLiteral(UVMSCOPE_SOURCE_DIR "/");
const QStringList files{QStringLiteral("kernel/vm/uvm_map_lookup.cc"),
                        QStringLiteral("kernel/vm/uvm_map_tree.cc")};

struct Result {
    int code = -1;
    QByteArray out, err;
};

} // namespace

class LabCommandTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    Result run(const QString& program, const QStringList& arguments, const QString& folder = {},
               int ms = 60'000) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("PATH"), QStringLiteral(UVMSCOPE_BUILD_DIR ":") +
                                                       environment.value(QStringLiteral("PATH")));
        for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
            environment.remove(QString::fromLatin1(name));
        // An object out of a cache names the folder that it was compiled in.
        environment.insert(QStringLiteral("CCACHE_DISABLE"), QStringLiteral("1"));
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(folder.isEmpty() ? m_folder.path() : folder);
        process.start(program, arguments);
        Result result;
        if (process.waitForFinished(ms) && process.exitStatus() == QProcess::NormalExit)
            result.code = process.exitCode();
        result.out = process.readAllStandardOutput();
        result.err = process.readAllStandardError();
        return result;
    }
    Result lab(const QStringList& arguments, const QString& folder = {}) {
        return run(QStringLiteral(UVMSCOPE_BUILD_DIR "/uvmscope"),
                   QStringList{QStringLiteral("lab")} + arguments, folder);
    }
    QString path(const QString& name) const { return m_folder.filePath(name); }
    // What is wrong with a result by its schema; "" when nothing is.
    QByteArray complaintsAbout(const QString& file) {
        const Result result = run(QStringLiteral("python3"),
                                  {source + QStringLiteral("tests/app/schema-test"), QStringLiteral("--file"),
                                   source + QStringLiteral("docs/schema/lab-result.schema.json"), file});
        return result.code == 0 ? QByteArray() : "the schema: " + result.err;
    }
    // The command that a failure names, where grade has put the recording: it stands at the event, and the
    // moment behind it is the first that is broken.
    void theRecordingOpensAtTheEvent(const QString& output, const QString& evidence,
                                     const QJsonObject& failure) {
        const QString open = failure[QStringLiteral("open")].toString();
        const qint64 event = failure[QStringLiteral("breaks_at_event")].toInteger();
        QVERIFY2(open.endsWith(QStringLiteral(" --at %1 --event %2")
                                   .arg(failure[QStringLiteral("breaks_in")].toInt())
                                   .arg(event)),
                 qPrintable(open));
        QVERIFY2(failure[QStringLiteral("invariant")].toString().contains(
                     QStringLiteral("a write must copy it first")),
                 qPrintable(failure[QStringLiteral("invariant")].toString()));
        const auto pictures = [&](const QString& command) {
            const Result opened = run(QStringLiteral("sh"), {QStringLiteral("-c"), command}, output);
            return opened.code == 1 ? test::contents(output + QStringLiteral("/out/map.svg")) : opened.err;
        };
        const QByteArray there = pictures(open),
                         behind = pictures(open.section(QStringLiteral(" --event"), 0, 0));
        QVERIFY2(there.contains("</svg>"), there);
        QVERIFY2(behind.contains("</svg>"), behind);
        QVERIFY(there != behind);
        const Result watched = run(QStringLiteral(UVMSCOPE_BUILD_DIR "/uvmscope"),
                                   {QStringLiteral("watch"), QStringLiteral("--json"),
                                    evidence + failure[QStringLiteral("recording")].toString()});
        qint64 before = -1, broken = -1;
        int index = 0;
        for (const QByteArray& line : watched.out.split('\n')) {
            const QJsonObject moment = QJsonDocument::fromJson(line).object();
            if (moment[QStringLiteral("type")] != QStringLiteral("moment"))
                continue;
            const QJsonArray events = moment[QStringLiteral("events")].toArray();
            if (!events.isEmpty() && events.last()[QStringLiteral("sequence")].toInteger() == event)
                before = index;
            if (broken < 0 && !moment[QStringLiteral("violations")].toArray().isEmpty())
                broken = index;
            ++index;
        }
        QVERIFY(before > 0);
        QCOMPARE(broken, before + 1);
    }
    // A folder of lab `number` with the reference's files and the kernel for i386 that is built from them;
    // `edit` changes a file's text. "" when it does not build.
    QString solved(int number, const QString& name,
                   const std::function<void(const QString& file, QByteArray& text)>& edit) {
        const QString folder = path(name);
        if (lab({QStringLiteral("start"), QString::number(number), name}).code != 0)
            return {};
        for (const QString& file : test::theLab(number).files) {
            QByteArray text = test::contents(source + file);
            edit(file, text);
            if (!test::write(folder + u'/' + file, text))
                return {};
        }
        const Result made =
            run(QStringLiteral("make"), {QStringLiteral("-s"), QStringLiteral("kernel-i386.elf")}, folder);
        return made.code == 0 ? folder : QString();
    }
    // A class of three: one who has solved it, one who has not begun, one who has handed in nothing.
    QString makeClass(const QString& name) {
        for (const QString& file : files) {
            grader::copyFile(source + file,
                             path(name) + QStringLiteral("/ada/") + QFileInfo(file).fileName());
        }
        const QString problem = grader::writeStarter(test::theLab(1), test::labInstallation(),
                                                     path(name) + QStringLiteral("/bob"));
        if (!problem.isEmpty())
            qFatal("%s", qPrintable(problem));
        QDir().mkpath(path(name) + QStringLiteral("/eve, \"the\" <third>"));
        return path(name);
    }

private Q_SLOTS:
    void the_labs_are_listed() {
        const Result result = lab({QStringLiteral("list")});
        QCOMPARE(result.code, 0);
        for (const char* title : {"Lookup and the augmented tree", "Find space", "Enter, merge, clip, unmap",
                                  "The page tables", "Faults: zero-fill and objects",
                                  "Fork and copy-on-write", "Page daemon and swap", "Extraction and mremap"})
            QVERIFY2(result.out.contains(title), result.out);
    }

    void what_is_asked_wrongly_is_said() {
        QCOMPARE(lab({QStringLiteral("start"), QStringLiteral("99"), QStringLiteral("x")}).code, 2);
        QCOMPARE(lab({QStringLiteral("dance")}).code, 2);
        QCOMPARE(lab({QStringLiteral("check")}).code, 2);
        QCOMPARE(lab({QStringLiteral("grade"), QStringLiteral("1")}).code, 2);
        const Result result = lab({QStringLiteral("start"), QStringLiteral("1"), QStringLiteral(".")},
                                  QStringLiteral(UVMSCOPE_SOURCE_DIR));
        QCOMPARE(result.code, 5);
        QVERIFY2(result.err.contains("holds something already"), result.err);
    }

    // What one side printed less of a command is not held against the next command.
    void where_two_transcripts_part_data() {
        QTest::addColumn<QByteArray>("found");
        QTest::addColumn<int>("command");
        QTest::addColumn<QByteArray>("wanted");
        QTest::addColumn<QByteArray>("instead");
        QTest::newRow("another line")
            << QByteArray("dump A\n  a\n  x\ncheck\n  = ok\n") << 0 << QByteArray("b") << QByteArray("x");
        QTest::newRow("a line less") << QByteArray("dump A\n  a\ncheck\n  = ok\n") << 0 << QByteArray("b")
                                     << QByteArray("(it ends here)");
        QTest::newRow("a line more") << QByteArray("dump A\n  a\n  b\n  c\ncheck\n  = ok\n") << 0
                                     << QByteArray("(it ends here)") << QByteArray("c");
        QTest::newRow("it died") << QByteArray("dump A\n  a\n") << 0 << QByteArray("b")
                                 << QByteArray("(nothing)");
        QTest::newRow("it died before the next")
            << QByteArray("dump A\n  a\n  b\n") << 1 << QByteArray("= ok") << QByteArray("(nothing)");
    }
    void where_two_transcripts_part() {
        QFETCH(QByteArray, found);
        QFETCH(int, command);
        QFETCH(QByteArray, wanted);
        QFETCH(QByteArray, instead);
        const auto difference = grader::firstDifference("dump A\n  a\n  b\ncheck\n  = ok\n", found);
        QVERIFY(difference.found);
        QCOMPARE(difference.command, command);
        QCOMPARE(difference.expected, wanted);
        QCOMPARE(difference.actual, instead);
    }

    // From an empty folder through a failing check and the app at that place to full points.
    void a_student_goes_from_the_start_to_the_end() {
        QCOMPARE(lab({QStringLiteral("start"), QStringLiteral("1"), QStringLiteral("mine")}).code, 0);
        const QString mine = path(QStringLiteral("mine"));
        QCOMPARE(run(QStringLiteral("make"), {}, mine).code, 0);
        Result result = lab({QStringLiteral("check")}, mine);
        QCOMPARE(result.code, 1);
        QVERIFY2(result.out.contains("5 of 60 points; hidden checks are worth 40 more"), result.out);
        QVERIFY2(result.out.contains("uvm_map_entry_link is not written yet"), result.out);
        QVERIFY2(!result.out.contains("hint:"), result.out); // of what is not there nothing can be wrong

        // A solution with one fault: the gap before the new entry is forgotten.
        for (const QString& file : files)
            QCOMPARE(grader::copyFile(source + file, mine + u'/' + file), QString());
        const QByteArray good = test::contents(mine + u'/' + files[1]);
        QVERIFY(test::write(
            mine + u'/' + files[1],
            QByteArray(good).replace("        after.gap = uvm_map_gap_behind(after);", "        ;")));
        // The kernel's own map shows it before any other.
        QCOMPARE(run(QStringLiteral("make"),
                     {QStringLiteral("-s"), QStringLiteral("all"), QStringLiteral("kernels")}, mine)
                     .code,
                 0);
        QElapsedTimer clock;
        clock.start();
        result = lab({QStringLiteral("check"), QStringLiteral("1"), QStringLiteral("--json")}, mine);
        QCOMPARE(result.code, 1);
        QVERIFY2(clock.elapsed() < 20'000, "a check takes less than 20 seconds after the build");
        QVERIFY(test::write(path(QStringLiteral("printed.json")), result.out));
        QCOMPARE(complaintsAbout(path(QStringLiteral("printed.json"))), QByteArray());
        QVERIFY(test::write(path(QStringLiteral("printed.json")),
                            QByteArray(result.out).replace("\"earned\"", "\"got\"")));
        QVERIFY(!complaintsAbout(path(QStringLiteral("printed.json"))).isEmpty());
        QJsonObject grow;
        for (const QJsonValue& check :
             QJsonDocument::fromJson(result.out)[QStringLiteral("checks")].toArray())
            if (check[QStringLiteral("id")] == QStringLiteral("grow"))
                grow = check[QStringLiteral("failure")].toObject();
        QVERIFY2(grow[QStringLiteral("line")].toInt() > 2, result.out);
        QVERIFY(grow[QStringLiteral("expected")] != grow[QStringLiteral("found")]);
        QVERIFY2(grow[QStringLiteral("invariant")].toString().startsWith(QStringLiteral(
                     "behind line 2, space A 0x1000 0x200000: kernel: invariant 4: gap behind")),
                 qPrintable(grow[QStringLiteral("invariant")].toString()));

        // The command that it names, without a display: the same invariant, and pictures of that step.
        const QString open = grow[QStringLiteral("open")].toString();
        result = run(QStringLiteral("sh"), {QStringLiteral("-c"), open}, mine);
        QCOMPARE(result.code, 1);
        QVERIFY2(result.out.contains("BROKEN: "), result.out);
        QVERIFY(QFile::exists(mine + QStringLiteral("/out/tree.svg")));

        QVERIFY(test::write(mine + u'/' + files[1], good));
        result = lab({QStringLiteral("check")}, mine);
        QVERIFY2(result.code == 0, result.out);
        QVERIFY2(result.out.contains("60 of 60 points"), result.out);
    }

    // The student's function is near the beginning of the calls, not at their end.
    void the_innermost_calls_of_a_panic_are_kept() {
        QByteArray console = "uvmscope kernel\r\n\r\npanic: never at kernel/vm/uvm_map.cc:3\r\n";
        for (int call = 0; call < 40; ++call)
            console += "  #" + QByteArray::number(call) + " function\r\n";
        const QString kept = grader::tail(console);
        QVERIFY2(kept.startsWith(QStringLiteral("panic: never at ")), qPrintable(kept));
        QVERIFY(kept.contains(QStringLiteral("#0 ")) && kept.contains(QStringLiteral("#19 ")));
        QVERIFY(!kept.contains(QStringLiteral("#39 ")));
        // Of what did not panic the last lines.
        const QString last = grader::tail(console.replace("panic: ", "note: "));
        QVERIFY(last.endsWith(QStringLiteral("#39 function")) && !last.contains(QStringLiteral("#7 ")));
    }

    // What is shown of a kernel is what it was built from, never the solution of the same name.
    void the_source_is_that_of_the_kernel_that_runs() {
        const QString file = QStringLiteral("kernel/vm/uvm_vmspace_fork.cc");
        const QString mine = solved(6, QStringLiteral("shown"), [&](const QString& name, QByteArray& text) {
            if (name == file)
                text.prepend("// Mine,\n// and seven lines\n// longer\n// than\n// the\n// other\n// one.\n");
        });
        QVERIFY(!mine.isEmpty());
        QVERIFY(test::write(mine + QStringLiteral("/fork.uvm"), "space A 0x1000 0x100000\n"
                                                                "map A 0x10000 0x1000 fixed cow\n"
                                                                "fork A B\n"));
        const auto shown = [&](const QStringList& words, const QString& to) {
            QFile::remove(mine + u'/' + to);
            const Result result = run(QStringLiteral(UVMSCOPE_BUILD_DIR "/uvmscope"),
                                      QStringList{QStringLiteral("export"), QStringLiteral("--kernel"),
                                                  QStringLiteral("kernel-i386.elf"),
                                                  QStringLiteral("fork.uvm"), QStringLiteral("-o"), to} +
                                          words,
                                      mine);
            return result.code == 0 ? test::contents(mine + u'/' + to) : result.err;
        };
        const QByteArray events =
            shown({QStringLiteral("--view"), QStringLiteral("events")}, QStringLiteral("events.txt"));
        QString event;
        for (const QByteArray& line : events.split('\n'))
            if (line.contains("A copy of the space of") && event.isEmpty())
                event = QString::fromUtf8(line.simplified().split(' ').front());
        QVERIFY2(!event.isEmpty(), events);
        const QStringList there{QStringLiteral("--view"), QStringLiteral("source"),  QStringLiteral("--at"),
                                QStringLiteral("3"),      QStringLiteral("--event"), event};
        const QString text = QStringLiteral("source.txt");
        QByteArray source = shown(there, text);
        QVERIFY2(source.startsWith((mine + u'/' + file).toUtf8()), source);
        const qsizetype arrow = source.indexOf("\u2192");
        QVERIFY2(arrow > 0 && source.mid(arrow, source.indexOf('\n', arrow) - arrow).contains("fork_begin"),
                 source);
        // Changed since it was built; then gone.
        QVERIFY(test::write(mine + u'/' + file, "// other\n" + test::contents(mine + u'/' + file)));
        source = shown(there, text);
        QVERIFY2(source.contains("changed after the kernel was built"), source);
        QVERIFY(QFile::remove(mine + u'/' + file));
        source = shown(there, text);
        QVERIFY2(source.startsWith(
                     ("This kernel was built from " + mine + u'/' + file + ", which is not").toUtf8()),
                 source);
        QVERIFY2(!source.contains("\u2192"), source);
    }

    // The remembered table outlives itself: the next fault in it comes again for ever, and says so each time.
    void a_command_without_an_end_is_given_up() {
        const QString mine = solved(4, QStringLiteral("endless"), [](const QString&, QByteArray& text) {
            text.replace("                    pm.pm_leaf = {};\n", "                    ;\n");
        });
        QVERIFY(!mine.isEmpty());
        const auto scope = [&](const QStringList& words) {
            return run(QStringLiteral(UVMSCOPE_BUILD_DIR "/uvmscope"),
                       words + QStringList{QStringLiteral("--kernel"), QStringLiteral("kernel-i386.elf"),
                                           QStringLiteral("checks/sharers.uvm"), QStringLiteral("--limit"),
                                           QStringLiteral("2")},
                       mine);
        };
        const Result watched = scope({QStringLiteral("watch")});
        QCOMPARE(watched.code, 1);
        QVERIFY2(watched.err.startsWith("uvmscope: '") &&
                     watched.err.contains("' does not end: it has had 2 s of the processor's time, and does "
                                          "again and again: fault_begin"),
                 watched.err.left(1000));
        // A moment before it needs no more of the run.
        const Result before = scope({QStringLiteral("export"), QStringLiteral("--view"),
                                     QStringLiteral("pagetable"), QStringLiteral("--at"), QStringLiteral("9"),
                                     QStringLiteral("-o"), QStringLiteral("before.svg")});
        QVERIFY2(before.code == 0, before.err.left(1000));
        QVERIFY(test::contents(mine + QStringLiteral("/before.svg")).contains("</svg>"));
        const Result demo = scope({QStringLiteral("demo"), QStringLiteral("--headless")});
        QCOMPARE(demo.code, 1);
        QVERIFY2(demo.err.contains("does not end"), demo.err.left(1000));
        QVERIFY(test::contents(mine + QStringLiteral("/out/map.svg")).contains("</svg>"));
        const Result evidence =
            scope({QStringLiteral("evidence"), QStringLiteral("-o"), QStringLiteral("evidence")});
        QVERIFY2(evidence.code == 0 && evidence.out.contains("does not end") &&
                     evidence.out.contains("\"figure\":\"evidence.svg\""),
                 evidence.out + evidence.err.left(1000));
    }

    void a_class_is_graded_once() {
        const QString submissions = makeClass(QStringLiteral("class"));
        const QString output = path(QStringLiteral("grades"));
        const QStringList words{QStringLiteral("grade"),
                                QStringLiteral("1"),
                                QStringLiteral("--submissions"),
                                submissions,
                                QStringLiteral("-j"),
                                QStringLiteral("2"),
                                QStringLiteral("-o"),
                                output};
        Result result = lab(words);
        QVERIFY2(result.code == 0, result.err);
        const QByteArray csv = test::contents(output + QStringLiteral("/grades.csv"));
        QVERIFY2(csv.contains("\"ada\",100,100,5,10"), csv);
        QVERIFY2(csv.contains("\"bob\",5,100,5,0"), csv);
        QVERIFY2(csv.contains("\"eve, \"\"the\"\" <third>\",0,100,0,0"), csv);

        const auto scope =
            QJsonDocument::fromJson(test::contents(output + QStringLiteral("/gradescope/bob.json")));
        QCOMPARE(scope[QStringLiteral("score")].toInt(), 5);
        int visible = 0, later = 0;
        for (const QJsonValue& each : scope[QStringLiteral("tests")].toArray()) {
            visible += each[QStringLiteral("visibility")] == QStringLiteral("visible") ? 1 : 0;
            later += each[QStringLiteral("visibility")] == QStringLiteral("after_published") ? 1 : 0;
        }
        QCOMPARE(visible, 6);
        QCOMPARE(later, 5);
        const auto check50 =
            QJsonDocument::fromJson(test::contents(output + QStringLiteral("/check50/bob.json")));
        QCOMPARE(check50[QStringLiteral("results")].toArray().size(), 11);
        QVERIFY(check50[QStringLiteral("results")][1][QStringLiteral("cause")][QStringLiteral("rationale")]
                    .toString()
                    .contains(QStringLiteral("is not written yet")));

        QXmlStreamReader xml(test::contents(output + QStringLiteral("/junit.xml")));
        int suites = 0, failures = 0;
        while (!xml.atEnd())
            if (xml.readNext() == QXmlStreamReader::StartElement) {
                suites += xml.name() == QStringLiteral("testsuite") ? 1 : 0;
                failures += xml.name() == QStringLiteral("failure") ? 1 : 0;
            }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QCOMPARE(suites, 3);
        QCOMPARE(failures, 10 + 11);

        // Of what fails there are a recording and a figure, unless nothing can be seen: bob's kernel dies at
        // boot.
        const QString folder = output + QStringLiteral("/evidence/");
        QVERIFY(!QFile::exists(folder + QStringLiteral("ada")));
        for (const char* name : {"ada", "bob"})
            QCOMPARE(complaintsAbout(output + QStringLiteral("/results/%1.json").arg(QLatin1String(name))),
                     QByteArray());
        const auto bob =
            QJsonDocument::fromJson(test::contents(output + QStringLiteral("/results/bob.json")));
        int seen = 0;
        for (const QJsonValue& check : bob[QStringLiteral("checks")].toArray()) {
            const QJsonObject failure = check[QStringLiteral("failure")].toObject();
            if (failure.isEmpty() || failure[QStringLiteral("scenario")].toString().isEmpty())
                continue;
            ++seen;
            const QString why = failure[QStringLiteral("evidence")].toString();
            const char* const expected =
                seen == 1 ? "the run ended before command 1" : "dies before its first command";
            QVERIFY2(why.contains(QLatin1String(expected)), qPrintable(why));
        }
        QVERIFY(seen > 4);

        // Nobody is graded twice; who hands in something else is.
        result = lab(words);
        QVERIFY2(result.out.contains("3 of 3 are graded already"), result.out);
        const QString eve = QStringLiteral("/eve, \"the\" <third>");
        QCOMPARE(grader::copyFile(source + files[0], submissions + eve + u'/' + files[0]), QString());
        result = lab(words);
        QVERIFY2(result.out.contains("2 of 3 are graded already"), result.out);
        QVERIFY2(result.out.contains("<third>  0 of 100 points"), result.out);
        QVERIFY2(test::contents(output + QStringLiteral("/results") + eve + QStringLiteral(".json"))
                     .contains("uvm_map_tree.cc is missing from the submission"),
                 result.out);
    }

    // A solution of lab 5 that forgets copy-on-write: the bridge sees it at the event, long before any
    // transcript differs.
    void what_fails_is_recorded_and_drawn() {
        const auto wrong = test::wrongOf(test::theLab(5).folder + QStringLiteral("/wrong.json"));
        const auto fault = std::find_if(wrong.begin(), wrong.end(), [](const grader::Wrong& each) {
            return each.name == QStringLiteral("private-page-entered-writable");
        });
        QVERIFY(fault != wrong.end());
        QCOMPARE(grader::writeSolution(test::theLab(5), test::labInstallation(), fault->edits,
                                       path(QStringLiteral("one/mia"))),
                 QString());
        const QString output = path(QStringLiteral("one-grades"));
        const Result result =
            lab({QStringLiteral("grade"), QStringLiteral("5"), QStringLiteral("--submissions"),
                 path(QStringLiteral("one")), QStringLiteral("-o"), output});
        QVERIFY2(result.code == 0, result.err);
        const auto json =
            QJsonDocument::fromJson(test::contents(output + QStringLiteral("/results/mia.json")));
        int drawn = 0, atTheEvent = 0;
        for (const QJsonValue& check : json[QStringLiteral("checks")].toArray()) {
            const QJsonObject failure = check[QStringLiteral("failure")].toObject();
            const QString evidence = output + QStringLiteral("/evidence/mia/");
            if (failure[QStringLiteral("scenario")].toString().isEmpty() &&
                failure[QStringLiteral("program")].toString().isEmpty())
                continue;
            QVERIFY2(failure[QStringLiteral("evidence")].toString().isEmpty(),
                     qPrintable(failure[QStringLiteral("evidence")].toString()));
            const QByteArray figure = test::contents(evidence + failure[QStringLiteral("figure")].toString());
            QVERIFY2(figure.contains("</svg>"), qPrintable(failure[QStringLiteral("figure")].toString()));
            ++drawn;
            if (failure[QStringLiteral("breaks_at_event")].toInteger() == 0)
                continue;
            ++atTheEvent;
            theRecordingOpensAtTheEvent(output, evidence, failure);
        }
        QVERIFY(drawn >= 2);
        QCOMPARE(atTheEvent, 3); // it is sought for no more
    }

    // A job of many grades one and leaves the reports to the last call.
    void one_of_a_class_is_graded_alone() {
        const QString output = path(QStringLiteral("array-grades"));
        const QStringList words{QStringLiteral("grade"),
                                QStringLiteral("1"),
                                QStringLiteral("--submissions"),
                                makeClass(QStringLiteral("array")),
                                QStringLiteral("-o"),
                                output};
        const QString name = QStringLiteral("eve, \"the\" <third>");
        Result result = lab(words + QStringList{QStringLiteral("--only"), name});
        QVERIFY2(result.code == 0, result.err);
        QCOMPARE(QDir(output + QStringLiteral("/results")).entryList(QDir::Files),
                 QStringList{name + QStringLiteral(".json")});
        QVERIFY(!QFile::exists(output + QStringLiteral("/grades.csv")));
    }

    // What the processor remembers is in no picture: the exhibit has a program that finds it.
    void an_exhibit_that_no_picture_shows_has_a_program() {
        Result result =
            lab({QStringLiteral("museum"), QStringLiteral("4"), QStringLiteral("1"), QStringLiteral("tlb")});
        QVERIFY2(result.code == 0, result.err);
        QCOMPARE(QDir(path(QStringLiteral("tlb"))).entryList(QDir::Files, QDir::Name),
                 QStringList({QStringLiteral("kernel-i386.elf"), QStringLiteral("page_tables"),
                              QStringLiteral("protect.uvm")}));
        QStringList commands;
        for (const QString& line : QString::fromUtf8(result.out).split(u'\n'))
            if (line.trimmed().startsWith(QStringLiteral("uvmscope demo")))
                commands << line.trimmed();
        QCOMPARE(commands.size(), 2);
        result = run(QStringLiteral("sh"), {QStringLiteral("-c"), commands[0]});
        QVERIFY2(result.code == 0, result.out + result.err);
        result = run(QStringLiteral("sh"), {QStringLiteral("-c"), commands[1]});
        QCOMPARE(result.code, 1);
        QVERIFY2(result.out.contains("run page_tables"), result.out);
    }

    void the_museum_shows_and_does_not_tell() {
        Result result = lab({QStringLiteral("museum"), QStringLiteral("1")});
        QVERIFY2(result.out.contains("lab 1 has 9 exhibits"), result.out);
        result = lab(
            {QStringLiteral("museum"), QStringLiteral("1"), QStringLiteral("3"), QStringLiteral("exhibit")});
        QVERIFY2(result.code == 0, result.err);
        QVERIFY(!result.out.contains("predecessor"));
        const QStringList shown = QDir(path(QStringLiteral("exhibit"))).entryList(QDir::Files, QDir::Name);
        QCOMPARE(shown, QStringList({QStringLiteral("grow.uvm"), QStringLiteral("kernel-i386.elf")}));
        result = run(QStringLiteral(UVMSCOPE_BUILD_DIR "/uvmscope"),
                     {QStringLiteral("watch"), path(QStringLiteral("exhibit/grow.uvm")),
                      QStringLiteral("--kernel"), path(QStringLiteral("exhibit/kernel-i386.elf"))});
        QCOMPARE(result.code, 1);
        QVERIFY2(result.out.contains("BROKEN: "), result.out);
        result = lab(
            {QStringLiteral("museum"), QStringLiteral("1"), QStringLiteral("3"), QStringLiteral("--answer")});
        QVERIFY2(result.out.contains("leaves the gap of the entry before it"), result.out);
    }
};

QTEST_GUILESS_MAIN(LabCommandTest)
#include "lab_command_test.moc"
