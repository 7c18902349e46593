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

void tellOfViolations(const std::vector<gdbbridge::Finding>& findings, Headline& line) {
    const gdbbridge::Finding& first = findings.front();
    line.bar = Headline::Bar::Wrong;
    line.first = asSentence(text(first.where) + QStringLiteral(": ") + text(first.what));
    if (first.invariant)
        line.first = QStringLiteral("Invariant %1 is broken. ").arg(first.invariant) + line.first;
    if (!first.expected.empty())
        line.second = QStringLiteral("Expected %1, found %2. ").arg(text(first.expected), text(first.found));
    line.second +=
        findings.size() > 1
            ? QStringLiteral("First of %1; G goes to the first step that has one.").arg(findings.size())
            : QStringLiteral("G goes to the first step that has one.");
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
    } else if (!now) {
        tellOfNoMachine(player, line);
    } else if (const auto& silence = player.silence(); silence && story.atHead()) {
        line.bar = Headline::Bar::Wrong;
        line.first = asSentence(silence->message);
        line.second = asSentence(silence->advice);
    } else if (!now->violations.empty()) {
        tellOfViolations(now->violations, line);
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
