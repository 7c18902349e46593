#include "gdbbridge/session/machine.h"

#include "gdbbridge/session/machine_names.h"

namespace gdbbridge {

using namespace names;

namespace {

constexpr int downTimeoutMs = 2000;

std::string hexBytes(uint32_t value) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (int byte = 0; byte < 4; ++byte, value >>= 8) {
        text += digits[value >> 4 & 15];
        text += digits[value & 15];
    }
    return text;
}

} // namespace

Machine::Machine(QObject* parent) : QObject(parent) {
    m_startTimer.setSingleShot(true);
    connect(&m_startTimer, &QTimer::timeout, this, [this] {
        if (m_phase == Phase::Booting)
            Q_EMIT lateBoot();
        else
            breakDown(Death::Kind::Failed,
                      {ErrorKind::Timeout,
                       m_qemuReady
                           ? QStringLiteral("GDB was not ready in %1 s").arg(m_config.startTimeoutMs / 1000)
                           : QStringLiteral("QEMU was not ready in %1 s").arg(m_config.startTimeoutMs / 1000),
                       QStringLiteral("start again; if the computer is very busy, wait")});
    });
}

Machine::~Machine() {
    if (m_gdb)
        m_gdb->stop();
    if (m_qemu)
        m_qemu->stop();
}

void Machine::breakDown(Death::Kind kind, const Error& error) {
    if (m_phase == Phase::Off)
        return;
    m_phase = Phase::Off;
    m_startTimer.stop();
    // Not from inside a call of the user, and not while one of the processes reports its own end.
    QMetaObject::invokeMethod(
        this, [this, kind, error] { Q_EMIT broken(kind, error); }, Qt::QueuedConnection);
}

void Machine::resume(StopAt what) {
    if (!m_stopped || m_down)
        return;
    m_stopped = false;
    forgetMemory();
    setProbes(what, [this] { goOnFromHere(); });
}

// Over a breakpoint GDB steps, for which it takes the breakpoints out, and QEMU throws away all code that it
// has translated each time it loses or gets one. So the function where the probe stops, which does nothing,
// is left by hand: what its return would do.
void Machine::goOnFromHere() {
    if (std::exchange(m_atProbe, false))
        for (const char* part :
             {"$pc = *(unsigned long*)$sp", "$sp = (unsigned long)$sp + sizeof(unsigned long)"})
            goOn(mi::Command("-data-evaluate-expression")
                     .option("--thread")
                     .argument(uint64_t(1))
                     .option("--frame")
                     .argument(uint64_t(0))
                     .argument(part));
    goOn(mi::Command("-exec-continue"));
}

void Machine::resumeTo(uint64_t sequence) {
    if (!m_stopped || m_down)
        return;
    m_stopped = false;
    forgetMemory();
    // Later events stop as ever, so it stays.
    setControl(stopFrom, uint32_t(sequence), [this, sequence] {
        setControl(
            stopFrom, uint32_t(sequence >> 32),
            [this] {
                m_stopAt.reset(); // the kernel is to see it
                setProbes(StopAt::EveryEvent, [this] { goOnFromHere(); });
            },
            sizeof(uint32_t));
    });
}

Error Machine::controlOutside() {
    return {ErrorKind::BadKernel,
            QStringLiteral("uvm_probe_control lies outside the guest's memory, or not aligned"),
            QStringLiteral("build the kernel from this source tree")};
}

void Machine::record(Record what) {
    setControl(recordMask, what == Record::Everything ? allClasses : uint32_t(m_symbols[operationClass]),
               [] {});
}

void Machine::setProbes(StopAt what, std::function<void()> done) {
    if (m_stopAt == what)
        return done();
    m_stopAt = what;
    // At commands: where they end, not where they begin.
    bool const all = what == StopAt::EveryEvent;
    uint32_t classes = all ? allClasses : uint32_t(m_symbols[operationClass]);
    if (what == StopAt::FaultStages)
        classes |= uint32_t(m_symbols[faultClass]);
    setControl(stopExcept, all ? 0 : uint32_t(m_symbols[commandBegin]),
               [this, classes, done = std::move(done)] {
                   // Behind the masks: until then the kernel writes what it knew nothing of. All of its ring
                   // has a larger address than one whose lower half is 0.
                   setControl(stopMask, classes, [this, done] { setControl(quickUntil, 0, done); });
               });
}

void Machine::goOn(const mi::Command& command, std::function<void(const Error&)> refused) {
    m_gdb->command(command, [this, refused = std::move(refused)](const mi::ResultRecord& record) {
        if (record.resultClass != mi::ResultClass::Error)
            return;
        if (refused)
            refused({ErrorKind::GdbRefused, errorMessage(record), {}});
        else
            breakDown(Death::Kind::GdbGone, lostMachine(record));
    });
}

void Machine::interrupt() {
    if (m_stopped)
        return;
    m_gdb->command(mi::Command("-exec-interrupt"));
}

void Machine::setControl(const std::string& symbol, uint32_t value, std::function<void()> done,
                         unsigned offset) {
    uint64_t const address = m_symbols[symbol] + offset;
    if (m_config.readPath == ReadPath::Mapped) {
        if (!m_qemu->ram()->write32(physical(address), value))
            return breakDown(Death::Kind::Failed, controlOutside());
        return done();
    }
    m_gdb->command(mi::Command("-data-write-memory-bytes").argument(address).argument(hexBytes(value)),
                   [this, done = std::move(done)](const mi::ResultRecord& record) {
                       if (record.resultClass == mi::ResultClass::Done)
                           done();
                       else
                           breakDown(Death::Kind::GdbGone, {ErrorKind::GdbRefused, errorMessage(record), {}});
                   });
}

void Machine::handleStop(const mi::Value& results) {
    // The stop that comes with the connection.
    if (m_phase != Phase::Booting && m_phase != Phase::Up)
        return;
    m_stopped = true;
    forgetMemory();
    auto const number = results["bkptno"].number();
    auto const at = number ? m_breakpoints.find(*number) : m_breakpoints.end();
    std::string const where = at == m_breakpoints.end() ? std::string() : at->second;
    m_atProbe = where == probeFunction;
    Stop stop = Stop::Elsewhere;
    std::string const reason = results["reason"].text();
    if (where == probeFunction)
        stop = Stop::Probe;
    else if (where == extraPlace)
        stop = Stop::Place;
    else if (reason == "watchpoint-trigger") {
        stop = Stop::Watch;
        m_stopNote = QStringLiteral("%1, was %2")
                         .arg(QString::fromStdString(results["value"]["new"].text()),
                              QString::fromStdString(results["value"]["old"].text()));
    } else if (reason == "end-stepping-range" || reason == "function-finished")
        stop = Stop::Stepped;
    else if (where == endFunction)
        stop = Stop::TheEnd;
    else if (results["signal-name"].text() == "SIGQUIT") // QEMU's word for a machine that is shut down
        stop = Stop::Down;
    else if (reason == "signal-received")
        stop = Stop::Signal;
    m_down = stop == Stop::Down;
    auto const tell = [this, stop, booted = where == bootFunction()] {
        m_startTimer.stop();
        if (booted && m_phase == Phase::Booting)
            bootStopped();
        else
            Q_EMIT stopped(stop);
    };
    if (m_memory)
        return tell();
    evaluateAll({windowVa, windowPa, windowSize},
                [this, tell](const std::map<std::string, uint64_t>& values) {
                    if (values.size() == 3) {
                        m_window = {values.at(windowVa), values.at(windowPa), values.at(windowSize)};
                        openMemory();
                    }
                    tell();
                });
}

void Machine::evaluateAll(const std::vector<std::string>& expressions,
                          std::function<void(const std::map<std::string, uint64_t>&)> done) {
    auto values = std::make_shared<std::map<std::string, uint64_t>>();
    for (size_t i = 0; i < expressions.size(); ++i) {
        bool const last = i + 1 == expressions.size();
        m_gdb->evaluate(expressions[i], [values, done, last, name = expressions[i]](const auto& text) {
            if (auto const number = text ? parseGdbNumber(*text) : std::nullopt)
                (*values)[name] = *number;
            if (last)
                done(*values);
        });
    }
}

void Machine::processorText(std::function<void(const QString&)> done) {
    m_qemu->processorText(std::move(done));
}

void Machine::drainLines() {
    if (m_qemu)
        m_qemu->drainLines();
}

// GDB tells of it as well, and then the machine can be looked at. When it does not, there is nothing to look
// at.
void Machine::guestWentDown(const QString& reason) {
    QTimer::singleShot(downTimeoutMs, this, [this, reason] {
        if (!m_stopped)
            breakDown(Death::Kind::Shutdown,
                      {ErrorKind::QemuExited,
                       QStringLiteral("the guest went down (%1), and GDB does not see it").arg(reason),
                       QStringLiteral("start again")});
    });
}

} // namespace gdbbridge
