// What a demo's file says, and what is said of a file that is wrong.
#include <QTest>

#include "gui/models/demo_run.h"
#include "gui/models/story.h"
#include "tests/support/host_moments.h"

using namespace gui;

namespace {

// A fork, with a question whose answer is the kernel's.
const char* const forkDemo = R"(# A fork: who copies.
#
# The first sentence.
# The second one.

space P 0x1000 0xbfbff000
map P 0x10000 0x4000 cow
write P 0x10000 "one"
#@ stop One process
#@ say It has {anons()} page in {entries(P)} entry.
#@ expect refs(P, 0x10000) = 1
#@ look the capsule
#@ show sharing
#@ select page P 0x10000
#@ ask How many pages does fork copy?
#@ choices 0 | 1 = the one that there is
#@ answer count(page_copy)
fork P C
#@ stop Two processes
#@ say Now {refs(C, 0x10000)} share it, and the hardware says {entered(P, 0x10000)}.
#@ expect count(page_copy) = 0
#@ expect amap_refs(P, 0x10000) = before amap_refs(P, 0x10000) + 1
write C 0x10000 "two"
#@ stop The copy
#@ say Copied {count(page_copy)}.
)";

std::unique_ptr<Story> storyOf(const char* scenario) {
    auto story = std::make_unique<Story>();
    story->begin(QStringLiteral("test"), scenarioCommands(QString::fromUtf8(scenario)));
    for (const auto& moment : testsupport::hostMoments(scenario))
        story->append(moment);
    return story;
}

} // namespace

class DemoScriptTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_demo_is_read();
    void a_plain_scenario_has_no_stops();
    void what_is_wrong_is_told_with_its_line_data();
    void what_is_wrong_is_told_with_its_line();
    void sentences_have_live_values();
    void the_kernel_answers();
    void a_claim_that_does_not_hold_is_told();
    void every_question_can_be_asked_data();
    void every_question_can_be_asked();
    void what_is_not_there_is_told();
    void selections_are_of_the_moment();
};

void DemoScriptTest::a_demo_is_read() {
    const DemoParse parse = parseDemo(QString::fromUtf8(forkDemo));
    QVERIFY2(parse.problems.empty(), parse.problems.empty() ? "" : qPrintable(parse.problems.front().text));
    const DemoScript& script = parse.script;
    QCOMPARE(script.title, QStringLiteral("A fork"));
    QCOMPARE(script.subtitle, QStringLiteral("Who copies."));
    QCOMPARE(script.summary, QStringLiteral("The first sentence. The second one."));
    QCOMPARE(script.stops.size(), size_t(3));
    QCOMPARE(script.questionCount(), 1);
    const DemoStop& first = script.stops[0];
    QCOMPARE(first.commands, 3);
    QCOMPARE(first.heading, QStringLiteral("One process"));
    QCOMPARE(first.look, QStringList{QStringLiteral("the capsule")});
    QCOMPARE(demoWorkspaces()[first.show.workspace], QStringLiteral("sharing"));
    QCOMPARE(first.show.pick, DemoShow::Pick::Page);
    QCOMPARE(first.show.va, uint64_t(0x10000));
    QCOMPARE(first.question->choices.size(), size_t(2));
    QCOMPARE(first.question->choices[1].words, QStringLiteral("the one that there is"));
    QCOMPARE(script.stopAt(2), -1);
    QCOMPARE(script.stopAt(3), 0);
    QCOMPARE(script.stopAt(4), 1);
    QCOMPARE(script.stopAt(99), 2);
}

void DemoScriptTest::a_plain_scenario_has_no_stops() {
    const DemoParse parse =
        parseDemo(QStringLiteral("space A 0x1000 0x100000\nmap A any 0x1000 cow # a comment\n"));
    QVERIFY(parse.problems.empty());
    QVERIFY(parse.script.stops.empty());
    QVERIFY(parse.script.title.isEmpty());
    QVERIFY(parseDemo({}).problems.empty());
}

void DemoScriptTest::what_is_wrong_is_told_with_its_line_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("line");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const char* text, int line, const char* words) {
        QTest::newRow(name) << QString::fromUtf8(text) << line << QString::fromUtf8(words);
    };
    row("unknown word", "#@ stop A\n#@ say B\n#@ choise 1 | 2\n", 3, "'choise' is unknown");
    row("before the first stop", "#@ say B\n", 1, "before the first 'stop'");
    row("nothing behind it", "#@ stop\n", 1, "nothing behind 'stop'");
    row("nothing said", "#@ stop A\nspace S 0x1000 0x2000\n#@ stop B\n#@ say C\n", 1, "nothing is said");
    row("two at one place", "#@ stop A\n#@ say B\n# text\n#@ stop C\n#@ say D\n", 4, "no command between");
    row("inside a line", "space S 0x1000 0x2000 #@ stop A\n", 1, "has to begin its line");
    row("workspace", "#@ stop A\n#@ say B\n#@ show attic\n", 3, "no workspace 'attic'");
    row("selection", "#@ stop A\n#@ say B\n#@ select page S\n", 3, "'page SPACE ADDRESS'");
    row("selected address", "#@ stop A\n#@ say B\n#@ select page S here\n", 3, "'page SPACE ADDRESS'");
    row("brace", "#@ stop A\n#@ say B {anons()\n", 2, "'{' without '}'");
    row("question name", "#@ stop A\n#@ say B {anon()}\n", 2, "no question 'anon'");
    row("event name", "#@ stop A\n#@ say B {count(page_cpoy)}\n", 2, "no event 'page_cpoy'");
    row("arguments", "#@ stop A\n#@ say B {refs(P)}\n", 2, "takes 2 argument(s), not 1");
    row("address", "#@ stop A\n#@ say B {refs(P, here)}\n", 2, "'here' is no address");
    row("space", "#@ stop A\n#@ say B {entries(0x1)}\n", 2, "no name of a space");
    row("no brackets", "#@ stop A\n#@ say B {anons}\n", 2, "neither a number nor a question");
    row("half a sum", "#@ stop A\n#@ say B {anons() + }\n", 2, "is no question");
    row("claim", "#@ stop A\n#@ say B\n#@ expect anons()\n", 3, "two things with");
    row("claim of nothing", "#@ stop A\n#@ say B\n#@ expect 1 = 1\n", 3, "has to ask the kernel");
    row("claim's right side", "#@ stop A\n#@ say B\n#@ expect anons() = entrys(A)\n", 3,
        "no question 'entrys'");
    const QString question =
        QStringLiteral("#@ stop A\n#@ say B\n#@ ask C?\n%1\nspace S 0x1000 0x2000\n#@ stop D\n#@ say E\n");
    const auto asked = [&](const char* name, const char* lines, int line, const char* words) {
        QTest::newRow(name) << question.arg(QString::fromUtf8(lines)) << line << QString::fromUtf8(words);
    };
    asked("no choices", "#@ answer anons()", 3, "at least two choices");
    asked("one choice", "#@ choices 1\n#@ answer anons()", 3, "at least two choices");
    asked("no answer", "#@ choices 1 | 2", 3, "needs an 'answer'");
    asked("an answer that is stated", "#@ choices 1 | 2\n#@ answer 2", 5, "not to state '2'");
    asked("twice the same", "#@ choices 1 | 1\n#@ answer anons()", 4, "is there twice");
    asked("empty choice", "#@ choices 1 | | 2\n#@ answer anons()", 4, "without a value");
    asked("two questions", "#@ ask D?\n#@ choices 1 | 2\n#@ answer anons()", 4,
          "question at this stop already");
    row("choices alone", "#@ stop A\n#@ say B\n#@ choices 1 | 2\n", 3, "without an 'ask'");
    row("answer alone", "#@ stop A\n#@ say B\n#@ answer anons()\n", 3, "without an 'ask'");
    row("question at the end", "#@ stop A\n#@ say B\n#@ ask C?\n#@ choices 1 | 2\n#@ answer anons()\n", 3,
        "needs a stop behind it");
}

void DemoScriptTest::what_is_wrong_is_told_with_its_line() {
    QFETCH(QString, text);
    QFETCH(int, line);
    QFETCH(QString, words);
    const DemoParse parse = parseDemo(text);
    QVERIFY(!parse.problems.empty());
    const DemoProblem& problem = parse.problems.front();
    const QString told = problemLine(QStringLiteral("mine.uvm"), problem);
    QVERIFY2(told.startsWith(QStringLiteral("mine.uvm:%1: error: ").arg(line)), qPrintable(told));
    QVERIFY2(told.contains(words), qPrintable(told));
}

void DemoScriptTest::sentences_have_live_values() {
    const auto story = storyOf(forkDemo);
    const DemoScript script = parseDemo(QString::fromUtf8(forkDemo)).script;
    QCOMPARE(wordsAtStop(*story, script, 0).said, QStringLiteral("It has 1 page in 1 entry."));
    QCOMPARE(wordsAtStop(*story, script, 1).said,
             QStringLiteral("Now 1 share it, and the hardware says r--."));
    QCOMPARE(wordsAtStop(*story, script, 2).said, QStringLiteral("Copied 1."));
    for (int i = 0; i < 3; ++i)
        QCOMPARE(wordsAtStop(*story, script, i).failures, QStringList());
}

void DemoScriptTest::the_kernel_answers() {
    const DemoScript script = parseDemo(QString::fromUtf8(forkDemo)).script;
    const auto story = storyOf(forkDemo);
    const auto answer = answerOf(*story, script, 0);
    QVERIFY(answer);
    QCOMPARE(answer->value, QStringLiteral("0"));
    QCOMPARE(answer->choice, 0);
    QVERIFY(!answerOf(*story, script, 1)); // nothing is asked there
    // Not before the next stop has been reached.
    Story half;
    half.begin(QStringLiteral("test"), story->commands());
    for (size_t i = 0; i <= 3; ++i)
        half.append(story->moments()[i]);
    QCOMPARE(momentOfStop(half, script.stops[0]), 3);
    QVERIFY(!answerOf(half, script, 0));
}

void DemoScriptTest::a_claim_that_does_not_hold_is_told() {
    QString text = QString::fromUtf8(forkDemo);
    text.replace(QStringLiteral("expect count(page_copy) = 0"),
                 QStringLiteral("expect count(page_copy) > 0"));
    const auto story = storyOf(forkDemo);
    const DemoWords words = wordsAtStop(*story, parseDemo(text).script, 1);
    QCOMPARE(words.failures,
             QStringList{QStringLiteral("count(page_copy) > 0 does not hold: count(page_copy) is 0")});
}

void DemoScriptTest::every_question_can_be_asked_data() {
    QTest::addColumn<QString>("value");
    const std::pair<const char*, const char*> rows[] = {
        {"count(page_copy)", "1"},
        {"count(fault_begin, C)", "1"},
        {"count(fault_begin, P)", "0"},
        {"who(fault_needs_copy)", "C"},
        {"who(entry_clip)", "nobody"},
        {"result()", "ok"},
        {"entries(C)", "1"},
        {"entry(C, 0x11000)", "0x10000-0x14000"},
        {"height(C)", "1"},
        {"root(C)", "0x10000"},
        {"gap(C, 0x10000)", "0xbfbeb000"},
        {"maxgap(C, 0x10000)", "0xbfbeb000"},
        {"needs_copy(C, 0x10000)", "no"},
        {"needs_copy(P, 0x10000)", "yes"},
        {"before needs_copy(C, 0x10000)", "yes"},
        {"amap_refs(C, 0x10000)", "1"},
        {"before amap_refs(C, 0x10000)", "2"},
        {"same_amap(P, 0x10000, C, 0x10000)", "no"},
        {"before same_amap(P, 0x10000, C, 0x10000)", "yes"},
        {"refs(C, 0x10000)", "1"},
        {"refs(C, 0x11000)", "0"},
        {"sharers(C, 0x10000)", "1"},
        {"before sharers(C, 0x10000)", "2"},
        {"backing(C, 0x10000)", "anon"},
        {"backing(C, 0x11000)", "none"},
        {"same_page(P, 0x10000, C, 0x10000)", "no"},
        {"before same_page(P, 0x10000, C, 0x10000)", "yes"},
        {"swapped(C, 0x10000)", "no"},
        {"loans(C, 0x10000)", "0"},
        {"wired(C, 0x10000)", "0"},
        {"entered(C)", "1"},
        {"entered(C, 0x10000)", "rw-"},
        {"entered(C, 0x11000)", "no"},
        {"write_cost(P, 0x10000)", "fault"},
        {"write_cost(C, 0x10000)", "nothing"},
        {"write_cost(C, 0x11000)", "zero-fill"},
        {"before write_cost(C, 0x10000)", "copy"},
        {"anons()", "2"},
        {"anons() - before anons()", "1"},
        {"swapped_out()", "0"},
        {"active()", "2"},
        {"inactive()", "0"},
        {"owned()", "2"},
        {"broken()", "0"},
        {"0x10 + 4", "20"},
    };
    for (const auto& [text, value] : rows)
        QTest::newRow(text) << QString::fromLatin1(value);
}

void DemoScriptTest::every_question_can_be_asked() {
    static const auto story = storyOf(forkDemo);
    QFETCH(QString, value);
    QString problem;
    const auto expression = DemoExpression::parse(QString::fromLatin1(QTest::currentDataTag()), &problem);
    QVERIFY2(expression, qPrintable(problem));
    const auto step = stepToStop(*story, parseDemo(QString::fromUtf8(forkDemo)).script, 2);
    QVERIFY(step);
    const DemoValue found = expression->value(*step);
    QCOMPARE(found.problem, QString());
    QCOMPARE(found.text, value);
}

void DemoScriptTest::what_is_not_there_is_told() {
    const auto story = storyOf(forkDemo);
    const DemoScript script = parseDemo(QString::fromUtf8(forkDemo)).script;
    const std::pair<const char*, const char*> rows[] = {
        {"entries(X)", "there is no space X"},
        {"refs(P, 0x90000)", "nothing is mapped at 0x90000 in P"},
        {"entered(X)", "there is no space X"},
        {"entry(P, 0x10000) + 1", "0x10000-0x14000 is no number"},
    };
    for (const auto& [text, problem] : rows) {
        QString wrong;
        const auto expression = DemoExpression::parse(QString::fromLatin1(text), &wrong);
        QVERIFY2(expression, qPrintable(wrong));
        const DemoValue value = expression->value(*stepToStop(*story, script, 1));
        QVERIFY2(value.problem.contains(QString::fromLatin1(problem)), qPrintable(value.problem));
    }
    QString wrong;
    const auto before = DemoExpression::parse(QStringLiteral("before anons()"), &wrong);
    QVERIFY(before->value(*stepToStop(*story, script, 0))
                .problem.contains(QStringLiteral("before the first stop")));
}

void DemoScriptTest::selections_are_of_the_moment() {
    const auto story = storyOf(forkDemo);
    DemoShow show = parseDemo(QString::fromUtf8(forkDemo)).script.stops[0].show;
    story->show(3);
    Selection selection = selectionOf(*story, show);
    QCOMPARE(selection.kind, Selection::Kind::Anon);
    QCOMPARE(selection.anon, story->now()->snapshot->anons.front().id);
    show.va = 0x11000;
    QCOMPARE(selectionOf(*story, show).kind, Selection::Kind::Address);
    show.pick = DemoShow::Pick::Entry;
    selection = selectionOf(*story, show);
    QCOMPARE(selection.kind, Selection::Kind::Entry);
    QVERIFY(selection.entry != 0);
    show.space = QStringLiteral("nobody");
    QCOMPARE(selectionOf(*story, show).kind, Selection::Kind::Nothing);
}

QTEST_GUILESS_MAIN(DemoScriptTest)
#include "demo_script_test.moc"
