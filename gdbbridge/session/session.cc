#include "gdbbridge/session/session.h"

#include <QFileInfo>
#include <algorithm>
#include <bit>

#include "gdbbridge/session/session_private.h"

namespace gdbbridge {

namespace {

// A running machine without an event for so long is asked whether it is there.
constexpr int noticeMs = 1000;
// That often the time of the processor is looked at.
constexpr int processorMs = 200;
// Events that a moment can have; of more the oldest are lost.
constexpr size_t mostEvents = 2'000'000;

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

Session::Private::Private(Session& session) : q(session) {
    quietTimer.setSingleShot(true);
    quietTimer.setTimerType(Qt::PreciseTimer); // a coarse one may come early
    QObject::connect(&quietTimer, &QTimer::timeout, &q, [this] { autopsy(Death::Kind::Hang); });
    noticeTimer.setSingleShot(true);
    noticeTimer.setInterval(noticeMs);
    QObject::connect(&noticeTimer, &QTimer::timeout, &q, [this] { askQemu(); });
    processorTimer.setInterval(processorMs);
    QObject::connect(&processorTimer, &QTimer::timeout, &q, [this] {
        // At a stop it is looked at there.
        if (state == SessionState::Running && !dying && !search && !machine->isStopped() && isEndless())
            autopsy(Death::Kind::Endless);
    });
    drainTimer.setInterval(1);
    drainTimer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&drainTimer, &QTimer::timeout, &q, [this] { drain(); });
}

void Session::Private::setState(SessionState next) {
    if (state == next)
        return;
    state = next;
    if (next != SessionState::Running && next != SessionState::Starting) {
        drainTimer.stop();
        processorTimer.stop();
    }
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
    processorAtBegin = 0;
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
    if (events.size() > mostEvents) {
        size_t const gone = events.size() - mostEvents / 2;
        events.erase(events.begin(), events.begin() + std::ptrdiff_t(gone));
        lost += gone;
    }
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
    if (config.commandLimitMs > 0)
        processorTimer.start();
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
        auto watch = std::get<WatchCondition>(place);
        watched = watch.name;
        if (!watch.field.isEmpty()) {
            auto const field = machine->layout().field(watch.field.toStdString());
            if (!field || !std::has_single_bit(field->size) || field->size > 8) {
                refuse({ErrorKind::BadKernel,
                        QStringLiteral("this kernel has no field %1 that can be watched").arg(watch.field),
                        {}});
                return true;
            }
            watch.address += field->offset;
            watch.size = field->size;
        }
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

void Session::Private::die(Death::Kind kind, const Error& error) {
    unwatchQuiet();
    search.reset();
    Death what;
    what.kind = kind;
    what.error = error;
    if (kind == Death::Kind::QemuGone)
        what.lastMoment = lastOfKilled();
    death = what;
    setState(SessionState::Dead);
}

// The memory of a QEMU that is gone is mapped here still, and has the events up to its end.
MomentPtr Session::Private::lastOfKilled() {
    auto const guest = machine ? machine->remains() : std::nullopt;
    if (!guest)
        return nullptr;
    destination.reset(); // it does not come there
    note(guest->batch);
    if (events.empty())
        return nullptr; // the moment before says all
    for (Event const& event : events)
        if (event.kind == EventKind::CommandBegin || event.kind == EventKind::CommandEnd)
            line = int(event.args[0]);
    auto const moment = std::make_shared<Moment>();
    moment->reason = StopReason::Paused;
    moment->command = QString::fromStdString(guest->command);
    moment->line = line;
    moment->operation = operation();
    moment->output = std::exchange(output, {});
    moment->events = std::exchange(events, {});
    moment->lost = std::exchange(lost, 0);
    moment->snapshot = std::make_shared<const Snapshot>(guest->snapshot);
    moment->note = QStringLiteral("QEMU ended here, perhaps in the midst of a change");
    return moment;
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
