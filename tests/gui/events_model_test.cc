// The table of events over the moments of real runs.
#include <QAbstractItemModelTester>
#include <QTest>

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

QTEST_GUILESS_MAIN(EventsModelTest)
#include "events_model_test.moc"
