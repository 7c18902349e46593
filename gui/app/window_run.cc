#include "gui/app/window_run.h"

#include <QApplication>
#include <QSettings>

#include "gdbbridge/record/recording.h"
#include "gui/app/main_window.h"

namespace gui {

ExitCode runWindow(const QString& file, const Target& target, const PlaceInRun& at) {
    QSettings settings(QStringLiteral("uvmscope"), QStringLiteral("uvmscope"));
    Story story;
    Player player(story);
    MainWindow window(player, &settings);
    window.show();
    if (gdbbridge::RecordingReader::looksLike(file))
        window.openRecording(file);
    else if (window.openScenario(file, target) && at.command > 0)
        player.goToCommand(at.command - 1, at.event);
    window.startTourOnce();
    return ExitCode(QApplication::exec());
}

} // namespace gui
