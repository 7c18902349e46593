#include "gui/app/headline.h"

#include "gui/app/player.h"
#include "gui/models/sentences.h"

namespace gui {

using gdbbridge::SessionState;
using gdbbridge::StopReason;

namespace {

// Errors and findings are worded to stand behind a colon.
QString asSentence(const QString& words) {
    if (words.isEmpty())
        return words;
    return words.front().toUpper() + words.mid(1) + (words.endsWith(u'.') ? QString() : QStringLiteral("."));
}

QString text(const std::string& words) { return QString::fromStdString(words); }

QString nextCommand(const Player& player) {
    const Story& story = player.story();
    const auto now = story.now();
    if (!now || now->operation >= int(story.commands().size()) || player.state() == SessionState::Dead)
        return {};
    // Inside a command that one itself is what goes on.
    const bool inside = gdbbridge::isInsideCommand(now->reason);
    const int next = inside ? now->operation - 1 : now->operation;
    return next >= 0 ? story.commands()[size_t(next)].text : QString();
}

void tellOfNoMachine(const Player& player, Headline& line) {
    if (player.state() != SessionState::Starting) {
        line.first = QStringLiteral("No machine runs.");
        line.second = player.canRestart()
                          ? QStringLiteral("Choose a demo above, or start this one again with Ctrl+R.")
                          : QStringLiteral("Choose a demo above.");
        return;
    }
    const int seconds = player.waitedSeconds();
    line.first = seconds < 1 ? QStringLiteral("The kernel is starting in QEMU.")
                             : QStringLiteral("Waiting for the kernel to boot: %1 s so far.").arg(seconds);
    line.second = QStringLiteral("GDB reads its debug information meanwhile. Esc cancels.");
}

// Which event broke it, or why that is not known; and what leads there.
void tellOfBreak(const Player& player, Headline& line) {
    const auto now = player.story().now();
    const uint64_t event = player.breakEvent();
    if (event == 0)
        line.second +=
            !now->note.isEmpty() ? asSentence(now->note)
            : player.recordedOutcome()
                ? QStringLiteral("The recording does not say which event broke it.")
                : QStringLiteral("Which event broke it is not known: something else was broken before.");
    else if (now->snapshot->eventSequence != event)
        line.action = QStringLiteral("To event %1, which broke it   Shift+G").arg(event);
}

void tellOfViolations(const Player& player, Headline& line) {
    const auto now = player.story().now();
    const std::vector<gdbbridge::Finding>& findings = now->violations;
    const gdbbridge::Finding& first = findings.front();
    line.bar = Headline::Bar::Wrong;
    line.first = asSentence(text(first.where) + QStringLiteral(": ") + text(first.what));
    if (first.invariant)
        line.first = QStringLiteral("Invariant %1 is broken. ").arg(first.invariant) + line.first;
    if (first.sinceEvent != 0 && first.sinceEvent == now->snapshot->eventSequence && !now->events.empty())
        line.first =
            QStringLiteral("Event %1 broke invariant %2. ").arg(first.sinceEvent).arg(first.invariant) +
            eventSentence(now->events.back(), *now->snapshot,
                          player.story().before() ? player.story().before()->snapshot.get() : nullptr);
    if (!first.expected.empty())
        line.second = QStringLiteral("Expected %1, found %2. ").arg(text(first.expected), text(first.found));
    if (findings.size() > 1)
        line.second += QStringLiteral("First of %1. ").arg(findings.size());
    if (!isInsideCommand(now->reason))
        line.second += QStringLiteral("G goes to the first step that has one. ");
    tellOfBreak(player, line);
}

} // namespace

Headline headlineOf(const Player& player, const Changes& changes) {
    const Story& story = player.story();
    const auto now = story.now();
    Headline line;
    line.step =
        now && now->operation > 0 ? QStringLiteral("Step %1").arg(now->operation) : QStringLiteral("Start");
    line.of = QStringLiteral("of %1").arg(story.commands().size());
    line.next = nextCommand(player);
    const auto& death = player.session().death();
    const RunOutcome* const recorded = player.recordedOutcome();
    const bool told =
        recorded && !recorded->problem.isEmpty() && story.atHead() && (!now || now->violations.empty());
    if (told) {
        line.bar = Headline::Bar::Wrong;
        line.first = asSentence(recorded->problem);
        line.second = QStringLiteral("The recording ends here.");
    } else if (death && (story.isEmpty() || story.atHead())) {
        line.bar = Headline::Bar::Wrong;
        line.first = asSentence(death->error.message);
        line.second = asSentence(death->error.advice);
    } else if (!now && player.isLoading()) {
        line.first = QStringLiteral("The recording is being read.");
    } else if (!now) {
        tellOfNoMachine(player, line);
    } else if (const auto& silence = player.silence(); silence && story.atHead()) {
        line.bar = Headline::Bar::Wrong;
        line.first = asSentence(silence->message);
        line.second = asSentence(silence->advice);
    } else if (!now->violations.empty()) {
        tellOfViolations(player, line);
    } else {
        const StepSentence sentence = stepSentence(story.moments(), story.current());
        line.first = sentence.first;
        line.second = sentence.second;
        line.bar = sentence.wrong    ? Headline::Bar::Wrong
                   : changes.empty() ? Headline::Bar::Nothing
                                     : Headline::Bar::Changed;
    }
    return line;
}

void tellOfComparison(const Comparison& comparison, Headline& line) {
    line.second = line.first;
    line.first = comparison.verdict();
    line.bar = comparison.firstDifference() ? Headline::Bar::Wrong : Headline::Bar::Nothing;
}

Headline withProblem(Headline headline, const QString& problem, const QString& advice) {
    headline.bar = Headline::Bar::Wrong;
    headline.first = asSentence(problem);
    headline.second = advice;
    headline.next.clear();
    headline.action.clear();
    return headline;
}

QString reportText(const gdbbridge::Death& death) {
    QStringList lines{asSentence(death.error.message)};
    if (death.kind == gdbbridge::Death::Kind::TripleFault)
        lines << QStringLiteral(
            "An exception could not be delivered, a double fault in its place neither, so the processor "
            "gave up. The machine is kept as it was then.");
    if (!death.error.advice.isEmpty())
        lines << asSentence(death.error.advice);
    if (!death.stack.empty())
        lines << QString() << QStringLiteral("Where it stands, innermost first:");
    for (const auto& place : death.stack)
        lines << QStringLiteral("  %1  %2:%3").arg(place.function, place.file).arg(place.line);
    if (!death.report.isEmpty())
        lines << QString() << death.report;
    return lines.join(u'\n');
}

} // namespace gui
