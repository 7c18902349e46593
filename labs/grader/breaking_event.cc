#include "labs/grader/breaking_event.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "labs/grader/files.h"
#include "labs/grader/kit.h"
#include "labs/grader/sandbox.h"
#include "labs/grader/scenario_text.h"

namespace grader {

namespace {

const QString scenarioName = QStringLiteral("build/event.uvm");
// QEMU reserves much more address space than it uses; a snapshot a command is some megabytes.
constexpr uint64_t addressSpace = uint64_t{16} << 30;
constexpr qsizetype outputBytes = qsizetype{64} << 20;

BreakingEvent eventOf(const QJsonObject& moment) {
    const QJsonValue first = moment[QStringLiteral("violations")][0];
    const auto text = [&](const char* field) { return first[QLatin1String(field)].toString(); };
    BreakingEvent found{true,
                        moment[QStringLiteral("operation")].toInt(),
                        uint64_t(first[QStringLiteral("since_event")].toInteger()),
                        {},
                        QStringLiteral("%1, %2, expected %3, found %4")
                            .arg(text("where"), text("what"), text("expected"), text("found"))};
    for (const auto& event : moment[QStringLiteral("events")].toArray())
        if (uint64_t(event[QStringLiteral("sequence")].toInteger()) == found.event)
            found.name = event[QStringLiteral("name")].toString();
    return found;
}

} // namespace

BreakingEvent findBreakingEvent(const BreakingEventSearch& search) {
    if (!writeFile(search.folder + u'/' + scenarioName, upTo(search.scenario, search.commands)).isEmpty())
        return {};
    RunRequest run;
    run.program = search.program;
    run.arguments = {QStringLiteral("watch"),     scenarioName,
                     QStringLiteral("--json"),    QStringLiteral("--arch"),
                     machineName(search.machine), QStringLiteral("--kernel"),
                     programOf(search.machine)};
    run.folder = search.folder;
    run.read = {search.program};
    run.limits = {search.seconds, addressSpace};
    run.limits.outputBytes = outputBytes;
    const RunResult result = runUntrusted(run);
    for (const QByteArray& line : result.out.split('\n')) {
        const QJsonObject moment = QJsonDocument::fromJson(line).object();
        if (!moment[QStringLiteral("violations")].toArray().isEmpty())
            return eventOf(moment);
    }
    return {};
}

} // namespace grader
