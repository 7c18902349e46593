#include "gui/app/window_run.h"

#include <QApplication>
#include <QSettings>

#include "gui/app/main_window.h"

namespace gui {

ExitCode runWindow(const QString& file, const QString& architecture) {
    QSettings settings(QStringLiteral("uvmscope"), QStringLiteral("uvmscope"));
    Story story;
    Player player(story);
    MainWindow window(player, &settings);
    window.show();
    window.openScenario(file, architecture);
    return ExitCode(QApplication::exec());
}

} // namespace gui
