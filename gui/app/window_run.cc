#include "gui/app/window_run.h"

#include <QApplication>
#include <QSettings>

#include "gdbbridge/record/recording.h"
#include "gui/app/main_window.h"

namespace gui {

namespace {

// Goes on to the end of a command as soon as the machine stands at the beginning.
void goOnTo(Player& player, int command) {
    auto* const waiting = new QObject(&player);
    QObject::connect(&player, &Player::changed, waiting, [&player, waiting, command] {
        if (player.state() != gdbbridge::SessionState::Stopped)
            return;
        waiting->deleteLater();
        player.disconnect(waiting);
        player.goToCommand(command);
    });
}

} // namespace

ExitCode runWindow(const QString& file, const Target& target, int at) {
    QSettings settings(QStringLiteral("uvmscope"), QStringLiteral("uvmscope"));
    Story story;
    Player player(story);
    MainWindow window(player, &settings);
    window.show();
    if (gdbbridge::RecordingReader::looksLike(file))
        window.openRecording(file);
    else {
        if (at > 0)
            goOnTo(player, at - 1);
        window.openScenario(file, target);
    }
    return ExitCode(QApplication::exec());
}

} // namespace gui
