// A run without a window, from a kernel that runs a scenario to its end or from a recording: its moments go
// into a story.
#pragma once

#include <QString>
#include <QStringList>

#include <functional>

#include "gdbbridge/record/recording.h"
#include "gdbbridge/session/session.h"
#include "gui/app/exit_code.h"
#include "gui/models/story.h"

namespace gui {

// The kernel to run on.
struct Target {
    QString architecture = QStringLiteral("i386");
    QString kernel;        // its ELF; "" for the one that belongs to the program
    QString kernelOptions; // more words for its command line
    int commandLimitS = 0; // of the processor's time that a command may take; 0: any
};

// Its ELF, also where it belongs to the program.
QString kernelOf(const Target& target);

struct RunOutcome {
    ExitCode code = ExitCode::Ok;
    QString problem;    // one line, "" when all went well
    QStringList report; // more about a kernel that died
};

// Whether a file is a program for the kernel (an ELF file), and not a scenario.
bool isProgram(const QString& file);
// The configuration for a scenario file, or for a program, on a kernel; nothing, and `problem` set, when the
// file cannot be read.
std::optional<gdbbridge::SessionConfig> sessionConfig(const QString& file, const Target& target,
                                                      QString* problem);

// The commands of a run; of a program it is one, `run NAME`.
std::vector<ScenarioCommand> commandsOf(const gdbbridge::SessionConfig& config);

// At which stops a run has moments, besides the beginning and the end.
enum class MomentsAt : uint8_t { CommandEnds, EveryEvent };

// An event inside a command of a scenario: the command's number from 1, the event's from the kernel's start.
// Without an event (0) the command's end; without a command (0) nothing in particular.
struct PlaceInRun {
    int command = 0;
    uint64_t event = 0;
    bool isEnd = false; // the run goes no farther
};

// The index of the moment at a place of a story, -1 where it has not come there.
int momentAt(const Story& story, const PlaceInRun& place);

// What a run has put on the kernel's console, and how far it was at each moment. Of a recording it is all
// there at its first moment.
class ConsoleLog {
public:
    void take(const QByteArray& bytes) { m_bytes += bytes; }
    void atMoment() { m_ends.push_back(m_bytes.size()); }
    // Since the boot, which ends with the first moment; of a recording the boot is not told apart.
    QByteArray upTo(int moment) const;
    // Since the moment before the last one.
    QByteArray news() const;

private:
    QByteArray m_bytes;
    std::vector<qsizetype> m_ends;
};

// Told of a run as it goes on; any part may be empty.
struct RunListener {
    std::function<void(const gdbbridge::Moment&)> moment; // after it has entered the story
    std::function<void(const QByteArray&)> console;       // bytes of the kernel's console
};

// Runs until the scenario is over or the kernel is dead, or to `place` if that is the end. Needs an
// application object; runs its own event loop. There is a moment at the event of `place` besides, if it has
// one and the run comes there.
RunOutcome recordRun(const gdbbridge::SessionConfig& config, Story& story, const RunListener& listener,
                     MomentsAt at = MomentsAt::CommandEnds, const PlaceInRun& place = {});

// How the run ended that was recorded.
RunOutcome recordedEnd(const gdbbridge::RecordingReader& recording);

// The moments of a recording; the outcome is that of the run that was recorded. Where the file is damaged the
// story has the moments before, and the outcome says what is wrong.
RunOutcome loadRecording(gdbbridge::RecordingReader& recording, Story& story, const RunListener& listener);

// A file of either kind. `target`, `at` and `place` are for a scenario.
RunOutcome loadRun(const QString& file, const Target& target, Story& story, const RunListener& listener,
                   MomentsAt at = MomentsAt::CommandEnds, const PlaceInRun& place = {});

} // namespace gui
