#include "gdbbridge/session/session.h"

#include <QDateTime>
#include <QFileInfo>
#include <QTimer>
#include <algorithm>

#include "gdbbridge/check/check.h"
#include "gdbbridge/session/break_search.h"
#include "gdbbridge/session/examination.h"
#include "gdbbridge/session/machine.h"

namespace gdbbridge {

namespace {

constexpr int interruptTimeoutMs = 5000;
// A running machine without an event for so long is asked whether it is there, and has so long to answer.
constexpr int noticeMs = 1000, pingMs = 600;

// The lines of the commands in a scenario, ascending.
std::vector<int> commandLines(const QByteArray& scenario) {
    std::vector<int> lines;
    int number = 0;
    for (QByteArray const& line : scenario.split('\n')) {
        ++number;
        if (!line.split('#').front().simplified().isEmpty())
            lines.push_back(number);
    }
    return lines;
}

} // namespace

QString stateText(SessionState state) {
    switch (state) {
    case SessionState::Idle:
        return QStringLiteral("not started");
    case SessionState::Starting:
        return QStringLiteral("starting");
    case SessionState::Stopped:
        return QStringLiteral("stopped");
    case SessionState::Running:
        return QStringLiteral("running");
    case SessionState::Finished:
        return QStringLiteral("finished");
    case SessionState::Dead:
        return QStringLiteral("dead");
    }
    return {};
}

bool EventCondition::matches(const Event& event) const {
    auto const touched = eventAddresses(event);
    return event.sequence >= from && (!kind || event.kind == *kind) &&
           (!eventClass || event.eventClass == *eventClass) && (!thread || event.thread == *thread) &&
           (!map || eventMap(event) == map) &&
           (!addresses ||
            (touched && touched->first < addresses->second && addresses->first < touched->second));
}

class Session::Private {
public:
    explicit Private(Session& session);

    void start(const SessionConfig& newConfig);
    void stop();
    bool mayGo(Machine::StopAt granularity, bool toTheEnd);
    bool go(Machine::StopAt granularity, bool toTheEnd);
    bool step(FineStep what);
    bool runUntil(const StopPlace& place);
    bool travel(uint64_t sequence, const QByteArray& scenario);
    void begin();
    void machineReady();
    void drain();
    void note(const EventBatch& batch);
    bool pause();
    void refuse(const Error& error);
    bool look();
    void tellLook(LiveSnapshot live);
    void lookAtStop(const std::function<void()>& done);

    void setState(SessionState next);
    void machineStopped(Machine::Stop stop);
    void probeStop(const EventBatch& batch);
    void takeMoment(StopReason reason);
    void finishMoment(StopReason reason, const GuestState& guest, const std::vector<CodePlace>& stack);
    void reached(const MomentPtr& moment);
    void findFirstBreak(const std::shared_ptr<Moment>& moment);
    void noteBreaks(Moment& moment) const;
    // A machine that is kept, and where the session stood.
    struct Kept {
        Machine::SavedState machine;
        uint64_t events, lastStop, error;
        int line;
    };
    // Keeps the machine when it is time for that; then the moment is told.
    void keepAndReach(const MomentPtr& moment);
    // The machine to set out from, or why there is none.
    const Kept* keptBefore(uint64_t sequence, bool sameScenario, QString* why) const;
    void setOutFrom(const Kept& kept);
    void goTo(uint64_t sequence);
    void die(Death::Kind kind, const Error& error);
    void autopsy(Death::Kind kind);
    void watchQuiet();
    void unwatchQuiet();
    void askQemu();
    // Commands that have begun.
    int operation() const {
        return int(std::upper_bound(commandLineNumbers.begin(), commandLineNumbers.end(), line) -
                   commandLineNumbers.begin());
    }

    Session& q;
    SessionState state = SessionState::Idle;
    SessionConfig config;
    std::optional<Death> death;
    int status = 0;
    std::unique_ptr<Machine> machine;
    uint64_t generation = 0; // of the machine: an address may come again
    std::vector<int> commandLineNumbers;
    // What was asked for.
    Machine::StopAt granularity = Machine::StopAt::Commands;
    bool toTheEnd = false, pauseAsked = false, dying = false;
    std::optional<EventCondition> condition;
    QString watched;
    // Since the last moment.
    std::vector<Event> events;
    uint64_t lost = 0;
    QByteArray output;
    int line = 0;
    uint64_t lastEvent = 0, lastStop = 0; // sequence numbers
    // Of every event since boot, what it was without its time; 0 for one that was lost. And what it has to
    // be, while the machine is on its way back.
    std::vector<uint64_t> log, expected;
    std::vector<uint64_t> known; // the longest log of this scenario
    std::optional<uint64_t> destination;
    // Live snapshots. Interrupts that were sent for them and have not stopped the machine yet.
    bool lookAsked = false, stepping = false;
    int interruptsOwed = 0;
    LiveCounts liveCounts;
    // Between commands: the last event behind which nothing was broken. And since when what is broken is.
    uint64_t lastClean = 0;
    bool clean = true;
    std::map<std::string, uint64_t> brokenSince; // by findingKey
    std::unique_ptr<BreakSearch> search;
    std::vector<Kept> kept; // ascending; of this machine
    QString keepProblem;    // why no more are kept
    QString backNote;       // how it is going back
    uint64_t lastError = 0; // errno of the last command that ended
    QTimer quietTimer, noticeTimer, drainTimer;
    QDateTime kernelTime; // when the file was written that runs
};

Session::Private::Private(Session& session) : q(session) {
    quietTimer.setSingleShot(true);
    QObject::connect(&quietTimer, &QTimer::timeout, &q, [this] { autopsy(Death::Kind::Hang); });
    noticeTimer.setSingleShot(true);
    noticeTimer.setInterval(noticeMs);
    QObject::connect(&noticeTimer, &QTimer::timeout, &q, [this] { askQemu(); });
    drainTimer.setInterval(1);
    drainTimer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&drainTimer, &QTimer::timeout, &q, [this] { drain(); });
}

void Session::Private::setState(SessionState next) {
    if (state == next)
        return;
    state = next;
    if (next != SessionState::Running && next != SessionState::Starting)
        drainTimer.stop();
    Q_EMIT q.stateChanged(next);
}

void Session::Private::start(const SessionConfig& newConfig) {
    stop();
    config = newConfig;
    kernelTime = QFileInfo(config.kernel).lastModified();
    destination.reset();
    known.clear();
    brokenSince.clear();
    begin();
}

void Session::Private::begin() {
    death.reset();
    log.clear();
    lastEvent = lastStop = 0;
    status = 0;
    granularity = Machine::StopAt::Commands;
    toTheEnd = pauseAsked = dying = lookAsked = stepping = false;
    interruptsOwed = 0;
    kept.clear();
    keepProblem.clear();
    lastError = 0;
    lastClean = 0;
    clean = true;
    liveCounts = {};
    events.clear();
    lost = 0;
    output.clear();
    line = 0;
    commandLineNumbers = config.program.isEmpty() ? commandLines(config.scenario) : std::vector{1};
    machine = std::make_unique<Machine>();
    Machine* const m = machine.get();
    QObject::connect(m, &Machine::ready, &q, [this] { machineReady(); });
    QObject::connect(m, &Machine::stopped, &q, [this](Machine::Stop stop) { machineStopped(stop); });
    QObject::connect(m, &Machine::console, &q, &Session::console);
    QObject::connect(m, &Machine::transcript, &q, [this](const QByteArray& bytes) { output += bytes; });
    QObject::connect(m, &Machine::broken, &q,
                     [this](Death::Kind kind, const Error& error) { die(kind, error); });
    QObject::connect(m, &Machine::slow, &q, &Session::unresponsive);
    QObject::connect(m, &Machine::stepRefused, &q, [this](const Error& error) { refuse(error); });
    QObject::connect(m, &Machine::lateBoot, &q, [this] { autopsy(Death::Kind::Hang); });
    setState(SessionState::Starting);
    if (destination && QFileInfo(config.kernel).lastModified() != kernelTime)
        return die(
            Death::Kind::Failed,
            {ErrorKind::BadKernel,
             QStringLiteral("the kernel %1 was built anew while it ran: another one does not come to where "
                            "it was")
                 .arg(config.kernel),
             QStringLiteral("start again")});
    m->start(config);
}

void Session::Private::machineReady() {
    if (!destination || *destination == 0)
        return takeMoment(StopReason::Start);
    goTo(*destination);
}

void Session::Private::goTo(uint64_t sequence) {
    granularity = Machine::StopAt::EveryEvent;
    machine->resumeTo(sequence);
    drainTimer.start();
    watchQuiet();
}

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

// Every event passes here once, in order.
void Session::Private::note(const EventBatch& batch) {
    size_t const first = log.size();
    lost += batch.lost;
    log.resize(first + batch.lost, 0);
    for (Event const& event : batch.events) {
        log.push_back(eventDigest(event));
        lastEvent = event.sequence;
    }
    events.insert(events.end(), batch.events.begin(), batch.events.end());
    for (size_t i = first; destination && i < std::min(log.size(), expected.size()); ++i)
        if (log[i] != expected[i] && log[i] != 0 && expected[i] != 0)
            return die(Death::Kind::Failed,
                       {ErrorKind::Protocol,
                        QStringLiteral("the machine does not come back as it was: event %1 is another one")
                            .arg(i + 1),
                        QStringLiteral("restart")});
}

void Session::Private::drain() {
    if (!machine || machine->isStopped())
        return;
    EventBatch const batch = machine->drain();
    if (batch.events.empty() && batch.lost == 0)
        return;
    watchQuiet();
    note(batch);
    Q_EMIT q.eventsArrived(batch.events);
}

void Session::Private::stop() {
    unwatchQuiet();
    search.reset();
    machine.reset();
    ++generation;
    setState(SessionState::Idle);
}

bool Session::Private::mayGo(Machine::StopAt newGranularity, bool newToTheEnd) {
    if (state != SessionState::Stopped)
        return false;
    granularity = newGranularity;
    toTheEnd = newToTheEnd;
    pauseAsked = stepping = false;
    condition.reset();
    watched.clear();
    setState(SessionState::Running);
    drainTimer.start();
    watchQuiet();
    return true;
}

bool Session::Private::go(Machine::StopAt newGranularity, bool newToTheEnd) {
    if (!mayGo(newGranularity, newToTheEnd))
        return false;
    machine->resume(granularity);
    return true;
}

bool Session::Private::step(FineStep what) {
    if (what == FineStep::FaultStage)
        return go(Machine::StopAt::FaultStages, false);
    if (!mayGo(Machine::StopAt::Commands, false))
        return false;
    stepping = true;
    machine->step(what, granularity);
    return true;
}

bool Session::Private::runUntil(const StopPlace& place) {
    if (const auto* const event = std::get_if<EventCondition>(&place)) {
        if (!mayGo(Machine::StopAt::EveryEvent, true))
            return false;
        condition = *event;
        machine->resume(granularity);
        return true;
    }
    if (!mayGo(Machine::StopAt::Commands, true))
        return false;
    auto const inserted = [this](const std::optional<Error>& error) {
        if (!error)
            return machine->resume(granularity);
        refuse(*error);
    };
    if (const auto* const code = std::get_if<CodeCondition>(&place)) {
        machine->stopAt(code->location, inserted);
    } else {
        const auto& watch = std::get<WatchCondition>(place);
        watched = watch.name;
        machine->stopAtWrite(watch.address, watch.size, inserted);
    }
    return true;
}

// The machine has not moved.
void Session::Private::refuse(const Error& error) {
    unwatchQuiet();
    setState(SessionState::Stopped);
    Q_EMIT q.refused(error);
}

bool Session::Private::pause() {
    if (state != SessionState::Running || pauseAsked)
        return false;
    pauseAsked = true;
    machine->interrupt();
    return true;
}

bool Session::Private::look() {
    if (state != SessionState::Running || stepping || lookAsked || machine->isStopped())
        return false;
    uint64_t const same = generation;
    auto live = machine->lookLive([this] { drain(); });
    if (generation != same || state != SessionState::Running)
        return true;
    if (live) {
        tellLook(std::move(*live));
    } else {
        lookAsked = true;
        ++interruptsOwed;
        machine->interrupt();
    }
    return true;
}

void Session::Private::lookAtStop(const std::function<void()>& done) {
    lookAsked = false;
    auto const snapshot = std::make_shared<Snapshot>();
    machine->withMemory(
        [this, snapshot](MemoryReader& memory) { *snapshot = machine->state().decoder().decode(memory); },
        [this, snapshot, done] {
            uint64_t const same = generation;
            LiveSnapshot live;
            live.how = LiveSnapshot::How::Stopped;
            live.snapshot = snapshot;
            live.insideChange = !machine->isBetweenChanges();
            tellLook(std::move(live));
            if (generation == same && state == SessionState::Running)
                done();
        });
}

void Session::Private::tellLook(LiveSnapshot live) {
    using How = LiveSnapshot::How;
    ++(live.how == How::Running ? liveCounts.running
       : live.how == How::Held  ? liveCounts.held
                                : liveCounts.stopped);
    liveCounts.rejected += live.attempts - 1;
    if (!live.insideChange)
        live.violations = allViolations(*live.snapshot);
    Q_EMIT q.looked(live);
}

void Session::Private::watchQuiet() {
    if (config.quietLimitMs > 0)
        quietTimer.start(config.quietLimitMs);
    noticeTimer.start();
}

void Session::Private::unwatchQuiet() {
    quietTimer.stop();
    noticeTimer.stop();
}

// A machine that says nothing may be at work: QEMU answers meanwhile, and says that it runs. Where it stands,
// GDB has to tell of that at once.
void Session::Private::askQemu() {
    auto const runs = std::make_shared<std::optional<bool>>();
    machine->pingQemu([runs](bool answer) { *runs = answer; });
    QTimer::singleShot(pingMs, machine.get(), [this, runs] {
        if (noticeTimer.isActive() || state != SessionState::Running)
            return; // it has said something meanwhile
        if (*runs == true)
            return noticeTimer.start();
        QString const what = *runs ? QStringLiteral("the machine stands, and GDB does not tell of it")
                                   : QStringLiteral("QEMU has not answered for %1 s").arg(pingMs / 1000.0);
        Q_EMIT q.unresponsive({ErrorKind::Timeout, what, QStringLiteral("wait, or restart")});
    });
}

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
        moment->violations = allViolations(*moment->snapshot);
        bool const broken = !moment->violations.empty() || !moment->snapshot->findings.empty();
        if (broken && clean && config.findFirstBreak && brokenSince.empty()) {
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
    BreakSearch::Request request{
        .config = config, .clean = lastClean, .broken = lastEvent, .keys = {}, .log = log};
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
        search.release()->deleteLater(); // it is it that calls
        noteBreaks(*moment);
        reached(moment);
    });
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

void Session::Private::die(Death::Kind kind, const Error& error) {
    unwatchQuiet();
    search.reset();
    Death what;
    what.kind = kind;
    what.error = error;
    death = what;
    setState(SessionState::Dead);
}

// A machine that still runs is made to stand first.
void Session::Private::autopsy(Death::Kind kind) {
    unwatchQuiet();
    dying = true;
    if (!machine->isStopped()) {
        auto* const once = new QObject(machine.get());
        QObject::connect(machine.get(), &Machine::stopped, once, [this, once, kind] {
            once->deleteLater();
            autopsy(kind);
        });
        QTimer::singleShot(interruptTimeoutMs, once, [this, kind] {
            die(kind, {ErrorKind::Timeout, QStringLiteral("the machine does not stop when it is asked to"),
                       QStringLiteral("restart")});
        });
        machine->interrupt();
        return;
    }
    machine->drainLines();
    int const quietMs = state == SessionState::Starting ? config.startTimeoutMs : config.quietLimitMs;
    examineDead(*machine, kind, quietMs, [this](Death what, std::shared_ptr<Moment> last) {
        if (last) {
            last->line = line;
            last->operation = operation();
            last->output = std::exchange(output, {});
            what.lastMoment = last;
        }
        death = std::move(what);
        setState(SessionState::Dead);
    });
}

Session::Session(QObject* parent) : QObject(parent), d(std::make_unique<Private>(*this)) {}
Session::~Session() {
    disconnect();
    d->machine.reset();
}

void Session::start(const SessionConfig& config) { d->start(config); }
void Session::stop() { d->stop(); }
bool Session::stepEvent() { return d->go(Machine::StopAt::EveryEvent, false); }
bool Session::stepCommand() { return d->go(Machine::StopAt::Commands, false); }
bool Session::run() { return d->go(Machine::StopAt::Commands, true); }
bool Session::step(FineStep what) { return d->step(what); }
bool Session::runUntil(const StopPlace& place) { return d->runUntil(place); }
bool Session::travel(uint64_t sequence, const QByteArray& scenario) { return d->travel(sequence, scenario); }
bool Session::pause() { return d->pause(); }
bool Session::look() { return d->look(); }
const LiveCounts& Session::liveCounts() const { return d->liveCounts; }
SessionState Session::state() const { return d->state; }
const SessionConfig& Session::config() const { return d->config; }
int Session::scenarioStatus() const { return d->status; }
const std::optional<Death>& Session::death() const { return d->death; }
qint64 Session::qemuProcessId() const { return d->machine ? d->machine->qemuProcessId() : 0; }
qint64 Session::gdbProcessId() const { return d->machine ? d->machine->gdbProcessId() : 0; }

} // namespace gdbbridge
