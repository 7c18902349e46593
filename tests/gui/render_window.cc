// For looking: the window in its states, over the kernel in QEMU, as pictures in a folder.
//   render_window FOLDER [NAME…]      all, or the named ones; with DEMO=NAME in the environment that demo's
//   stops
#include <QApplication>
#include <QDialog>
#include <QDir>
#include <QMenu>

#include <csignal>

#include "gdbbridge/check/check.h"
#include "tests/gui/window_support.h"

using namespace gui;
using windowsupport::App;

namespace {

const QString forkDemo = QStringLiteral(UVMSCOPE_SOURCE_DIR "/scenarios/fork-cow.uvm");
constexpr int childWrites = 17; // the number of that command in it

QString g_folder;
QStringList g_wanted;

void shoot(App& app, const QString& name, QWidget* what = nullptr) {
    if (!g_wanted.isEmpty() && !g_wanted.contains(name))
        return;
    QTest::qWait(50); // for tool bars and docks to settle
    const QString file = QStringLiteral("%1/%2.png").arg(g_folder, name);
    if (!(what ? what : &app.window)->grab().save(file))
        qFatal("cannot write %s", qPrintable(file));
    qInfo("%s", qPrintable(file));
}

void need(bool ok, const char* what) {
    if (!ok)
        qFatal("%s", what);
}

void shootWorkspaces() {
    App app;
    shoot(app, QStringLiteral("idle"));
    need(app.open(forkDemo), "does not start");
    shoot(app, QStringLiteral("start"));
    need(app.stepTo(childWrites), "does not step");
    shoot(app, QStringLiteral("light"));
    const char* const names[] = {"story",  "tree",   "sharing", "pagetable", "fault",
                                 "memory", "events", "console", "compare"};
    for (int i = 1; i < workspaceCount; ++i) {
        app.press(Qt::Key(Qt::Key_1 + i));
        shoot(app, QString::fromLatin1(names[i]));
    }
    if (const QByteArray other = qgetenv("UVMSCOPE_OTHER_KERNEL"); !other.isEmpty()) {
        QString problem;
        app.window.compareWith(*comparedSide(QString::fromLocal8Bit(other), &problem));
        need(QTest::qWaitFor([&] { return app.story.comparison() != nullptr; }, 60'000), "no comparison");
        shoot(app, QStringLiteral("compared"));
        app.press(Qt::Key_F5);
        shoot(app, QStringLiteral("compared-projector"));
        app.press(Qt::Key_F5);
        app.window.resize(1000, 700);
        shoot(app, QStringLiteral("compared-small"));
        app.window.resize(1600, 1000);
    }
    app.press(Qt::Key_1);
    app.press(Qt::Key_T);
    shoot(app, QStringLiteral("dark"));
    app.press(Qt::Key_T);
    shoot(app, QStringLiteral("print"));
    app.press(Qt::Key_T);
    app.press(Qt::Key_F5);
    shoot(app, QStringLiteral("projector"));
    app.press(Qt::Key_F5);
    app.window.resize(1000, 700);
    shoot(app, QStringLiteral("small"));
    app.window.resize(1366, 768);
    shoot(app, QStringLiteral("laptop"));
    app.window.resize(1600, 1000);
    app.player.story().select(
        {Selection::Kind::Anon, 0, 0, 0, app.story.now()->snapshot->anons.back().id, 0});
    shoot(app, QStringLiteral("selected"));
    app.press(Qt::Key_Question);
    QTest::qWait(50);
    shoot(app, QStringLiteral("keys"), app.window.findChild<QDialog*>());
}

void shootDeaths() {
    for (const char* test : {"panic", "triplefault"}) {
        App app;
        need(!app.open(forkDemo, QStringLiteral("test=%1").arg(QLatin1String(test))), "does not die");
        shoot(app, QString::fromLatin1(test));
    }
    App app;
    need(app.open(forkDemo), "does not start");
    need(app.stepTo(childWrites), "does not step");
    kill(pid_t(app.player.session().qemuProcessId()), SIGKILL);
    need(QTest::qWaitFor([&] { return app.player.state() == gdbbridge::SessionState::Dead; }, 5000), "lives");
    shoot(app, QStringLiteral("gone"));
}

void nextStop(App& app) {
    const int stop = app.window.guide().stop();
    if (app.window.guide().isAsking())
        app.window.guide().predict(0);
    else
        app.press(Qt::Key_Right);
    need(QTest::qWaitFor([&] { return app.window.guide().stop() > stop && app.window.guide().atStop(); },
                         20'000),
         "no next stop");
}

// A demo at each of its stops: the file's name is in DEMO, without it the first one.
void shootDemo() {
    const QByteArray wanted = qgetenv("DEMO");
    const QString name = wanted.isEmpty() ? QStringLiteral("fork-generations") : QString::fromUtf8(wanted);
    App app;
    need(app.open(QStringLiteral(UVMSCOPE_SOURCE_DIR "/scenarios/demos/%1.uvm").arg(name)), "does not start");
    shoot(app, QStringLiteral("demo-0"));
    for (int stop = 1; stop <= int(app.window.guide().script().stops.size()); ++stop) {
        nextStop(app);
        shoot(app, QStringLiteral("demo-%1").arg(stop));
        if (app.window.guide().isAsking()) { // from the back row
            app.press(Qt::Key_F5);
            shoot(app, QStringLiteral("demo-%1-projector").arg(stop));
            app.press(Qt::Key_F5);
        }
    }
    app.press(Qt::Key_Left);
    app.press(Qt::Key_F5);
    shoot(app, QStringLiteral("demo-projector"));
    app.press(Qt::Key_T);
    shoot(app, QStringLiteral("demo-projector-dark"));
    app.press(Qt::Key_F5);
    shoot(app, QStringLiteral("demo-dark"));
    app.window.resize(1000, 700);
    shoot(app, QStringLiteral("demo-small"));
    app.window.resize(1600, 1000);
    app.press(Qt::Key_D);
    QTest::qWait(100);
    shoot(app, QStringLiteral("demo-list"), app.window.findChild<QDialog*>());
}

// In the midst of the child's fault, where the copy is made.
void shootFault() {
    App app;
    need(app.open(forkDemo), "does not start");
    need(app.stepTo(childWrites - 1), "does not step");
    app.press(Qt::Key_5);
    for (int stage = 0; stage < 4; ++stage) {
        const int before = app.story.current();
        app.press(Qt::Key_Right);
        need(QTest::qWaitFor([&] { return app.story.current() > before; }, 20'000), "no stage");
    }
    shoot(app, QStringLiteral("stage"));
    app.press(Qt::Key_T);
    shoot(app, QStringLiteral("stage-dark"));
    app.press(Qt::Key_T);
    app.press(Qt::Key_T);
    app.press(Qt::Key_F5);
    shoot(app, QStringLiteral("stage-projector"));
    app.press(Qt::Key_F5);
    app.window.resize(1000, 700);
    shoot(app, QStringLiteral("stage-small"));
}

// Bookmarks, an answer to who wrote a field, the tour.
void shootTime() {
    App app;
    need(app.open(forkDemo), "does not start");
    need(app.stepTo(childWrites), "does not step");
    app.window.bookmarks().set({5, 0, QStringLiteral("the parent is ready")});
    app.window.bookmarks().set({16, 0, QStringLiteral("before the copy")});
    const SceneItem* const entry = app.find("map", QStringLiteral("entry-child-0x10000"));
    need(entry, "no entry");
    Selection selection;
    selection.kind = Selection::Kind::Entry;
    selection.process = entry->identity.process;
    selection.entry = entry->identity.entry;
    app.story.select(selection);
    app.press(Qt::Key_W);
    QTest::qWait(100);
    auto* const menu = app.window.findChild<QMenu*>(QStringLiteral("whoMenu"));
    need(menu, "no menu");
    shoot(app, QStringLiteral("who-menu"), menu);
    for (QAction* action : menu->actions())
        if (action->text().startsWith(QStringLiteral("amap\t")))
            action->trigger();
    menu->close();
    need(QTest::qWaitFor([&] { return app.story.now()->reason == gdbbridge::StopReason::Watch; }, 30'000),
         "no answer");
    shoot(app, QStringLiteral("who"));
    app.window.resize(1000, 700);
    shoot(app, QStringLiteral("who-small"));
    app.window.resize(1600, 1000);
    app.press(Qt::Key_B, Qt::ControlModifier);
    QTest::qWait(100);
    shoot(app, QStringLiteral("bookmarks"), app.window.findChild<QDialog*>());
    app.window.findChild<QDialog*>()->close();
    app.press(Qt::Key_F2);
    QTest::qWait(100);
    shoot(app, QStringLiteral("marks"), app.window.findChild<QDialog*>(QStringLiteral("markCard")));
    app.window.findChild<QDialog*>(QStringLiteral("markCard"))->close();
    app.press(Qt::Key_F1, Qt::ShiftModifier);
    for (int step = 1; step <= 5; ++step) {
        shoot(app, QStringLiteral("tour-%1").arg(step));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Right);
    }
    app.press(Qt::Key_Plus, Qt::ControlModifier);
    app.press(Qt::Key_Plus, Qt::ControlModifier);
    app.press(Qt::Key_Plus, Qt::ControlModifier);
    shoot(app, QStringLiteral("larger"));
}

void shootViolation() {
    App app;
    need(app.open(forkDemo), "does not start");
    need(app.stepTo(childWrites), "does not step");
    // The kernel's own state with one number of one node wrong.
    auto broken = std::make_shared<gdbbridge::Moment>(*app.story.now());
    auto snapshot = std::make_shared<gdbbridge::Snapshot>(*broken->snapshot);
    gdbbridge::Map& map = snapshot->vmspaces.back().map;
    map.entries[size_t(map.root)].maxgap += 0x1000;
    broken->violations = gdbbridge::checkInvariants(*snapshot);
    broken->snapshot = snapshot;
    app.story.append(broken);
    shoot(app, QStringLiteral("violation"));
}

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    QStringList words = QApplication::arguments().mid(1);
    need(!words.isEmpty(), "render_window FOLDER [NAME…]");
    g_folder = words.takeFirst();
    g_wanted = words;
    need(QDir().mkpath(g_folder), "cannot make the folder");
    if (qEnvironmentVariableIsSet("DEMO")) {
        shootDemo();
        return 0;
    }
    shootWorkspaces();
    shootDemo();
    shootFault();
    shootDeaths();
    shootViolation();
    shootTime();
    return 0;
}
