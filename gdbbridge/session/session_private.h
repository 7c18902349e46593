// What a session is inside: what was asked for, what has been seen since, and the machine. Part of the
// session, whose functions are in session.cc (calls and their way to the machine), session_stops.cc (from a
// stop to a moment), session_travel.cc (going back) and session_watch.cc (a machine that runs: live
// snapshots, silence, its end).
#pragma once

#include <QDateTime>
#include <QTimer>

#include "gdbbridge/session/break_search.h"
#include "gdbbridge/session/machine.h"

namespace gdbbridge {

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
    // The moment at an event of `moment`, which keeps the events behind it.
    std::shared_ptr<Moment> partAt(uint64_t event, const BreakSearch::Sight& sight, Moment& moment) const;
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
    MomentPtr lastOfKilled();
    void autopsy(Death::Kind kind);
    void watchQuiet();
    void unwatchQuiet();
    void askQemu();
    // Whether the command has had all of the processor's time that it may have.
    bool isEndless() const;
    void beginCommand();
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
    QTimer quietTimer, noticeTimer, drainTimer, processorTimer;
    qint64 processorAtBegin = 0; // what the machine had had of the processor before this command, in ms
    QDateTime kernelTime;        // when the file was written that runs
};

} // namespace gdbbridge
