#include "gui/app/command_bench.h"

#include <QCoreApplication>
#include <QProcess>
#include <QStringList>

#include "gui/app/complain.h"
#include "gui/app/paths.h"

namespace gui {

namespace {

struct Command {
    QString program;
    QStringList arguments;
};

Command timed(const BenchRequest& request) {
    Command command{benchProgramPath(request.part), {}};
    if (!request.filter.isEmpty())
        command.arguments << QStringLiteral("--filter=") + request.filter;
    if (request.json)
        command.arguments << QStringLiteral("--benchmark_format=json");
    return command;
}

Command counted(const BenchRequest& request) {
    const QString program = benchProgramPath(request.part);
    Command command{instructionCounterPath(),
                    {program, QStringLiteral("--no-probes"), program + QStringLiteral("-no-probes")}};
    if (!request.filter.isEmpty())
        command.arguments << QStringLiteral("--filter") << request.filter;
    if (request.json)
        command.arguments << QStringLiteral("--json");
    return command;
}

// What virtual memory costs a program in the kernels, as docs/experiments.md has it.
Command experiments(const BenchRequest& request) {
    Command command{experimentsPath(), {QStringLiteral("--build"), QCoreApplication::applicationDirPath()}};
    if (!request.filter.isEmpty())
        command.arguments << QStringLiteral("--filter") << request.filter;
    if (request.json)
        command.arguments << QStringLiteral("--json");
    return command;
}

Command commandOf(const BenchRequest& request) {
    if (request.part == QStringLiteral("experiments"))
        return experiments(request);
    return request.instructions ? counted(request) : timed(request);
}

} // namespace

QStringList benchParts() {
    return {QStringLiteral("vm"), QStringLiteral("bridge"), QStringLiteral("boot"), QStringLiteral("gui"),
            QStringLiteral("experiments")};
}

ExitCode runBench(const BenchRequest& request) {
    const Command command = commandOf(request);
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    process.start(command.program, command.arguments);
    if (!process.waitForStarted()) {
        return complain(
            ExitCode::CannotStart,
            QStringLiteral("%1 could not be started; build the project again").arg(command.program));
    }
    process.waitForFinished(-1);
    if (process.exitStatus() != QProcess::NormalExit)
        return ExitCode::TargetDied;
    return ExitCode(process.exitCode());
}

} // namespace gui
