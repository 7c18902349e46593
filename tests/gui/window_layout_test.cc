// Where the parts of the window stand, and that they stay there, over moments of the VM on the host.
#include <QCloseEvent>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QSet>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "gui/app/main_window.h"
#include "tests/support/host_moments.h"

using namespace gui;

namespace {

const char* const scenario =
    "space A 0x1000 0xbfbff000\nmap A 0x10000 0x4000 cow\nwrite A 0x10000 aa\nfork A B\nwrite B 0x10000 bb\n";

// A window over a story that has been lived already; no machine runs.
struct Shown {
    Story story;
    Player player{story};
    MainWindow window;

    explicit Shown(QSettings* settings = nullptr) : window(player, settings) {
        window.resize(1600, 1000);
        window.show();
        window.activateWindow();
        (void)QTest::qWaitForWindowActive(&window);
        story.begin(QStringLiteral("test"), scenarioCommands(QString::fromLatin1(scenario)));
        for (const auto& moment : testsupport::hostMoments(scenario))
            story.append(moment);
        settle();
    }
    // Docks get their places from the event loop, in several turns of it.
    static void settle() {
        constexpr int turns = 8;
        for (int i = 0; i < turns; ++i) {
            QCoreApplication::sendPostedEvents();
            QCoreApplication::processEvents();
        }
    }
    void resize(int width, int height) {
        window.resize(width, height);
        settle();
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
        window.activateWindow(); // a dock that floats may have been the active one
        QTest::keyClick(&window, key, modifiers);
        settle();
    }
    QDockWidget* dock(const char* name) { return window.findChild<QDockWidget*>(QString::fromLatin1(name)); }
    QSet<QString> shownDocks() {
        QSet<QString> names;
        for (const QDockWidget* dock : window.findChildren<QDockWidget*>())
            if (dock->isVisible())
                names << dock->objectName();
        return names;
    }
    double share(const char* name) { return double(dock(name)->width()) / window.width(); }
};

QSet<QString> names(std::initializer_list<const char*> list) {
    QSet<QString> set;
    for (const char* name : list)
        set << QString::fromLatin1(name);
    return set;
}

} // namespace

class WindowLayoutTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void each_workspace_has_its_docks_also_on_return();
    void shares_stay_when_the_window_changes_its_size();
    void a_narrow_window_has_tabs_and_fits();
    void a_moved_dock_is_remembered();
    void the_first_arrangement_can_be_had_again();
    void the_focus_stays_in_the_views();
    void escape_leaves_the_search();
    void the_console_follows_its_end_unless_one_reads_above();
    void all_demos_are_offered_by_their_titles();
    void the_docks_can_be_shown_and_hidden_by_name();
};

void WindowLayoutTest::each_workspace_has_its_docks_also_on_return() {
    Shown shown;
    const QSet<QString> expected[] = {names({"map", "tree", "sharing"}),
                                      names({"tree"}),
                                      names({"sharing"}),
                                      names({"map", "pagetable"}),
                                      names({"fault", "sharing", "source"}),
                                      names({"memory", "sharing"}),
                                      names({"map", "events"}),
                                      names({"map", "console"}),
                                      names({"compare"})};
    QCOMPARE(int(std::size(expected)), workspaceCount);
    for (int round = 0; round < 2; ++round)
        for (int i : {0, 3, 1, 4, 7, 2, 5, 8, 6, 0}) {
            shown.press(Qt::Key(Qt::Key_1 + i));
            QCOMPARE(shown.shownDocks(), expected[i]);
            QVERIFY(shown.window.view(QStringLiteral("timeline")).isVisible());
        }
    shown.press(Qt::Key_F5);
    QCOMPARE(shown.shownDocks(), names({"map", "sharing"}));
    QVERIFY(!shown.window.topBar().isVisible());
    shown.press(Qt::Key_F5);
    QCOMPARE(shown.shownDocks(), expected[0]);
    QVERIFY(shown.window.topBar().isVisible());
    QVERIFY(shown.share("map") > 0.59 && shown.share("map") < 0.64);
}

void WindowLayoutTest::shares_stay_when_the_window_changes_its_size() {
    Shown shown;
    const double before = shown.share("map");
    for (int width : {1200, 1800, 1400, 1600}) {
        shown.resize(width, 900);
        QVERIFY2(std::abs(shown.share("map") - before) < 0.02, qPrintable(QString::number(width)));
        // Nothing is left empty.
        const int right = shown.dock("tree")->geometry().right();
        QVERIFY2(shown.window.width() - right < 16, qPrintable(QString::number(right)));
    }
}

void WindowLayoutTest::a_narrow_window_has_tabs_and_fits() {
    Shown shown;
    QVERIFY(shown.window.tabifiedDockWidgets(shown.dock("tree")).isEmpty());
    shown.resize(1000, 700);
    QCOMPARE(shown.window.size(), QSize(1000, 700));
    QCOMPARE(shown.window.tabifiedDockWidgets(shown.dock("tree")), QList{shown.dock("sharing")});
    const QWidget& timeline = shown.window.view(QStringLiteral("timeline"));
    QVERIFY(timeline.mapTo(&shown.window, QPoint(0, timeline.height())).y() <= 700);
    shown.resize(1600, 1000);
    QVERIFY(shown.window.tabifiedDockWidgets(shown.dock("tree")).isEmpty());
    QVERIFY(shown.share("map") > 0.59 && shown.share("map") < 0.64);
}

void WindowLayoutTest::a_moved_dock_is_remembered() {
    QTemporaryDir folder;
    QSettings settings(folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
    {
        Shown shown(&settings);
        shown.dock("tree")->setFloating(true);
        shown.press(Qt::Key_2); // where it is docked
        QVERIFY(!shown.dock("tree")->isFloating());
        shown.press(Qt::Key_1);
        QVERIFY(shown.dock("tree")->isFloating());
        QVERIFY(shown.dock("tree")->isVisible());
        shown.window.close();
    }
    Shown again(&settings);
    QVERIFY(again.dock("tree")->isFloating() && again.dock("tree")->isVisible());
    QCOMPARE(again.shownDocks(), names({"map", "tree", "sharing"}));
}

void WindowLayoutTest::the_first_arrangement_can_be_had_again() {
    Shown shown;
    const QRect before = shown.dock("tree")->geometry();
    shown.dock("tree")->setFloating(true);
    shown.dock("sharing")->close();
    shown.settle();
    QCOMPARE(shown.shownDocks(), names({"map", "tree"}));
    shown.press(Qt::Key_2);
    shown.press(Qt::Key_1);
    QCOMPARE(shown.shownDocks(), names({"map", "tree"}));
    shown.press(Qt::Key_0, Qt::ControlModifier);
    QCOMPARE(shown.shownDocks(), names({"map", "tree", "sharing"}));
    QVERIFY(!shown.dock("tree")->isFloating());
    QCOMPARE(shown.dock("tree")->geometry(), before);
}

void WindowLayoutTest::the_focus_stays_in_the_views() {
    Shown shown;
    shown.window.view(QStringLiteral("tree")).setFocus();
    shown.press(Qt::Key_3); // hides it
    QCOMPARE(QApplication::focusWidget(), &shown.window.view(QStringLiteral("sharing")));
    shown.press(Qt::Key_7);
    QCOMPARE(QApplication::focusWidget(), &shown.window.events().table());
    shown.press(Qt::Key_1);
    QVERIFY(qobject_cast<PictureView*>(QApplication::focusWidget()));
}

void WindowLayoutTest::escape_leaves_the_search() {
    Shown shown;
    const int all = shown.window.events().model().rowCount();
    shown.press(Qt::Key_Slash);
    QLineEdit& search = shown.window.events().search();
    QVERIFY(search.hasFocus());
    // Letters that are keys of the window are letters here.
    QTest::keyClicks(&search, QStringLiteral("fork g1t"));
    QCOMPARE(search.text(), QStringLiteral("fork g1t"));
    QCOMPARE(shown.window.theme(), ThemeName::Light);
    QCOMPARE(shown.window.events().table().model()->rowCount(), 0);
    QTest::keyClick(&search, Qt::Key_Escape);
    QCOMPARE(shown.window.events().table().model()->rowCount(), all);
    QVERIFY(shown.window.events().table().hasFocus());
}

void WindowLayoutTest::the_console_follows_its_end_unless_one_reads_above() {
    Shown shown;
    shown.press(Qt::Key_8);
    auto& console = static_cast<ConsoleView&>(shown.window.console());
    QScrollBar* const bar = console.verticalScrollBar();
    for (int i = 0; i < 300; ++i)
        console.append("a line\r\n");
    QVERIFY(bar->maximum() > 100);
    QCOMPARE(bar->value(), bar->maximum());
    QVERIFY(!console.toPlainText().contains(u'\r'));
    bar->setValue(40);
    console.append("one more\n");
    QCOMPARE(bar->value(), 40);
    bar->setValue(bar->maximum());
    console.append("and more\n");
    QCOMPARE(bar->value(), bar->maximum());
}

void WindowLayoutTest::all_demos_are_offered_by_their_titles() {
    Shown shown;
    QComboBox& demos = shown.window.topBar().demos();
    const QDir folder(QStringLiteral(UVMSCOPE_SOURCE_DIR "/scenarios"));
    const auto scenarios = folder.entryList({QStringLiteral("*.uvm")}).size();
    qsizetype led = 0;
    for (const char* name : {"demos", "lectures"})
        led += QDir(folder.filePath(QString::fromLatin1(name))).entryList({QStringLiteral("*.uvm")}).size();
    QVERIFY(scenarios > 0 && led > 0);
    // Before them the way to the list of demos, and a line between the two.
    QCOMPARE(demos.count(), 1 + led + 1 + scenarios);
    const int generations = demos.findText(QStringLiteral("Fork over three generations"));
    QVERIFY(generations > 0 && generations <= led);
    QCOMPARE(demos.itemData(generations, Qt::ToolTipRole).toString(),
             QStringLiteral("Who still shares which page with whom."));
    QCOMPARE(demos.currentIndex(), -1);
    const int fork = demos.findText(QStringLiteral("Fork and copy-on-write"));
    QVERIFY(fork >= 0);
    QVERIFY(demos.itemData(fork).toString().endsWith(QStringLiteral("fork-cow.uvm")));
}

void WindowLayoutTest::the_docks_can_be_shown_and_hidden_by_name() {
    Shown shown;
    const std::unique_ptr<QMenu> menu(shown.window.createPopupMenu());
    QAction* console = nullptr;
    for (QAction* action : menu->actions()) {
        QVERIFY(action->text() != QStringLiteral("Autopsy")); // nothing has died
        if (action->text() == QStringLiteral("Console"))
            console = action;
    }
    QVERIFY(console);
    console->trigger();
    shown.settle();
    QCOMPARE(shown.shownDocks(), names({"map", "tree", "sharing", "console"}));
    console->trigger();
    shown.settle();
    QCOMPARE(shown.shownDocks(), names({"map", "tree", "sharing"}));
}

QTEST_MAIN(WindowLayoutTest)
#include "window_layout_test.moc"
