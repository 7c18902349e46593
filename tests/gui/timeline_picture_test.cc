#include <QTest>

#include "gui/views/timeline_picture.h"
#include "tests/gui/picture_support.h"

using namespace testsupport;
using gui::layoutTimeline;
using gui::TimelineOperation;

namespace {

constexpr QSizeF size{1376, 148};

std::unique_ptr<gui::TimelinePicture> timelineOf(const gui::Story& story) {
    auto picture = std::make_unique<gui::TimelinePicture>();
    picture->setState(gui::makeViewState(story));
    return picture;
}

} // namespace

class TimelinePictureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void slicesFollowEachOther_data() {
        QTest::addColumn<int>("count");
        for (int count : {0, 1, 12, 60, 500})
            QTest::addRow("%d", count) << count;
    }
    void slicesFollowEachOther() {
        QFETCH(int, count);
        std::vector<TimelineOperation> operations;
        for (int i = 0; i < count; ++i)
            operations.push_back({i % 3, uint64_t(i * 7 % 40), i % 5 == 0});
        const auto layout = layoutTimeline(operations, 1200, 58, 9);
        QCOMPARE(layout.slices.size(), size_t(count));
        double x = 0;
        for (size_t i = 0; i < layout.slices.size(); ++i) {
            QVERIFY(std::abs(layout.slices[i].x - x) < 1e-6);
            QVERIFY(layout.slices[i].width >= 9);
            QCOMPARE(layout.at(x + layout.slices[i].width / 2), int(i));
            x += layout.slices[i].width;
        }
        QVERIFY(layout.width >= x - 1e-6);
        QVERIFY(count > 60 || x <= 1200.001); // few fit
        QCOMPARE(layout.at(-1), -1);
    }

    void moreEventsAreWider() {
        const auto layout = layoutTimeline({{0, 4}, {0, 100}}, 400, 58, 9);
        QVERIFY(layout.slices[1].width > layout.slices[0].width);
    }

    void everyCommandIsASliceInTheLaneOfItsProcess() {
        const auto story =
            storyOf("space A 0x1000 0xbfbff000\nmap A 0x10000 0x2000 cow\nwrite A 0x10000 01\nfork A B\n"
                    "write B 0x10000 02\ncheck\nread A 0x50000\n");
        story->show(momentAfter(*story, QStringLiteral("fork A B")));
        const auto picture = timelineOf(*story);
        const QStringList slices = textsOf(*picture, QStringLiteral("command"), size);
        QCOMPARE(slices.size(), 7);
        QCOMPARE(slices[2], QStringLiteral("command 3 A: write A 0x10000 01"));
        QCOMPARE(slices[3], QStringLiteral("command 4 A: fork A B current"));
        QCOMPARE(slices[4], QStringLiteral("command 5 B: write B 0x10000 02 to come"));
        QCOMPARE(slices[5], QStringLiteral("command 6 all: check to come"));
        const auto items = itemsOf(*picture, exportLook(), size, QStringLiteral("command"));
        QCOMPARE(overlaps(items), QStringList());
        QVERIFY(items[4].rect.top() > items[3].rect.top());
        QCOMPARE(textsOf(*picture, QStringLiteral("anonymous pages"), size),
                 QStringList{QStringLiteral("anonymous pages: 1")});
    }

    void aFailedCommandSaysSo() {
        const auto story = storyOf("space A 0x1000 0xbfbff000\nread A 0x50000\n");
        QVERIFY(textsOf(*timelineOf(*story), QStringLiteral("command 2"), size)
                    .value(0)
                    .endsWith(QStringLiteral("failed")));
    }

    void aClickFindsItsCommand() {
        const auto story = storyOfFile(QStringLiteral("three-generations.uvm"));
        const auto picture = timelineOf(*story);
        const gui::Look look = exportLook();
        const auto items = itemsOf(*picture, look, size, QStringLiteral("command"));
        QCOMPARE(items.size(), qsizetype(story->commands().size()));
        for (qsizetype i = 0; i < items.size(); ++i) {
            QCOMPARE(picture->commandAt(look, size, items[i].rect.center()), std::optional(int(i)));
            // Scrubbing goes by the place along the time only, so the pointer may leave the lane.
            QCOMPARE(picture->commandAt(look, size, {items[i].rect.center().x(), 1}), std::optional(int(i)));
        }
        QCOMPARE(picture->commandAt(look, size, items[0].rect.topLeft() - QPointF(6, 0)), std::optional(-1));
        QCOMPARE(picture->commandAt(look, size, {3, 30}), std::nullopt);
    }

    void thePlayHeadStandsAtTheMoment() {
        const auto story = storyOfFile(QStringLiteral("fork-cow-exit.uvm"));
        const gui::Look look = exportLook();
        const auto items = itemsOf(*timelineOf(*story), look, size, QStringLiteral("command"));
        double last = -1;
        for (int i = 0; i < int(story->moments().size()); ++i) {
            story->show(i);
            const double x = timelineOf(*story)->playHeadX(look, size);
            QVERIFY(x >= last);
            last = x;
            if (const int operation = story->now()->operation; operation > 0)
                QVERIFY(std::abs(x - items[operation - 1].rect.right()) < 3);
        }
    }

    void slicesStayWhereTheyAre() {
        const auto story = storyOfFile(QStringLiteral("fork-cow-exit.uvm"));
        story->show(0);
        const auto first = itemsOf(*timelineOf(*story), exportLook(), size, QStringLiteral("command"));
        story->show(9);
        const auto later = itemsOf(*timelineOf(*story), exportLook(), size, QStringLiteral("command"));
        QCOMPARE(first.size(), later.size());
        for (qsizetype i = 0; i < first.size(); ++i)
            QCOMPARE(first[i].rect, later[i].rect);
    }

    void itShrinks() {
        const auto story = storyOfFile(QStringLiteral("three-generations.uvm"));
        for (double height : {46.0, 80.0, 110.0, 148.0}) {
            const auto picture = timelineOf(*story);
            const auto items = itemsOf(*picture, exportLook(), {1376, height}, QStringLiteral("command"));
            QCOMPARE(overlaps(items), QStringList());
            for (const auto& item : items)
                QVERIFY(item.rect.bottom() <= height);
        }
    }
};

QTEST_MAIN(TimelinePictureTest)
#include "timeline_picture_test.moc"
