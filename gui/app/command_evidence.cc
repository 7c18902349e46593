#include "gui/app/command_evidence.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cstdio>

#include "gdbbridge/record/recording.h"
#include "gui/app/command_export.h"
#include "gui/app/command_record.h"
#include "gui/app/complain.h"

namespace gui {

namespace {

constexpr int quietMsOfAHang = 2000, startMsOfAHang = 8000, limitMsOfAHang = 8000;

// What was broken first: of the first moment at which anything is, what broke at the earliest event.
QJsonObject brokenIn(const Story& story) {
    for (const auto& moment : story.moments()) {
        const gdbbridge::Finding* first = nullptr;
        for (const auto& finding : moment->violations)
            if (!first || (finding.sinceEvent != 0 &&
                           (first->sinceEvent == 0 || finding.sinceEvent < first->sinceEvent)))
                first = &finding;
        if (!first)
            continue;
        QString name;
        for (const auto& other : story.moments())
            for (const auto& event : other->events)
                if (event.sequence == first->sinceEvent)
                    name = QString::fromStdString(event.name);
        return {{QStringLiteral("command"), moment->operation},
                {QStringLiteral("event"), qint64(first->sinceEvent)},
                {QStringLiteral("name"), name},
                {QStringLiteral("words"),
                 QStringLiteral("%1, %2, expected %3, found %4")
                     .arg(QString::fromStdString(first->where), QString::fromStdString(first->what),
                          QString::fromStdString(first->expected), QString::fromStdString(first->found))}};
    }
    return {};
}

QString figureOf(const EvidenceRequest& request) { return request.output + QStringLiteral(".svg"); }

// "" or why there is no figure.
QString drawFigure(const EvidenceRequest& request, const RunOutcome& outcome, Story& story,
                   const ConsoleLog& console) {
    int moment = int(story.moments().size()) - 1;
    // Where nobody says which command, that in which something broke.
    for (int i = moment; i >= 0 && request.command == 0; --i)
        if (!story.moments()[size_t(i)]->violations.empty())
            moment = i;
    if (request.command > 0)
        moment = momentOf(story, request.command);
    if (moment < 0 && request.command > 1) // behind a step in which it dies there is nothing to be seen
        moment = momentOf(story, request.command - 1);
    if (moment < 0)
        return QStringLiteral("the run ended before command %1: %2")
            .arg(QString::number(std::max(request.command, 1)), outcome.problem);
    ExportRequest figure;
    figure.file = request.file;
    figure.target = request.target;
    figure.view = request.view;
    figure.output = figureOf(request);
    return drawMoment(figure, story, moment, console);
}

} // namespace

ExitCode runEvidence(const EvidenceRequest& request) {
    QString problem;
    auto config = sessionConfig(request.file, request.target, &problem);
    if (!config)
        return complain(ExitCode::BadInput, problem);
    config->findFirstBreak = config->momentAtFirstBreak = request.event;
    config->keepMachineEvents = 0; // nobody travels
    if (request.hangs) {
        config->quietLimitMs = quietMsOfAHang;
        config->startTimeoutMs = startMsOfAHang;
        config->commandLimitMs = std::min(config->commandLimitMs, limitMsOfAHang);
    }
    const QString recording = request.output + QStringLiteral(".uvmrec");
    gdbbridge::RecordingWriter writer(recording, recordingInfo(*config, request.target));
    if (!writer.error().isEmpty())
        return complain(ExitCode::CannotWrite, writer.error());
    Story story;
    ConsoleLog console;
    const RunOutcome outcome = recordRun(*config, story,
                                         {.moment =
                                              [&](const gdbbridge::Moment& moment) {
                                                  writer.append(moment);
                                                  console.atMoment();
                                              },
                                          .console =
                                              [&](const QByteArray& bytes) {
                                                  writer.appendConsole(bytes);
                                                  console.take(bytes);
                                              }});
    writer.finish({int(outcome.code), outcome.problem, outcome.report});
    if (!writer.error().isEmpty())
        return complain(ExitCode::CannotWrite, writer.error());
    const QString noFigure = drawFigure(request, outcome, story, console);
    QJsonObject told{{QStringLiteral("figure"), noFigure.isEmpty() ? figureOf(request) : QString()}};
    if (!noFigure.isEmpty())
        told[QStringLiteral("no_figure")] = noFigure;
    if (outcome.code != ExitCode::Ok)
        told[QStringLiteral("outcome")] = outcome.problem;
    if (const QJsonObject broken = brokenIn(story); !broken.isEmpty())
        told[QStringLiteral("broken")] = broken;
    std::puts(QJsonDocument(told).toJson(QJsonDocument::Compact).constData());
    return ExitCode::Ok;
}

} // namespace gui
