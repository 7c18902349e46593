// Bookmarks: their places, their order, their file.
#include <QAbstractItemModelTester>
#include <QObject>
#include <QSignalSpy>
#include <QString>
#include <QStringLiteral>
#include <QTest>

#include "gui/models/bookmarks.h"
#include "tests/support/host_moments.h"

using namespace gui;

namespace {

constexpr auto scenario = "space A 0x1000 0x100000\n"
                          "map A 0x10000 0x2000 cow\n"
                          "write A 0x10000 01\n";

void fill(Story& story, testsupport::MomentsAt at) {
    story.begin(QStringLiteral("s"), scenarioCommands(QString::fromLatin1(scenario)));
    for (const auto& moment : testsupport::hostMoments(scenario, at))
        story.append(moment);
}

} // namespace

class BookmarksTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void places_lead_back_to_their_moments();
    void they_stand_in_the_order_of_the_run();
    void the_model_is_a_table();
    void the_file_holds_them();
    void a_bad_file_is_told();
};

void BookmarksTest::places_lead_back_to_their_moments() {
    Story story;
    fill(story, testsupport::MomentsAt::EveryEvent);
    int inside = 0;
    for (int i = 0; i < int(story.moments().size()); ++i) {
        const gdbbridge::Moment& moment = *story.moments()[size_t(i)];
        const Bookmark place = placeOf(story, i);
        QCOMPARE(place.command, moment.operation);
        QCOMPARE(place.within != 0, isInsideCommand(moment.reason));
        if (place.within == 0)
            continue;
        ++inside;
        QCOMPARE(eventAt(story, place), std::optional(moment.snapshot->eventSequence));
    }
    QVERIFY(inside > 15);
    // In a run that has only the ends of commands it is the same event.
    Story brief;
    fill(brief, testsupport::MomentsAt::CommandEnds);
    const auto sinceStart = [](const Story& run) {
        return *eventAt(run, {3, 2, {}}) - run.moments().front()->snapshot->eventSequence;
    };
    QCOMPARE(sinceStart(brief), sinceStart(story));
    QVERIFY(!eventAt(brief, {9, 2, {}}));
}

void BookmarksTest::they_stand_in_the_order_of_the_run() {
    Story story;
    fill(story, testsupport::MomentsAt::CommandEnds);
    Bookmarks bookmarks(story);
    QSignalSpy changed(&bookmarks, &Bookmarks::changed);
    QCOMPARE(bookmarks.set({3, 0, QStringLiteral("end")}), 0);
    QCOMPARE(bookmarks.set({3, 4, QStringLiteral("inside")}), 0);
    QCOMPARE(bookmarks.set({0, 0, {}}), 0);
    QCOMPARE(bookmarks.set({3, 4, QStringLiteral("another note")}), 1);
    QCOMPARE(int(bookmarks.all().size()), 3);
    QCOMPARE(bookmarks.all()[1].note, QStringLiteral("another note"));
    QCOMPARE(changed.count(), 4);
    // From each to the next, and around.
    QCOMPARE(bookmarks.rowBehind({0, 0, {}}), 1);
    QCOMPARE(bookmarks.rowBehind({2, 0, {}}), 1);
    QCOMPARE(bookmarks.rowBehind({3, 4, {}}), 2);
    QCOMPARE(bookmarks.rowBehind({3, 0, {}}), 0);
    bookmarks.remove(1);
    QCOMPARE(bookmarks.rowAt({3, 4, {}}), -1);
    bookmarks.remove(7);
    QCOMPARE(int(bookmarks.all().size()), 2);
    bookmarks.setAll({});
    QCOMPARE(bookmarks.rowBehind({0, 0, {}}), -1);
}

void BookmarksTest::the_model_is_a_table() {
    Story story;
    fill(story, testsupport::MomentsAt::CommandEnds);
    Bookmarks bookmarks(story);
    QAbstractItemModelTester const tester(&bookmarks, QAbstractItemModelTester::FailureReportingMode::QtTest);
    bookmarks.set({3, 0, QStringLiteral("x")});
    bookmarks.set({2, 5, QStringLiteral("y")});
    const auto cell = [&](int row, int column) {
        return bookmarks.data(bookmarks.index(row, column), Qt::DisplayRole).toString();
    };
    QCOMPARE(cell(0, Bookmarks::Place), QStringLiteral("step 2, event 5"));
    QCOMPARE(cell(0, Bookmarks::Command), QStringLiteral("map A 0x10000 0x2000 cow"));
    QCOMPARE(cell(1, Bookmarks::Place), QStringLiteral("step 3"));
    QVERIFY(bookmarks.setData(bookmarks.index(1, Bookmarks::Note), QStringLiteral("z"), Qt::EditRole));
    QCOMPARE(bookmarks.all()[1].note, QStringLiteral("z"));
    QVERIFY(!bookmarks.setData(bookmarks.index(1, Bookmarks::Place), QStringLiteral("z"), Qt::EditRole));
    bookmarks.remove(0);
    bookmarks.setAll({{1, 0, {}}, {1, 0, {}}});
    QCOMPARE(bookmarks.rowCount(), 1);
}

void BookmarksTest::the_file_holds_them() {
    Story story;
    Bookmarks bookmarks(story);
    const std::vector<Bookmark> all{{0, 0, QStringLiteral("\"quoted\", ümlaut")}, {17, 3, {}}, {17, 0, {}}};
    bookmarks.setAll(all);
    QString problem;
    const auto read = Bookmarks::fromJson(bookmarks.toJson(), &problem);
    QVERIFY2(read, qPrintable(problem));
    QVERIFY(*read == all);
}

void BookmarksTest::a_bad_file_is_told() {
    for (const char* bad : {"", "{", "[]", "{}", R"({"bookmarks": 3})", R"({"bookmarks": [{"command": -2}]})",
                            R"({"bookmarks": [{"command": 1, "within": "x"}]})", R"({"bookmarks": ["a"]})"}) {
        QString problem;
        QVERIFY2(!Bookmarks::fromJson(bad, &problem), bad);
        QVERIFY2(!problem.isEmpty(), bad);
    }
}

QTEST_GUILESS_MAIN(BookmarksTest)
#include "bookmarks_test.moc"
