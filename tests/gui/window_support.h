// The real window with a session and a story of its own, over a kernel in QEMU, driven as a user would.
#pragma once

#include <QDockWidget>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include "gui/app/main_window.h"
#include "gui/app/recorded_run.h"

namespace windowsupport {

using gdbbridge::SessionState;
using namespace gui;

// A window with its player and story, shown.
struct App {
    QTemporaryDir folder;
    QSettings settings{folder.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat};
    Story story;
    Player player{story};
    MainWindow window{player, &settings};

    App() {
        window.resize(1600, 1000);
        window.show();
        // Keys reach an active window only, and without a window manager none becomes it by itself.
        window.activateWindow();
        (void)QTest::qWaitForWindowActive(&window);
    }
    // Opens a file as the picker does, on the kernel of this build; true when it stands at the first command.
    bool open(const QString& file, const QString& kernelOptions = {}) {
        const Target target{.kernel = QStringLiteral(UVMSCOPE_BUILD_DIR "/kernel-i386.elf"),
                            .kernelOptions = kernelOptions};
        return window.openScenario(file, target) && waitFor(SessionState::Stopped);
    }
    // Opens a recording; true when all of it is there.
    bool openRecording(const QString& file) {
        return window.openRecording(file) && QTest::qWaitFor([&] { return !player.isLoading(); }, 20'000);
    }
    bool waitFor(SessionState state) {
        return QTest::qWaitFor(
                   [&] { return player.state() == state || player.state() == SessionState::Dead; }, 30'000) &&
               player.state() == state;
    }
    // What to print when a wait failed.
    QByteArray trouble(const QString& where) {
        const auto& death = player.session().death();
        return (where + QStringLiteral(": ") + player.targetText() +
                (death ? u' ' + death->error.text() : QString()) + QStringLiteral("; ") +
                window.strip().headline().first)
            .toUtf8();
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
        if (!window.isActiveWindow()) { // a dialog was closed, and nobody hands that on
            window.activateWindow();
            (void)QTest::qWaitForWindowActive(&window);
        }
        QTest::keyClick(&window, key, modifiers);
    }
    // Presses Right until so many commands have run.
    bool stepTo(int command) {
        while (story.isEmpty() || story.now()->operation < command) {
            const int before = story.current();
            press(Qt::Key_Right);
            if (!QTest::qWaitFor([&] { return story.current() > before; }, 20'000))
                return false;
        }
        return true;
    }
    // The words of all things in a view.
    QString words(const char* view) {
        QStringList lines;
        for (const SceneItem& item : window.view(QString::fromLatin1(view)).items())
            lines << item.text;
        return lines.join(u'\n');
    }
    const SceneItem* find(const char* view, const QString& id) {
        for (const SceneItem& item : window.view(QString::fromLatin1(view)).items())
            if (item.id == id)
                return &item;
        return nullptr;
    }
    QDockWidget* dock(const char* name) { return window.findChild<QDockWidget*>(QString::fromLatin1(name)); }
    // What the window looks like, for comparing two looks of it.
    QImage picture() { return window.grab().toImage(); }
};

} // namespace windowsupport
