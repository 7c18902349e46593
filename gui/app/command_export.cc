#include "gui/app/command_export.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <cstdio>

#include "gdbbridge/record/chrome_trace.h"
#include "gui/app/complain.h"
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

// The moment at the end of the command with this number, -1 when there is none.
int momentOf(const Story& story, int operation) {
    for (size_t i = 0; i < story.moments().size(); ++i)
        if (story.moments()[i]->operation == operation &&
            story.moments()[i]->reason == gdbbridge::StopReason::CommandEnd)
            return int(i);
    return -1;
}

QString writeTrace(const Story& story, const QString& path) {
    QSaveFile file(path);
    const QByteArray trace = gdbbridge::chromeTrace(story.moments());
    if (file.open(QIODevice::WriteOnly) && file.write(trace) == trace.size() && file.commit())
        return {};
    return QStringLiteral("cannot write %1: %2").arg(path, file.errorString());
}

QString draw(Picture& picture, const Story& story, const ExportRequest& request, const QString& file) {
    picture.setState(makeViewState(story, request.each ? StillFor::WholeRun : StillFor::Step));
    const Look look{request.theme, Metrics::ofExport(15, request.theme == ThemeName::Projector)};
    const QString problem = exportPicture(picture, look, request.size, file);
    if (problem.isEmpty() && request.each) {
        // The same in words, for who cannot see the frame.
        QFile words(QFileInfo(file).path() + u'/' + QFileInfo(file).completeBaseName() +
                    QStringLiteral(".txt"));
        const QByteArray text = alternativeText(picture).toUtf8() + '\n';
        if (!words.open(QIODevice::WriteOnly) || words.write(text) != text.size())
            return QStringLiteral("cannot write %1: %2").arg(words.fileName(), words.errorString());
    }
    return problem;
}

} // namespace

QStringList exportViews() { return pictureNames(); }

ExitCode runExport(const ExportRequest& request) {
    QString problem;
    Story story;
    const RunOutcome outcome = loadRun(request.file, request.target, story, {});
    if (story.isEmpty())
        return complain(outcome.code, outcome.problem);
    if (request.output.endsWith(QLatin1String(".json"))) {
        if (problem = writeTrace(story, request.output); !problem.isEmpty())
            return complain(ExitCode::CannotWrite, problem);
        std::printf("wrote %s\n", qPrintable(request.output));
        return outcome.code == ExitCode::Ok ? ExitCode::Ok : complain(outcome.code, outcome.problem);
    }
    const auto picture = makePicture(request.view);
    int written = 0;
    if (request.each) {
        for (int operation = 1; operation <= int(story.commands().size()); ++operation) {
            const int moment = momentOf(story, operation);
            if (moment < 0)
                break;
            story.show(moment);
            if (problem = draw(*picture, story, request, numbered(request.output, operation));
                !problem.isEmpty())
                return complain(ExitCode::CannotWrite, problem);
            ++written;
        }
        std::printf("wrote %d frames, %s to %s\n", written, qPrintable(numbered(request.output, 1)),
                    qPrintable(numbered(request.output, written)));
    } else {
        const int moment = request.at ? momentOf(story, *request.at) : int(story.moments().size()) - 1;
        if (moment < 0 && outcome.code != ExitCode::Ok && *request.at >= 1 &&
            *request.at <= int(story.commands().size()))
            return complain(outcome.code, QStringLiteral("the run ended before command %1: %2")
                                              .arg(QString::number(*request.at), outcome.problem));
        if (moment < 0)
            return complain(ExitCode::BadInput, QStringLiteral("there is no command %1; the scenario has %2")
                                                    .arg(*request.at)
                                                    .arg(story.commands().size()));
        story.show(moment);
        if (problem = draw(*picture, story, request, request.output); !problem.isEmpty())
            return complain(ExitCode::CannotWrite, problem);
        std::printf("wrote %s\n", qPrintable(request.output));
    }
    return outcome.code == ExitCode::Ok ? ExitCode::Ok : complain(outcome.code, outcome.problem);
}

} // namespace gui
