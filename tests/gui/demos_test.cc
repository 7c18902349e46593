// Every demo in scenarios/demos and scenarios/lectures, and the scenarios of the book, which are demos, too:
// each parses, it runs to its end on the host and on both kernels in QEMU, every stop is reached, what is
// claimed there holds, and every question has an answer of the live kernel's among its choices.
#include <QDir>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>

#include "gui/app/demo_told.h"
#include "gui/app/paths.h"
#include "gui/app/recorded_run.h"
#include "tests/support/host_moments.h"

using namespace gui;

namespace {

const QString root = QStringLiteral(UVMSCOPE_SOURCE_DIR "/");
const QString ofProject = QStringLiteral("scenarios/demos/");
const QString ofLectures = QStringLiteral("scenarios/lectures/");
const QString ofBook = QStringLiteral("docs/book/figures/");

// Paths below the root.
QStringList demos(const QStringList& folders = {ofProject, ofLectures, ofBook}) {
    QStringList files;
    for (const QString& folder : folders)
        for (const QString& file :
             QDir(root + folder).entryList({QStringLiteral("*.uvm")}, QDir::Files, QDir::Name))
            files << folder + file;
    return files;
}

} // namespace

class DemosTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void there_are_demos_of_everything();
    void lectures_have_a_plan();
    void each_tells_its_title_and_asks_data() { rows({QString()}); }
    void each_tells_its_title_and_asks();
    void each_holds_what_it_says_data();
    void each_holds_what_it_says();
    void a_demo_that_claims_something_else_is_found_out();

private:
    static void rows(const QStringList& targets);
};

void DemosTest::rows(const QStringList& targets) {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("target");
    for (const QString& target : targets)
        for (const QString& file : demos())
            // The book's run on the machine that its figures are drawn from.
            if (target != QStringLiteral("x86_64") || !file.startsWith(ofBook))
                QTest::newRow(qPrintable(file + u' ' + target)) << file << target;
}

void DemosTest::there_are_demos_of_everything() {
    const QStringList names = demos({ofProject});
    for (const char* name : {"fork-generations", "fork-needs-copy", "fork-shared-private", "fork-wired",
                             "fault-promotion", "fault-advice", "map-clip-merge", "map-tree",
                             "map-find-space", "map-extract-loan", "map-broken", "swap-pressure"})
        QVERIFY2(names.contains(ofProject + QString::fromLatin1(name) + QStringLiteral(".uvm")), name);
    QVERIFY(!demos({ofBook}).isEmpty());
}

// Fifty minutes each, which add up; each demo is there, has notes, and is in one lecture only; the figures
// are of demos of the lecture. The list of demos begins with them, in this order.
void DemosTest::lectures_have_a_plan() {
    const QRegularExpression row(QStringLiteral(R"(^\| (\d+):(\d\d) \| (\d+) \| (`[\w-]+`)? ?\|)"),
                                 QRegularExpression::MultilineOption);
    const QRegularExpression figure(QStringLiteral(R"(^\| `[\w-]+` \| \w+ \| `([\w-]+)` \| \d+ \| .+ \|$)"),
                                    QRegularExpression::MultilineOption);
    QStringList all;
    QCOMPARE(lectureNames().size(), 3);
    for (const QString& lecture : lectureNames()) {
        const QString text = readText(root + ofLectures + lecture + QStringLiteral(".md"));
        int minutes = 0;
        for (const auto& match : row.globalMatch(text)) {
            QCOMPARE(match.captured(1).toInt() * 60 + match.captured(2).toInt(), minutes);
            minutes += match.captured(3).toInt();
        }
        QCOMPARE(minutes, 50);
        const QStringList names = demosOfLecture(lecture);
        QVERIFY(names.size() >= 3);
        for (const QString& name : names) {
            const QString file = name + QStringLiteral(".uvm");
            QVERIFY2(demos().contains(ofProject + file) || demos().contains(ofLectures + file),
                     qPrintable(name));
            QVERIFY2(text.contains(QStringLiteral("\n### %1\n").arg(name)), qPrintable(name));
            QVERIFY2(!all.contains(name), qPrintable(name));
            all << name;
        }
        int figures = 0;
        for (const auto& match : figure.globalMatch(text)) {
            QVERIFY2(names.contains(match.captured(1)), qPrintable(match.captured(0)));
            ++figures;
        }
        QVERIFY(figures >= 4);
        QVERIFY(findScenario(lecture).endsWith(QStringLiteral("/%1.uvm").arg(names.front())));
    }
    QStringList listed = demoFiles();
    const qsizetype first = std::find_if(listed.begin(), listed.end(),
                                         [&](const QString& file) {
                                             return file.endsWith(QStringLiteral("/%1.uvm").arg(all.front()));
                                         }) -
                            listed.begin();
    for (qsizetype i = 0; i < all.size(); ++i)
        QVERIFY2(listed.value(first + i).endsWith(QStringLiteral("/%1.uvm").arg(all[i])), qPrintable(all[i]));
}

void DemosTest::each_tells_its_title_and_asks() {
    QFETCH(QString, file);
    const DemoTold demo(file, readText(root + file));
    QVERIFY2(demo.problems().isEmpty(), qPrintable(demo.problems().join(u'\n')));
    const DemoScript& script = demo.script();
    QVERIFY(!script.title.isEmpty() && !script.subtitle.isEmpty());
    // One of the book's that is there for a picture only.
    if (file.startsWith(ofBook) && script.stops.empty())
        return;
    // A few sentences; the book says the rest around it.
    static const QRegularExpression sentenceEnd(QStringLiteral(R"([.?!](\s|$))"));
    QVERIFY2(script.summary.count(sentenceEnd) >= (file.startsWith(ofBook) ? 2 : 3),
             qPrintable(script.summary));
    QVERIFY(script.stops.size() >= 4);
    QVERIFY(script.questionCount() >= 2);
    for (const DemoStop& stop : script.stops) {
        // Nothing is said that nobody has checked.
        if (stop.question || stop.claims.empty())
            QVERIFY2(stop.question || !stop.claims.empty(), qPrintable(stop.heading));
        // A heading is read from the back row.
        QVERIFY2(stop.heading.size() <= 48, qPrintable(stop.heading));
    }
}

void DemosTest::each_holds_what_it_says_data() {
    rows({QStringLiteral("host"), QStringLiteral("i386"), QStringLiteral("x86_64")});
}

void DemosTest::each_holds_what_it_says() {
    QFETCH(QString, file);
    QFETCH(QString, target);
    const QString path = root + file, text = readText(path);
    DemoTold demo(file, text);
    Story story;
    QStringList told;
    if (target == QStringLiteral("host")) {
        story.begin(file, scenarioCommands(text));
        const testsupport::HostRun run = testsupport::runFileOnHost(path);
        QVERIFY2(run.status == 0, run.transcript + run.errors); // as `uvmscope script` sees it
        for (const auto& moment : run.moments) {
            story.append(moment);
            told << demo.linesAt(story);
        }
    } else {
        const Target kernel{.architecture = target,
                            .kernel = QStringLiteral(UVMSCOPE_BUILD_DIR "/kernel-%1.elf").arg(target),
                            .kernelOptions = {}};
        const RunOutcome outcome = loadRun(
            path, kernel, story,
            {.moment = [&](const gdbbridge::Moment&) { told << demo.linesAt(story); }, .console = {}});
        // One of them shows broken invariants, and claims so.
        const bool broken = text.contains(QStringLiteral("expect broken() >"));
        QVERIFY2(outcome.code == (broken ? ExitCode::CheckFailed : ExitCode::Ok),
                 qPrintable(outcome.problem));
    }
    QCOMPARE(demo.stopsTold(), int(demo.script().stops.size()));
    QVERIFY2(demo.failures().isEmpty(), qPrintable(demo.failures().join(u'\n')));
    QCOMPARE(told.filter(QStringLiteral("The kernel's answer: ")).size(), demo.script().questionCount());
}

// The test above can fail: the same demo with one claim, and with one choice, that is not the kernel's.
void DemosTest::a_demo_that_claims_something_else_is_found_out() {
    const QString text = readText(root + ofProject + QStringLiteral("fork-generations.uvm"));
    const std::pair<const char*, const char*> changes[] = {
        {"#@ expect count(page_copy) = 1", "#@ expect count(page_copy) = 2"},
        {"#@ choices 0 = none | 1 = one | 3 = all three\n", "#@ choices 0 = none | 3 = all three\n"}};
    for (const auto& [from, to] : changes) {
        QString changed = text;
        changed.replace(QString::fromLatin1(from), QString::fromLatin1(to));
        QVERIFY(changed != text);
        DemoTold demo(QStringLiteral("changed.uvm"), changed);
        Story story;
        story.begin(QStringLiteral("changed"), scenarioCommands(changed));
        for (const auto& moment : testsupport::hostMoments(changed.toStdString())) {
            story.append(moment);
            (void)demo.linesAt(story);
        }
        QVERIFY2(!demo.failures().isEmpty(), from);
        QVERIFY2(demo.failures().front().contains(QStringLiteral("line ")),
                 qPrintable(demo.failures().front()));
    }
}

QTEST_GUILESS_MAIN(DemosTest)
#include "demos_test.moc"
