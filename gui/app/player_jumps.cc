// Jumps of the player to places inside commands.
#include <algorithm>
#include <utility>

#include "gdbbridge/check/check.h"
#include "gui/app/player.h"

namespace gui {

using gdbbridge::Finding;
using gdbbridge::Moment;
using gdbbridge::MomentPtr;

namespace {

bool isSame(const Finding& one, const Finding& two) {
    return one.invariant == two.invariant && one.address == two.address && one.what == two.what;
}

// Of what is broken at `known`, what is broken here already. Invariants are not looked for inside commands,
// where they need not hold: only these are known to stay broken.
std::vector<Finding> alreadyBroken(const gdbbridge::Snapshot& snapshot, const std::vector<Finding>& known) {
    std::vector<Finding> result;
    for (Finding finding : gdbbridge::allViolations(snapshot))
        for (const Finding& later : known)
            if (isSame(finding, later) && later.sinceEvent != 0 &&
                later.sinceEvent <= snapshot.eventSequence) {
                finding.sinceEvent = later.sinceEvent;
                result.push_back(finding);
            }
    return result;
}

} // namespace

Player::Arrival Player::goToEvent(uint64_t sequence) {
    const auto& moments = m_story.moments();
    const auto at = std::find_if(moments.begin(), moments.end(), [&](const MomentPtr& moment) {
        return moment->snapshot->eventSequence >= sequence;
    });
    if (at == moments.end() || at == moments.begin())
        return Arrival::Unknown;
    const int index = int(at - moments.begin());
    if ((*at)->snapshot->eventSequence == sequence) {
        m_story.show(index);
        return Arrival::There;
    }
    RetraceGoal goal;
    goal.operation = (*at)->operation;
    goal.event = sequence;
    if (retrace(std::move(goal)))
        return Arrival::Searching;
    m_story.show(index);
    return Arrival::Behind;
}

bool Player::goToWrite(int operation, const gdbbridge::WatchCondition& watch,
                       std::function<QString(const gdbbridge::Snapshot&)> value) {
    RetraceGoal goal;
    goal.operation = operation;
    goal.watch = watch;
    goal.value = std::move(value);
    return retrace(std::move(goal));
}

bool Player::retrace(RetraceGoal goal) {
    if (m_config.kernel.isEmpty() || goal.operation < 1)
        return false;
    m_retrace = std::make_unique<Retrace>();
    connect(m_retrace.get(), &Retrace::found, this, [this](const MomentPtr& found) {
        m_retrace.release()->deleteLater();
        timeTheWait();
        MomentPtr moment = found;
        // What is found broken behind it is drawn here already.
        for (const MomentPtr& later : m_story.moments())
            if (later->snapshot->eventSequence >= moment->snapshot->eventSequence &&
                !later->violations.empty()) {
                auto marked = std::make_shared<Moment>(*moment);
                marked->violations = alreadyBroken(*moment->snapshot, later->violations);
                moment = marked;
                break;
            }
        m_story.show(m_story.insert(moment));
        Q_EMIT changed();
        Q_EMIT retraced({});
    });
    connect(m_retrace.get(), &Retrace::failed, this, [this](const QString& why) {
        m_retrace.release()->deleteLater();
        timeTheWait();
        Q_EMIT changed();
        Q_EMIT retraced(why);
    });
    m_retrace->start(m_config, m_story.moments(), std::move(goal));
    timeTheWait();
    Q_EMIT changed();
    return true;
}

std::optional<int> Player::retraceSeconds() const {
    return m_retrace ? std::optional(m_retrace->seconds()) : std::nullopt;
}

void Player::cancelRetrace() {
    if (!m_retrace)
        return;
    m_retrace.reset();
    timeTheWait();
    Q_EMIT changed();
}

uint64_t Player::breakEvent() const {
    const MomentPtr now = m_story.now();
    uint64_t first = 0;
    if (now)
        for (const auto& findings : {now->violations, now->snapshot->findings})
            for (const Finding& finding : findings)
                if (finding.sinceEvent != 0 && (first == 0 || finding.sinceEvent < first))
                    first = finding.sinceEvent;
    return first;
}

Player::Arrival Player::goToBreak() {
    const uint64_t event = breakEvent();
    return event == 0 ? Arrival::Unknown : goToEvent(event);
}

} // namespace gui
