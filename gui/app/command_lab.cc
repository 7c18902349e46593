#include "gui/app/command_lab.h"

#include <QProcess>

#include "gui/app/complain.h"
#include "gui/app/paths.h"

namespace gui {

ExitCode runLab(const QStringList& words) {
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    process.setInputChannelMode(QProcess::ForwardedInputChannel);
    process.start(labProgramPath(), words);
    if (!process.waitForStarted())
        return complain(
            ExitCode::CannotStart,
            QStringLiteral("%1 is not there; build the project, or install it, again").arg(labProgramPath()));
    process.waitForFinished(-1);
    return process.exitStatus() == QProcess::NormalExit ? ExitCode(process.exitCode()) : ExitCode::TargetDied;
}

} // namespace gui
