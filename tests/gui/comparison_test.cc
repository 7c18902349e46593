#include <QTest>

#include <map>

#include "gui/models/comparison_rows.h"
#include "tests/gui/picture_support.h"
#include "tests/support/host_moments.h"

using namespace testsupport;
using gui::ComparedRun;
using gui::Comparison;
using gui::Differing;
using gui::Pair;

namespace {

constexpr const char* forked = "space parent 0x1000 0xbfbff000\n"
                               "map parent 0x10000 0x4000 cow\n"
                               "write parent 0x10000 \"one\"\n"
                               "fork parent child\n"
                               "write child 0x10000 \"ONE\"\n"
                               "dump\n"
                               "check\n";
constexpr int forkStep = 3;

// One run of a scenario under any name: two runs in one process would go on counting where the first ended.
ComparedRun runOf(const char* name, const std::string& scenario = forked) {
    static std::map<std::string, ComparedRun> runs;
    auto known = runs.find(scenario);
    if (known == runs.end())
        known = runs.emplace(scenario, gui::comparedRun(QString(), *storyOf(scenario))).first;
    ComparedRun run = known->second;
    run.name = QString::fromLatin1(name);
    return run;
}

// The run with another state behind a step, and behind all that follow.
template <class Change>
ComparedRun altered(ComparedRun run, int from, Change&& change) {
    for (size_t i = size_t(from); i < run.steps.size(); ++i) {
        gdbbridge::Snapshot snapshot = *run.steps[i].moment->snapshot;
        change(snapshot);
        gdbbridge::Moment moment = *run.steps[i].moment;
        moment.snapshot = std::make_shared<const gdbbridge::Snapshot>(std::move(snapshot));
        run.steps[i].moment = std::make_shared<const gdbbridge::Moment>(std::move(moment));
    }
    return run;
}

// As a kernel leaves it that forgets to write-protect.
void makeWritable(gdbbridge::Snapshot& snapshot) {
    for (gdbbridge::Mapping& mapping : snapshot.vmspaces.front().pageTables.mappings)
        mapping.protection.bits |= 2;
}

QString shape(const std::vector<Pair>& pairs) {
    QStringList rows;
    for (const Pair& pair : pairs)
        rows << pair.one.value_or(QStringLiteral("-")) + u'|' + pair.two.value_or(QStringLiteral("-"));
    return rows.join(u' ');
}

} // namespace

class ComparisonTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void listsStandSideBySide_data() {
        QTest::addColumn<QString>("one");
        QTest::addColumn<QString>("two");
        QTest::addColumn<bool>("together");
        QTest::addColumn<QString>("rows");
        const auto row = [](const char* name, const char* one, const char* two, bool together,
                            const char* rows) {
            QTest::newRow(name) << QString::fromLatin1(one) << QString::fromLatin1(two) << together
                                << QString::fromLatin1(rows);
        };
        row("equal", "a b", "a b", true, "a|a b|b");
        row("empty", "", "", true, "");
        row("one is empty", "", "a", true, "-|a");
        row("one line differs", "a b c", "a x c", true, "a|a b|x c|c");
        row("it differs, apart", "a b c", "a x c", false, "a|a b|- -|x c|c");
        row("one is missing", "a b c", "a c", true, "a|a b|- c|c");
        row("at both ends", "a c", "b a c d", true, "-|b a|a c|c -|d");
        row("the longest common part", "a b c d e", "x b c y e", true, "a|x b|b c|c d|y e|e");
        row("repeated", "a a", "a a a", true, "a|a a|a -|a");
    }
    void listsStandSideBySide() {
        QFETCH(QString, one);
        QFETCH(QString, two);
        QFETCH(bool, together);
        QFETCH(QString, rows);
        QCOMPARE(
            shape(gui::sideBySide(one.split(u' ', Qt::SkipEmptyParts), two.split(u' ', Qt::SkipEmptyParts),
                                  together ? Differing::Together : Differing::Apart)),
            rows);
    }

    void longListsKeepEveryLine() {
        QStringList one, two;
        for (int i = 0; i < 3000; ++i) {
            one << QStringLiteral("a%1").arg(i);
            two << QStringLiteral("b%1").arg(i);
        }
        QCOMPARE(gui::sideBySide(one, two, Differing::Apart).size(), size_t(6000));
    }

    void theSameRunAgreesWithItself() {
        const Comparison comparison(runOf("A"), runOf("B"));
        QVERIFY(!comparison.firstDifference());
        QCOMPARE(comparison.verdict(), QStringLiteral("A and B agree in all 7 commands."));
        for (int step = 0; step < comparison.stepCount(); ++step)
            for (const Pair& pair : comparison.events(step))
                QVERIFY2(pair.equal(), qPrintable(pair.one.value_or(*pair.two)));
    }

    // Serial numbers and addresses of structures are one machine's own.
    void namesOfOneMachineDoNotCount() {
        const ComparedRun other = altered(runOf("B"), 0, [](gdbbridge::Snapshot& snapshot) {
            for (auto& anon : snapshot.anons) {
                anon.id += 100;
                anon.address += 0x1000;
            }
            for (auto& page : snapshot.pages)
                page.pa += 0x100000;
            for (auto& space : snapshot.vmspaces)
                for (auto& mapping : space.pageTables.mappings)
                    mapping.pa += 0x100000;
        });
        QVERIFY(!Comparison(runOf("A"), other).firstDifference());
    }

    void aStateThatDiffersIsFoundWhereItBegins() {
        const Comparison comparison(runOf("reference"), altered(runOf("student"), forkStep, makeWritable));
        QCOMPARE(comparison.firstDifference(), forkStep);
        QCOMPARE(
            comparison.verdict(),
            QStringLiteral("The first difference is command 4, 'fork parent child': page 0x10000 of parent, "
                           "entered: r-- in reference, rw- in student."));
        const auto places = comparison.places(forkStep);
        QCOMPARE(places.size(), size_t(1));
        QCOMPARE(gui::placeText(places[0]), QStringLiteral("page 0x10000 of parent"));
        QCOMPARE(places[0].two, QStringLiteral("rw-"));
    }

    void entriesAndProcessesAreCompared() {
        const auto without = [](gdbbridge::Snapshot& snapshot) {
            snapshot.vmspaces.back().map.entries.front().needsCopy = false;
            snapshot.vmspaces.back().map.entries.front().wiredCount = 2;
        };
        const Comparison entry(runOf("A"), altered(runOf("B"), forkStep, without));
        QStringList told;
        for (const auto& place : entry.places(forkStep))
            told << gui::placeText(place) + u' ' + place.field + u' ' + place.one + u' ' + place.two;
        QCOMPARE(told, (QStringList{"entry 0x10000 of child needs-copy yes no",
                                    "entry 0x10000 of child wiring count 0 2"}));
        const Comparison gone(runOf("A"), altered(runOf("B"), forkStep, [](gdbbridge::Snapshot& snapshot) {
                                  snapshot.vmspaces.back().map.entries.clear();
                                  snapshot.vmspaces.back().map.root = snapshot.vmspaces.back().map.hint =
                                      snapshot.vmspaces.back().map.firstFree = gdbbridge::none;
                              }));
        const auto places = gone.places(forkStep);
        QVERIFY(std::any_of(places.begin(), places.end(), [](const auto& place) {
            return place.kind == gui::PlaceDifference::Kind::Entry && place.one == u"there" &&
                   place.two == u"not there";
        }));
    }

    void anEventThatIsMissingIsNamed() {
        ComparedRun student = runOf("student");
        auto& events = student.steps[forkStep].events;
        const auto protect = std::find_if(events.begin(), events.end(), [](const gdbbridge::Event& event) {
            return event.kind == gdbbridge::EventKind::PmapProtected;
        });
        QVERIFY(protect != events.end());
        events.erase(protect);
        const auto rows = gui::eventRows(Comparison(runOf("reference"), student), forkStep);
        QStringList missing;
        for (const auto& row : rows)
            if (!row.inTwo)
                missing << row.words;
        QCOMPARE(missing, QStringList{"0x10000 in the parent's page tables: rw- became r--."});
        QVERIFY(rows.size() < student.steps[forkStep].events.size()); // what is equal is folded
    }

    void whatIsPrintedIsCompared() {
        const ComparedRun one =
            gui::comparedRun(QStringLiteral("A"), QByteArray("read A 0x0\n  = 01\ncheck\n  = ok\n"));
        const ComparedRun two =
            gui::comparedRun(QStringLiteral("B"), QByteArray("read A 0x0\n  = 02\ncheck\n  = ok\n"));
        const Comparison comparison(one, two);
        QCOMPARE(comparison.firstDifference(), 0);
        QVERIFY(!comparison.differs(1));
        QCOMPARE(
            comparison.verdict(),
            QStringLiteral("The first difference is command 1, 'read A 0x0': A prints '= 01', B '= 02'."));
    }

    void aRunThatEndsEarlyIsADifference() {
        ComparedRun student = runOf("student");
        student.steps.resize(2);
        student.ending = QStringLiteral("the kernel panicked");
        const Comparison comparison(runOf("reference"), student);
        QCOMPARE(comparison.firstDifference(), 2);
        QCOMPARE(comparison.verdict(),
                 QStringLiteral("student ends before command 3, 'write parent 0x10000 \"one\"': the kernel "
                                "panicked; reference goes on."));
        QVERIFY(comparison.events(2).empty());
        QVERIFY(comparison.places(6).empty());
    }

    void aBrokenInvariantIsADifference() {
        ComparedRun student = runOf("student");
        gdbbridge::Moment moment = *student.steps[2].moment;
        moment.violations.push_back({4, 0, "entry 0x10000 of parent", "its maxgap is wrong", "1", "2"});
        student.steps[2].moment = std::make_shared<const gdbbridge::Moment>(std::move(moment));
        const Comparison comparison(runOf("reference"), student);
        QCOMPARE(comparison.firstDifference(), 2);
        QVERIFY(comparison.verdict().endsWith(QStringLiteral(
            "broken only in student: entry 0x10000 of parent, its maxgap is wrong, expected 1, found 2.")));
    }

    void equalStepsFarAwayAreFolded() {
        std::string scenario = forked;
        for (int i = 0; i < 20; ++i)
            scenario += "read parent 0x10000\n";
        const Comparison comparison(runOf("A", scenario), runOf("B", scenario));
        const auto rows = gui::transcriptRows(comparison, 20);
        QCOMPARE(rows.front().kind, gui::TranscriptRow::Kind::Folded);
        QCOMPARE(rows.front().one, QStringLiteral("commands 1 to 17 are equal"));
        QCOMPARE(rows.back().one, QStringLiteral("commands 26 to 27 are equal"));
    }

    void thePictureMarksTheFirstDifference() {
        const auto story = storyOf(forked);
        story->setComparison(std::make_shared<const Comparison>(
            runOf("reference"), altered(runOf("student"), forkStep, makeWritable)));
        story->show(momentAfter(*story, QStringLiteral("fork parent child")));
        const auto picture = pictureOf(*story, QStringLiteral("compare"));
        QCOMPARE(textsOf(*picture, QStringLiteral("4: ")),
                 (QStringList{"4: fork parent child | fork parent child differs first", "4: = ok | = ok"}));
        QVERIFY(textsOf(*picture, QStringLiteral("page 0x10000 in student"))
                    .join(QString())
                    .contains(u"differs"));
        QVERIFY(!textsOf(*picture, QStringLiteral("page 0x10000 in reference")).join(QString()).isEmpty());
        for (gui::ThemeName theme : gui::allThemes)
            for (QSizeF size : {QSizeF(1200, 700), QSizeF(640, 500), QSizeF(2400, 1200)})
                QCOMPARE(badWords(*picture, exportLook(theme), size).join(u'\n'), QString());
    }
};

QTEST_MAIN(ComparisonTest)
#include "comparison_test.moc"
