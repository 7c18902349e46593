// The table of events over the moments of real runs.
#include <QAbstractItemModelTester>
#include <QTest>

#include "gui/app/events_filter.h"
#include "gui/app/events_model.h"
#include "tests/support/host_moments.h"

using namespace gui;

namespace {
const char* const scenario =
    "space A 0x1000 0xbfbff000\nmap A 0x10000 0x4000 cow\nwrite A 0x10000 aa\nfork A B\nexit B\n";
}

class EventsModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void it_is_a_sound_model_while_a_story_grows();
    void each_event_is_a_row_of_its_moment();
    void a_new_story_empties_it();
    void a_long_run_is_looked_through_in_slices();
};

void EventsModelTest::it_is_a_sound_model_while_a_story_grows() {
    Story story;
    EventsModel model(story);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    story.begin(QStringLiteral("test"), scenarioCommands(QString::fromLatin1(scenario)));
    int rows = 0;
    for (const auto& moment : testsupport::hostMoments(scenario)) {
        story.append(moment);
        rows += int(moment->events.size());
        QCOMPARE(model.rowCount(), rows);
    }
    QVERIFY(rows > 30);
}

void EventsModelTest::each_event_is_a_row_of_its_moment() {
    Story story;
    EventsModel model(story);
    story.begin(QStringLiteral("test"), {});
    const auto moments = testsupport::hostMoments(scenario);
    for (const auto& moment : moments)
        story.append(moment);
    int row = 0;
    for (size_t m = 0; m < moments.size(); ++m) {
        QCOMPARE(model.rowOfMoment(int(m)), row);
        for (const auto& event : moments[m]->events) {
            const auto cell = [&](int column) { return model.index(row, column).data().toString(); };
            QCOMPARE(cell(EventsModel::Number).toULongLong(), event.sequence);
            QVERIFY2(!cell(EventsModel::Sentence).isEmpty(), event.name.c_str());
            QCOMPARE(cell(EventsModel::Command), moments[m]->command);
            QCOMPARE(model.index(row, 0).data(EventsModel::MomentRole).toInt(), int(m));
            ++row;
        }
    }
    QCOMPARE(row, model.rowCount());
}

void EventsModelTest::a_new_story_empties_it() {
    Story story;
    EventsModel model(story);
    story.begin(QStringLiteral("one"), {});
    for (const auto& moment : testsupport::hostMoments(scenario))
        story.append(moment);
    QVERIFY(model.rowCount() > 0);
    story.begin(QStringLiteral("two"), {});
    QCOMPARE(model.rowCount(), 0);
}

// What the filter shows in the end is what fits, also while the story grows; nobody waits for it meanwhile.
void EventsModelTest::a_long_run_is_looked_through_in_slices() {
    Story story;
    EventsModel model(story);
    EventsFilter filter(model);
    QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
    story.begin(QStringLiteral("test"), {});
    const QByteArray churn = "space A 0x1000 0x1000000\nchurn A 300 1\nchurn A 300 2\nchurn A 300 3\n";
    const auto moments = testsupport::hostMoments({churn.constData(), size_t(churn.size())});
    const auto shown = [&] {
        QList<qulonglong> numbers;
        for (int row = 0; row < filter.rowCount(); ++row)
            numbers << filter.index(row, EventsModel::Number).data().toULongLong();
        return numbers;
    };
    for (size_t i = 0; i + 2 < moments.size(); ++i)
        story.append(moments[i]);
    QVERIFY(model.rowCount() > 4000);
    QCOMPARE(filter.rowCount(), model.rowCount());
    filter.setWords(QStringLiteral("fault"));
    QVERIFY(filter.isLooking());
    // More comes before it has caught up.
    story.append(moments[moments.size() - 2]);
    QTRY_VERIFY(!filter.isLooking());
    QList<qulonglong> faults;
    for (int row = 0; row < model.rowCount(); ++row)
        if (model.index(row, EventsModel::Sentence)
                .data()
                .toString()
                .contains(QStringLiteral("fault"), Qt::CaseInsensitive) ||
            model.index(row, EventsModel::Command).data().toString().contains(QStringLiteral("fault")))
            faults << model.index(row, EventsModel::Number).data().toULongLong();
    QCOMPARE(shown(), faults);
    // A row of the model, or the next that is shown.
    QCOMPARE(filter.rowOf(0), 0);
    QCOMPARE(filter.rowOf(model.rowCount()), filter.rowCount());
    filter.setWords({});
    QCOMPARE(filter.rowCount(), model.rowCount());
    filter.setClass(QStringLiteral("no such class"));
    QTRY_VERIFY(!filter.isLooking());
    QCOMPARE(filter.rowCount(), 0);
    story.append(moments.back());
    story.begin(QStringLiteral("another"), {});
    QCOMPARE(filter.rowCount(), 0);
    QVERIFY(!filter.isLooking());
}

QTEST_GUILESS_MAIN(EventsModelTest)
#include "events_model_test.moc"
