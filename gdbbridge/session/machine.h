// The two processes of a session as one machine: QEMU runs it, GDB knows it. No policy about where to stop.
//
// start() brings both up, reads the debug information, and runs the kernel up to the first command of its
// scenario; then ready() comes. From there resume() and interrupt() alternate with stopped().
#pragma once

#include <QObject>
#include <QTimer>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "gdbbridge/layout/layout_request.h"
#include "gdbbridge/session/architecture.h"
#include "gdbbridge/session/gdb_client.h"
#include "gdbbridge/session/guest_state.h"
#include "gdbbridge/session/session.h"
#include "gdbbridge/snapshot/live_reader.h"
#include "gdbbridge/transport/boot_archive.h"
#include "gdbbridge/transport/qemu_process.h"

namespace gdbbridge {

class Machine : public QObject {
    Q_OBJECT

public:
    // Where the machine stopped.
    enum class Stop : uint8_t {
        Probe,    // at a probe that the stop mask selects
        Stepped,  // a step has ended
        Place,    // at the code that stopAt() named
        Watch,    // behind a write to what stopAtWrite() named; stopNote() says from what to what
        TheEnd,   // the kernel has panicked and said all that it has to say
        Signal,   // interrupt() was asked for
        Down,     // shut down by the guest, or by a triple fault
        Elsewhere // somebody else's breakpoint
    };
    // Classes of events to stop at.
    enum class StopAt : uint8_t { Commands, FaultStages, EveryEvent };

    explicit Machine(QObject* parent = nullptr);
    ~Machine() override;

    // `same`: a machine that is up and runs the same kernel, whose debug information need not be read again.
    void start(const SessionConfig& config, const Machine* same = nullptr);
    // Lets it go on. Only when stopped.
    void resume(StopAt what);
    // Lets it go on to the event with this number, without a stop before it.
    void resumeTo(uint64_t sequence);
    // One step; it ends earlier at a probe that is to be stopped at. What GDB does not take (out of the
    // outermost function) is told by stepRefused(); the machine stands where it stood.
    void step(FineStep what, StopAt probes);
    // One more place to stop at, until removeStop(); an error when GDB does not take it. Only when stopped.
    void stopAt(const QString& location, std::function<void(std::optional<Error>)> done);
    void stopAtWrite(uint64_t address, unsigned size, std::function<void(std::optional<Error>)> done);
    void removeStop();
    QString stopNote() const { return m_stopNote; }
    void interrupt();
    bool isStopped() const { return m_stopped; }
    // True once the guest's memory can be found: the kernel's own tables are up.
    bool hasMemory() const { return m_memory != nullptr; }

    // Reads guest memory with `use` until the reader has all pages that it needs; then calls `done`. Only
    // when stopped.
    void withMemory(std::function<void(MemoryReader&)> use, std::function<void()> done);
    GuestStateReader& state() { return *m_state; }
    // Which classes of events the kernel records; all until this is called. What is not recorded does not
    // stop either. Only when stopped.
    enum class Record : uint8_t { Everything, Commands };
    void record(Record what);
    // Events were taken over: the guest may write as many again.
    void accept(const EventBatch& batch);
    // The new events of a machine that runs, taken over; none where memory is read through GDB. Whoever calls
    // this often enough loses no event: the guest waits for the reader when its ring is full.
    [[nodiscard]] EventBatch drain();
    // What the memory of a machine holds that is gone; nothing where it was read through GDB.
    [[nodiscard]] std::optional<GuestState> remains();
    // A snapshot of a machine that runs, from between two changes; nothing where memory is read through GDB,
    // or when no such moment came in `liveDeadlineMs`. How::Held when the guest had to wait for it. Calls
    // `meanwhile`, which drains events, for as long as it takes: a guest that waits for the reader of its
    // events ends no change. Also nothing once `meanwhile` has brought the machine to an end.
    static constexpr int liveDeadlineMs = 20;
    [[nodiscard]] std::optional<LiveSnapshot> lookLive(const std::function<void()>& meanwhile);
    // The guest writes no event behind this one; it waits instead. Until it is set anew; only where memory is
    // mapped.
    void setEventLimit(uint64_t last);
    // What the machine looks like while it waits at that limit, which is what it looks like at a stop at the
    // event behind; nothing while it has not come there.
    [[nodiscard]] std::optional<Snapshot> atEventLimit();
    // What can be told of a whole machine.
    struct StateWords {
        uint64_t memory = 0;        // a fingerprint
        QString processor, devices; // as QEMU prints them
        QString debugger;           // where GDB sees it, and with how many breakpoints
    };
    // A machine that QEMU keeps, for as long as it runs.
    struct SavedState {
        QString name;
        uint64_t position = 0; // the last event that was taken over
        StateWords words;
    };
    // Keeps the machine as it stands. Only when stopped, and where memory is mapped.
    void saveState(std::function<void(const std::optional<SavedState>&, const QString& problem)> done);
    // Makes it what it was, GDB included, and compares. Only when stopped; it stands there then. With a
    // problem it may be anything.
    void loadState(const SavedState& saved, std::function<void(const QString& problem)> done);
    // Whether the machine, which stands, stands between changes.
    [[nodiscard]] bool isBetweenChanges() const { return m_live && m_live->isQuiet(); }
    // How the kernel's structures are laid out, once it is ready.
    [[nodiscard]] const Layout& layout() const { return m_layoutRequest->layout(); }
    // The calls that led to where it stands, innermost first.
    void stack(std::function<void(const std::vector<CodePlace>&)> done);
    // Any command of GDB, for tools.
    void command(const mi::Command& command, GdbClient::Answer answer) {
        m_gdb->command(command, std::move(answer));
    }
    // Values of expressions that GDB can tell; those that it cannot are missing.
    void evaluateAll(const std::vector<std::string>& expressions,
                     std::function<void(const std::map<std::string, uint64_t>&)> done);
    // What it runs on. Only after start().
    const Architecture& architecture() const { return *m_architecture; }
    // The processor as QEMU prints it, for people; "" when QEMU does not answer.
    void processorText(std::function<void(const QString&)> done);

    // Calls `done` once QEMU answers, with whether the machine runs.
    void pingQemu(std::function<void(bool)> done) { m_qemu->ping(std::move(done)); }

    // Hands over console and transcript bytes that have arrived.
    void drainLines();
    qint64 qemuProcessId() const { return m_qemu ? m_qemu->processId() : 0; }
    qint64 gdbProcessId() const { return m_gdb ? m_gdb->processId() : 0; }

Q_SIGNALS:
    void ready();
    void stopped(gdbbridge::Machine::Stop stop);
    void console(const QByteArray& bytes);
    void transcript(const QByteArray& bytes);
    void stepRefused(const gdbbridge::Error& error);
    // GDB, which was up, does not answer; it is waited for.
    void slow(const gdbbridge::Error& error);
    // It cannot be used any more. Comes once.
    void broken(gdbbridge::Death::Kind kind, const gdbbridge::Error& error);
    // The kernel did not come up in time; it still runs, or stands, somewhere.
    void lateBoot();

private:
    enum class Phase : uint8_t { Off, Preparing, Connecting, Booting, Up };

    void breakDown(Death::Kind kind, const Error& error);
    // The files for the boot archive and the words for the kernel's command line that make it run what was
    // asked for; nothing, and the machine is broken, when that cannot be.
    std::optional<std::vector<BootFile>> bootFiles(QString* commandLine);
    // Lets GDB know the user program's functions and lines.
    void addProgramSymbols();
    // Where the kernel stands when it is about to run what was asked for.
    const char* bootFunction() const;
    void askLayout();
    void layoutDone();
    void connectWhenPrepared();
    void insertBreakpoints();
    void bootStopped();
    void openMemory();
    // False: it cannot, and the machine is broken.
    bool moveWriteLimit();
    void describeState(std::function<void(const StateWords&)> done);
    static Error controlOutside();
    uint64_t physical(uint64_t va) const { return va - m_window.vaBase + m_window.paBase; }
    // The calls as GDB has them, with those that are inlined.
    void frames(std::function<void(const std::vector<CodePlace>&)> done);
    // Writes a word of uvm_probe_control, `offset` bytes behind the symbol.
    void setControl(const std::string& symbol, uint32_t value, std::function<void()> done,
                    unsigned offset = 0);
    void setProbes(StopAt what, std::function<void()> done);
    // Lets it go on from where it stands.
    void goOnFromHere();
    void insertStop(const mi::Command& command, const char* name,
                    std::function<void(std::optional<Error>)> done);
    // Without `refused` an error is the end of the machine.
    void goOn(const mi::Command& command, std::function<void(const Error&)> refused = {});
    void handleStop(const mi::Value& results);
    void guestWentDown(const QString& reason);
    void useMemory(const std::function<void(MemoryReader&)>& use, const std::function<void()>& done,
                   int round);
    void forgetMemory();

    SessionConfig m_config;
    std::unique_ptr<QemuProcess> m_qemu;
    std::unique_ptr<GdbClient> m_gdb;
    std::unique_ptr<LayoutRequest> m_layoutRequest;
    std::unique_ptr<GuestStateReader> m_state;
    std::unique_ptr<MemoryReader> m_memory;
    PageCacheReader* m_pages = nullptr; // m_memory, where it is read through GDB
    std::unique_ptr<LiveReader> m_live; // where memory is mapped
    unsigned m_freeAttempts = 16;       // of the next live snapshot, before the guest has to wait
    MemoryWindow m_window;
    std::map<std::string, uint64_t> m_symbols; // of the control words and classes
    std::map<uint64_t, std::string> m_breakpoints;
    QTimer m_startTimer;
    Phase m_phase = Phase::Off;
    const Architecture* m_architecture = nullptr;
    bool m_qemuReady = false, m_layoutReady = false;
    bool m_stopped = false, m_down = false;
    bool m_atProbe = false; // it stands at the first instruction of the function that does nothing
    std::optional<StopAt> m_stopAt;
    std::optional<uint64_t> m_extraStop; // GDB's number of it
    uint64_t m_eventLimit = ~uint64_t{0};
    int m_lastSaved = 0;
    QString m_stopNote;
};

} // namespace gdbbridge
