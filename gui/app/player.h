// Between the machine and the story: what the buttons and keys of a player do.
//
// Forward in the story where it has been already; at its head forward on the live machine. Never blocks.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

#include "gdbbridge/session/session.h"
#include "gui/app/recorded_run.h"
#include "gui/app/recording_loader.h"
#include "gui/app/retrace.h"
#include "gui/models/story.h"

namespace gui {

class Player : public QObject {
    Q_OBJECT

public:
    explicit Player(Story& story, QObject* parent = nullptr);

    // Starts a machine with the scenario; forgets the story before.
    void open(const gdbbridge::SessionConfig& config);
    // Shows a recording in the place of a machine; "" or why it cannot be read. Its moments come from the
    // event loop, until recordingRead().
    QString openRecording(const QString& file);
    bool isLoading() const { return m_loader != nullptr; }
    void restart();
    // Ends the machine.
    void close();
    // Ends a machine that is still starting; nothing otherwise.
    void cancelStart();

    void nextCommand();
    void previousCommand();
    void nextEvent();
    // The next stage of a fault, of which there may be none in this command.
    void nextStage();
    // Inside the kernel, where the story is at its head.
    void step(gdbbridge::FineStep what);
    // Takes the machine back to the moment that is looked at; what came behind it is forgotten.
    void goOnFromHere();
    // Runs a command of the scenario language behind the moment that is looked at.
    void runCommand(const QString& text);
    void previousEvent();
    void first();
    void last();
    // Runs the machine to the end of the scenario, or stops it where it is.
    void toggleRun();
    // To the first moment with a broken invariant; false when there is none.
    bool showFirstViolation();
    // To an event. Where the story has no moment of it, one is made by a run anew and put into the story,
    // when there is a machine that can run: retraced() tells of its end. Without one the moment is looked at
    // in whose events it is.
    enum class Arrival : uint8_t { There, Searching, Behind, Unknown };
    Arrival goToEvent(uint64_t sequence);
    // The same, to where a field was written last in command `operation` (from 1): `value` reads it out of a
    // snapshot, "" where there is no such thing. False when there is no machine for that.
    bool goToWrite(int operation, const gdbbridge::WatchCondition& watch,
                   std::function<QString(const gdbbridge::Snapshot&)> value);
    // A run anew is on its way, for so many seconds; nothing otherwise.
    std::optional<int> retraceSeconds() const;
    void cancelRetrace();
    // To the event that broke what is broken at the moment that is looked at; Unknown when nothing is, or it
    // is not known which.
    Arrival goToBreak();
    // The moment where it was broken first; 0 when that is not known. Of the moment that is looked at.
    uint64_t breakEvent() const;
    // To the moment at the end of a command, -1 for the start. Runs the machine there when it has not been
    // there, once it has started. With an event: to that event inside the command, in a story that has not
    // come there yet.
    void goToCommand(int command, uint64_t event = 0);

    Story& story() const { return m_story; }
    const gdbbridge::Session& session() const { return m_session; }
    gdbbridge::SessionState state() const { return m_session.state(); }
    bool isBusy() const;
    bool canGoForward() const;
    bool canGoBack() const { return m_story.current() > 0; }
    bool canRun() const;
    // There is a machine that can be brought to the moment that is looked at.
    bool canGoOnFromHere() const;
    bool canRestart() const { return !m_config.kernel.isEmpty(); }
    // Whole seconds that the machine has been starting or running for; 0 otherwise.
    int waitedSeconds() const;
    // What has fallen silent, since it has; nothing once the machine is in another state.
    const std::optional<gdbbridge::Error>& silence() const { return m_silence; }
    // How a recording that is shown ended; null while there is a machine, or nothing.
    const RunOutcome* recordedOutcome() const { return m_recorded ? &*m_recorded : nullptr; }
    // What the machine runs; without a kernel when there is none.
    const gdbbridge::SessionConfig& config() const { return m_config; }
    // The scenario of what is shown.
    const QByteArray& scenario() const { return m_recorded ? m_recordedScenario : m_config.scenario; }
    const QString& architecture() const {
        return m_recorded ? m_recordedArchitecture : m_config.architecture;
    }
    // "i386 · QEMU · stopped", "i386 · recording".
    QString targetText() const;
    const QByteArray& console() const { return m_console; }

Q_SIGNALS:
    // What was asked for cannot be done, in one line.
    void refused(const QString& why);
    // All moments of a recording are in the story.
    void recordingRead();
    // goToEvent() or goToWrite() are at their end: there, or "why not".
    void retraced(const QString& problem);
    // The state of the machine, or what is possible.
    void changed();
    // More of the kernel's console.
    void consoleGrew(const QByteArray& bytes);

private:
    void forget();
    bool goBackTo(int moment, const QByteArray& scenario);
    void revisited(const gdbbridge::MomentPtr& moment);
    void reached(const gdbbridge::MomentPtr& moment);
    void followTarget();
    void timeTheWait();
    bool retrace(RetraceGoal goal);

    Story& m_story;
    gdbbridge::Session m_session;
    gdbbridge::SessionConfig m_config;
    QByteArray m_console;
    std::optional<RunOutcome> m_recorded;
    QString m_recordedArchitecture;
    QByteArray m_recordedScenario;
    int m_returnTo = -1;        // the story's moment that the machine is on its way to
    bool m_stepThen = false;    // a command that was typed in waits behind it
    int m_targetCommand = -1;   // to run to; -1: none
    uint64_t m_targetEvent = 0; // in it; 0: to its end
    std::unique_ptr<Retrace> m_retrace;
    std::unique_ptr<RecordingLoader> m_loader;
    std::optional<gdbbridge::Error> m_silence;
    QElapsedTimer m_busySince; // valid while it starts or runs
    QTimer m_tick;             // tells each second that this goes on
};

} // namespace gui
