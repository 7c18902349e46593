#include "gui/models/sentences.h"

#include <algorithm>

#include "gui/models/names.h"
#include "gui/models/step_facts.h"
#include "gui/models/story.h"

namespace gui {

using gdbbridge::Event;
using gdbbridge::Finding;
using gdbbridge::Moment;
using gdbbridge::StopReason;

namespace {

StepSentence startSentence(const Moment& now) {
    const auto& snapshot = *now.snapshot;
    return {QStringLiteral("The kernel is up; the scenario is about to begin."),
            QStringLiteral("%1 of %2 pages of memory are free.")
                .arg(snapshot.freePages)
                .arg(snapshot.totalPages)};
}

StepSentence endSentence(const Moment& now) {
    uint64_t status = 0;
    for (const Event& event : now.events)
        if (event.kind == gdbbridge::EventKind::ScenarioEnd)
            status = event.args[0];
    StepSentence out;
    out.first = QStringLiteral("The scenario is over after %1.")
                    .arg(countText(uint64_t(now.operation), QStringLiteral("command")));
    if (status == 1) {
        out.first.chop(1);
        out.first += QStringLiteral("; a check failed on the way.");
        out.wrong = true;
    } else if (status == 2) {
        out.first =
            QStringLiteral("The scenario ended at line %1, which cannot be understood.").arg(now.line);
        out.wrong = true;
    }
    size_t entries = 0;
    QStringList names;
    for (const auto& process : now.snapshot->processes)
        names << subjectText(QString::fromStdString(process.name), false);
    for (const auto& space : now.snapshot->vmspaces)
        entries += space.map.entries.size();
    if (names.isEmpty())
        out.second = QStringLiteral("No space is left.");
    else if (names.size() > 4)
        out.second = QStringLiteral("%1 spaces are still there, with %2.")
                         .arg(QString::number(names.size()), entryCount(entries));
    else
        out.second = QStringLiteral("Still there: %1, with %2.").arg(listText(names), entryCount(entries));
    return out;
}

// Stopped inside a command: at its last event.
// Where it stands in the source, and what the lines before have done.
QString standingSentence(const Moment& now) {
    QString words = QStringLiteral("The machine stands where it was stopped.");
    if (!now.stack.empty()) {
        const gdbbridge::CodePlace& place = now.stack.front();
        words = place.file.isEmpty()
                    ? QStringLiteral("In %1.").arg(place.function)
                    : QStringLiteral("In %1, %2:%3.").arg(place.function, place.file).arg(place.line);
    }
    if (!now.events.empty())
        words += QStringLiteral(" %1").arg(eventSentence(now.events.back(), *now.snapshot, nullptr));
    return words;
}

StepSentence insideSentence(const StepFacts& facts) {
    const Moment& now = facts.now();
    StepSentence out;
    out.actor = facts.who().pid;
    if (now.reason == StopReason::Watch)
        out.first = QStringLiteral("Written: %1.").arg(now.note);
    else if (now.reason == StopReason::Step || now.reason == StopReason::Place)
        out.first = standingSentence(now);
    else if (now.events.empty())
        out.first = QStringLiteral("The machine was stopped where it was.");
    else
        out.first = eventSentence(now.events.back(), *now.snapshot, &facts.before());
    if (!now.command.isEmpty())
        out.second = QStringLiteral("Within: %1").arg(now.command);
    return out;
}

StepSentence commandSentence(const StepFacts& facts) {
    using Family = StepSentence (*)(const StepFacts&);
    // A failed access has its own words; so have look-ups that find nothing and checks that fail.
    const QString verb = facts.word(0);
    const bool ownFailure = verb == u"read" || verb == u"write" || verb == u"lookup" || verb == u"check";
    const bool answered = std::any_of(facts.results().begin(), facts.results().end(),
                                      [](const QString& line) { return line.startsWith(u"! "); });
    if (facts.now().error != 0 && (!ownFailure || !answered))
        return failureSentence(facts);
    for (const Family family : {accessSentence, placeSentence, rangeSentence, spaceSentence, lookSentence})
        if (StepSentence sentence = family(facts); !sentence.first.isEmpty())
            return sentence;
    return {QStringLiteral("%1 ran.").arg(facts.now().command), {}, facts.who().pid};
}

const Finding* worstFinding(const Moment& now) {
    if (!now.violations.empty())
        return &now.violations.front();
    return now.snapshot->findings.empty() ? nullptr : &now.snapshot->findings.front();
}

// A broken structure is what the step is about, whatever else it did.
void addViolation(const Moment& now, StepSentence& sentence) {
    const Finding* finding = worstFinding(now);
    if (!finding)
        return;
    sentence.wrong = true;
    const size_t more = now.violations.size() + now.snapshot->findings.size() - 1;
    sentence.second = QString::fromStdString(finding->where + ": " + finding->what);
    if (!finding->expected.empty() || !finding->found.empty())
        sentence.second +=
            QStringLiteral("; expected %1, found %2")
                .arg(QString::fromStdString(finding->expected), QString::fromStdString(finding->found));
    if (more > 0)
        sentence.second += QStringLiteral(" (and %1 more)").arg(more);
    sentence.second = sentence.second.left(1).toUpper() + sentence.second.mid(1) + u'.';
}

StepSentence sentenceOf(const Moment& now, const Moment* before, const std::vector<Event>& events) {
    StepSentence out;
    const StepFacts facts(now, before, events);
    switch (now.reason) {
    case StopReason::Start:
        out = startSentence(now);
        break;
    case StopReason::ScenarioEnd:
        out = endSentence(now);
        break;
    case StopReason::Event:
    case StopReason::Paused:
    case StopReason::Step:
    case StopReason::Place:
    case StopReason::Watch:
        out = insideSentence(facts);
        break;
    case StopReason::CommandEnd:
        out = commandSentence(facts);
        break;
    }
    addViolation(now, out);
    return out;
}

} // namespace

StepSentence stepSentence(const Moment& now, const Moment* before) {
    return sentenceOf(now, before, now.events);
}

StepSentence stepSentence(const std::vector<gdbbridge::MomentPtr>& moments, int index) {
    const Moment& now = *moments.at(size_t(index));
    const int first = now.reason == StopReason::CommandEnd ? firstInside(moments, index) : index;
    const Moment* const before = first > 0 ? moments[size_t(first) - 1].get() : nullptr;
    return first == index ? sentenceOf(now, before, now.events)
                          : sentenceOf(now, before, eventsOf(moments, first, index));
}

} // namespace gui
