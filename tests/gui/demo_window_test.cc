// The real window with a demo, driven by keys over a kernel that runs in QEMU.
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QTest>

#include "gdbbridge/record/recording.h"
#include "gui/app/demo_list.h"
#include "gui/app/paths.h"
#include "tests/gui/window_support.h"

using namespace gui;
using gdbbridge::SessionState;
using windowsupport::App;

namespace {

const QString demoFile = QStringLiteral(UVMSCOPE_SOURCE_DIR "/scenarios/demos/fork-generations.uvm");

struct DemoApp : App {
    DemoGuide& guide() { return window.guide(); }
    DemoPanel& panel() { return window.demo(); }
    bool says(const QString& words) { return panel().words().contains(words); }
    // Waits until one stands at the stop.
    bool arrive(int stop) {
        return QTest::qWaitFor([&] { return guide().stop() == stop && guide().atStop(); }, 20'000);
    }
    bool goTo(int stop) {
        while (guide().stop() < stop) {
            const int next = guide().stop() + 1;
            press(Qt::Key_Right);
            if (guide().isPassing())
                press(Qt::Key_Right);
            // In the workspace Fault a key is a stage.
            while (window.workspace() == Workspace::Fault && !(guide().stop() == next && guide().atStop())) {
                const int before = story.current();
                if (!QTest::qWaitFor([&] { return player.state() != SessionState::Running; }, 20'000))
                    return false;
                if (guide().stop() == next && guide().atStop())
                    break;
                press(Qt::Key_Right);
                if (!QTest::qWaitFor([&] { return story.current() != before; }, 20'000))
                    return false;
            }
            if (!arrive(next))
                return false;
        }
        return true;
    }
    QStringList choices() {
        QStringList texts;
        for (const ChoiceButton* choice : panel().choices())
            texts << choice->words();
        return texts;
    }
    // A key for whoever has the focus.
    void type(Qt::Key key) { QTest::keyClick(QApplication::focusWidget(), key); }
};

} // namespace

class DemoWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_demo_stands_beside_the_views();
    void right_and_left_go_from_stop_to_stop();
    void a_question_freezes_until_it_is_answered();
    void a_wrong_prediction_is_told();
    void a_question_can_be_passed_over();
    void a_run_anew_is_asked_anew();
    void a_recording_of_a_demo_asks_as_well();
    void a_stop_shows_its_workspace_and_selects();
    void stages_of_a_fault_are_walked_on_the_way();
    void the_timeline_leads_through_the_stops();
    void typing_another_command_leaves_the_demo();
    void a_kernel_that_does_something_else_is_told();
    void a_demo_that_is_wrong_is_told_with_its_line();
    void a_demo_is_chosen_from_the_list();
    void a_demo_of_ones_own_is_found();
    void every_demo_fits_into_the_window();
};

void DemoWindowTest::a_demo_stands_beside_the_views() {
    DemoApp app;
    QVERIFY(app.open(QStringLiteral(UVMSCOPE_SOURCE_DIR "/scenarios/fork-cow.uvm")));
    QVERIFY(app.panel().isHidden());
    QVERIFY(app.open(demoFile));
    QVERIFY(app.panel().isVisible());
    QCOMPARE(app.guide().stop(), -1);
    QVERIFY(app.says(QStringLiteral("Fork over three generations")));
    QVERIFY(app.says(QStringLiteral("Fork copies no page.")));
    QVERIFY(app.says(QStringLiteral("7 stops")));
    // In the window, beside the docks.
    const QRect panel(app.panel().mapTo(&app.window, QPoint()), app.panel().size());
    QVERIFY(app.window.rect().contains(panel));
    for (const char* name : {"map", "tree", "sharing"}) {
        const QDockWidget* const dock = app.dock(name);
        QVERIFY2(dock->isVisible() &&
                     !panel.intersects(QRect(dock->mapTo(&app.window, QPoint()), dock->size())),
                 name);
    }
    QVERIFY(app.open(QStringLiteral(UVMSCOPE_SOURCE_DIR "/scenarios/fork-cow.uvm")));
    QVERIFY(app.panel().isHidden());
    app.press(Qt::Key_Right);
    QVERIFY(QTest::qWaitFor([&] { return app.story.now()->operation == 1; }, 10'000));
}

void DemoWindowTest::right_and_left_go_from_stop_to_stop() {
    DemoApp app;
    QVERIFY(app.open(demoFile));
    app.press(Qt::Key_Right);
    QVERIFY(app.arrive(0));
    QCOMPARE(app.story.now()->operation, 5);
    QVERIFY(app.says(QStringLiteral("stop 1 of 7")));
    QVERIFY(app.says(QStringLiteral("It has 3 pages of memory now"))); // counted by the kernel
    QVERIFY(app.goTo(2));
    QCOMPARE(app.story.now()->operation, 7);
    app.press(Qt::Key_Left);
    QVERIFY(app.arrive(1));
    QVERIFY(app.says(QStringLiteral("Fork copies no page")));
    // A command by itself is a step still; from behind a stop Left goes to it first.
    app.press(Qt::Key_Left);
    QVERIFY(app.arrive(0));
    app.press(Qt::Key_Left);
    QCOMPARE(app.story.now()->operation, 4);
    QCOMPARE(app.guide().stop(), -1);
    app.press(Qt::Key_Right, Qt::AltModifier);
    QCOMPARE(app.story.now()->operation, 5);
    // Behind the last stop the scenario goes on to its end.
    QVERIFY(app.goTo(6));
    QVERIFY(!app.guide().canGoForward());
    app.press(Qt::Key_Right);
    QVERIFY(QTest::qWaitFor([&] { return app.story.now()->command == QStringLiteral("check"); }, 10'000));
    QCOMPARE(app.guide().stop(), 6);
    QVERIFY(!app.guide().atStop());
}

void DemoWindowTest::a_question_freezes_until_it_is_answered() {
    DemoApp app;
    QVERIFY(app.open(demoFile));
    QVERIFY(app.goTo(0));
    QVERIFY(app.guide().isAsking());
    QVERIFY(app.says(QStringLiteral("How many pages does the kernel copy during fork?")));
    QCOMPARE(app.choices(),
             (QStringList{QStringLiteral("none"), QStringLiteral("one"), QStringLiteral("all three"),
                          QStringLiteral("all four, the empty one too")}));
    // The first choice has the focus; Right does not run the machine.
    QTRY_COMPARE(QApplication::focusWidget(), app.panel().choices().front());
    const size_t moments = app.story.moments().size();
    app.press(Qt::Key_Right);
    QCOMPARE(app.player.state(), SessionState::Stopped);
    QCOMPARE(app.story.moments().size(), moments);
    QVERIFY(app.says(QStringLiteral("Predict first")));
    app.type(Qt::Key_Down);
    QCOMPARE(QApplication::focusWidget(), app.panel().choices()[1]);
    app.type(Qt::Key_Up);
    app.type(Qt::Key_Return);
    QVERIFY(app.arrive(1));
    QCOMPARE(app.guide().prediction(0), 0);
    QVERIFY(app.says(QStringLiteral("The prediction held.")));
    app.press(Qt::Key_P); // the next question is below the edge
    QTRY_COMPARE(QApplication::focusWidget(), app.panel().choices().front());
    // Back at the question: what was predicted, and what the kernel said.
    app.press(Qt::Key_Left);
    QVERIFY(app.arrive(0));
    QVERIFY(!app.guide().isAsking());
    QVERIFY2(app.choices().front().contains(QStringLiteral("✓ the kernel's answer")) &&
                 app.choices().front().contains(QStringLiteral("predicted")),
             qPrintable(app.choices().front()));
    QVERIFY(!app.panel().choices().front()->isEnabled());
}

void DemoWindowTest::a_wrong_prediction_is_told() {
    DemoApp app;
    QVERIFY(app.open(demoFile));
    QVERIFY(app.goTo(0));
    QTest::mouseClick(app.panel().choices()[2], Qt::LeftButton);
    QVERIFY(app.arrive(1));
    QVERIFY(app.says(QStringLiteral("Predicted: all three")));
    QVERIFY(app.says(QStringLiteral("The kernel: none")));
    QVERIFY(app.says(QStringLiteral("did not hold")));
    // Anew it is asked anew.
    QVERIFY(app.open(demoFile));
    QVERIFY(app.goTo(0));
    QVERIFY(app.guide().isAsking());
    QCOMPARE(app.guide().prediction(0), -1);
}

void DemoWindowTest::a_question_can_be_passed_over() {
    DemoApp app;
    QVERIFY(app.open(demoFile));
    QVERIFY(app.goTo(0));
    app.press(Qt::Key_Right);
    app.press(Qt::Key_Right);
    QVERIFY(app.arrive(1));
    QVERIFY(app.says(QStringLiteral("The kernel: none")));
    app.press(Qt::Key_Right);
    app.press(Qt::Key_Right);
    QVERIFY(app.arrive(2));
    // Where nothing is asked a view has the focus.
    QTest::qWait(0);
    QVERIFY(qobject_cast<PictureView*>(QApplication::focusWidget()));
    QVERIFY(!app.says(QStringLiteral("Predicted:")) && !app.says(QStringLiteral("prediction")));
}

void DemoWindowTest::a_run_anew_is_asked_anew() {
    DemoApp app;
    QVERIFY(app.open(demoFile));
    QVERIFY(app.goTo(0));
    QTest::mouseClick(app.panel().choices()[0], Qt::LeftButton);
    QVERIFY(app.arrive(1));
    app.press(Qt::Key_R, Qt::ControlModifier);
    QVERIFY(app.waitFor(SessionState::Stopped));
    QCOMPARE(app.guide().stop(), -1);
    app.press(Qt::Key_Right);
    QVERIFY(app.arrive(0));
    QVERIFY(app.guide().isAsking());
    QCOMPARE(app.guide().prediction(0), -1);
}

// Although its answers are in the file.
void DemoWindowTest::a_recording_of_a_demo_asks_as_well() {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("run.uvmrec"));
    DemoApp app;
    QVERIFY(app.open(demoFile));
    QVERIFY(app.goTo(2));
    {
        gdbbridge::RecordingWriter writer(file, {QStringLiteral("i386"),
                                                 QStringLiteral("fork-generations.uvm"),
                                                 app.player.session().config().scenario,
                                                 {},
                                                 {}});
        for (const auto& moment : app.story.moments())
            QVERIFY(writer.append(*moment));
        QVERIFY(writer.finish({0, {}, {}}));
    }
    QVERIFY(app.openRecording(file));
    QVERIFY(app.panel().isVisible());
    QCOMPARE(app.guide().stop(), -1);
    app.press(Qt::Key_Right);
    QVERIFY(app.arrive(0));
    QVERIFY(app.guide().isAsking());
    QVERIFY(!app.choices().front().contains(QStringLiteral("✓")));
    QTest::mouseClick(app.panel().choices()[1], Qt::LeftButton);
    QVERIFY(app.arrive(1));
    QVERIFY(app.says(QStringLiteral("did not hold")));
    QCOMPARE(app.player.state(), SessionState::Idle);
}

void DemoWindowTest::a_stop_shows_its_workspace_and_selects() {
    DemoApp app;
    QVERIFY(app.open(demoFile));
    QVERIFY(app.goTo(0));
    QCOMPARE(app.window.workspace(), Workspace::Story);
    QVERIFY(app.goTo(2));
    QCOMPARE(app.window.workspace(), Workspace::Sharing);
    QCOMPARE(app.story.selection().kind, Selection::Kind::Anon);
    QVERIFY(app.says(QStringLiteral("The writer pays")));
    // Another workspace stays until a stop asks for one.
    app.press(Qt::Key_2);
    app.press(Qt::Key_Right);
    QVERIFY(app.arrive(3));
    QCOMPARE(app.window.workspace(), Workspace::Tree);
    QCOMPARE(app.story.selection().kind, Selection::Kind::Nothing);
}

void DemoWindowTest::stages_of_a_fault_are_walked_on_the_way() {
    DemoApp app;
    QVERIFY(app.open(demoFile));
    QVERIFY(app.goTo(1));
    app.press(Qt::Key_5);
    app.press(Qt::Key_Right); // the question comes first
    QVERIFY(app.guide().isPassing());
    int stages = 0;
    while (app.guide().stop() == 1 && stages < 30) {
        const int before = app.story.current();
        app.press(Qt::Key_Right);
        QVERIFY(QTest::qWaitFor([&] { return app.story.current() > before; }, 20'000));
        ++stages;
        QVERIFY(app.guide().stop() == 2 || !app.guide().atStop());
    }
    QVERIFY2(stages >= 5 && stages < 30, qPrintable(QString::number(stages)));
    QVERIFY(app.arrive(2));
    QVERIFY(app.says(QStringLiteral("The kernel: one")));
    QVERIFY(app.says(QStringLiteral("copied 1 page")));
}

void DemoWindowTest::the_timeline_leads_through_the_stops() {
    DemoApp app;
    QVERIFY(app.open(demoFile));
    QVERIFY(app.goTo(3));
    app.press(Qt::Key_Home);
    QCOMPARE(app.guide().stop(), -1);
    QVERIFY(app.says(QStringLiteral("Fork copies no page.")));
    app.press(Qt::Key_End);
    QVERIFY(app.says(QStringLiteral("stop 4 of 7")));
    QVERIFY(app.guide().atStop());
}

void DemoWindowTest::typing_another_command_leaves_the_demo() {
    DemoApp app;
    QVERIFY(app.open(demoFile));
    QVERIFY(app.goTo(1));
    app.player.runCommand(QStringLiteral("write grand 0x12000 \"mine\""));
    QVERIFY2(
        QTest::qWaitFor([&] { return app.story.now()->command.contains(QStringLiteral("mine")); }, 5'000),
        app.trouble(app.story.now()->command + QString::number(app.story.now()->operation)));
    QVERIFY(app.guide().hasLeft());
    QVERIFY2(app.says(QStringLiteral("You go your own way now")), qPrintable(app.panel().words()));
    QVERIFY(!app.guide().canGoForward());
    QVERIFY(app.open(demoFile));
    QVERIFY(!app.guide().hasLeft());
}

void DemoWindowTest::a_kernel_that_does_something_else_is_told() {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("wrong.uvm"));
    QString text = readText(demoFile);
    text.replace(QStringLiteral("#@ expect anons() = 3"), QStringLiteral("#@ expect anons() = 4"));
    QFile out(file);
    QVERIFY(out.open(QIODevice::WriteOnly) && out.write(text.toUtf8()) > 0);
    out.close();
    DemoApp app;
    QVERIFY(app.open(file));
    QVERIFY(app.goTo(0));
    QVERIFY(app.says(QStringLiteral("This kernel does something else than the demo says.")));
    QVERIFY2(app.says(QStringLiteral("anons() is 3")), qPrintable(app.panel().words()));
}

void DemoWindowTest::a_demo_that_is_wrong_is_told_with_its_line() {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("broken.uvm"));
    QFile out(file);
    QVERIFY(out.open(QIODevice::WriteOnly) &&
            out.write("space A 0x1000 0x100000\n#@ stop Here\n#@ sya Something\n") > 0);
    out.close();
    DemoApp app;
    QVERIFY(app.open(file));
    QVERIFY(!app.guide().isOn());
    QCOMPARE(app.guide().problems().size(), 1);
    QVERIFY(app.panel().isVisible());
    QVERIFY2(app.says(QStringLiteral("broken.uvm:3: error: 'sya' is unknown")),
             qPrintable(app.panel().words()));
    // It runs as a scenario all the same.
    app.press(Qt::Key_Right);
    QVERIFY(QTest::qWaitFor([&] { return app.story.now()->operation == 1; }, 10'000));
}

void DemoWindowTest::a_demo_is_chosen_from_the_list() {
    DemoApp app;
    QVERIFY(app.open(demoFile));
    app.press(Qt::Key_D);
    auto* const list = app.window.findChild<DemoList*>();
    QVERIFY(list && list->isVisible());
    QVERIFY(list->list().count() >= 12);
    QVERIFY2(list->words().contains(QStringLiteral("7 stops")),
             qPrintable(list->words())); // the one that is shown
    const auto found = list->list().findItems(QStringLiteral("A broken tree"), Qt::MatchExactly);
    QCOMPARE(found.size(), 1);
    list->list().setCurrentItem(found.front());
    QVERIFY2(list->words().contains(QStringLiteral("We damage one number")), qPrintable(list->words()));
    QTest::keyClick(&list->list(), Qt::Key_Return);
    QVERIFY(QTest::qWaitFor([&] { return app.guide().script().title == QStringLiteral("A broken tree"); },
                            5'000));
    QVERIFY(app.waitFor(SessionState::Stopped));
    QVERIFY(app.says(QStringLiteral("A broken tree")));
}

void DemoWindowTest::a_demo_of_ones_own_is_found() {
    QTemporaryDir folder;
    qputenv("XDG_DATA_HOME", folder.path().toUtf8());
    QVERIFY(QDir().mkpath(ownDemoFolder()));
    QFile out(ownDemoFolder() + QStringLiteral("/mine.uvm"));
    QVERIFY(out.open(QIODevice::WriteOnly) &&
            out.write("# My own: a demo.\nspace A 0x1000 0x100000\n#@ stop Here\n"
                      "#@ say Text.\n") > 0);
    out.close();
    QCOMPARE(findScenario(QStringLiteral("mine")), out.fileName());
    QCOMPARE(demoFiles().front(), out.fileName());
    DemoList list(demoFiles());
    QVERIFY(list.words().contains(QStringLiteral("My own")));
    qunsetenv("XDG_DATA_HOME");
}

void DemoWindowTest::every_demo_fits_into_the_window() {
    DemoApp app;
    QStringList files;
    for (const char* folder : {"demos", "lectures"})
        for (const QFileInfo& file : QDir(QStringLiteral(UVMSCOPE_SOURCE_DIR "/scenarios/") + folder)
                                         .entryInfoList({QStringLiteral("*.uvm")}))
            files << file.filePath();
    for (const QString& file : files) {
        QVERIFY2(app.open(file), app.trouble(file));
        const int stops = int(app.guide().script().stops.size());
        QVERIFY(stops > 0);
        for (int stop = 0; stop < stops; ++stop) {
            QVERIFY2(app.goTo(stop), app.trouble(file));
            QVERIFY2(!app.says(QStringLiteral("something else than the demo says")),
                     qPrintable(app.panel().words()));
            if (!app.guide().isAsking())
                continue;
            // It is in sight at once, with all its choices, also from the back row of a small hall.
            const auto isSeen = [](const ChoiceButton* choice) {
                return choice->visibleRegion().boundingRect() == choice->rect();
            };
            for (const bool projector : {false, true}) {
                app.window.setProjector(projector);
                app.window.resize(projector ? QSize(1600, 1000) : QSize(1366, 768));
                for (const ChoiceButton* choice : app.panel().choices())
                    QTRY_VERIFY2(isSeen(choice),
                                 qPrintable(file + u' ' + app.guide().script().stops[size_t(stop)].heading +
                                            u' ' + choice->words()));
                QCOMPARE(QApplication::focusWidget(), app.panel().choices().front());
            }
            app.window.setProjector(false);
        }
    }
}

QTEST_MAIN(DemoWindowTest)
#include "demo_window_test.moc"
