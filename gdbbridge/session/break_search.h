// The first event after which something was broken: the run is made anew on a machine of its own, and looked
// at before each event of the part in question.
//
// The guest is not stopped for that: it waits before it writes an event beyond a limit, and the limit is
// moved from event to event. What the machine looks like there is what it looks like at a stop at that event.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "gdbbridge/session/machine.h"

namespace gdbbridge {

// What a finding is about, over several snapshots: a text that is equal for the same.
std::string findingKey(const Finding& finding);

class BreakSearch : public QObject {
    Q_OBJECT

public:
    struct Request {
        SessionConfig config;
        uint64_t clean = 0;            // the last event at which nothing of it was broken
        uint64_t broken = 0;           // an event at which all of it is; later than `clean`
        std::vector<std::string> keys; // what to look for
        std::vector<uint64_t> log;     // eventDigest of the events 1 to `broken`; 0 where one was lost
        bool keepSights = false;       // sightAt() is wanted
        const Machine* same = nullptr; // that came to `broken`; only for start()
    };
    // What the machine looked like at an event, and who passed the probe, innermost first.
    struct Sight {
        SnapshotPtr snapshot;
        std::vector<CodePlace> stack;
    };
    // For each key the event from which on it was broken up to `broken`; 0 where the new run does not show
    // it, as when a debugger did it.
    using Result = std::vector<uint64_t>;

    explicit BreakSearch(QObject* parent = nullptr);
    // done() gets the result; all 0, and a reason, when the run does not come back as it was, the machine
    // breaks down, or it takes longer than `timeLimitMs`. Not called when the search is destroyed before.
    static constexpr int timeLimitMs = 20'000;
    void start(Request request, std::function<void(const Result&, const QString& problem)> done);
    // Of an event of the result; null where no sights were kept.
    const Sight* sightAt(uint64_t event) const;

private:
    void go();
    void tick();
    // True when the look is to be a sight, for which GDB is needed, too.
    bool look(const Snapshot& snapshot);
    void keepSight(const Snapshot& snapshot);
    void stopped();
    void goOn();
    // Takes over what events there are; false when they are not those of the run before.
    bool drain();
    void finish(const QString& problem);

    Request m_request;
    std::function<void(const Result&, const QString&)> m_done;
    std::unique_ptr<Machine> m_machine;
    Result m_since;
    uint64_t m_next = 0;                // the event before which the machine is looked at next
    uint64_t m_seen = 0;                // events that have come
    std::map<uint64_t, Sight> m_sights; // of the events that the result may name yet
    bool m_standing = false;            // the machine is made to stand, for a sight
    QTimer m_timer, m_limit;
};

} // namespace gdbbridge
