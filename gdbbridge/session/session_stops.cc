// From a stop of the machine to a moment, and on.
#include <algorithm>

#include "gdbbridge/check/check.h"
#include "gdbbridge/session/session_private.h"

namespace gdbbridge {

void Session::Private::machineStopped(Machine::Stop stop) {
    unwatchQuiet();
    if (dying || state == SessionState::Dead)
        return; // the autopsy has asked for this stop
    if (lookAsked)
        return lookAtStop([this, stop] { machineStopped(stop); });
    if (stop == Machine::Stop::Signal && interruptsOwed > 0) {
        --interruptsOwed;
        if (!pauseAsked) {
            watchQuiet();
            return machine->resume(granularity);
        }
    }
    switch (stop) {
    case Machine::Stop::Probe: {
        auto batch = std::make_shared<EventBatch>();
        machine->withMemory(
            [this, batch](MemoryReader& memory) { *batch = machine->state().readEvents(memory); },
            [this, batch] { probeStop(*batch); });
        return;
    }
    case Machine::Stop::TheEnd:
        return autopsy(Death::Kind::Panic);
    case Machine::Stop::Down:
        return autopsy(Death::Kind::TripleFault);
    case Machine::Stop::Stepped:
        return takeMoment(StopReason::Step);
    case Machine::Stop::Place:
        return takeMoment(StopReason::Place);
    case Machine::Stop::Watch:
        return takeMoment(StopReason::Watch);
    case Machine::Stop::Signal:
    case Machine::Stop::Elsewhere:
        return takeMoment(StopReason::Paused);
    }
}

void Session::Private::probeStop(const EventBatch& batch) {
    machine->accept(batch);
    note(batch);
    if (state == SessionState::Dead)
        return;
    bool const atEnd = batch.events.empty() ? false : batch.events.back().kind == EventKind::CommandEnd;
    if (!atEnd && isEndless())
        return autopsy(Death::Kind::Endless);
    // The same event when going on has hit the same breakpoint once more.
    bool const again = lastEvent == lastStop;
    lastStop = lastEvent;
    std::optional<Event> const last = events.empty() ? std::nullopt : std::optional(events.back());
    EventKind const kind = last && !again ? last->kind : EventKind::Unknown;
    // Whether the event is one that was asked for.
    bool const wanted = !again && last &&
                        (condition ? condition->matches(*last)
                                   : granularity == Machine::StopAt::EveryEvent ||
                                         (granularity == Machine::StopAt::FaultStages &&
                                          last->eventClass == EventClass::Fault));
    if (kind == EventKind::ScenarioEnd)
        takeMoment(StopReason::ScenarioEnd);
    else if (kind == EventKind::CommandEnd)
        takeMoment(StopReason::CommandEnd);
    else if (wanted || pauseAsked)
        takeMoment(StopReason::Event);
    else {
        watchQuiet();
        machine->resume(granularity);
    }
}

void Session::Private::takeMoment(StopReason reason) {
    auto guest = std::make_shared<GuestState>();
    bool const insideCommand = isInsideCommand(reason);
    machine->withMemory([this, guest](MemoryReader& memory) { *guest = machine->state().read(memory); },
                        [this, guest, reason, insideCommand] {
                            if (insideCommand)
                                machine->stack([this, guest, reason](const std::vector<CodePlace>& stack) {
                                    finishMoment(reason, *guest, stack);
                                });
                            else
                                finishMoment(reason, *guest, {});
                        });
}

void Session::Private::finishMoment(StopReason reason, const GuestState& guest,
                                    const std::vector<CodePlace>& stack) {
    machine->accept(guest.batch);
    machine->drainLines();
    note(guest.batch);
    if (state == SessionState::Dead)
        return;
    auto moment = std::make_shared<Moment>();
    for (Event const& event : events) {
        if (event.kind == EventKind::CommandBegin || event.kind == EventKind::CommandEnd)
            line = int(event.args[0]);
        if (event.kind == EventKind::CommandEnd)
            lastError = event.args[1];
        if (event.kind == EventKind::ScenarioEnd)
            status = int(event.args[0]);
    }
    moment->reason = reason;
    if (reason == StopReason::CommandEnd)
        moment->error = lastError;
    moment->line = line;
    moment->operation = operation();
    moment->command = QString::fromStdString(guest.command);
    moment->output = std::exchange(output, {});
    moment->events = std::exchange(events, {});
    moment->lost = std::exchange(lost, 0);
    moment->stack = stack;
    moment->snapshot = std::make_shared<const Snapshot>(guest.snapshot);
    if (reason == StopReason::Watch)
        moment->note = watched + QStringLiteral(": ") + machine->stopNote();
    if (!isInsideCommand(reason)) {
        beginCommand();
        moment->violations = allViolations(*moment->snapshot);
        bool const broken = !moment->violations.empty() || !moment->snapshot->findings.empty();
        // Without an event there is none that broke it.
        if (broken && clean && config.findFirstBreak && brokenSince.empty() && lastEvent > lastClean) {
            clean = false;
            return findFirstBreak(moment);
        }
        clean = !broken;
        if (clean)
            lastClean = lastEvent;
    }
    noteBreaks(*moment);
    if (destination)
        moment->note = backNote;
    keepAndReach(moment);
}

// The machine stands meanwhile; the moment is told when the search has ended.
void Session::Private::findFirstBreak(const std::shared_ptr<Moment>& moment) {
    BreakSearch::Request request{.config = config,
                                 .clean = lastClean,
                                 .broken = lastEvent,
                                 .keys = {},
                                 .log = log,
                                 .keepSights = config.momentAtFirstBreak,
                                 .same = machine.get()};
    for (Finding const& finding : moment->violations)
        request.keys.push_back(findingKey(finding));
    for (Finding const& finding : moment->snapshot->findings)
        request.keys.push_back(findingKey(finding));
    search = std::make_unique<BreakSearch>();
    auto const keys = request.keys;
    search->start(std::move(request), [this, moment, keys](const BreakSearch::Result& since,
                                                           const QString& problem) {
        for (size_t i = 0; i < keys.size(); ++i)
            if (since[i] != 0)
                brokenSince.emplace(keys[i], since[i]);
        bool const reproduced = std::any_of(since.begin(), since.end(), [](uint64_t e) { return e != 0; });
        if (problem.isEmpty() && !reproduced)
            moment->note = QStringLiteral("what broke first was not found: a run anew does not show it");
        if (!problem.isEmpty())
            moment->note = QStringLiteral("what broke first was not found: ") + problem;
        auto* const ended = search.release(); // it is it that calls
        ended->deleteLater();
        noteBreaks(*moment);
        uint64_t first = 0;
        for (Finding const& finding : moment->violations)
            if (finding.sinceEvent != 0 && (first == 0 || finding.sinceEvent < first))
                first = finding.sinceEvent;
        if (auto const* const sight = ended->sightAt(first)) {
            uint64_t const same = generation;
            Q_EMIT q.momentReached(partAt(first, *sight, *moment));
            if (generation != same)
                return; // whoever heard of it has begun something else
        }
        reached(moment);
    });
}

std::shared_ptr<Moment> Session::Private::partAt(uint64_t event, const BreakSearch::Sight& sight,
                                                 Moment& moment) const {
    auto const behind = std::find_if(moment.events.begin(), moment.events.end(),
                                     [event](const Event& each) { return each.sequence > event; });
    bool const inside = std::none_of(behind, moment.events.end(),
                                     [](const Event& each) { return each.kind == EventKind::CommandBegin; });
    auto part = std::make_shared<Moment>();
    part->reason = StopReason::Event;
    part->operation = moment.operation - (inside ? 0 : 1);
    if (part->operation > 0)
        part->line = commandLineNumbers[size_t(part->operation) - 1];
    if (inside)
        part->command = moment.command;
    part->events.assign(moment.events.begin(), behind);
    moment.events.erase(moment.events.begin(), behind);
    part->snapshot = sight.snapshot;
    part->stack = sight.stack;
    return part;
}

void Session::Private::noteBreaks(Moment& moment) const {
    if (brokenSince.empty())
        return;
    auto const note = [this](std::vector<Finding>& findings) {
        for (Finding& finding : findings)
            if (auto const at = brokenSince.find(findingKey(finding)); at != brokenSince.end())
                finding.sinceEvent = at->second;
    };
    note(moment.violations);
    auto snapshot = std::make_shared<Snapshot>(*moment.snapshot);
    note(snapshot->findings);
    moment.snapshot = snapshot;
}

void Session::Private::reached(const MomentPtr& moment) {
    bool const over = moment->reason == StopReason::ScenarioEnd;
    bool const goOn = state == SessionState::Running && toTheEnd && !over && !pauseAsked &&
                      moment->reason == StopReason::CommandEnd;
    if (goOn) {
        // Before the signal: whoever gets the moment may ask for a pause.
        uint64_t const same = generation;
        Q_EMIT q.momentReached(moment);
        if (generation != same || state != SessionState::Running)
            return;
        if (!pauseAsked) {
            watchQuiet();
            machine->resume(granularity);
            return;
        }
        return setState(SessionState::Stopped);
    }
    machine->removeStop();
    bool const back = std::exchange(destination, std::nullopt).has_value();
    uint64_t const same = generation;
    setState(over ? SessionState::Finished : SessionState::Stopped);
    if (generation != same)
        return; // whoever heard of it has begun something else
    if (back)
        Q_EMIT q.revisited(moment);
    else
        Q_EMIT q.momentReached(moment);
}

} // namespace gdbbridge
