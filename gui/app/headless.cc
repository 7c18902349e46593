#include "gui/app/headless.h"

#include <QDir>
#include <QFileInfo>

#include <cstdio>

#include "gdbbridge/record/recording.h"
#include "gui/app/complain.h"
#include "gui/app/demo_told.h"
#include "gui/app/paths.h"
#include "gui/models/changes.h"
#include "gui/models/sentences.h"
#include "gui/views/picture.h"
#include "gui/views/pictures.h"

namespace gui {

namespace {

constexpr QSizeF pictureSize(1000, 620);

void say(const QString& line) {
    std::fputs((line + u'\n').toUtf8().constData(), stdout);
    std::fflush(stdout);
}

// ", since event 213, entry_resize" where that is known.
QString sinceWords(const Story& story, const gdbbridge::Finding& finding) {
    if (finding.sinceEvent == 0)
        return {};
    QString words = QStringLiteral(", since event %1").arg(finding.sinceEvent);
    for (const auto& moment : story.moments())
        for (const auto& event : moment->events)
            if (event.sequence == finding.sinceEvent)
                words += QStringLiteral(", ") + QString::fromStdString(event.name);
    return words;
}

void sayMoment(const Story& story, const gdbbridge::Moment& now) {
    const gdbbridge::MomentPtr before = story.before();
    const StepSentence sentence = stepSentence(story.moments(), story.current());
    if (now.reason == gdbbridge::StopReason::CommandEnd)
        say(QStringLiteral("\n%1/%2  %3").arg(now.operation).arg(story.commands().size()).arg(now.command));
    else
        say(QString());
    for (const QString& words : {sentence.first, sentence.second})
        if (!words.isEmpty())
            say(QStringLiteral("      %1").arg(words));
    const Changes changes(before ? before->snapshot.get() : nullptr, *now.snapshot);
    for (const QString& line : changes.lines())
        say(QStringLiteral("      - %1").arg(line));
    for (const auto& violation : now.violations)
        say(QStringLiteral("      BROKEN: %1, %2, expected %3, found %4%5")
                .arg(QString::fromStdString(violation.where), QString::fromStdString(violation.what),
                     QString::fromStdString(violation.expected), QString::fromStdString(violation.found),
                     sinceWords(story, violation)));
    if (now.reason == gdbbridge::StopReason::CommandEnd && !now.note.isEmpty())
        say(QStringLiteral("      %1").arg(now.note));
}

// The first file that cannot be written, in words; "" when all were.
QString writePictures(const Story& story, const QString& folder, QStringList& written) {
    if (!QDir().mkpath(folder))
        return QStringLiteral("cannot make the folder %1").arg(folder);
    const Look look{ThemeName::Light, Metrics::ofExport()};
    for (const char* name : {"map", "tree", "sharing"}) {
        const auto picture = makePicture(QLatin1String(name));
        picture->setState(makeViewState(story));
        const QString file = QStringLiteral("%1/%2.svg").arg(folder, picture->name());
        if (const QString problem = exportPicture(*picture, look, pictureSize, file); !problem.isEmpty())
            return problem;
        written << file;
    }
    return {};
}

} // namespace

namespace {

// `demo` may be null.
RunOutcome tell(const QString& file, const Target& target, Story& story, MomentsAt at,
                DemoTold* demo = nullptr, const PlaceInRun& place = {}) {
    if (gdbbridge::RecordingReader::looksLike(file))
        say(QStringLiteral("the recording %1").arg(QFileInfo(file).fileName()));
    else
        say(QStringLiteral("%1 on %2 in QEMU").arg(QFileInfo(file).fileName(), target.architecture));
    return loadRun(file, target, story,
                   {.moment =
                        [&](const gdbbridge::Moment& now) {
                            sayMoment(story, now);
                            for (const QString& line : demo ? demo->linesAt(story) : QStringList())
                                say(QStringLiteral("    | ") + line);
                        },
                    .console = {}},
                   at, place);
}

} // namespace

ExitCode runWatch(const QString& file, const Target& target, MomentsAt at) {
    Story story;
    const RunOutcome outcome = tell(file, target, story, at);
    return outcome.code == ExitCode::Ok ? ExitCode::Ok
                                        : complain(outcome.code, outcome.problem, outcome.report);
}

ExitCode runHeadless(const QString& file, const Target& target, const QString& folder, const PlaceInRun& at) {
    Story story;
    const bool isText = !gdbbridge::RecordingReader::looksLike(file) && !isProgram(file);
    DemoTold demo(file, isText ? readText(file) : QString());
    if (!demo.problems().isEmpty())
        return complain(ExitCode::BadInput, demo.problems().front(), demo.problems().mid(1));
    const RunOutcome outcome = tell(file, target, story, MomentsAt::CommandEnds, &demo, at);
    QString problem;
    QStringList written;
    if (at.command > 0)
        if (const int moment = momentAt(story, at); moment >= 0)
            story.show(moment);
    if (!story.isEmpty())
        problem = writePictures(story, folder, written);
    if (!written.isEmpty())
        say(QStringLiteral("\nwrote %1").arg(written.join(QStringLiteral(", "))));
    if (!problem.isEmpty())
        return complain(ExitCode::CannotWrite, problem);
    const bool asFar = demo.stopsTold() == int(demo.script().stops.size());
    if (asFar && !demo.failures().isEmpty())
        return complain(ExitCode::CheckFailed, demo.failures().front(), demo.failures().mid(1));
    if (outcome.code != ExitCode::Ok)
        return complain(outcome.code, outcome.problem, outcome.report);
    return asFar ? ExitCode::Ok
                 : complain(ExitCode::CheckFailed, QStringLiteral("only %1 of %2 stops were reached")
                                                       .arg(demo.stopsTold())
                                                       .arg(demo.script().stops.size()));
}

} // namespace gui
