// One run of one kernel under QEMU, driven through GDB: the only object that gives the machine commands.
//
//   Idle ──start──▶ Starting ──▶ Stopped ◀──▶ Running ──▶ Finished
//                      │            │            │            │      stop() from anywhere: Idle
//                      └────────────┴─────▶ Dead ◀┴────────────┘
//
//   travel() leads from Stopped, Finished and Dead through Starting to Stopped.
//
//   Idle      nothing runs
//   Starting  QEMU and GDB come up, the debug information is read, the kernel boots up to the scenario's
//   first command Stopped   the machine stands at a moment; momentReached has told which Running   towards
//   the next stop that was asked for Finished  the scenario is over; the machine still stands, but has
//   nothing more to do Dead      the guest panicked or gave up, or QEMU or GDB is gone; death() says what is
//   known
//
// All calls return at once; what comes of them is told by signals from the event loop. A call that the state
// does not allow does nothing and returns false. Destroying the session ends QEMU and GDB.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "gdbbridge/session/live_snapshot.h"
#include "gdbbridge/session/moment.h"
#include "gdbbridge/transport/error.h"

namespace gdbbridge {

enum class SessionState : uint8_t { Idle, Starting, Stopped, Running, Finished, Dead };
QString stateText(SessionState state);

// How guest memory is read. Mapped falls back to nothing: where the memory cannot be shared, QEMU does not
// start.
enum class ReadPath : uint8_t { Mapped, ThroughGdb };

struct SessionConfig {
    QString architecture = QStringLiteral("i386"); // one of architectureNames()
    QString qemu;                                  // "" for the program that emulates the architecture
    QString gdb = QStringLiteral("gdb");
    QString kernel;       // path of the ELF with debug information
    QString scenarioName; // file name, for messages and for the guest
    QByteArray scenario;  // its text
    // A user program to run instead of the scenario, by the path of its ELF file, and files that the boot
    // archive has besides. Its functions and lines are places to stop at, in every process that has it. It is
    // told like a scenario with one command, `run NAME`, whose status is that of the program.
    QString program;
    QStringList programFiles;
    QString kernelOptions; // more words of the kernel's command line
    int memoryMiB = 64;
    ReadPath readPath = ReadPath::Mapped;
    int startTimeoutMs = 20'000;  // for QEMU and GDB to come up and the kernel to boot
    int answerTimeoutMs = 10'000; // for one answer of GDB
    int quietLimitMs = 10'000;    // Running without any event for so long is a hang; 0: never
    // A command that has had so much of the processor, whatever its events, has no end; 0: never.
    int commandLimitMs = 0;
    QString gdbSocketPath; // "" for a private place
    // When something is found broken for the first time: find the event that broke it (Finding::sinceEvent),
    // by a run on a second machine. The moment is told when that has ended.
    bool findFirstBreak = true;
    // Besides: a moment at that event (StopReason::Event), told before the one that is broken.
    bool momentAtFirstBreak = false;
    // So many events apart the whole machine is kept at the end of a command, a few times, for travel() to
    // set out from; 0: never. To keep one takes a fifth of a second and some 30 MB.
    uint64_t keepMachineEvents = 500'000;
};

// What is known of a machine that will not run again.
struct Death {
    enum class Kind : uint8_t { Panic, TripleFault, Hang, Endless, Shutdown, QemuGone, GdbGone, Failed };
    Kind kind = Kind::Failed;
    Error error;                  // the headline, and what to do
    std::vector<CodePlace> stack; // innermost first, where GDB could tell
    QStringList report;           // more lines: registers, page walk, what the map says, last events
    MomentPtr lastMoment;         // the state as it is found now; null when memory could not be read
};

enum class FineStep : uint8_t {
    FaultStage,  // the next probe of the fault routine
    Over,        // source line, calls as a whole
    Into,        // source line, into calls
    Out,         // to where this function was called
    Instruction, // one of the processor's
};

// An event as a condition; what is absent is not asked for.
struct EventCondition {
    std::optional<EventKind> kind;
    std::optional<EventClass> eventClass;
    std::optional<uint64_t> map;                            // address of the vm_map that it is about
    std::optional<std::pair<uint64_t, uint64_t>> addresses; // touches [first, second)
    std::optional<uint32_t> thread;
    uint64_t from = 0; // its sequence number, or a later one
    [[nodiscard]] bool matches(const Event& event) const;
};
// A place in the code of the kernel or of SessionConfig::program, as GDB reads it: "uvm_map",
// "uvm_fault.cc:120",
// "*0xc0101234".
struct CodeCondition {
    QString location;
};
// A write to guest memory, by the kernel's virtual address.
struct WatchCondition {
    uint64_t address = 0;
    unsigned size = 4; // 1, 2, 4 or 8 bytes
    QString name;      // for the moment's note
    // A field as the layout names it, "vm_map_entry.protection": `address` is then that of the structure, and
    // the size is the field's own. What this kernel has no such field for, or what is not 1, 2, 4 or 8 bytes
    // long, is told by refused().
    QString field = {};
};
using StopPlace = std::variant<EventCondition, CodeCondition, WatchCondition>;

class Session : public QObject {
    Q_OBJECT

public:
    explicit Session(QObject* parent = nullptr);
    ~Session() override;

    // Starts a machine; ends the one that runs. Reaches Stopped at StopReason::Start, or Dead.
    void start(const SessionConfig& config);
    // Ends QEMU and GDB now and waits for that; Idle afterwards.
    void stop();

    // Stopped: to the next probe / to the end of the current or next command / to the end of the scenario,
    // with a moment at the end of each command on the way.
    bool stepEvent();
    bool stepCommand();
    bool run();
    // Stopped: a step inside the kernel. Out ends behind the call in the caller; a step over lines begins
    // where the probe stands, not inside the probe. What GDB does not take (out of the outermost function) is
    // told by refused(); the state is Stopped again then.
    bool step(FineStep what);
    // Stopped: runs, with a moment at the end of each command on the way, until the place is reached or the
    // scenario is over. What GDB does not understand is told by refused(); the state is Stopped again then.
    bool runUntil(const StopPlace& place);
    // Stopped, Finished or Dead: takes the machine back to where it stood behind an event (0: before the
    // first command), to go on from there differently; with other commands where `scenario` is given, whose
    // commands up to there must be the old ones. It sets out from the last machine that was kept before, or
    // runs anew, and each event is compared with what it was: revisited() tells the moment, which has the
    // events since then, and whose note says from where, and why not from nearer; or the state is Dead, when
    // the run does not come back.
    bool travel(uint64_t sequence, const QByteArray& scenario = {});
    // Running: stop where it is.
    bool pause();
    // Running, but not in the midst of a step: looked() tells what the machine looks like, which runs on.
    // Where memory is read through GDB, or no change ends in time, it is stopped for as long as that takes.
    bool look();
    // Of this run, since it was started.
    const LiveCounts& liveCounts() const;

    SessionState state() const;
    const SessionConfig& config() const;
    // The kernel's exit status of the scenario (0, 1 check failed, 2 did not parse); only when Finished.
    int scenarioStatus() const;
    const std::optional<Death>& death() const;
    // Process ids for who must know that nothing was left behind; 0 when not running.
    qint64 qemuProcessId() const;
    qint64 gdbProcessId() const;

Q_SIGNALS:
    void stateChanged(gdbbridge::SessionState state);
    void momentReached(const gdbbridge::MomentPtr& moment);
    // The machine is where travel() was to bring it; Stopped.
    void revisited(const gdbbridge::MomentPtr& moment);
    // Events of a machine that runs, as they come. They come again with the next moment.
    void eventsArrived(const std::vector<gdbbridge::Event>& events);
    // What look() was asked for; at once, or when the machine had to be stopped for it, a little later.
    void looked(const gdbbridge::LiveSnapshot& live);
    // A place or field that cannot be stopped at, a step that cannot be made.
    void refused(const gdbbridge::Error& error);
    // GDB or QEMU, which were up, do not answer, told within two seconds; the session waits for them as long
    // as its configuration says, and stop() and start() work at once.
    void unresponsive(const gdbbridge::Error& error);
    // Bytes of the kernel's console as they come.
    void console(const QByteArray& bytes);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace gdbbridge
