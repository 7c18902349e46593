// Going back: to a machine that was kept, or by a run anew, compared event by event.
#include <algorithm>

#include "gdbbridge/session/session_private.h"

namespace gdbbridge {

bool Session::Private::travel(uint64_t sequence, const QByteArray& scenario) {
    bool const may =
        state == SessionState::Stopped || state == SessionState::Finished || state == SessionState::Dead;
    if (log.size() > known.size())
        known = log;
    bool const replaced = !scenario.isEmpty() && !config.program.isEmpty(); // a program has no commands
    if (!may || replaced || sequence > known.size())
        return false;
    expected.assign(known.begin(), known.begin() + std::ptrdiff_t(sequence));
    if (!scenario.isEmpty()) {
        known = expected; // what came behind is not to come again
        std::erase_if(brokenSince, [&](auto const& entry) { return entry.second > sequence; });
    }
    QString why;
    if (const Kept* const from = keptBefore(sequence, scenario.isEmpty(), &why)) {
        destination = sequence;
        setOutFrom(*from);
        return true;
    }
    stop();
    if (!scenario.isEmpty())
        config.scenario = scenario;
    backNote = QStringLiteral("run anew: ") + why;
    destination = sequence;
    begin();
    return true;
}

const Session::Private::Kept* Session::Private::keptBefore(uint64_t sequence, bool sameScenario,
                                                           QString* why) const {
    auto const after = std::upper_bound(kept.begin(), kept.end(), sequence,
                                        [](uint64_t s, const Kept& k) { return s < k.events; });
    if (!sameScenario)
        *why = QStringLiteral("a kept machine has the old scenario in its memory");
    else if (state == SessionState::Dead)
        *why = QStringLiteral("the machine has died");
    else if (after != kept.begin())
        return &*(after - 1);
    else if (!keepProblem.isEmpty())
        *why = QStringLiteral("no machine could be kept: ") + keepProblem;
    else
        *why = QStringLiteral("no machine was kept before event %1").arg(sequence);
    return nullptr;
}

void Session::Private::setOutFrom(const Kept& from) {
    setState(SessionState::Starting);
    uint64_t const same = generation;
    machine->loadState(from.machine, [this, from, same](const QString& problem) {
        if (generation != same || state != SessionState::Starting)
            return;
        if (!problem.isEmpty()) {
            uint64_t const sequence = *destination;
            stop();
            backNote = QStringLiteral("run anew: ") + problem;
            destination = sequence;
            return begin();
        }
        backNote = QStringLiteral("from the machine that was kept behind event %1").arg(from.events);
        log.resize(from.events);
        events.clear();
        output.clear();
        lost = 0;
        status = 0;
        toTheEnd = pauseAsked = stepping = false;
        condition.reset();
        line = from.line;
        lastError = from.error;
        lastEvent = lastClean = from.events;
        lastStop = from.lastStop;
        clean = true;
        if (from.events == *destination)
            takeMoment(StopReason::CommandEnd);
        else
            goTo(*destination);
    });
}

void Session::Private::goTo(uint64_t sequence) {
    granularity = Machine::StopAt::EveryEvent;
    machine->resumeTo(sequence);
    drainTimer.start();
    watchQuiet();
}

void Session::Private::keepAndReach(const MomentPtr& moment) {
    constexpr size_t most = 4;
    uint64_t const last = kept.empty() ? 0 : kept.back().events;
    bool const due = config.keepMachineEvents != 0 && config.readPath == ReadPath::Mapped && !destination &&
                     moment->reason == StopReason::CommandEnd && clean && keepProblem.isEmpty() &&
                     kept.size() < most && lastEvent >= last + config.keepMachineEvents;
    if (!due)
        return reached(moment);
    uint64_t const same = generation;
    machine->saveState(
        [this, moment, same](const std::optional<Machine::SavedState>& saved, const QString& problem) {
            if (generation != same || state == SessionState::Dead)
                return;
            if (saved)
                kept.push_back({*saved, lastEvent, lastStop, lastError, line});
            else
                keepProblem = problem;
            reached(moment);
        });
}

} // namespace gdbbridge
