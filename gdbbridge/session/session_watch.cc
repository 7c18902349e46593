// A machine that runs: how it looks, whether it is silent, and how it ended.
#include "gdbbridge/check/check.h"
#include "gdbbridge/session/examination.h"
#include "gdbbridge/session/session_private.h"
#include "gdbbridge/transport/child_process.h"

namespace gdbbridge {

namespace {

constexpr int interruptTimeoutMs = 5000;
// How long QEMU has for its answer.
constexpr int pingMs = 600;
constexpr size_t eventsOfEndless = 10'000;

} // namespace

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
        live.violations = liveViolations(*live.snapshot);
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

bool Session::Private::isEndless() const {
    return config.commandLimitMs > 0 &&
           processorMsOf(machine->qemuProcessId()) - processorAtBegin >= config.commandLimitMs;
}

void Session::Private::beginCommand() { processorAtBegin = processorMsOf(machine->qemuProcessId()); }

// A machine that says nothing may be at work: QEMU answers meanwhile, and says that it runs. Where it stands,
// GDB has to tell of that at once.
void Session::Private::askQemu() {
    auto const runs = std::make_shared<std::optional<bool>>();
    machine->pingQemu([runs](bool answer) { *runs = answer; });
    QTimer::singleShot(pingMs, machine.get(), [this, runs] {
        if (noticeTimer.isActive() || machine->isStopped() || dying || state == SessionState::Dead)
            return; // it has said something meanwhile, or is made to stand
        if (*runs == true)
            return noticeTimer.start();
        QString const what = *runs ? QStringLiteral("the machine stands, and GDB does not tell of it")
                                   : QStringLiteral("QEMU has not answered for %1 s").arg(pingMs / 1000.0);
        Q_EMIT q.unresponsive({ErrorKind::Timeout, what, QStringLiteral("wait, or restart")});
    });
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
    int const limitMs = kind == Death::Kind::Endless      ? config.commandLimitMs
                        : state == SessionState::Starting ? config.startTimeoutMs
                                                          : config.quietLimitMs;
    // Of one that has no end, the last that it did: the rest is the same.
    if (kind == Death::Kind::Endless && events.size() > eventsOfEndless) {
        size_t const gone = events.size() - eventsOfEndless;
        events.erase(events.begin(), events.begin() + std::ptrdiff_t(gone));
        lost += gone;
    }
    examineDead(*machine, kind, limitMs, events, [this](Death what, std::shared_ptr<Moment> last) {
        if (last) {
            for (Event const& event : events)
                if (event.kind == EventKind::CommandBegin)
                    line = int(event.args[0]);
            last->line = line;
            last->operation = operation();
            last->output = std::exchange(output, {});
            last->events.insert(last->events.begin(), events.begin(), events.end());
            last->lost += std::exchange(lost, 0);
            events.clear();
            what.lastMoment = last;
        }
        death = std::move(what);
        setState(SessionState::Dead);
    });
}

} // namespace gdbbridge
