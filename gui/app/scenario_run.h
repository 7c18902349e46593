// A scenario run from its first command to its end on a machine of its own, without blocking.
#pragma once

#include <QByteArray>
#include <QObject>

#include "gdbbridge/session/session.h"
#include "gui/app/recorded_run.h"

namespace gui {

class ScenarioRun : public QObject {
    Q_OBJECT

public:
    // The moments go into the story, which has to outlive this.
    explicit ScenarioRun(Story& story, QObject* parent = nullptr);

    // Once. `ended` comes later, always. With moments at the ends of commands there is one at the event of
    // `place`, too. Behind the end of a command or the event at which it is to end nothing is told.
    void start(const gdbbridge::SessionConfig& config, MomentsAt at = MomentsAt::CommandEnds,
               const PlaceInRun& place = {});
    // How it went; nothing before `ended`.
    const std::optional<RunOutcome>& outcome() const { return m_outcome; }

Q_SIGNALS:
    void momentReached(const gdbbridge::MomentPtr& moment); // after it has entered the story
    void console(const QByteArray& bytes);
    void ended();

private:
    void reached(const gdbbridge::MomentPtr& moment);
    void append(const gdbbridge::MomentPtr& moment);
    bool isAtEnd(const gdbbridge::Moment& moment) const;
    void goOn(const gdbbridge::Moment& moment);
    void end();

    Story& m_story;
    gdbbridge::Session m_session;
    MomentsAt m_at = MomentsAt::CommandEnds;
    PlaceInRun m_place;
    bool m_passed = false; // the event of m_place was asked for
    QByteArray m_console;
    std::optional<RunOutcome> m_outcome;
    bool m_ending = false;
};

} // namespace gui
