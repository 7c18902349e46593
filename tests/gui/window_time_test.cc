// Time in the real window: to the event that broke something, who wrote a field, bookmarks; over a kernel in
// QEMU and on recordings of it.
#include <QDialog>
#include <QFile>
#include <QLineEdit>
#include <QMenu>
#include <QRegularExpression>
#include <QTableView>
#include <QTest>

#include "gdbbridge/record/recording.h"
#include "gui/app/bookmark_list.h"
#include "gui/models/who_wrote.h"
#include "tests/gui/window_support.h"

using namespace gui;
using gdbbridge::MomentPtr;
using gdbbridge::SessionState;
using gdbbridge::StopReason;
using windowsupport::App;

namespace {

const QString forkDemo = QStringLiteral(UVMSCOPE_SOURCE_DIR "/scenarios/fork-cow.uvm");
constexpr int childWrites = 17;     // the number of that command in it
constexpr int childCopiesAmap = 16; // and of the one before, whose read fault resolves needs-copy

struct TimeApp : App {
    Headline line() { return window.strip().headline(); }
    bool firstSays(const QString& words) {
        return QTest::qWaitFor([&] { return line().first.contains(words); }, 30'000);
    }
    // Selects by what a click would.
    void selectEntry(const char* id) {
        const SceneItem* const entry = find("map", QString::fromLatin1(id));
        QVERIFY2(entry, id);
        Selection selection;
        selection.kind = Selection::Kind::Entry;
        selection.process = entry->identity.process;
        selection.entry = entry->identity.entry;
        story.select(selection);
    }
    // W, and the field in the menu.
    bool askWho(const QString& field) {
        press(Qt::Key_W);
        auto* const menu = window.findChild<QMenu*>(QStringLiteral("whoMenu"));
        if (!menu)
            return false;
        QAction* found = nullptr;
        for (QAction* action : menu->actions())
            if (action->isEnabled() && action->text().section(u'\t', 0, 0) == field && !found)
                found = action;
        if (found)
            found->trigger();
        menu->close();
        QTest::qWait(0);
        return found != nullptr;
    }
    // The story so far as a recording.
    QString record(const QString& name) {
        const QString file = folder.filePath(name);
        gdbbridge::RecordingWriter writer(
            file,
            {QStringLiteral("i386"), QStringLiteral("run.uvm"), player.session().config().scenario, {}, {}});
        for (const MomentPtr& moment : story.moments())
            writer.append(*moment);
        return writer.finish({}) ? file : QString();
    }
};

// A kernel that GDB breaks when entry 4 is linked into its map, on every machine that it runs.
gdbbridge::SessionConfig brokenKernel(const QTemporaryDir& folder) {
    gdbbridge::SessionConfig config;
    config.architecture = QStringLiteral("i386");
    config.kernel = QStringLiteral(UVMSCOPE_BUILD_DIR "/kernel-i386.elf");
    config.scenarioName = QStringLiteral("broken.uvm");
    config.scenario = "space A 0x1000 0x1000000\n"
                      "map A 0x10000 0x4000 cow fixed nomerge\n"
                      "map A 0x20000 0x4000 cow fixed nomerge\n"
                      "map A 0x30000 0x4000 cow fixed nomerge\n"
                      "protect A 0x21000 0x1000 r--\n"
                      "write A 0x30000 aa\n";
    config.gdb = folder.filePath(QStringLiteral("gdb"));
    QFile file(config.gdb);
    if (file.open(QIODevice::WriteOnly))
        file.write("#!/bin/sh\nexec gdb \"$@\" -ex 'break uvm::uvm_map_entry_link if entry.entry_id == 4 && "
                   "((map.size.value = 0x5000), 0)'\n");
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return config;
}

uint64_t sinceOf(const MomentPtr& moment) {
    return moment->violations.empty() ? 0 : moment->violations.front().sinceEvent;
}

} // namespace

class WindowTimeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_event_that_broke_it_is_one_key_away();
    void who_wrote_is_answered_by_the_machine();
    void who_wrote_is_answered_by_a_recording();
    void a_search_can_be_cancelled();
    void bookmarks_are_set_found_and_kept();
    void bookmarks_of_a_recording_lie_beside_it();
};

void WindowTimeTest::the_event_that_broke_it_is_one_key_away() {
    TimeApp app;
    app.player.open(brokenKernel(app.folder));
    QVERIFY2(app.waitFor(SessionState::Stopped), app.trouble(QStringLiteral("start")));
    app.press(Qt::Key_Space, Qt::ControlModifier);
    QVERIFY2(app.waitFor(SessionState::Finished), app.trouble(QStringLiteral("to the end")));
    const size_t moments = app.story.moments().size();
    const QString file = app.record(QStringLiteral("broken.uvmrec"));
    app.press(Qt::Key_G);
    const MomentPtr broken = app.story.now();
    QCOMPARE(broken->operation, 5);
    const uint64_t since = sinceOf(broken);
    QVERIFY2(since != 0, qPrintable(broken->note));
    QVERIFY2(app.line().action.contains(QStringLiteral("event %1").arg(since)),
             qPrintable(app.line().action));
    // By a click: another machine runs there, and the story gets a moment more.
    QVERIFY(app.window.strip().action().isVisible());
    QTest::mouseClick(&app.window.strip().action(), Qt::LeftButton);
    QVERIFY2(app.firstSays(QStringLiteral("Event %1 broke invariant 5").arg(since)),
             app.trouble(QStringLiteral("the event")));
    const MomentPtr at = app.story.now();
    QCOMPARE(at->snapshot->eventSequence, since);
    QCOMPARE(at->reason, StopReason::Event);
    QCOMPARE(at->events.back().sequence, since);
    QVERIFY(!at->violations.empty() && sinceOf(at) == since);
    QVERIFY(!at->stack.empty());
    QCOMPARE(app.story.moments().size(), moments + 1);
    QCOMPARE(app.player.state(), SessionState::Finished);
    // It is red there already, and where one came from keeps its events but for those before.
    QVERIFY(app.window.view(QStringLiteral("map")).picture().state().violations.size() > 0);
    const MomentPtr next = app.story.moments()[size_t(app.story.current()) + 1];
    QCOMPARE(next->snapshot, broken->snapshot);
    QCOMPARE(next->events.front().sequence, since + 1);
    QCOMPARE(app.window.events().model().rowCount(),
             int(app.story.moments().back()->snapshot->eventSequence -
                 app.story.moments().front()->snapshot->eventSequence) +
                 int(app.story.moments().front()->events.size()));
    // Back, and by the key: it is known now.
    app.press(Qt::Key_Backspace);
    QCOMPARE(app.story.now()->snapshot, broken->snapshot);
    app.press(Qt::Key_G, Qt::ShiftModifier);
    QCOMPARE(app.story.now(), at);
    QCOMPARE(app.story.moments().size(), moments + 1);

    // A recording of the ends of commands has no moment there: the event is named all the same.
    QVERIFY(app.openRecording(file));
    app.press(Qt::Key_G);
    QCOMPARE(app.story.now()->operation, 5);
    app.press(Qt::Key_G, Qt::ShiftModifier);
    QVERIFY2(app.line().first.startsWith(QStringLiteral("Event %1 broke it.").arg(since)),
             qPrintable(app.line().first));
    QVERIFY2(app.line().second.contains(QStringLiteral("no moment there")), qPrintable(app.line().second));
    QVERIFY2(app.line().second.contains(QStringLiteral("Expected")), qPrintable(app.line().second));
    QCOMPARE(app.story.now()->operation, 5);

    // Where it is not known which event it was, that is said.
    auto unknown = std::make_shared<gdbbridge::Moment>(*app.story.now());
    for (auto& finding : unknown->violations)
        finding.sinceEvent = 0;
    app.story.append(unknown);
    app.player.last();
    QVERIFY2(app.line().second.contains(QStringLiteral("does not say which event")),
             qPrintable(app.line().second));
    QVERIFY(app.line().action.isEmpty());
    QVERIFY(!app.window.strip().action().isVisible());
    app.press(Qt::Key_G, Qt::ShiftModifier);
    QVERIFY2(app.line().first.contains(
                 QStringLiteral("Nothing is broken at this step of which an event is known")),
             qPrintable(app.line().first));
}

void WindowTimeTest::who_wrote_is_answered_by_the_machine() {
    TimeApp app;
    QVERIFY(app.open(forkDemo));
    app.press(Qt::Key_W);
    QVERIFY(app.line().first.contains(QStringLiteral("Select something first"))); // and Start has nothing
    QVERIFY(app.stepTo(childWrites));
    app.selectEntry("entry-child-0x10000");
    // An event tells of it.
    QVERIFY(app.askWho(QStringLiteral("needs-copy")));
    QVERIFY2(app.firstSays(QStringLiteral("needs-copy of entry 0x10000 of child: yes → no")),
             app.trouble(QStringLiteral("needs-copy")));
    QVERIFY2(QTest::qWaitFor([&] { return app.story.now()->reason == StopReason::Event; }, 20'000),
             app.trouble(QStringLiteral("needs-copy")));
    QCOMPARE(app.story.now()->events.back().kind, gdbbridge::EventKind::NeedsCopyClear);
    QVERIFY2(app.line().second.startsWith(QStringLiteral("Written in ")), qPrintable(app.line().second));
    QVERIFY(app.line().second.contains(QStringLiteral("kernel/vm/")));
    QCOMPARE(app.player.state(), SessionState::Stopped);
    // The source stands there.
    app.press(Qt::Key_5);
    QVERIFY(app.window.source().calls().count() > 1);
    app.press(Qt::Key_1);
    QTest::mouseClick(&app.window.strip().action(), Qt::LeftButton);
    QCOMPARE(app.story.now()->operation, childWrites);
    QCOMPARE(app.story.now()->reason, StopReason::CommandEnd);
    // No event tells of which amap the entry has: the machine is watched.
    QVERIFY(app.askWho(QStringLiteral("amap")));
    QVERIFY2(QTest::qWaitFor([&] { return app.story.now()->reason == StopReason::Watch; }, 30'000),
             app.trouble(QStringLiteral("amap")));
    const MomentPtr there = app.story.now();
    const ThingField amap{ThingField::Of::Entry, app.story.selection().entry, 0, QStringLiteral("amap")};
    const QString present = fieldValue(*there->snapshot, amap);
    QVERIFY2(app.line().first.startsWith(QStringLiteral("amap of entry 0x10000 of child: a")) &&
                 app.line().first.endsWith(QStringLiteral("→ %1.").arg(present)),
             qPrintable(app.line().first));
    QVERIFY2(app.line().second.contains(QStringLiteral("kernel/vm/uvm_amap")), qPrintable(app.line().second));
    QCOMPARE(there->operation, childCopiesAmap);
    QCOMPARE(present, fieldValue(*app.story.moments().back()->snapshot, amap));
    // The machine that one looks at has not moved: it goes on from where it stood.
    app.press(Qt::Key_End);
    QVERIFY(app.stepTo(childWrites + 1));
    // What the run began with.
    app.press(Qt::Key_Home);
    app.press(Qt::Key_W);
    QVERIFY2(app.line().first.contains(QStringLiteral("not there at this step")),
             qPrintable(app.line().first));
}

void WindowTimeTest::who_wrote_is_answered_by_a_recording() {
    TimeApp app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(childWrites + 1));
    QVERIFY(app.openRecording(app.record(QStringLiteral("fork.uvmrec"))));
    app.press(Qt::Key_End);
    app.selectEntry("entry-child-0x10000");
    const int end = app.story.current();
    QVERIFY(app.askWho(QStringLiteral("needs-copy")));
    QCOMPARE(app.story.now()->operation, childCopiesAmap);
    QVERIFY(app.line().first.startsWith(QStringLiteral("needs-copy of entry 0x10000 of child: yes → no")));
    QVERIFY2(app.line().second.contains(QRegularExpression(QStringLiteral("^Event \\d+: .*no moment there"))),
             qPrintable(app.line().second));
    app.press(Qt::Key_Backspace);
    QCOMPARE(app.story.current(), end);
    QVERIFY(app.askWho(QStringLiteral("amap")));
    QVERIFY2(app.line().second.contains(
                 QStringLiteral("no event tells of it, and a recording has only its moments")),
             qPrintable(app.line().second));
    QVERIFY(app.askWho(QStringLiteral("start")));
    QVERIFY2(app.line().first.contains(QStringLiteral("it came to be with 0x10000")),
             qPrintable(app.line().first));
}

void WindowTimeTest::a_search_can_be_cancelled() {
    TimeApp app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(childWrites));
    app.selectEntry("entry-child-0x10000");
    const size_t moments = app.story.moments().size();
    QVERIFY(app.askWho(QStringLiteral("maxgap")));
    QVERIFY2(app.line().second.contains(QStringLiteral("Esc cancels")), qPrintable(app.line().second));
    app.press(Qt::Key_Escape);
    QVERIFY(!app.player.retraceSeconds());
    QVERIFY(!app.line().second.contains(QStringLiteral("Esc cancels")));
    QTest::qWait(200);
    QCOMPARE(app.story.moments().size(), moments);
    QCOMPARE(app.story.selection().kind, Selection::Kind::Entry); // Esc has done one thing
}

void WindowTimeTest::bookmarks_are_set_found_and_kept() {
    TimeApp app;
    const auto mark = [&](const QString& note) {
        app.press(Qt::Key_B);
        auto* const dialog = app.window.findChild<BookmarkNote*>();
        QVERIFY(dialog);
        dialog->line().selectAll();
        QTest::keyClicks(&dialog->line(), note);
        QTest::keyClick(&dialog->line(), Qt::Key_Return);
        QTRY_VERIFY(!app.window.findChild<BookmarkNote*>());
    };
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(6));
    mark(QStringLiteral("six"));
    QVERIFY(app.stepTo(childWrites - 1));
    for (int i = 1; i <= 3; ++i) {
        const int before = app.story.current();
        app.press(Qt::Key_F10);
        QVERIFY(QTest::qWaitFor([&] { return app.story.current() > before; }, 10'000));
    }
    const MomentPtr inside = app.story.now();
    mark(QStringLiteral("in the fault"));
    QCOMPARE(int(app.window.bookmarks().all().size()), 2);
    // They stand in the timeline, where a look at them tells the note.
    const SceneItem* const flag = app.find("timeline", QStringLiteral("bookmark-2"));
    QVERIFY(flag);
    QCOMPARE(flag->text, QStringLiteral("bookmark at command 17: in the fault"));
    const SceneItem* const slice = app.find("timeline", QStringLiteral("command-17"));
    QVERIFY(slice && flag->rect.center().x() > slice->rect.left() &&
            flag->rect.center().x() < slice->rect.right());
    // From one to the next.
    app.press(Qt::Key_B, Qt::ShiftModifier);
    QCOMPARE(app.story.now()->operation, 6);
    QVERIFY(app.line().first.contains(QStringLiteral("six")));
    app.press(Qt::Key_B, Qt::ShiftModifier);
    QCOMPARE(app.story.now(), inside);
    // The note can be changed; Esc changes nothing.
    mark(QStringLiteral("where it begins"));
    QCOMPARE(app.window.bookmarks().all()[1].note, QStringLiteral("where it begins"));

    // Another window on the same settings, another machine: they are there, also where it has not been yet.
    {
        Story story;
        Player player(story);
        MainWindow again(player, &app.settings);
        QVERIFY(again.openScenario(forkDemo, {.kernel = QStringLiteral(UVMSCOPE_BUILD_DIR "/kernel-i386.elf"),
                                              .kernelOptions = {}}));
        QCOMPARE(again.bookmarks().all(), app.window.bookmarks().all());
        // Those of another scenario are others.
        QVERIFY(again.openScenario(
            QStringLiteral(UVMSCOPE_SOURCE_DIR "/scenarios/demos/fork-generations.uvm"),
            {.kernel = QStringLiteral(UVMSCOPE_BUILD_DIR "/kernel-i386.elf"), .kernelOptions = {}}));
        QVERIFY(again.bookmarks().all().empty());
    }
    app.press(Qt::Key_R, Qt::ControlModifier);
    QVERIFY(app.waitFor(SessionState::Stopped));
    app.press(Qt::Key_B, Qt::ShiftModifier);
    QVERIFY(QTest::qWaitFor([&] { return app.story.now()->operation == 6; }, 20'000));
    app.press(Qt::Key_B, Qt::ShiftModifier);
    QVERIFY2(app.line().first.contains(QStringLiteral("has not been yet")), qPrintable(app.line().first));
    QVERIFY(QTest::qWaitFor([&] { return app.story.now()->operation == childWrites; }, 20'000));
    app.press(Qt::Key_Home);
    // The list: the second is inside the command, where the new machine has no moment yet.
    app.press(Qt::Key_B, Qt::ControlModifier);
    auto* list = app.window.findChild<BookmarkList*>();
    QVERIFY(list);
    QCOMPARE(list->table().model()->rowCount(), 2);
    list->activateWindow(); // which a window manager does
    QTRY_VERIFY(list->isActiveWindow());
    list->table().selectRow(1);
    QTest::keyClick(&list->table(), Qt::Key_Return);
    QVERIFY2(QTest::qWaitFor(
                 [&] { return app.story.now()->snapshot->eventSequence == inside->snapshot->eventSequence; },
                 20'000),
             app.trouble(QStringLiteral("the bookmark")));
    QVERIFY(app.line().first.contains(QStringLiteral("where it begins")));
    app.press(Qt::Key_B, Qt::ControlModifier);
    list = app.window.findChild<BookmarkList*>();
    QVERIFY(list);
    list->activateWindow();
    QTRY_VERIFY(list->isActiveWindow());
    list->table().selectRow(0);
    QTest::keyClick(&list->table(), Qt::Key_Delete);
    QCOMPARE(int(app.window.bookmarks().all().size()), 1);
    QVERIFY(!app.find("timeline", QStringLiteral("bookmark-2")));
    list->close();
}

void WindowTimeTest::bookmarks_of_a_recording_lie_beside_it() {
    TimeApp app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(5));
    const QString file = app.record(QStringLiteral("run.uvmrec"));
    QVERIFY(app.openRecording(file));
    QVERIFY(app.window.bookmarks().all().empty());
    QVERIFY(app.stepTo(3));
    app.window.bookmarks().set({3, 0, QStringLiteral("here")});
    QVERIFY(QFile::exists(file + QStringLiteral(".bookmarks")));
    QVERIFY(app.openRecording(file));
    QCOMPARE(app.window.bookmarks().all().front().note, QStringLiteral("here"));
    app.press(Qt::Key_B, Qt::ShiftModifier);
    QCOMPARE(app.story.now()->operation, 3);
    // What cannot be read is told, and not written over.
    QFile beside(file + QStringLiteral(".bookmarks"));
    QVERIFY(beside.open(QIODevice::WriteOnly));
    beside.write("not json");
    beside.close();
    QVERIFY(app.openRecording(file));
    QVERIFY(app.window.bookmarks().all().empty());
    QVERIFY2(app.line().first.contains(QStringLiteral("cannot be read")), qPrintable(app.line().first));
    app.window.bookmarks().set({1, 0, {}});
    QVERIFY(beside.open(QIODevice::ReadOnly));
    QCOMPARE(beside.readAll(), QByteArray("not json"));
    beside.close();
    // The last one removed leaves no file.
    QVERIFY(beside.remove());
    QVERIFY(app.openRecording(file));
    app.window.bookmarks().set({1, 0, {}});
    QVERIFY(beside.exists());
    app.window.bookmarks().remove(0);
    QVERIFY(!beside.exists());
}

QTEST_MAIN(WindowTimeTest)
#include "window_time_test.moc"
