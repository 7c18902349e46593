#include "gui/app/headless.h"

#include <QDir>
#include <QFileInfo>

#include <cstdio>

#include "gdbbridge/record/recording.h"
#include "gui/app/command_export.h"
#include "gui/app/complain.h"
#include "gui/app/demo_told.h"
#include "gui/app/paths.h"
#include "gui/models/changes.h"
#include "gui/models/sentences.h"

namespace gui {

namespace {

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
QString writePictures(const PicturesLeft& pictures, const ExportRequest& request, Story& story,
                      const ConsoleLog& console, QStringList& written) {
    if (!QDir().mkpath(pictures.folder))
        return QStringLiteral("cannot make the folder %1").arg(pictures.folder);
    for (const QString& view : pictures.views) {
        ExportRequest one = request;
        one.view = view;
        one.output = QStringLiteral("%1/%2.svg").arg(pictures.folder, view);
        if (const QString problem = drawMoment(one, story, story.current(), console); !problem.isEmpty())
            return problem;
        written << one.output;
    }
    return {};
}

// Tells a run as it comes.
class Teller {
public:
    // `demo` may be null. Behind the place `at`, where that is the end, nothing is told.
    Teller(Story& story, bool isProgram, DemoTold* demo, const PlaceInRun& at)
        : m_story(story), m_isProgram(isProgram), m_demo(demo), m_at(at) {}
    RunListener listener() {
        return {.moment = [this](const gdbbridge::Moment& now) { tell(now); },
                .console = [this](const QByteArray& bytes) { m_console.take(bytes); }};
    }
    const ConsoleLog& console() const { return m_console; }
    bool isOver() const { return m_over; } // the place was reached

private:
    void tell(const gdbbridge::Moment& now) {
        m_console.atMoment();
        // The last one of a place counts: a command may be stopped at more than once.
        if (m_at.isEnd && now.operation > m_at.command)
            m_over = true;
        if (m_over)
            return;
        sayMoment(m_story, now);
        if (m_isProgram) // which prints there
            for (const QByteArray& line : m_console.news().split('\n'))
                if (!line.trimmed().isEmpty())
                    say(QStringLiteral("    > ") + QString::fromUtf8(line).remove(u'\r'));
        for (const QString& line : m_demo ? m_demo->linesAt(m_story) : QStringList())
            say(QStringLiteral("    | ") + line);
        m_over = m_at.isEnd && momentAt(m_story, m_at) >= 0 &&
                 (m_at.event != 0 || now.reason == gdbbridge::StopReason::CommandEnd);
    }

    Story& m_story;
    ConsoleLog m_console;
    bool m_isProgram;
    DemoTold* m_demo;
    PlaceInRun m_at;
    bool m_over = false;
};

void sayTitle(const QString& file, const Target& target) {
    if (gdbbridge::RecordingReader::looksLike(file))
        say(QStringLiteral("the recording %1").arg(QFileInfo(file).fileName()));
    else
        say(QStringLiteral("%1 on %2 in QEMU").arg(QFileInfo(file).fileName(), target.architecture));
}

} // namespace

ExitCode runWatch(const QString& file, const Target& target, MomentsAt at) {
    Story story;
    Teller teller(story, isProgram(file), nullptr, {});
    sayTitle(file, target);
    const RunOutcome outcome = loadRun(file, target, story, teller.listener(), at);
    return outcome.code == ExitCode::Ok ? ExitCode::Ok
                                        : complain(outcome.code, outcome.problem, outcome.report);
}

ExitCode runHeadless(const QString& file, const Target& target, const PicturesLeft& pictures,
                     const PlaceInRun& asked) {
    Story story;
    PlaceInRun at = asked;
    at.isEnd = at.command > 0;
    const bool isText = !gdbbridge::RecordingReader::looksLike(file) && !isProgram(file);
    DemoTold demo(file, isText ? readText(file) : QString());
    if (!demo.problems().isEmpty())
        return complain(ExitCode::BadInput, demo.problems().front(), demo.problems().mid(1));
    Teller teller(story, isProgram(file), &demo, at);
    sayTitle(file, target);
    const RunOutcome outcome = loadRun(file, target, story, teller.listener(), MomentsAt::CommandEnds, at);
    QString problem;
    QStringList written;
    const int moment = momentAt(story, at);
    if (at.command > 0 && moment >= 0)
        story.show(moment);
    if (!story.isEmpty()) {
        ExportRequest request;
        request.file = file;
        request.target = target;
        request.theme = ThemeName::Light;
        problem = writePictures(pictures, request, story, teller.console(), written);
    }
    if (!written.isEmpty())
        say(QStringLiteral("\nwrote %1").arg(written.join(QStringLiteral(", "))));
    if (!problem.isEmpty())
        return complain(ExitCode::CannotWrite, problem);
    const bool asFar = teller.isOver() || demo.stopsTold() == int(demo.script().stops.size());
    if (asFar && !demo.failures().isEmpty())
        return complain(ExitCode::CheckFailed, demo.failures().front(), demo.failures().mid(1));
    if (outcome.code != ExitCode::Ok)
        return complain(outcome.code, outcome.problem, outcome.report);
    if (at.command > 0 && moment < 0)
        return complain(
            ExitCode::BadInput,
            at.event != 0
                ? QStringLiteral("nothing stands at event %1 in command %2").arg(at.event).arg(at.command)
                : QStringLiteral("there is no command %1; the scenario has %2")
                      .arg(at.command)
                      .arg(story.commands().size()));
    return asFar ? ExitCode::Ok
                 : complain(ExitCode::CheckFailed, QStringLiteral("only %1 of %2 stops were reached")
                                                       .arg(demo.stopsTold())
                                                       .arg(demo.script().stops.size()));
}

} // namespace gui
