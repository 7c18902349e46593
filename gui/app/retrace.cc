#include "gui/app/retrace.h"

#include <algorithm>
#include <utility>

namespace gui {

using gdbbridge::MomentPtr;
using gdbbridge::SessionState;
using gdbbridge::Snapshot;
using gdbbridge::StopReason;

namespace {

// Since when something is broken is looked for in one of the two runs only.
bool sameState(const Snapshot& one, const Snapshot& two) {
    if (one.findings.empty() && two.findings.empty())
        return one == two;
    Snapshot a = one, b = two;
    for (Snapshot* snapshot : {&a, &b})
        for (gdbbridge::Finding& finding : snapshot->findings)
            finding.sinceEvent = 0;
    return a == b;
}

} // namespace

Retrace::Retrace(QObject* parent) : QObject(parent) {
    connect(&m_session, &gdbbridge::Session::momentReached, this, &Retrace::reached);
    connect(&m_session, &gdbbridge::Session::refused, this,
            [this](const gdbbridge::Error& error) { end(error.text()); });
    connect(&m_session, &gdbbridge::Session::stateChanged, this, [this](SessionState state) {
        if (state == SessionState::Dead)
            end(m_session.death()->error.message);
    });
}

void Retrace::start(gdbbridge::SessionConfig config, std::vector<MomentPtr> known, RetraceGoal goal) {
    config.findFirstBreak = false;
    config.keepMachineEvents = 0;
    config.gdbSocketPath.clear();
    m_known = std::move(known);
    m_goal = std::move(goal);
    m_clock.start();
    m_session.start(config);
}

bool Retrace::isAsBefore(const gdbbridge::Moment& moment) const {
    const auto same = std::find_if(m_known.begin(), m_known.end(), [&](const MomentPtr& known) {
        return known->reason == moment.reason && known->operation == moment.operation;
    });
    return same == m_known.end() || sameState(*(*same)->snapshot, *moment.snapshot);
}

void Retrace::reached(const MomentPtr& moment) {
    if (m_over)
        return;
    if (isInsideCommand(moment->reason)) {
        if (moment->operation != m_goal.operation)
            return end(QStringLiteral("run anew the machine stops in another command"));
        if (m_goal.watch) {
            written(moment);
            m_session.runUntil(*m_goal.watch);
        } else {
            if (moment->snapshot->eventSequence == m_goal.event)
                m_found = moment;
            end(QStringLiteral("run anew the machine has no event %1").arg(m_goal.event));
        }
        return;
    }
    if (!isAsBefore(*moment))
        return end(
            QStringLiteral("run anew the machine is another one behind command %1").arg(moment->operation));
    if (moment->operation >= m_goal.operation || moment->reason == StopReason::ScenarioEnd)
        end(QStringLiteral("run anew, nothing wrote it in this command"));
    else if (moment->operation + 1 == m_goal.operation)
        enterCommand();
    else
        m_session.stepCommand();
}

void Retrace::enterCommand() {
    if (!m_goal.watch) {
        gdbbridge::EventCondition there;
        there.from = m_goal.event;
        m_session.runUntil(there);
        return;
    }
    for (const MomentPtr& known : m_known)
        if (known->operation < m_goal.operation)
            m_value = m_goal.value(*known->snapshot);
    m_session.runUntil(*m_goal.watch);
}

// The last write is the one; but of those that leave the field as it was none, once one has changed it.
void Retrace::written(const MomentPtr& moment) {
    const QString value = m_goal.value(*moment->snapshot);
    const bool changes = !value.isEmpty() && !m_value.isEmpty() && value != m_value;
    if (changes || !m_sure)
        m_found = moment;
    m_sure = m_sure || changes;
    if (!value.isEmpty())
        m_value = value;
}

// Whoever is told may destroy this, and not from inside the session's own doing.
void Retrace::end(const QString& why) {
    if (std::exchange(m_over, true))
        return;
    QMetaObject::invokeMethod(
        this,
        [this, why] {
            m_session.stop();
            if (m_found)
                Q_EMIT found(m_found);
            else
                Q_EMIT failed(why);
        },
        Qt::QueuedConnection);
}

} // namespace gui
