// The real window, driven by keys and mouse over a kernel that runs in QEMU.
#include <QComboBox>
#include <QDockWidget>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <csignal>

#include "gdbbridge/check/check.h"
#include "gdbbridge/record/recording.h"
#include "gui/app/main_window.h"
#include "gui/app/recorded_run.h"
#include "gui/views/timeline_picture.h"
#include "tests/gui/window_support.h"

using namespace gui;
using gdbbridge::SessionState;
using windowsupport::App;

namespace {

const QString forkDemo = QStringLiteral(UVMSCOPE_SOURCE_DIR "/scenarios/fork-cow.uvm");
constexpr int childWrites = 17; // the number of that command in it
constexpr int commandsInDemo = 21;

} // namespace

class WindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void it_starts_at_the_first_command();
    void it_goes_on_to_a_command_at_once();
    void a_step_makes_the_expected_items_appear();
    void back_and_forward_need_no_machine();
    void events_are_steps_too();
    void run_and_restart();
    void a_start_tells_how_long_it_takes_and_can_be_cancelled();
    void a_silent_machine_is_told();
    void a_selection_lights_up_in_every_view();
    void the_timeline_scrubs();
    void the_events_can_be_filtered();
    void themes_and_projector_change_the_look();
    void the_theme_is_remembered();
    void workspaces_show_their_docks();
    void a_view_is_exported_by_its_suffix();
    void a_death_is_shown_with_its_report();
    void a_broken_invariant_is_shown();
    void a_fault_is_walked_stage_by_stage();
    void lines_of_source_are_steps();
    void the_machine_goes_back_and_on_differently();
    void a_typed_command_runs();
    void a_recording_is_shown_without_a_machine();
    void two_architectures_are_compared();
    void the_first_difference_is_found_and_shown();
    void a_file_that_cannot_be_read_is_told();
    void every_demo_can_be_shown();
};

void WindowTest::it_starts_at_the_first_command() {
    App app;
    QCOMPARE(app.window.strip().headline().step, QStringLiteral("Start"));
    QVERIFY(app.open(forkDemo));
    const Headline line = app.window.strip().headline();
    QCOMPARE(line.of, QStringLiteral("of %1").arg(commandsInDemo));
    QCOMPARE(line.next, QStringLiteral("space parent 0x1000 0xbfbff000"));
    QCOMPARE(line.bar, Headline::Bar::Nothing);
    QVERIFY(app.words("map").contains(QStringLiteral("Nothing is mapped yet")));
    QVERIFY(app.window.console().toPlainText().contains(QStringLiteral("uvmscope kernel, i386")));
}

void WindowTest::it_goes_on_to_a_command_at_once() {
    App app;
    const Target target{.kernel = QStringLiteral(UVMSCOPE_BUILD_DIR "/kernel-i386.elf"), .kernelOptions = {}};
    QVERIFY(app.window.openScenario(forkDemo, target));
    QCOMPARE(app.player.state(), SessionState::Starting);
    app.player.goToCommand(2);
    QVERIFY2(QTest::qWaitFor([&] { return !app.story.isEmpty() && app.story.now()->operation >= 3; }, 30'000),
             app.trouble(QStringLiteral("on the way to the third command")));
    QVERIFY(app.waitFor(SessionState::Stopped));
    QCOMPARE(app.story.now()->operation, 3);
}

void WindowTest::a_step_makes_the_expected_items_appear() {
    App app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(childWrites));
    const Headline line = app.window.strip().headline();
    QCOMPARE(line.step, QStringLiteral("Step %1").arg(childWrites));
    QCOMPARE(line.bar, Headline::Bar::Changed);
    QVERIFY2(line.first.contains(QStringLiteral("The child wrote to 0x10000")), qPrintable(line.first));
    QVERIFY2(line.first.contains(QStringLiteral("got its own copy")), qPrintable(line.first));
    // Both processes with their six entries, above the pages that the hardware has.
    for (const char* who : {"parent", "child"})
        for (const char* start :
             {"0x10000", "0x8048000", "0x804c000", "0x20000000", "0xbfbdd000", "0xbfbde000"})
            QVERIFY2(
                app.find("map", QStringLiteral("entry-%1-%2").arg(QLatin1String(who), QLatin1String(start))),
                start);
    // The written page is split in two with a reference each, the other one is still shared by both.
    const QString sharing = app.words("sharing");
    const auto& snapshot = *app.story.now()->snapshot;
    int single = 0, twice = 0;
    for (const auto& anon : snapshot.anons) {
        single += anon.refs == 1;
        twice += anon.refs == 2;
    }
    QVERIFY2(sharing.contains(QStringLiteral("×2")), qPrintable(sharing));
    QVERIFY(single >= 2 && twice >= 1);
    QVERIFY2(app.words("tree").contains(QStringLiteral("0x10000")), qPrintable(app.words("tree")));
    // The list of events has a sentence for each, the console what the scenario printed.
    QVERIFY(app.window.events().model().rowCount() > 100);
    QVERIFY(
        app.window.console().toPlainText().contains(QStringLiteral("write child 0x10000 \"CHILD\"\n  = ok")));
    QVERIFY(!app.window.view(QStringLiteral("map")).accessibleDescription().isEmpty());
}

void WindowTest::back_and_forward_need_no_machine() {
    App app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(6));
    const QString atSix = app.words("map");
    const size_t moments = app.story.moments().size();
    app.press(Qt::Key_Left);
    QCOMPARE(app.story.now()->operation, 5);
    QVERIFY(app.words("map") != atSix);
    QCOMPARE(app.window.strip().headline().step, QStringLiteral("Step 5"));
    app.press(Qt::Key_Right);
    QCOMPARE(app.words("map"), atSix);
    app.press(Qt::Key_Home);
    QCOMPARE(app.story.current(), 0);
    app.press(Qt::Key_End);
    QCOMPARE(app.words("map"), atSix);
    QCOMPARE(app.story.moments().size(), moments);
    QCOMPARE(app.player.state(), SessionState::Stopped);
}

void WindowTest::events_are_steps_too() {
    App app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(childWrites - 1));
    const int before = app.story.current();
    for (int i = 1; i <= 5; ++i) {
        app.press(Qt::Key_F10);
        QVERIFY(QTest::qWaitFor([&] { return app.story.current() == before + i; }, 10'000));
        QCOMPARE(app.story.now()->reason, gdbbridge::StopReason::Event);
        QCOMPARE(app.story.now()->events.size(), size_t(1));
    }
    app.press(Qt::Key_F10, Qt::ShiftModifier);
    QCOMPARE(app.story.current(), before + 4);
    app.press(Qt::Key_End);
    // Out of the fault again; the step then tells the whole command.
    app.press(Qt::Key_Right);
    QVERIFY(QTest::qWaitFor([&] { return app.story.now()->reason == gdbbridge::StopReason::CommandEnd; },
                            10'000));
    QCOMPARE(app.story.now()->operation, childWrites);
    QVERIFY(app.window.strip().headline().first.contains(QStringLiteral("got its own copy")));
}

void WindowTest::run_and_restart() {
    App app;
    QVERIFY(app.open(forkDemo));
    app.press(Qt::Key_Space, Qt::ControlModifier);
    QVERIFY(app.waitFor(SessionState::Finished));
    QCOMPARE(int(app.story.moments().size()), commandsInDemo + 2);
    const QString atEnd = app.words("sharing");
    app.press(Qt::Key_R, Qt::ControlModifier);
    QVERIFY(app.story.isEmpty());
    QVERIFY(app.waitFor(SessionState::Stopped));
    QCOMPARE(app.story.moments().size(), size_t(1));
    app.press(Qt::Key_Space, Qt::ControlModifier);
    QVERIFY(app.waitFor(SessionState::Finished));
    QCOMPARE(app.words("sharing"), atEnd);
}

void WindowTest::a_start_tells_how_long_it_takes_and_can_be_cancelled() {
    App app;
    const auto headline = [&] { return app.window.strip().headline(); };
    const auto qemu = [&] { return pid_t(app.player.session().qemuProcessId()); };
    QVERIFY(app.open(forkDemo));
    app.press(Qt::Key_R, Qt::ControlModifier);
    QVERIFY(QTest::qWaitFor([&] { return qemu() != 0; }, 5000));
    QCOMPARE(app.player.state(), SessionState::Starting);
    // A machine that does not get on: it is said what is awaited, and for how long.
    kill(qemu(), SIGSTOP);
    QVERIFY(QTest::qWaitFor([&] { return headline().first.contains(QStringLiteral("2 s so far")); }, 5000));
    QVERIFY(headline().second.contains(QStringLiteral("Esc")));
    QVERIFY(app.window.topBar().target().text().contains(QStringLiteral("starting")));
    app.press(Qt::Key_Escape);
    QCOMPARE(app.player.state(), SessionState::Idle);
    QCOMPARE(qemu(), 0);
    QVERIFY(headline().second.contains(QStringLiteral("Ctrl+R")));
    app.press(Qt::Key_R, Qt::ControlModifier);
    QVERIFY(app.waitFor(SessionState::Stopped));
    // Esc is no danger to one that has started.
    app.press(Qt::Key_Escape);
    QCOMPARE(app.player.state(), SessionState::Stopped);
}

// A machine that runs and says nothing any more: that is told, the window stays usable, and it may go on.
void WindowTest::a_silent_machine_is_told() {
    App app;
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("long.uvm"));
    QFile scenario(file);
    QVERIFY(scenario.open(QIODevice::WriteOnly) &&
            scenario.write("space A 0x1000 0x1000000\nchurn A 100000000\n") > 0);
    scenario.close();
    QVERIFY(app.open(file));
    app.press(Qt::Key_Space, Qt::ControlModifier);
    QVERIFY(app.waitFor(SessionState::Running));
    const auto headline = [&] { return app.window.strip().headline(); };
    const auto qemu = pid_t(app.player.session().qemuProcessId());
    kill(qemu, SIGSTOP);
    QVERIFY2(
        QTest::qWaitFor([&] { return headline().first.contains(QStringLiteral("has not answered")); }, 5000),
        qPrintable(headline().first));
    QCOMPARE(headline().bar, Headline::Bar::Wrong);
    QVERIFY(headline().second.contains(QStringLiteral("estart")));
    kill(qemu, SIGCONT);
    app.press(Qt::Key_Space, Qt::ControlModifier); // and stops where it is asked to
    QVERIFY(app.waitFor(SessionState::Stopped));
    QVERIFY(!headline().first.contains(QStringLiteral("has not answered")));
}

void WindowTest::a_selection_lights_up_in_every_view() {
    App app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(childWrites));
    PictureView& map = app.window.view(QStringLiteral("map"));
    PictureView& tree = app.window.view(QStringLiteral("tree"));
    const SceneItem* entry = app.find("map", QStringLiteral("entry-child-0x10000"));
    QVERIFY(entry);
    const QImage treeBefore = tree.grab().toImage();
    const QPoint scrolled(map.horizontalScrollBar()->value(), map.verticalScrollBar()->value());
    QTest::mouseClick(map.viewport(), Qt::LeftButton, {},
                      (entry->rect.topLeft() + QPointF(entry->rect.width() - 12, 12)).toPoint() - scrolled);
    QCOMPARE(app.story.selection().kind, Selection::Kind::Entry);
    const uint32_t id = app.story.selection().entry;
    QVERIFY(id != 0);
    for (const char* view : {"map", "tree", "sharing"})
        QVERIFY(app.window.view(QString::fromLatin1(view)).picture().state().selection.isEntry(id));
    // It is seen, not only known.
    QVERIFY(tree.grab().toImage() != treeBefore);
    app.press(Qt::Key_Escape);
    QCOMPARE(app.story.selection().kind, Selection::Kind::Nothing);
    QCOMPARE(tree.grab().toImage(), treeBefore);
}

void WindowTest::the_timeline_scrubs() {
    App app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(10));
    PictureView& view = app.window.view(QStringLiteral("timeline"));
    const auto& picture = static_cast<const TimelinePicture&>(view.picture());
    // A point above the fifth command, found as a user would: by looking.
    std::optional<QPoint> fifth, fifteenth;
    for (int x = 0; x < int(view.pictureSize().width()); x += 2) {
        const auto command = picture.commandAt(view.look(), view.pictureSize(), QPointF(x, 20));
        if (command == 4 && !fifth)
            fifth = QPoint(x + 4, 20);
        if (command == 14 && !fifteenth)
            fifteenth = QPoint(x + 4, 20);
    }
    QVERIFY(fifth && fifteenth);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, *fifth);
    QCOMPARE(app.story.now()->operation, 5);
    // One that is still to come: the machine runs there.
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, *fifteenth);
    QVERIFY(QTest::qWaitFor([&] { return app.story.now()->operation == 15; }, 20'000));
}

void WindowTest::the_events_can_be_filtered() {
    App app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(childWrites));
    app.press(Qt::Key_Slash);
    QCOMPARE(app.window.workspace(), Workspace::Events);
    EventsView& events = app.window.events();
    const int all = events.table().model()->rowCount();
    QCOMPARE(all, events.model().rowCount());
    QTest::keyClicks(&events.search(), QStringLiteral("fork"));
    const int found = events.table().model()->rowCount();
    QVERIFY(found > 0 && found < all);
    events.search().clear();
    events.classes().setCurrentText(QStringLiteral("fault"));
    QVERIFY(events.table().model()->rowCount() > 5 && events.table().model()->rowCount() < all);
    // Enter looks at the moment of the event.
    events.table().selectRow(0);
    Q_EMIT events.table().activated(events.table().model()->index(0, 0));
    QVERIFY(app.story.now()->operation < childWrites);
}

void WindowTest::themes_and_projector_change_the_look() {
    App app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(12));
    const QImage light = app.picture();
    const double base = app.window.view(QStringLiteral("map")).look().metrics.base();
    app.press(Qt::Key_T);
    QCOMPARE(app.window.theme(), ThemeName::Dark);
    const QImage dark = app.picture();
    QVERIFY(dark != light);
    QVERIFY(qGray(dark.pixel(700, 500)) < 100);
    app.press(Qt::Key_T);
    QCOMPARE(app.window.theme(), ThemeName::Print);
    app.press(Qt::Key_T);
    QCOMPARE(app.window.theme(), ThemeName::Light);
    QCOMPARE(app.picture(), light);
    app.press(Qt::Key_F5);
    QVERIFY(app.window.isProjector());
    QCOMPARE(app.window.view(QStringLiteral("map")).look().metrics.base(), base * 1.6);
    QVERIFY(!app.dock("tree")->isVisible());
    app.press(Qt::Key_F5);
    QVERIFY(!app.window.isProjector());
    QVERIFY(app.dock("tree")->isVisible());
}

void WindowTest::the_theme_is_remembered() {
    QTemporaryDir folder;
    QSettings settings(folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
    Story story;
    Player player(story);
    {
        MainWindow window(player, &settings);
        window.setTheme(ThemeName::Dark);
    }
    MainWindow again(player, &settings);
    QCOMPARE(again.theme(), ThemeName::Dark);
}

void WindowTest::workspaces_show_their_docks() {
    App app;
    QVERIFY(app.open(forkDemo));
    app.press(Qt::Key_2);
    QVERIFY(app.dock("tree")->isVisible() && !app.dock("map")->isVisible());
    app.press(Qt::Key_7);
    QVERIFY(app.dock("events")->isVisible() && app.dock("map")->isVisible() &&
            !app.dock("tree")->isVisible());
    app.press(Qt::Key_8);
    QVERIFY(app.dock("console")->isVisible());
    app.press(Qt::Key_1);
    QVERIFY(app.dock("map")->isVisible() && app.dock("tree")->isVisible() &&
            app.dock("sharing")->isVisible());
    QVERIFY(app.window.view(QStringLiteral("timeline")).isVisible());
    // The address spaces are the dominant part.
    QVERIFY(app.dock("map")->width() > app.window.width() * 55 / 100);
}

void WindowTest::a_view_is_exported_by_its_suffix() {
    App app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(childWrites));
    QTemporaryDir folder;
    const struct {
        const char* name;
        const char* start;
    } files[] = {{"a.svg", "<?xml"}, {"b.pdf", "%PDF"}, {"c.png", "\x89PNG"}};
    for (const auto& file : files) {
        const QString path = folder.filePath(QString::fromLatin1(file.name));
        QCOMPARE(app.window.exportTo(path), QString());
        QFile written(path);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QVERIFY2(written.readAll().startsWith(file.start), file.name);
    }
    // The list of events and the console as well, as they stand there.
    for (const auto& [key, name, words] : {std::tuple{Qt::Key_7, "events", "The command of line 9 begins."},
                                           std::tuple{Qt::Key_8, "console", "uvmscope kernel, i386"}}) {
        app.press(key);
        const QString path = folder.filePath(QString::fromLatin1(name) + QStringLiteral(".svg"));
        QCOMPARE(app.window.exportTo(path), QString());
        QFile written(path);
        QVERIFY(written.open(QIODevice::ReadOnly));
        const QByteArray svg = written.readAll();
        QVERIFY2(svg.contains(words), svg.left(3000));
        QCOMPARE(app.window.exportTo(folder.filePath(QString::fromLatin1(name) + QStringLiteral(".pdf"))),
                 QString());
    }
    QVERIFY(!app.window.exportTo(folder.filePath(QStringLiteral("d.doc"))).isEmpty());
    QVERIFY(!app.window.exportTo(QStringLiteral("/no/such/folder/e.svg")).isEmpty());
}

void WindowTest::a_death_is_shown_with_its_report() {
    for (const char* test : {"panic", "triplefault"}) {
        App app;
        QVERIFY(!app.open(forkDemo, QStringLiteral("test=%1").arg(QLatin1String(test))));
        QCOMPARE(app.player.state(), SessionState::Dead);
        const Headline line = app.window.strip().headline();
        QCOMPARE(line.bar, Headline::Bar::Wrong);
        QVERIFY2(line.first.contains(QLatin1String(test[0] == 'p' ? "panicked" : "Triple fault")),
                 qPrintable(line.first));
        QVERIFY(app.dock("report")->isVisible());
        QVERIFY(app.window.report().toPlainText().contains(QStringLiteral("self_test")));
        QVERIFY(app.window.report().toPlainText().contains(QStringLiteral("eip 0x")));
    }
    // A machine that is killed under a story: the picture stays, and it can be started again.
    App app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(childWrites));
    const QString before = app.words("map");
    kill(pid_t(app.player.session().qemuProcessId()), SIGKILL);
    QVERIFY(QTest::qWaitFor([&] { return app.player.state() == SessionState::Dead; }, 5000));
    QCOMPARE(app.words("map"), before);
    QVERIFY(app.window.strip().headline().first.contains(QStringLiteral("QEMU was killed")));
    app.press(Qt::Key_R, Qt::ControlModifier);
    QVERIFY(app.waitFor(SessionState::Stopped));
    QVERIFY(!app.dock("report")->isVisible());
    QVERIFY(app.stepTo(2));
}

void WindowTest::a_broken_invariant_is_shown() {
    App app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(childWrites));
    // The state of the living kernel with one number of one node wrong, found by the check itself.
    auto broken = std::make_shared<gdbbridge::Moment>(*app.story.now());
    auto snapshot = std::make_shared<gdbbridge::Snapshot>(*broken->snapshot);
    gdbbridge::Map& map = snapshot->vmspaces.back().map;
    map.entries[size_t(map.root)].maxgap += 0x1000;
    broken->violations = gdbbridge::checkInvariants(*snapshot);
    broken->snapshot = snapshot;
    QVERIFY(!broken->violations.empty());
    app.story.append(broken);
    const Headline line = app.window.strip().headline();
    QCOMPARE(line.bar, Headline::Bar::Wrong);
    QVERIFY2(line.first.startsWith(QStringLiteral("Invariant 4 is broken.")), qPrintable(line.first));
    QVERIFY2(line.second.startsWith(QStringLiteral("Expected 0x")), qPrintable(line.second));
    app.press(Qt::Key_Home);
    app.press(Qt::Key_G);
    QCOMPARE(app.story.now(), gdbbridge::MomentPtr(broken));
}

void WindowTest::a_fault_is_walked_stage_by_stage() {
    App app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(childWrites - 2)); // the fork
    app.press(Qt::Key_5);
    QCOMPARE(app.window.workspace(), Workspace::Fault);
    QVERIFY(app.words("fault").contains(QStringLiteral("No page fault in this step")));
    const auto next = [&] {
        const int before = app.story.current();
        app.press(Qt::Key_Right);
        return QTest::qWaitFor([&] { return app.story.current() > before; }, 20'000);
    };
    app.press(Qt::Key_1);
    QVERIFY(app.stepTo(childWrites - 1));
    app.press(Qt::Key_5);
    // Each step is a stage; the last of those that are done is the current one.
    QStringList current;
    while (app.story.now()->reason != gdbbridge::StopReason::CommandEnd ||
           app.story.now()->operation < childWrites) {
        QVERIFY(next());
        for (const QString& line : app.words("fault").split(u'\n'))
            if (line.contains(QStringLiteral(", now:")))
                current << line.section(u',', 0, 0);
    }
    QVERIFY2(current.size() >= 5, qPrintable(current.join(u'\n')));
    QCOMPARE(current.front(), QStringLiteral("stage 0 trap"));
    QCOMPARE(current.back(), QStringLiteral("stage 11 return"));
    QVERIFY2(current.contains(QStringLiteral("stage 8 case 1B")), qPrintable(current.join(u'\n')));
    // Behind it the whole fault, with what each stage cost.
    const QString words = app.words("fault");
    QVERIFY2(words.contains(QStringLiteral("stage 8 case 1A, not taken")), qPrintable(words));
    QVERIFY(words.contains(QStringLiteral("stage 11 return: ")));
    QVERIFY(words.contains(QStringLiteral("window 0x10000: ")) && words.contains(QStringLiteral(", wanted")));
    static const QRegularExpression cost(QStringLiteral("stage 8 case 1B: .*\\((\\d+)\\)"));
    QVERIFY(cost.match(words).captured(1).toInt() > 300);
    // And back again, without the machine.
    const int end = app.story.current();
    app.press(Qt::Key_Left);
    QCOMPARE(app.story.current(), end - 1);
    QVERIFY(app.words("fault").contains(QStringLiteral("stage 11 return, now:")));
}

void WindowTest::lines_of_source_are_steps() {
    App app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(childWrites - 1));
    app.press(Qt::Key_5);
    QVERIFY(app.window.source().text().toPlainText().contains(QStringLiteral("between two commands")));
    const auto step = [&](Qt::Key key) {
        const int before = app.story.current();
        app.press(key);
        return QTest::qWaitFor([&] { return app.story.current() > before; }, 20'000);
    };
    QVERIFY(step(Qt::Key_S));
    QVERIFY2(app.window.source().calls().item(0)->text().startsWith(QStringLiteral("uvm_fault")),
             qPrintable(app.window.source().calls().item(0)->text()));
    QVERIFY(app.window.source().text().toPlainText().contains(QStringLiteral("fault_begin")));
    QVERIFY(step(Qt::Key_F11));
    QCOMPARE(app.story.now()->reason, gdbbridge::StopReason::Step);
    const int line = app.story.now()->stack.front().line;
    QVERIFY(app.window.strip().headline().first.contains(QStringLiteral(":%1").arg(line)));
    QCOMPARE(app.window.source().text().textCursor().blockNumber() + 1, line);
    // Another call of the stack shows its own file.
    const int calls = app.window.source().calls().count();
    QVERIFY(calls > 2);
    app.window.source().calls().setCurrentRow(calls - 1);
    QVERIFY(app.window.source().text().textCursor().blockNumber() + 1 != line);
}

void WindowTest::the_machine_goes_back_and_on_differently() {
    App app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(childWrites));
    const QString then = app.words("map");
    const size_t moments = app.story.moments().size();
    for (int i = 0; i < 3; ++i)
        app.press(Qt::Key_Left);
    app.press(Qt::Key_C);
    QVERIFY(QTest::qWaitFor([&] { return app.story.moments().size() == moments - 3; }, 20'000));
    QVERIFY(app.waitFor(SessionState::Stopped));
    QVERIFY(app.story.atHead());
    // The same commands come to the same state.
    QVERIFY(app.stepTo(childWrites));
    QCOMPARE(app.words("map"), then);
}

void WindowTest::a_typed_command_runs() {
    App app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(childWrites));
    app.press(Qt::Key_Left);
    app.press(Qt::Key_Colon);
    QVERIFY(app.window.prompt().hasFocus());
    QTest::keyClicks(&app.window.prompt(), QStringLiteral("write parent 0x10000 \"PTS\""));
    QTest::keyClick(&app.window.prompt(), Qt::Key_Return);
    QVERIFY(
        QTest::qWaitFor([&] { return app.story.now()->command.contains(QStringLiteral("PTS")); }, 20'000));
    QCOMPARE(app.story.now()->operation, childWrites);
    QCOMPARE(int(app.story.commands().size()), childWrites);
    QVERIFY(app.window.strip().headline().first.contains(QStringLiteral("The parent wrote to 0x10000")));
    QVERIFY(app.words("map").contains(QStringLiteral("“PTSent”")));
    QVERIFY(
        app.window.console().toPlainText().contains(QStringLiteral("write parent 0x10000 \"PTS\"\n  = ok")));
    // What does not parse is told, and the story goes on from where it was.
    QTest::keyClicks(&app.window.prompt(), QStringLiteral("frobnicate"));
    QTest::keyClick(&app.window.prompt(), Qt::Key_Return);
    const bool told = QTest::qWaitFor(
        [&] { return app.window.strip().headline().first.contains(QStringLiteral("cannot be understood")); },
        5'000);
    QVERIFY2(told, app.trouble(QStringLiteral("frobnicate")));
    QTest::keyClicks(&app.window.prompt(), QStringLiteral("check"));
    QTest::keyClick(&app.window.prompt(), Qt::Key_Return);
    QVERIFY2(QTest::qWaitFor([&] { return app.story.now()->command == QStringLiteral("check"); }, 20'000),
             app.trouble(QStringLiteral("check")));
}

void WindowTest::a_recording_is_shown_without_a_machine() {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("run.uvmrec"));
    App app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(childWrites));
    const QString live = app.words("map");
    {
        gdbbridge::RecordingWriter writer(file, {QStringLiteral("i386"),
                                                 QStringLiteral("fork-cow.uvm"),
                                                 app.player.session().config().scenario,
                                                 {},
                                                 {}});
        for (const auto& moment : app.story.moments())
            QVERIFY(writer.append(*moment));
        QVERIFY(writer.finish({3, QStringLiteral("the kernel panicked: xyz"), {QStringLiteral("eip 0x1")}}));
    }
    QVERIFY(app.openRecording(file));
    QCOMPARE(app.player.state(), SessionState::Idle);
    QCOMPARE(app.player.targetText(), QStringLiteral("i386 · recording"));
    QCOMPARE(app.window.strip().headline().step, QStringLiteral("Start"));
    QVERIFY(!app.player.canRestart());
    QVERIFY(app.stepTo(childWrites));
    QCOMPARE(app.words("map"), live);
    // How it ended stands at its end, and nothing lies behind it.
    QVERIFY(app.window.strip().headline().first.contains(QStringLiteral("The kernel panicked: xyz")));
    QVERIFY(app.window.report().toPlainText().contains(QStringLiteral("eip 0x1")));
    const int last = app.story.current();
    app.press(Qt::Key_Right);
    QTest::qWait(50);
    QCOMPARE(app.story.current(), last);
    // A scenario after it brings the machine back.
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.player.targetText().startsWith(QStringLiteral("i386 · QEMU")));
    QVERIFY(!app.window.openRecording(forkDemo));
    QVERIFY(app.window.strip().headline().first.contains(QStringLiteral("no recording of uvmscope")));
}

void WindowTest::two_architectures_are_compared() {
    App app;
    QVERIFY(app.open(forkDemo));
    app.press(Qt::Key_9);
    QVERIFY(app.words("compare").contains(QStringLiteral("Nothing is compared")));
    app.press(Qt::Key_D, Qt::ControlModifier);
    auto* const menu = app.window.findChild<QMenu*>(QStringLiteral("compareMenu"));
    QVERIFY(menu && menu->isVisible());
    QTest::keyClick(menu, Qt::Key_Down); // i386 first, then x86_64
    QTest::keyClick(menu, Qt::Key_Return);
    QVERIFY(QTest::qWaitFor([&] { return app.story.comparison() != nullptr; }, 60'000));
    QCOMPARE(app.window.strip().headline().first,
             QStringLiteral("i386 and x86_64 agree in all %1 commands.").arg(commandsInDemo));
    QVERIFY(app.words("compare").contains(QStringLiteral("1: space parent")));
    // The machine that is shown has not moved, and goes on.
    app.window.activateWindow(); // without a window manager nobody gives it back from the menu
    QVERIFY(QTest::qWaitForWindowActive(&app.window));
    QVERIFY(app.stepTo(2));
    // A picture of this run is none of another one.
    QVERIFY(app.open(forkDemo));
    QVERIFY(!app.story.comparison());
}

void WindowTest::the_first_difference_is_found_and_shown() {
    constexpr int fork = 15;
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("student.uvmrec"));
    App app;
    QVERIFY(app.open(forkDemo));
    QVERIFY(app.stepTo(childWrites));
    {
        gdbbridge::RecordingWriter writer(file, {QStringLiteral("i386"),
                                                 QStringLiteral("fork-cow.uvm"),
                                                 app.player.session().config().scenario,
                                                 {},
                                                 {}});
        for (const auto& moment : app.story.moments()) {
            // As a kernel leaves it that forgets to take the parent's write permission away.
            gdbbridge::Snapshot snapshot = *moment->snapshot;
            if (moment->operation >= fork)
                for (auto& mapping : snapshot.vmspaces.front().pageTables.mappings)
                    mapping.protection.bits |= 2;
            gdbbridge::Moment changed = *moment;
            changed.snapshot = std::make_shared<const gdbbridge::Snapshot>(std::move(snapshot));
            QVERIFY(writer.append(changed));
        }
        QVERIFY(writer.finish({3, QStringLiteral("the kernel panicked"), {}}));
    }
    QString problem;
    const auto side = comparedSide(file, &problem);
    QVERIFY2(side, qPrintable(problem));
    app.window.compareWith(*side);
    QVERIFY(QTest::qWaitFor([&] { return app.story.comparison() != nullptr; }, 60'000));
    QCOMPARE(app.story.comparison()->firstDifference(), fork - 1);
    QCOMPARE(app.story.now()->operation, fork);
    QVERIFY(app.window.strip().headline().first.contains(QStringLiteral("command 15")));
    QVERIFY(app.words("compare").contains(QStringLiteral("page 0x10000 in student.uvmrec")));
    app.press(Qt::Key_Home);
    app.press(Qt::Key_G);
    QCOMPARE(app.story.now()->operation, fork);
    // Of other commands there is nothing to compare.
    const auto other = comparedSide(forkDemo, &problem);
    QVERIFY(!other);
    QVERIFY(problem.contains(QStringLiteral("neither a kernel nor a recording")));
}

void WindowTest::a_file_that_cannot_be_read_is_told() {
    App app;
    QVERIFY(!app.window.openScenario(QStringLiteral("/no/such.uvm"), {}));
    QCOMPARE(app.window.strip().headline().bar, Headline::Bar::Wrong);
    QVERIFY(app.window.strip().headline().first.contains(QStringLiteral("/no/such.uvm")));
}

void WindowTest::every_demo_can_be_shown() {
    App app;
    auto* const picker = app.window.findChild<QComboBox*>();
    QVERIFY(picker);
    const QStringList files =
        QDir(QStringLiteral(UVMSCOPE_SOURCE_DIR "/scenarios")).entryList({QStringLiteral("*.uvm")});
    QVERIFY(files.size() >= 12);
    for (const QString& file : files) {
        QVERIFY2(app.open(QStringLiteral(UVMSCOPE_SOURCE_DIR "/scenarios/") + file), app.trouble(file));
        app.press(Qt::Key_Space, Qt::ControlModifier);
        QVERIFY2(app.waitFor(SessionState::Finished), app.trouble(file));
        QVERIFY2(app.window.strip().headline().bar != Headline::Bar::Wrong, app.trouble(file));
        app.picture();
    }
}

QTEST_MAIN(WindowTest)
#include "window_test.moc"
