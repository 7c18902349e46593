#include "gui/app/compared_side.h"

#include <QFileInfo>
#include <QProcess>

#include "gdbbridge/session/kernel_file.h"
#include "gui/app/paths.h"

namespace gui {

namespace {

constexpr int hostTimeoutMs = 60'000;

std::optional<ComparedRun> runOnHost(const ComparedSide& side, const QString& file, QString* problem) {
    QProcess process;
    process.start(hostProgramPath(), {file});
    if (!process.waitForStarted()) {
        *problem = QStringLiteral("%1 could not be started; build the project again").arg(hostProgramPath());
        return std::nullopt;
    }
    QString ending;
    if (!process.waitForFinished(hostTimeoutMs)) {
        process.kill();
        process.waitForFinished();
        ending = QStringLiteral("it had not ended after %1 s").arg(hostTimeoutMs / 1000);
    } else if (process.exitStatus() != QProcess::NormalExit) {
        ending = QStringLiteral("it died");
    } else if (process.exitCode() == int(ExitCode::BadInput)) {
        *problem = QString::fromUtf8(process.readAllStandardError()).section(u'\n', 0, 0);
        return std::nullopt;
    } else if (process.exitCode() > int(ExitCode::CheckFailed)) {
        ending = QString::fromUtf8(process.readAllStandardError()).section(u'\n', 0, 0);
    }
    return comparedRun(side.name, process.readAllStandardOutput(), ending);
}

QStringList commandTexts(const QByteArray& scenario) {
    QStringList texts;
    for (const ScenarioCommand& command : scenarioCommands(QString::fromUtf8(scenario)))
        texts << command.text;
    return texts;
}

} // namespace

QString comparedSideWords() {
    return QStringLiteral("host, %1, a kernel's ELF file, or a recording")
        .arg(architectures().join(QStringLiteral(", ")));
}

std::optional<ComparedSide> comparedSide(const QString& word, QString* problem) {
    if (word == QStringLiteral("host"))
        return ComparedSide{ComparedSide::Kind::Host, word, {}, {}};
    if (architectures().contains(word))
        return ComparedSide{ComparedSide::Kind::Guest, word, {word, {}, {}}, {}};
    const QString name = QFileInfo(word).fileName();
    if (gdbbridge::RecordingReader::looksLike(word))
        return ComparedSide{ComparedSide::Kind::Recording, name, {}, word};
    if (const auto* architecture = gdbbridge::architectureOfKernel(word))
        return ComparedSide{
            ComparedSide::Kind::Guest, name, {QString::fromLatin1(architecture->name), word, {}}, {}};
    *problem = QFileInfo::exists(word)
                   ? QStringLiteral("%1 is neither a kernel nor a recording").arg(word)
                   : QStringLiteral("cannot run on %1, only on %2").arg(word, comparedSideWords());
    return std::nullopt;
}

void tellApart(ComparedSide& one, ComparedSide& two, const QString& wordOne, const QString& wordTwo) {
    if (one.name != two.name)
        return;
    one.name = wordOne;
    two.name = wordTwo;
    if (one.name == two.name) {
        one.name += QStringLiteral(" (1)");
        two.name += QStringLiteral(" (2)");
    }
}

std::optional<ComparedRun> readSide(const ComparedSide& side, const QByteArray& scenario, QString* problem) {
    const auto recording = gdbbridge::RecordingReader::open(side.recording, problem);
    if (!recording)
        return std::nullopt;
    if (commandTexts(scenario) != commandTexts(recording->info().scenario)) {
        *problem = QStringLiteral("%1 is a recording of other commands (%2)")
                       .arg(side.recording, recording->info().scenarioName);
        return std::nullopt;
    }
    Story story;
    const RunOutcome outcome = loadRecording(*recording, story, {});
    return comparedRun(side.name, story, outcome.code == ExitCode::TargetDied ? outcome.problem : QString());
}

std::optional<ComparedRun> runSide(const ComparedSide& side, const QString& file, QString* problem) {
    if (side.kind == ComparedSide::Kind::Host)
        return runOnHost(side, file, problem);
    const auto config = sessionConfig(file, side.target, problem);
    if (!config)
        return std::nullopt;
    if (side.kind == ComparedSide::Kind::Recording)
        return readSide(side, config->scenario, problem);
    Story story;
    const RunOutcome outcome = recordRun(*config, story, {});
    if (outcome.code == ExitCode::BadInput || story.isEmpty()) {
        *problem = outcome.problem;
        return std::nullopt;
    }
    return comparedRun(side.name, story, outcome.code == ExitCode::TargetDied ? outcome.problem : QString());
}

} // namespace gui
