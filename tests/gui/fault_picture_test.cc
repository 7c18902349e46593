#include <QTest>

#include "gui/models/fault_stages.h"
#include "tests/gui/picture_support.h"
#include "tests/support/host_moments.h"

using namespace testsupport;
using gui::FaultStage;

namespace {

constexpr const char* forked = "space parent 0x1000 0xbfbff000\n"
                               "object file 0x8000\n"
                               "map parent 0x10000 0x4000 cow\n"
                               "map parent 0x20000 0x8000 obj=file cow\n"
                               "write parent 0x10000 \"one\"\n"
                               "write parent 0x12000 \"next\"\n"
                               "read parent 0x20000\n"
                               "write parent 0x21000 \"two\"\n"
                               "fork parent child\n"
                               "write child 0x10000 \"ONE\"\n"
                               "read parent 0x700000\n"
                               "lookup parent 0x10000\n";

QStringList titles(const gui::FaultStages& fault, FaultStage::State state) {
    QStringList all;
    for (const FaultStage& stage : fault.stages)
        if (stage.state == state)
            all << stage.title;
    return all;
}

gui::FaultStages faultAfter(gui::Story& story, const char* command) {
    story.show(momentAfter(story, QString::fromLatin1(command)));
    return gui::faultStages(story);
}

} // namespace

class FaultPictureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachCaseIsNamed() {
        const auto story = storyOf(forked);
        const auto done = [&](const char* command) {
            return titles(faultAfter(*story, command), FaultStage::State::Done);
        };
        QVERIFY(done("write parent 0x10000 \"one\"").contains(QStringLiteral("case 2B, zero")));
        QVERIFY(done("read parent 0x20000").contains(QStringLiteral("case 2A")));
        QVERIFY(done("write parent 0x21000 \"two\"").contains(QStringLiteral("case 2B")));
        QVERIFY(done("write child 0x10000 \"ONE\"").contains(QStringLiteral("case 1B")));
    }

    void aWholeFaultHasItsStagesInOrder() {
        const auto story = storyOf(forked);
        const gui::FaultStages fault = faultAfter(*story, "write child 0x10000 \"ONE\"");
        QCOMPARE(titles(fault, FaultStage::State::Done),
                 (QStringList{"trap", "lookup", "needs-copy", "lookup again", "window", "neighbours",
                              "case 1B", "enter", "return"}));
        QCOMPARE(titles(fault, FaultStage::State::NotTaken),
                 (QStringList{"case 1A", "case 2A", "case 2B", "case 2B, zero"}));
        QCOMPARE(titles(fault, FaultStage::State::ToCome), QStringList());
        QCOMPARE(fault.title, QStringLiteral("the child writes 0x10000"));
        QCOMPARE(fault.va, uint64_t(0x10000));
        QVERIFY(fault.ended);
        QCOMPARE(fault.error, uint64_t(0));
        // What the stages cost is what the fault cost.
        uint64_t sum = 0;
        for (const FaultStage& stage : fault.stages)
            sum += stage.cost;
        QCOMPARE(sum, fault.total);
        QVERIFY(fault.total > 0);
    }

    void stagesToComeStandInTheMidstOfOne() {
        const auto run = runOnHost(forked, MomentsAt::EveryEvent);
        gui::Story story;
        story.begin({}, gui::scenarioCommands(QString::fromLatin1(forked)));
        int seen = 0;
        for (const auto& moment : run.moments) {
            story.append(moment);
            if (moment->reason != gdbbridge::StopReason::Event || moment->events.empty())
                continue;
            const gui::FaultStages fault = gui::faultStages(story);
            const auto kind = moment->events.back().kind;
            if (kind == gdbbridge::EventKind::FaultBegin) {
                ++seen;
                QCOMPARE(titles(fault, FaultStage::State::Current), QStringList{"trap"});
                QVERIFY(titles(fault, FaultStage::State::ToCome).contains(QStringLiteral("case 1B")));
                QVERIFY(fault.window.empty());
            } else if (kind == gdbbridge::EventKind::FaultCase) {
                QCOMPARE(titles(fault, FaultStage::State::Current).size(), 1);
                QVERIFY(titles(fault, FaultStage::State::Current).front().startsWith(QStringLiteral("case")));
                QVERIFY(titles(fault, FaultStage::State::ToCome).contains(QStringLiteral("return")));
                QVERIFY(!fault.window.empty());
            }
        }
        QVERIFY(seen >= 5);
    }

    void aFaultThatFailsSaysSo() {
        const auto story = storyOf(forked);
        const gui::FaultStages fault = faultAfter(*story, "read parent 0x700000");
        QVERIFY(fault.ended);
        QVERIFY(fault.error != 0);
        QVERIFY2(fault.stages.back().words.contains(QStringLiteral("EFAULT")),
                 qPrintable(fault.stages.back().words));
    }

    void withoutAFaultItSaysWhatWouldHaveOne() {
        const auto story = storyOf(forked);
        QCOMPARE(faultAfter(*story, "lookup parent 0x10000").number, 0);
        QCOMPARE(textsOf(*pictureOf(*story, QStringLiteral("fault")), QStringLiteral("No page fault")).size(),
                 1);
    }

    void noWordStandsOverAnother() {
        for (const QString& name : scenarioNames()) {
            const auto story = storyOfFile(name);
            for (int i = 0; i < int(story->moments().size()); ++i) {
                story->show(i);
                const auto picture = pictureOf(*story, QStringLiteral("fault"));
                for (const gui::ThemeName theme : {gui::ThemeName::Light, gui::ThemeName::Projector})
                    for (const QSizeF size : {QSizeF(640, 500), QSizeF(1000, 620)})
                        QCOMPARE(badWords(*picture, exportLook(theme), size), QStringList());
            }
        }
    }
};

QTEST_MAIN(FaultPictureTest)
#include "fault_picture_test.moc"
