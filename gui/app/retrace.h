// A run made anew on a machine of its own, to a place inside a command that the story has no moment of. The
// machine that is looked at stays where it is.
//
// What the new run looks like at the end of each command is held against what the story has there: where it
// is something else, nothing is found.
#pragma once

#include <QElapsedTimer>
#include <QObject>

#include <functional>
#include <optional>
#include <vector>

#include "gdbbridge/session/session.h"

namespace gui {

// Where to: a place in command `operation` (from 1).
struct RetraceGoal {
    int operation = 0;
    uint64_t event = 0; // at this event, or
    // behind the last write of a field in it. `value` reads the field out of a snapshot, "" where there is
    // no such thing: it tells the field from others that share its bytes.
    std::optional<gdbbridge::WatchCondition> watch;
    std::function<QString(const gdbbridge::Snapshot&)> value;
};

class Retrace : public QObject {
    Q_OBJECT

public:
    explicit Retrace(QObject* parent = nullptr);

    // Once. One of the signals comes later, unless this is destroyed before.
    void start(gdbbridge::SessionConfig config, std::vector<gdbbridge::MomentPtr> known, RetraceGoal goal);
    // Whole seconds since the start.
    int seconds() const { return int(m_clock.elapsed() / 1000); }

Q_SIGNALS:
    void found(const gdbbridge::MomentPtr& moment);
    void failed(const QString& why);

private:
    void reached(const gdbbridge::MomentPtr& moment);
    void written(const gdbbridge::MomentPtr& moment);
    bool isAsBefore(const gdbbridge::Moment& moment) const;
    void enterCommand();
    void end(const QString& why);

    gdbbridge::Session m_session;
    std::vector<gdbbridge::MomentPtr> m_known;
    RetraceGoal m_goal;
    gdbbridge::MomentPtr m_found;
    QString m_value;     // of the field at the last stop that had it
    bool m_sure = false; // m_found is one at which the value became another
    bool m_over = false;
    QElapsedTimer m_clock;
};

} // namespace gui
