// The story: what it holds, which moment it looks at, and what it tells whom.
#include <QObject>
#include <QSignalSpy>
#include <QString>
#include <QStringList>
#include <QTest>

#include <algorithm>

#include "gui/models/changes.h"
#include "gui/models/story.h"
#include "tests/support/host_moments.h"

using gdbbridge::StopReason;
using gui::Selection;
using gui::Story;

namespace {

constexpr auto scenario = "# two writes\n"
                          "space A 0x1000 0x100000\n"
                          "\n"
                          "  map   A 0x10000\t0x2000 cow   # blanks\n"
                          "write A 0x10000 01\n";

// Every signal of a story, counted.
struct Spies {
    explicit Spies(Story& story)
        : begun(&story, &Story::begun), appended(&story, &Story::appended),
          current(&story, &Story::currentChanged), selection(&story, &Story::selectionChanged) {}
    QSignalSpy begun, appended, current, selection;
};

} // namespace

class StoryTest : public QObject {
    Q_OBJECT

private:
    std::vector<gdbbridge::MomentPtr> m_commands, m_events;

    void fill(Story& story, const std::vector<gdbbridge::MomentPtr>& moments) {
        story.begin("two writes", gui::scenarioCommands(scenario));
        for (auto const& moment : moments)
            story.append(moment);
    }

private Q_SLOTS:
    void initTestCase() {
        m_commands = testsupport::hostMoments(scenario);
        m_events = testsupport::hostMoments(scenario, testsupport::MomentsAt::EveryEvent);
        QCOMPARE(m_commands.size(), size_t{5});
        QVERIFY(m_events.size() > 20);
    }

    // What becomes of a page is told in rights and in where it is; content is what a write changes.
    void a_page_is_told_by_what_became_of_it() {
        auto const moments = testsupport::hostMoments("memory 10 swap=32\n"
                                                      "space A 0x1000 0x100000\n"
                                                      "object f 0x4000\n"
                                                      "map A 0x20000 0x4000 fixed cow obj=f adv=random\n"
                                                      "read A 0x21000 1\n"
                                                      "write A 0x21000 \"x\"\n"
                                                      "write A 0x21000 \"y\"\n"
                                                      "map A 0x40000 0x4000 fixed obj=f adv=random\n"
                                                      "write A 0x42000 \"z\"\n"
                                                      "clean A 0x40000 0x4000 cleanit syncio free\n"
                                                      "read A 0x42000 1\n");
        auto const told = [&](size_t operation) {
            auto const at = [&](size_t index) {
                return std::find_if(moments.begin(), moments.end(),
                                    [&](auto const& moment) {
                                        return moment->operation == int(index) &&
                                               (index == 0 || moment->reason == StopReason::CommandEnd);
                                    })
                    ->get();
            };
            return gui::Changes(at(operation - 1)->snapshot.get(), *at(operation)->snapshot)
                .lines()
                .filter(" 0x")
                .join("; ");
        };
        QCOMPARE(told(5), QString("A 0x21000: entered r--"));
        QVERIFY2(told(6).contains(" is a private copy of f's page, r-- became rw-"), qPrintable(told(6)));
        QCOMPARE(told(7), QString("A 0x21000: content changed"));
        QVERIFY2(told(10).contains("A 0x42000: no longer entered, out of memory"), qPrintable(told(10)));
        QVERIFY2(told(11).contains("A 0x42000: entered r"), qPrintable(told(11)));
        for (size_t operation : {10, 11})
            QVERIFY2(!told(operation).contains("content"), qPrintable(told(operation)));
    }

    void commands_are_those_that_the_kernel_echoes() {
        auto const commands = gui::scenarioCommands(scenario);
        QCOMPARE(commands.size(), size_t{3});
        for (size_t i = 0; i < commands.size(); ++i) {
            QCOMPARE(commands[i].line, m_commands[i + 1]->line);
            QCOMPARE(commands[i].text, m_commands[i + 1]->command);
        }
        QVERIFY(gui::scenarioCommands("").empty());
        QVERIFY(gui::scenarioCommands("# nothing\n\n \t\n").empty());
        QCOMPARE(gui::scenarioCommands("check").front().line, 1);
    }

    void an_empty_story_has_nothing() {
        Story story;
        QVERIFY(story.isEmpty());
        QCOMPARE(story.current(), -1);
        QVERIFY(!story.now());
        QVERIFY(!story.before());
        QVERIFY(story.atHead());
        QVERIFY(!story.showNext(Story::Stride::Moment));
        QVERIFY(!story.showPrevious(Story::Stride::Moment));
        story.show(7);
        QCOMPARE(story.current(), -1);
    }

    void it_follows_new_moments_while_it_looks_at_the_last() {
        Story story;
        Spies spies(story);
        fill(story, m_commands);
        QCOMPARE(story.current(), 4);
        QVERIFY(story.atHead());
        QCOMPARE(story.now(), m_commands[4]);
        QCOMPARE(story.before(), m_commands[3]);
        QCOMPARE(spies.begun.count(), 1);
        QCOMPARE(spies.appended.count(), 5);
        QCOMPARE(spies.appended.last().at(0).toInt(), 4);
        QCOMPARE(spies.current.count(), 6); // begin and five moments
        QCOMPARE(story.title(), QString("two writes"));
        QCOMPARE(story.commands().size(), size_t{3});
    }

    void it_stays_where_somebody_looks_back() {
        Story story;
        story.begin({}, {});
        story.append(m_commands[0]);
        story.append(m_commands[1]);
        story.show(0);
        Spies spies(story);
        story.append(m_commands[2]);
        QCOMPARE(story.current(), 0);
        QVERIFY(!story.atHead());
        QCOMPARE(spies.appended.count(), 1);
        QCOMPARE(spies.current.count(), 0);
        QVERIFY(!story.before());
        story.show(99);
        QCOMPARE(story.current(), 2);
        story.show(-5);
        QCOMPARE(story.current(), 0);
    }

    void strides_by_command_skip_the_events_between() {
        Story story;
        fill(story, m_events);
        QCOMPARE(story.now()->reason, StopReason::ScenarioEnd);
        QStringList ends;
        while (story.showPrevious(Story::Stride::Command)) {
            QVERIFY(story.now()->reason != StopReason::Event);
            ends.prepend(story.now()->command);
        }
        QCOMPARE(story.current(), 0);
        QCOMPARE(ends.size(), 4); // Start and three commands
        QCOMPARE(ends.last(), QString("write A 0x10000 01"));
        int events = 0;
        while (story.showNext(Story::Stride::Moment))
            ++events;
        QCOMPARE(events, int(m_events.size()) - 1);
        story.show(1);
        QVERIFY(story.showNext(Story::Stride::Command));
        QCOMPARE(story.now()->reason, StopReason::CommandEnd);
    }

    void showing_the_same_moment_again_tells_nobody() {
        Story story;
        fill(story, m_commands);
        Spies spies(story);
        story.show(4);
        QCOMPARE(spies.current.count(), 0);
        story.show(3);
        QCOMPARE(spies.current.count(), 1);
    }

    void a_selection_is_told_once_and_forgotten_with_the_story() {
        Story story;
        fill(story, m_commands);
        Spies spies(story);
        Selection const anon{.kind = Selection::Kind::Anon, .anon = 1};
        story.select(anon);
        story.select(anon);
        QCOMPARE(spies.selection.count(), 1);
        QVERIFY(story.selection().isAnon(1));
        story.begin({}, {});
        QVERIFY(story.selection() == Selection{});
        QVERIFY(story.isEmpty());
        QCOMPARE(story.current(), -1);
        QCOMPARE(spies.begun.count(), 1);
    }
};

QTEST_GUILESS_MAIN(StoryTest)
#include "story_test.moc"
