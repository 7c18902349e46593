// The window for everyone: a key for everything, names for who cannot see it, letters of any size, the tour.
#include <QAbstractButton>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QProcess>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollBar>
#include <QTableView>
#include <QTest>

#include <set>

#include "gui/app/tour.h"
#include "gui/app/view_help.h"
#include "tests/gui/window_support.h"
#include "tests/support/host_moments.h"

using namespace gui;
using windowsupport::App;

namespace {

// With a story in it, which needs no machine.
struct StoryApp : App {
    StoryApp() {
        const QString file = QStringLiteral(UVMSCOPE_SOURCE_DIR "/scenarios/fork-cow.uvm");
        static const testsupport::HostRun run = testsupport::runFileOnHost(file);
        QFile text(file);
        if (text.open(QIODevice::ReadOnly))
            story.begin(QStringLiteral("fork"), scenarioCommands(QString::fromUtf8(text.readAll())));
        for (const auto& moment : run.moments)
            story.append(moment);
        player.goToCommand(16);
    }
    Tour* tour() { return window.findChild<Tour*>(); }
};

} // namespace

class WindowHelpTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void every_action_has_a_key_of_its_own();
    void every_button_is_an_action_with_its_key();
    void keys_do_what_they_say();
    void the_other_button_selects_and_asks();
    void every_part_has_a_name();
    void views_say_what_their_marks_mean();
    void letters_grow_and_shrink();
    void it_is_drawn_sharp_on_dense_screens();
    void the_tour_leads_through_the_window();
    void the_tour_is_shown_once();
};

void WindowHelpTest::every_action_has_a_key_of_its_own() {
    App app;
    QVERIFY(app.window.everyAction().size() > 40);
    std::set<QString> keys;
    for (const QAction* action : app.window.everyAction()) {
        QVERIFY2(!action->shortcuts().isEmpty(), qPrintable(action->objectName()));
        QVERIFY2(!action->text().isEmpty(), qPrintable(action->objectName()));
        for (const QKeySequence& key : action->shortcuts())
            QVERIFY2(keys.insert(key.toString()).second, qPrintable(key.toString()));
    }
    // The card shows all of them.
    app.press(Qt::Key_Question);
    auto* const card = app.window.findChild<QDialog*>(QStringLiteral("keyCard"));
    QVERIFY(card);
    QString words;
    for (const QLabel* label : card->findChildren<QLabel*>())
        words += label->text() + u'\n';
    for (const QAction* action : app.window.everyAction())
        QVERIFY2(words.contains(action->text()) || action->text().startsWith(QStringLiteral("workspace ")),
                 qPrintable(action->text()));
}

// What a mouse can press tells of its key, and an action has that key.
void WindowHelpTest::every_button_is_an_action_with_its_key() {
    StoryApp app;
    std::set<QString> keys;
    for (const QAction* action : app.window.everyAction())
        for (const QKeySequence& key : action->shortcuts())
            keys.insert(key.toString());
    int buttons = 0;
    const QRegularExpression inBrackets(QStringLiteral("\\((?:key )?([^()]+)\\)$"));
    for (const auto* button : app.window.findChildren<QAbstractButton*>()) {
        if (!button->isVisible() || button->objectName().startsWith(QStringLiteral("qt_")))
            continue;
        ++buttons;
        const QRegularExpressionMatch key = inBrackets.match(button->toolTip());
        QVERIFY2(key.hasMatch(),
                 qPrintable(button->objectName() + u' ' + button->text() + u' ' + button->toolTip()));
        QVERIFY2(keys.contains(QKeySequence(key.captured(1)).toString()), qPrintable(button->toolTip()));
    }
    QVERIFY(buttons > 15);
}

void WindowHelpTest::keys_do_what_they_say() {
    StoryApp app;
    app.press(Qt::Key_Home);
    QCOMPARE(app.story.current(), 0);
    app.press(Qt::Key_End);
    QVERIFY(app.story.atHead());
    app.press(Qt::Key_F1);
    QVERIFY(app.window.findChild<QDialog*>(QStringLiteral("keyCard")));
    app.window.findChild<QDialog*>(QStringLiteral("keyCard"))->close();
    app.press(Qt::Key_M, Qt::ControlModifier);
    auto* const menu = app.window.findChild<QMenu*>(QStringLiteral("dockMenu"));
    QVERIFY(menu && menu->isVisible() && menu->actions().size() > 8);
    menu->close();
    // Each workspace by its number, and the keyboard reaches its views.
    for (int i = 0; i < workspaceCount; ++i) {
        app.press(Qt::Key(Qt::Key_1 + i));
        QCOMPARE(app.window.workspace(), Workspace(i));
        std::set<QWidget*> reached;
        for (int tab = 0; tab < 40; ++tab) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            reached.insert(QApplication::focusWidget());
        }
        for (const char* name :
             {"map", "tree", "sharing", "pagetable", "fault", "memory", "compare", "timeline"}) {
            PictureView& view = app.window.view(QString::fromLatin1(name));
            QVERIFY2(!view.isVisible() || reached.contains(&view), name);
        }
        QVERIFY(!app.window.events().table().isVisible() || reached.contains(&app.window.events().table()));
        QVERIFY(!app.window.prompt().isVisible() || reached.contains(&app.window.prompt()));
    }
}

void WindowHelpTest::the_other_button_selects_and_asks() {
    StoryApp app;
    PictureView& map = app.window.view(QStringLiteral("map"));
    const SceneItem* const found = app.find("map", QStringLiteral("entry-child-0x10000"));
    QVERIFY(found);
    const SceneItem entry = *found; // the picture is another one when something is selected
    const QPoint scrolled(map.horizontalScrollBar()->value(), map.verticalScrollBar()->value());
    QTest::mousePress(map.viewport(), Qt::RightButton, {},
                      (entry.rect.topLeft() + QPointF(entry.rect.width() - 12, 12)).toPoint() - scrolled);
    QCOMPARE(app.story.selection().kind, Selection::Kind::Entry);
    QVERIFY(app.story.selection().isEntry(entry.identity.entry));
    QVERIFY(map.actions().size() >= 4);
    QVERIFY(app.window.view(QStringLiteral("tree")).actions() == map.actions());
}

void WindowHelpTest::every_part_has_a_name() {
    StoryApp app;
    for (int i = 0; i < workspaceCount; ++i) {
        app.press(Qt::Key(Qt::Key_1 + i));
        for (QWidget* const widget : app.window.findChildren<QWidget*>()) {
            if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus ||
                widget->window() != &app.window || widget->focusProxy())
                continue;
            const auto* const button = qobject_cast<QAbstractButton*>(widget);
            const bool named = !widget->accessibleName().isEmpty() || (button && !button->text().isEmpty());
            QVERIFY2(named, qPrintable(QString::fromLatin1(widget->metaObject()->className()) + u' ' +
                                       widget->objectName()));
        }
    }
    // Each view tells its picture in words; they are of this step.
    app.player.goToCommand(16);
    for (const char* name :
         {"map", "tree", "sharing", "pagetable", "fault", "memory", "compare", "timeline"}) {
        const PictureView& view = app.window.view(QString::fromLatin1(name));
        QVERIFY2(view.accessibleDescription().contains(QStringLiteral("wrote to 0x10000")), name);
    }
    app.press(Qt::Key_Left);
    QVERIFY(!app.window.view(QStringLiteral("map"))
                 .accessibleDescription()
                 .contains(QStringLiteral("got its own copy")));
}

void WindowHelpTest::views_say_what_their_marks_mean() {
    StoryApp app;
    for (const char* name :
         {"map", "tree", "sharing", "pagetable", "fault", "memory", "compare", "timeline"}) {
        const QString help = viewHelp(QString::fromLatin1(name));
        QVERIFY2(help.count(QStringLiteral("<tr>")) >= 5, name);
        QCOMPARE(app.window.view(QString::fromLatin1(name)).whatsThis(), help);
    }
    QVERIFY(viewHelp(QStringLiteral("nothing")).isEmpty());
    app.press(Qt::Key_2);
    app.window.view(QStringLiteral("tree")).setFocus();
    app.press(Qt::Key_F2);
    auto* const card = app.window.findChild<QDialog*>(QStringLiteral("markCard"));
    QVERIFY(card && card->isVisible());
    QVERIFY(card->findChild<QLabel*>()->text().contains(QStringLiteral("a red node")));
}

void WindowHelpTest::letters_grow_and_shrink() {
    StoryApp app;
    const auto base = [&] { return app.window.view(QStringLiteral("map")).look().metrics.base(); };
    const double usual = base();
    const QImage before = app.picture();
    app.press(Qt::Key_Plus, Qt::ControlModifier);
    app.press(Qt::Key_Plus, Qt::ControlModifier);
    QVERIFY(qFuzzyCompare(base(), usual * 1.21));
    QVERIFY(app.picture() != before);
    QVERIFY(app.window.styleSheet().contains(QStringLiteral("font-size: %1px").arg(int(base()))));
    // The whole window still fits: nothing hangs out of it.
    QVERIFY(app.window.minimumSizeHint().width() <= 1600 && app.window.minimumSizeHint().height() <= 1000);
    {
        Story story;
        Player player(story);
        MainWindow again(player, &app.settings);
        QVERIFY(qFuzzyCompare(again.textScale(), 1.21));
    }
    app.press(Qt::Key_Minus, Qt::ControlModifier);
    QVERIFY(qFuzzyCompare(base(), usual * 1.1));
    for (int i = 0; i < 30; ++i)
        app.press(Qt::Key_Minus, Qt::ControlModifier);
    QVERIFY(base() >= usual * 0.69);
    app.press(Qt::Key_0, Qt::AltModifier);
    QCOMPARE(base(), usual);
}

// What a screen of two dots a pixel gets has twice the dots, not the same ones doubled. The ratio is one of
// the whole program, so another one is asked.
void WindowHelpTest::it_is_drawn_sharp_on_dense_screens() {
    StoryApp app;
    const QImage image = app.window.view(QStringLiteral("map")).grab().toImage();
    if (image.devicePixelRatio() == 1.0 && qEnvironmentVariableIsEmpty("QT_SCALE_FACTOR")) {
        QProcess dense;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("QT_SCALE_FACTOR"), QStringLiteral("2"));
        dense.setProcessEnvironment(environment);
        dense.start(QCoreApplication::applicationFilePath(),
                    {QStringLiteral("it_is_drawn_sharp_on_dense_screens")});
        QVERIFY(dense.waitForFinished(30'000));
        QVERIFY2(dense.exitStatus() == QProcess::NormalExit && dense.exitCode() == 0,
                 dense.readAllStandardOutput());
        return;
    }
    QCOMPARE(image.devicePixelRatio(), 2.0);
    int different = 0;
    for (int y = 0; y + 1 < image.height(); y += 2)
        for (int x = 0; x + 1 < image.width(); x += 2)
            different +=
                image.pixel(x, y) != image.pixel(x + 1, y) || image.pixel(x, y) != image.pixel(x, y + 1);
    QVERIFY2(different > 2000, QByteArray::number(different));
}

void WindowHelpTest::the_tour_leads_through_the_window() {
    StoryApp app;
    for (const QSize size : {QSize(1600, 1000), QSize(1000, 700)}) {
        app.window.resize(size);
        QTest::qWait(20);
        app.press(Qt::Key_F1, Qt::ShiftModifier);
        Tour* const tour = app.tour();
        QVERIFY(tour);
        QVERIFY(tour->count() >= 3 && tour->count() <= 5);
        std::set<QString> titles;
        const int count = tour->count();
        for (int i = 0; i < count; ++i) {
            QCOMPARE(tour->step(), i);
            titles.insert(tour->title());
            // It points to something in the window that can be seen, and its words do not lie outside.
            QVERIFY2(tour->partRect().width() > 40 && tour->partRect().height() > 20,
                     qPrintable(tour->title()));
            QVERIFY2(app.window.rect().contains(tour->cardRect()), qPrintable(tour->title()));
            const QRect hidden = tour->partRect().intersected(tour->cardRect());
            QVERIFY2(hidden.width() * hidden.height() * 2 <
                         tour->partRect().width() * tour->partRect().height(),
                     qPrintable(tour->title()));
            const int before = app.story.current();
            if (i == 2) { // back and on
                QTest::keyClick(tour, Qt::Key_Left);
                QCOMPARE(tour->step(), 1);
                QTest::keyClick(tour, Qt::Key_Return);
            }
            QTest::keyClick(QApplication::focusWidget(), i + 1 < count ? Qt::Key_Right : Qt::Key_Escape);
            QCOMPARE(app.story.current(), before); // the window's own keys rest
        }
        QCOMPARE(int(titles.size()), count);
        QTRY_VERIFY(!app.tour());
        QVERIFY(QApplication::focusWidget());
    }
    // From the card of keys, too.
    app.press(Qt::Key_Question);
    auto* const card = app.window.findChild<QDialog*>(QStringLiteral("keyCard"));
    QVERIFY(card);
    for (auto* button : card->findChildren<QPushButton*>())
        if (button->text().contains(QStringLiteral("tour")))
            button->click();
    QVERIFY(app.tour());
    app.tour()->leave();
}

void WindowHelpTest::the_tour_is_shown_once() {
    StoryApp app;
    app.window.startTourOnce();
    QVERIFY(app.tour());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QTRY_VERIFY(!app.tour());
    app.window.startTourOnce();
    QVERIFY(!app.tour());
    Story story;
    Player player(story);
    MainWindow again(player, &app.settings);
    again.show();
    again.startTourOnce();
    QVERIFY(!again.findChild<Tour*>());
}

QTEST_MAIN(WindowHelpTest)
#include "window_help_test.moc"
