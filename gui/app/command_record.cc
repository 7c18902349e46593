#include "gui/app/command_record.h"

#include <QFileInfo>
#include <QJsonDocument>

#include <cstdio>

#include "gdbbridge/record/moment_json.h"
#include "gdbbridge/record/recording.h"
#include "gdbbridge/record/recording_schema.h"

#include "gui/app/complain.h"

namespace gui {

namespace {

// Writes a line; false when nobody takes it any more.
bool print(const QJsonObject& object) {
    const QByteArray line = QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
    return std::fwrite(line.constData(), 1, size_t(line.size()), stdout) == size_t(line.size()) &&
           std::fflush(stdout) == 0;
}

QJsonObject endLine(const RunOutcome& outcome) {
    return {{QStringLiteral("type"), QStringLiteral("end")},
            {QStringLiteral("status"), int(outcome.code)},
            {QStringLiteral("problem"), outcome.problem},
            {QStringLiteral("report"), QJsonArray::fromStringList(outcome.report)}};
}

QJsonObject runLine(const gdbbridge::RecordingInfo& info) {
    return {{QStringLiteral("type"), QStringLiteral("run")},
            {QStringLiteral("version"), gdbbridge::recordingVersion},
            {QStringLiteral("program"), info.program},
            {QStringLiteral("architecture"), info.architecture},
            {QStringLiteral("scenario_name"), info.scenarioName},
            {QStringLiteral("scenario"), QString::fromUtf8(info.scenario)},
            {QStringLiteral("kernel_options"), info.kernelOptions}};
}

// Moments as lines of the stream.
class Stream {
public:
    void moment(const gdbbridge::Moment& moment) {
        gdbbridge::Things things = gdbbridge::thingsOf(*moment.snapshot);
        const auto changes = gdbbridge::changesBetween(m_things, things);
        m_things = std::move(things);
        m_good = print(gdbbridge::streamLine(m_count++, moment, changes)) && m_good;
    }
    bool good() const { return m_good; }

private:
    gdbbridge::Things m_things;
    int m_count = 0;
    bool m_good = true;
};

} // namespace

gdbbridge::RecordingInfo recordingInfo(const gdbbridge::SessionConfig& config, const Target& target) {
    return {target.architecture, QFileInfo(config.scenarioName).fileName(), config.scenario,
            config.kernelOptions, QStringLiteral("uvmscope " UVMSCOPE_VERSION)};
}

ExitCode runRecord(const QString& file, const Target& target, MomentsAt at, const PlaceInRun& place,
                   const QString& output) {
    if (gdbbridge::RecordingReader::looksLike(file))
        return complain(
            ExitCode::BadInput,
            QStringLiteral("%1 is a recording already; open it with: uvmscope open %1").arg(file));
    QString problem;
    const auto config = sessionConfig(file, target, &problem);
    if (!config)
        return complain(ExitCode::BadInput, problem);
    gdbbridge::RecordingWriter writer(output, recordingInfo(*config, target));
    if (!writer.error().isEmpty())
        return complain(ExitCode::CannotWrite, writer.error());
    Story story;
    size_t events = 0;
    const RunOutcome outcome =
        recordRun(*config, story,
                  {.moment =
                       [&](const gdbbridge::Moment& moment) {
                           writer.append(moment);
                           events += moment.events.size();
                       },
                   .console = [&](const QByteArray& bytes) { writer.appendConsole(bytes); }},
                  at, place);
    writer.finish({int(outcome.code), outcome.problem, outcome.report});
    if (!writer.error().isEmpty())
        return complain(ExitCode::CannotWrite, writer.error());
    std::printf("wrote %s: %zu moments, %zu events\n", qPrintable(output), story.moments().size(), events);
    std::fflush(stdout);
    return outcome.code == ExitCode::Ok ? ExitCode::Ok
                                        : complain(outcome.code, outcome.problem, outcome.report);
}

ExitCode runWatchJson(const QString& file, const Target& target, MomentsAt at) {
    QString problem;
    Story story;
    Stream stream;
    RunOutcome outcome;
    const RunListener listener{.moment = [&](const gdbbridge::Moment& moment) { stream.moment(moment); },
                               .console = {}};
    if (gdbbridge::RecordingReader::looksLike(file)) {
        const auto reader = gdbbridge::RecordingReader::open(file, &problem);
        if (!reader)
            return complain(ExitCode::BadInput, problem);
        print(runLine(reader->info()));
        outcome = loadRecording(*reader, story, listener);
    } else {
        const auto config = sessionConfig(file, target, &problem);
        if (!config)
            return complain(ExitCode::BadInput, problem);
        print(runLine(recordingInfo(*config, target)));
        outcome = recordRun(*config, story, listener, at);
    }
    if (!print(endLine(outcome)) || !stream.good())
        return complain(ExitCode::CannotWrite, QStringLiteral("standard output takes no more"));
    return outcome.code == ExitCode::Ok ? ExitCode::Ok
                                        : complain(outcome.code, outcome.problem, outcome.report);
}

} // namespace gui
