#include "gui/app/command_export.h"

#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>
#include <cstdio>

#include "gdbbridge/record/chrome_trace.h"
#include "gui/app/complain.h"
#include "gui/app/text_views.h"
#include "gui/views/picture.h"
#include "gui/views/pictures.h"

namespace gui {

namespace {

QString numbered(const QString& file, int number) {
    const QFileInfo info(file);
    return QStringLiteral("%1/%2-%3.%4")
        .arg(info.path(), info.completeBaseName())
        .arg(number, 3, 10, QLatin1Char('0'))
        .arg(info.suffix());
}

// The moment right behind the event with this number, -1 when there is none.
int momentOfEvent(const Story& story, uint64_t event) {
    for (size_t i = 0; i < story.moments().size(); ++i)
        if (story.moments()[i]->snapshot->eventSequence == event)
            return int(i);
    return -1;
}

// "nothing stands at event 12; the nearest are 9 and 15".
QString noSuchEvent(const Story& story, uint64_t event) {
    uint64_t below = 0, above = 0;
    for (const auto& moment : story.moments()) {
        const uint64_t at = moment->snapshot->eventSequence;
        if (at < event)
            below = std::max(below, at);
        else
            above = above == 0 ? at : std::min(above, at);
    }
    QStringList nearest;
    for (const uint64_t each : {below, above})
        if (each != 0)
            nearest << QString::number(each);
    return QStringLiteral("nothing stands at event %1; the nearest are %2 (record with --events for all)")
        .arg(event)
        .arg(nearest.join(QStringLiteral(" and ")));
}

QString writeText(const QString& path, const QByteArray& text) {
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit())
        return {};
    return QStringLiteral("cannot write %1: %2").arg(path, file.errorString());
}

// The kernel that the moments are of; "" for a recording's, which is not here.
QString runningKernel(const ExportRequest& request) {
    return gdbbridge::RecordingReader::looksLike(request.file) ? QString() : kernelOf(request.target);
}

class Drawer {
public:
    Drawer(const ExportRequest& request, Story& story, const ConsoleLog& console)
        : m_request(request), m_story(story),
          m_console(console), m_look{request.theme,
                                     Metrics::ofExport(15, request.theme == ThemeName::Projector)},
          m_size(request.each ? seriesSize(story, request.view, m_look, request.size) : request.size) {}

    // The current moment into a file; "" or what went wrong.
    QString draw(const QString& file) {
        const QString kernel = runningKernel(m_request);
        if (file.endsWith(QLatin1String(".txt"))) {
            const auto lines = textViewLines(m_request.view, m_story, kernel, m_console);
            return writeText(file, (lines.value_or(QStringList()).join(u'\n') + u'\n').toUtf8());
        }
        if (const auto text = makeTextView(m_request.view, m_story, kernel, m_console))
            return write(*text, file);
        Picture& picture = pictureOf(stateNow());
        return write(picture, file);
    }

    // The search of the current moment, a frame for each thing that it looked at and one before.
    QString drawSearch(int* written) {
        const ViewState whole = stateNow();
        if (whole.search.steps.empty())
            return QStringLiteral("command %1 searched for no room").arg(m_story.now()->operation);
        for (size_t step = 0; step <= whole.search.steps.size(); ++step) {
            ViewState part = whole;
            part.search = whole.search.upTo(step);
            if (const QString problem = write(pictureOf(part), numbered(m_request.output, int(step) + 1));
                !problem.isEmpty())
                return problem;
            ++*written;
        }
        return {};
    }

private:
    ViewState stateNow() const {
        ViewState state = makeViewState(m_story, m_request.each ? StillFor::WholeRun : StillFor::Step);
        state.scale = m_request.scale;
        return state;
    }

    Picture& pictureOf(const ViewState& state) {
        m_picture = makePicture(m_request.view);
        m_picture->setState(state);
        return *m_picture;
    }

    QString write(const Picture& picture, const QString& file) const {
        const QString problem = exportPicture(picture, m_look, m_size, file);
        if (problem.isEmpty() && m_request.each) {
            // The same in words, for who cannot see the frame.
            return writeText(QFileInfo(file).path() + u'/' + QFileInfo(file).completeBaseName() +
                                 QStringLiteral(".txt"),
                             alternativeText(picture).toUtf8() + '\n');
        }
        return problem;
    }

    const ExportRequest& m_request;
    const Story& m_story;
    const ConsoleLog& m_console;
    const Look m_look;
    const QSizeF m_size; // that each picture is offered
    std::unique_ptr<Picture> m_picture;
};

// Shows the moment that is asked for; a complaint where there is none.
std::optional<ExitCode> showAsked(const ExportRequest& request, const RunOutcome& outcome, Story& story) {
    int moment = int(story.moments().size()) - 1;
    if (request.atEvent) {
        moment = momentOfEvent(story, *request.atEvent);
        if (moment < 0 && outcome.code != ExitCode::Ok)
            return complain(outcome.code, QStringLiteral("the run ended before event %1: %2")
                                              .arg(QString::number(*request.atEvent), outcome.problem));
        if (moment < 0)
            return complain(ExitCode::BadInput, noSuchEvent(story, *request.atEvent));
    } else if (request.at) {
        moment = momentOf(story, *request.at);
    }
    if (moment < 0 && outcome.code != ExitCode::Ok && request.at && *request.at >= 1 &&
        *request.at <= int(story.commands().size()))
        return complain(outcome.code, QStringLiteral("the run ended before command %1: %2")
                                          .arg(QString::number(*request.at), outcome.problem));
    if (moment < 0)
        return complain(ExitCode::BadInput, QStringLiteral("there is no command %1; the scenario has %2")
                                                .arg(*request.at)
                                                .arg(story.commands().size()));
    story.show(moment);
    return std::nullopt;
}

void tellFrames(const ExportRequest& request, int written) {
    std::printf("wrote %d frames, %s to %s\n", written, qPrintable(numbered(request.output, 1)),
                qPrintable(numbered(request.output, written)));
}

} // namespace

QStringList exportViews() { return pictureNames() + textViewNames(); }

int momentOf(const Story& story, int operation) {
    for (size_t i = 0; i < story.moments().size(); ++i)
        if (story.moments()[i]->operation == operation &&
            story.moments()[i]->reason == gdbbridge::StopReason::CommandEnd)
            return int(i);
    return -1;
}

QString drawMoment(const ExportRequest& request, Story& story, int moment, const ConsoleLog& console) {
    story.show(moment);
    return Drawer(request, story, console).draw(request.output);
}

ExitCode runExport(const ExportRequest& request) {
    QString problem;
    Story story;
    ConsoleLog console;
    const RunListener listener{.moment = [&](const gdbbridge::Moment&) { console.atMoment(); },
                               .console = [&](const QByteArray& bytes) { console.take(bytes); }};
    // One moment needs no more of the run, but in the view that draws all of it.
    const bool toTheEnd = request.each || request.view == QStringLiteral("timeline") ||
                          request.output.endsWith(QLatin1String(".json"));
    const PlaceInRun place{request.at.value_or(0), request.atEvent.value_or(0),
                           !toTheEnd && (request.at || request.atEvent)};
    const RunOutcome outcome =
        loadRun(request.file, request.target, story, listener,
                request.atEvent && !request.at ? MomentsAt::EveryEvent : MomentsAt::CommandEnds, place);
    if (story.isEmpty())
        return complain(outcome.code, outcome.problem);
    if (request.output.endsWith(QLatin1String(".json"))) {
        if (problem = writeText(request.output, gdbbridge::chromeTrace(story.moments())); !problem.isEmpty())
            return complain(ExitCode::CannotWrite, problem);
        std::printf("wrote %s\n", qPrintable(request.output));
        return outcome.code == ExitCode::Ok ? ExitCode::Ok : complain(outcome.code, outcome.problem);
    }
    Drawer drawer(request, story, console);
    int written = 0;
    if (request.each) {
        for (int operation = 1; operation <= int(story.commands().size()); ++operation) {
            const int moment = momentOf(story, operation);
            if (moment < 0)
                break;
            story.show(moment);
            if (problem = drawer.draw(numbered(request.output, operation)); !problem.isEmpty())
                return complain(ExitCode::CannotWrite, problem);
            ++written;
        }
        tellFrames(request, written);
    } else {
        if (const auto complaint = showAsked(request, outcome, story))
            return *complaint;
        problem = request.search ? drawer.drawSearch(&written) : drawer.draw(request.output);
        if (!problem.isEmpty())
            return complain(ExitCode::CannotWrite, problem);
        if (request.search)
            tellFrames(request, written);
        else
            std::printf("wrote %s\n", qPrintable(request.output));
    }
    return outcome.code == ExitCode::Ok ? ExitCode::Ok : complain(outcome.code, outcome.problem);
}

} // namespace gui
