#include "gdbbridge/session/machine.h"

#include <QFile>
#include <algorithm>
#include <array>
#include <iterator>

#include "gdbbridge/mi/escape.h"
#include "gdbbridge/session/kernel_file.h"
#include "gdbbridge/transport/boot_archive.h"

namespace gdbbridge {

namespace {

constexpr int oldestGdb = 12;
constexpr int downTimeoutMs = 2000;
// Rounds of fetching pages for one look at memory; a long list may need one a node.
constexpr int mostRounds = 4096;
constexpr int deepestStack = 24;

const char* const probeFunction = "uvm_probe_stop";
const char* const probePrefix = "uvm_probe_"; // of the functions that a probe passes
// Names of stops that no function has.
const char* const extraPlace = "@place";
const char* const extraWatch = "@watch";
const char* const endFunction = "uvm_machine_stopped";
const char* const scenarioFunction = "uvm::kernel_program";
const char* const programFunction = "uvm::kernel_user_program";

constexpr const char* recordMask = "(unsigned long)&uvm::uvm_probe_control.record_mask";
constexpr const char* stopMask = "(unsigned long)&uvm::uvm_probe_control.stop_mask";
constexpr const char* stopExcept = "(unsigned long)&uvm::uvm_probe_control.stop_except";
constexpr const char* commandBegin = "(unsigned long)uvm::uvm_event::command_begin";
constexpr const char* operationClass = "(unsigned long)uvm::uvm_event_class::operation";
constexpr const char* faultClass = "(unsigned long)uvm::uvm_event_class::fault";
constexpr uint32_t allClasses = ~uint32_t{0};
constexpr const char* stopFrom = "(unsigned long)&uvm::uvm_probe_control.stop_from";
constexpr const char* writeLimit = "(unsigned long)&uvm::uvm_probe_control.write_limit";
constexpr const char* waitingWord = "(unsigned long)&uvm::uvm_probe_control.waiting";
constexpr std::array controlExpressions{stopFrom,   writeLimit,   waitingWord,    recordMask, stopMask,
                                        stopExcept, commandBegin, operationClass, faultClass};
const char* const windowVa = "uvm::machine_window.va_base";
const char* const windowPa = "uvm::machine_window.pa_base";
const char* const windowSize = "uvm::machine_window.size";

std::string hexBytes(uint32_t value) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (int byte = 0; byte < 4; ++byte, value >>= 8) {
        text += digits[value >> 4 & 15];
        text += digits[value & 15];
    }
    return text;
}

// The name of the scenario in the archive and on the kernel's command line: no path, no blanks.
QByteArray guestName(const QString& name) {
    return name.section(QLatin1Char('/'), -1)
        .simplified()
        .replace(QLatin1Char(' '), QLatin1Char('_'))
        .toUtf8();
}

QString listText(const std::vector<std::string>& lines) {
    QString text = QString::fromStdString(lines.front());
    if (lines.size() > 1)
        text += QStringLiteral(" (and %1 more)").arg(lines.size() - 1);
    return text;
}

CodePlace placeOf(const mi::Value& frame) {
    CodePlace place;
    // As people say it: without the namespace that all of the kernel shares.
    place.function = QString::fromStdString(frame["func"].text())
                         .remove(QLatin1String("uvm::"))
                         .remove(QLatin1String("(anonymous namespace)::"));
    QString const file = QString::fromStdString(frame["fullname"].text());
    // Below the source folder: what follows the last folder that is not ours to name.
    qsizetype const at = file.lastIndexOf(QStringLiteral("/kernel/"));
    place.file = at >= 0 ? file.mid(at + 1) : file;
    place.line = int(frame["line"].number().value_or(0));
    place.address = frame["addr"].number().value_or(0);
    return place;
}

// The part of a probe that is inlined where it is passed: in the eyes of who reads code it is that place.
bool isInlinedProbe(const CodePlace& place) {
    return place.function.startsWith(QLatin1String("uvm_probe")) &&
           !place.function.startsWith(QLatin1String(probePrefix));
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

void Machine::start(const SessionConfig& config) {
    m_config = config;
    m_phase = Phase::Preparing;
    m_startTimer.start(config.startTimeoutMs);
    m_architecture = findArchitecture(config.architecture);
    if (!m_architecture)
        return breakDown(Death::Kind::Failed,
                         {ErrorKind::BadKernel,
                          QStringLiteral("there is no architecture %1").arg(config.architecture),
                          QStringLiteral("choose one of ") + architectureNames().join(QStringLiteral(", "))});
    if (auto const problem = kernelFileProblem(config.kernel, *m_architecture))
        return breakDown(Death::Kind::Failed, *problem);
    QString commandLine;
    auto const files = bootFiles(&commandLine);
    if (!files)
        return;
    auto const archive = makeBootArchive(*files);
    if (!archive)
        return breakDown(Death::Kind::Failed,
                         {ErrorKind::BadScenario,
                          QStringLiteral("the name %1 does not fit into the boot archive")
                              .arg(config.program.isEmpty() ? config.scenarioName : config.program),
                          QStringLiteral("give the file a shorter name")});
    m_gdb = std::make_unique<GdbClient>();
    m_gdb->setAnswerTimeout(config.answerTimeoutMs);
    connect(m_gdb.get(), &GdbClient::gone, this,
            [this](const Error& error) { breakDown(Death::Kind::GdbGone, error); });
    connect(m_gdb.get(), &GdbClient::slow, this, [this](const Error& error) {
        if (m_phase == Phase::Up)
            Q_EMIT slow(error);
    });
    connect(m_gdb.get(), &GdbClient::stopped, this, &Machine::handleStop);
    if (auto const error = m_gdb->start(config.gdb, config.kernel))
        return breakDown(Death::Kind::Failed, *error);

    m_qemu = std::make_unique<QemuProcess>();
    connect(m_qemu.get(), &QemuProcess::console, this, &Machine::console);
    connect(m_qemu.get(), &QemuProcess::transcript, this, &Machine::transcript);
    connect(m_qemu.get(), &QemuProcess::guestDown, this, &Machine::guestWentDown);
    connect(m_qemu.get(), &QemuProcess::failed, this,
            [this](const Error& error) { breakDown(Death::Kind::Failed, error); });
    connect(m_qemu.get(), &QemuProcess::ended, this, [this] {
        QString const words = m_qemu->child().errorText();
        breakDown(
            m_qemuReady ? Death::Kind::QemuGone : Death::Kind::Failed,
            {m_qemuReady ? ErrorKind::QemuExited : ErrorKind::StartFailed,
             QStringLiteral("QEMU %1").arg(m_qemu->child().endText()) +
                 (words.isEmpty() ? QString() : QStringLiteral(": ") + words.section(QLatin1Char('\n'), -1)),
             QStringLiteral("start again")});
    });
    connect(m_qemu.get(), &QemuProcess::ready, this, [this] {
        m_qemuReady = true;
        connectWhenPrepared();
    });
    QemuConfig qemu;
    qemu.program = config.qemu.isEmpty() ? QString::fromLatin1(m_architecture->qemu) : config.qemu;
    qemu.kernelPath = config.kernel;
    qemu.commandLine = commandLine;
    if (!config.kernelOptions.isEmpty())
        qemu.commandLine += QLatin1Char(' ') + config.kernelOptions;
    qemu.bootArchive = *archive;
    qemu.memoryMiB = config.memoryMiB;
    qemu.gdbSocketPath = config.gdbSocketPath;
    if (auto const error = m_qemu->start(qemu))
        return breakDown(Death::Kind::Failed, *error);
    askLayout();
}

std::optional<std::vector<BootFile>> Machine::bootFiles(QString* commandLine) {
    if (m_config.program.isEmpty()) {
        QByteArray const name = guestName(m_config.scenarioName);
        *commandLine = QStringLiteral("scenario=") + QString::fromUtf8(name);
        return std::vector<BootFile>{{name, m_config.scenario}};
    }
    if (auto const problem = programFileProblem(m_config.program, *m_architecture)) {
        breakDown(Death::Kind::Failed, *problem);
        return std::nullopt;
    }
    *commandLine = QStringLiteral("run=") + QString::fromUtf8(guestName(m_config.program));
    std::vector<BootFile> files;
    for (QString const& path : QStringList{m_config.program} + m_config.programFiles) {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly)) {
            breakDown(Death::Kind::Failed,
                      {ErrorKind::BadScenario,
                       QStringLiteral("%1 cannot be read: %2").arg(path, file.errorString()),
                       QStringLiteral("name files that are there")});
            return std::nullopt;
        }
        files.push_back({guestName(path), file.readAll()});
    }
    return files;
}

const char* Machine::bootFunction() const {
    return m_config.program.isEmpty() ? scenarioFunction : programFunction;
}

void Machine::addProgramSymbols() {
    if (m_config.program.isEmpty())
        return;
    // GDB's own quotes around the path, inside those of MI.
    std::string const command = "add-symbol-file " + mi::quote(m_config.program.toStdString());
    m_gdb->command(mi::Command("-interpreter-exec").option("console").argument(command),
                   [this](const mi::ResultRecord& record) {
                       if (record.resultClass == mi::ResultClass::Error)
                           breakDown(Death::Kind::Failed,
                                     {ErrorKind::BadKernel,
                                      QStringLiteral("GDB does not take the program %1: %2")
                                          .arg(m_config.program, errorMessage(record)),
                                      QStringLiteral("build it with -g")});
                   });
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

void Machine::askLayout() {
    for (const char* setting :
         {"mi-async on", "pagination off", "confirm off", "language c++", "max-value-size unlimited",
          "breakpoint always-inserted on", "print frame-arguments none"})
        m_gdb->command(mi::Command("-gdb-set").option(setting));
    addProgramSymbols();
    m_gdb->evaluate("$_gdb_major", [this](const std::optional<std::string>& value) {
        auto const major = value ? parseGdbNumber(*value) : std::nullopt;
        if (!major || *major < oldestGdb)
            breakDown(Death::Kind::Failed, {ErrorKind::WrongVersion,
                                            major ? QStringLiteral("this is GDB %1").arg(*major)
                                                  : QStringLiteral("this GDB is too old"),
                                            QStringLiteral("install version %1 or newer").arg(oldestGdb)});
    });
    for (const char* expression : controlExpressions)
        m_gdb->evaluate(expression, [this, expression](const std::optional<std::string>& value) {
            if (auto const number = value ? parseGdbNumber(*value) : std::nullopt)
                m_symbols[expression] = *number;
        });
    m_layoutRequest = std::make_unique<LayoutRequest>();
    for (size_t i = 0; i < m_layoutRequest->queries().size(); ++i)
        m_gdb->evaluate(m_layoutRequest->queries()[i].expression,
                        [this, i](const std::optional<std::string>& value) {
                            if (value)
                                m_layoutRequest->answer(i, *value);
                            else
                                m_layoutRequest->refuse(i);
                            if (m_layoutRequest->complete() && m_phase == Phase::Preparing)
                                layoutDone();
                        });
}

void Machine::layoutDone() {
    auto const missing = m_layoutRequest->layout().missing();
    if (!missing.empty() || m_symbols.size() != controlExpressions.size()) {
        QString const what =
            missing.empty() ? QStringLiteral("kernel has no uvm_probe_control") : listText(missing);
        return breakDown(
            Death::Kind::Failed,
            {ErrorKind::BadKernel,
             QStringLiteral("the debug information of %1 does not do: %2").arg(m_config.kernel, what),
             QStringLiteral("build the kernel with -g, and rename nothing that the viewer looks for")});
    }
    m_state = std::make_unique<GuestStateReader>(m_layoutRequest->layout());
    m_layoutReady = true;
    connectWhenPrepared();
}

void Machine::connectWhenPrepared() {
    if (m_phase != Phase::Preparing || !m_qemuReady || !m_layoutReady)
        return;
    m_phase = Phase::Connecting;
    m_gdb->command(
        mi::Command("-target-select").option("remote").argument(m_qemu->gdbSocketPath().toStdString()),
        [this](const mi::ResultRecord& record) {
            m_qemu->removeGdbSocket();
            if (record.resultClass != mi::ResultClass::Connected)
                return breakDown(Death::Kind::Failed,
                                 {ErrorKind::GdbRefused,
                                  QStringLiteral("GDB could not connect to QEMU: ") + errorMessage(record),
                                  QStringLiteral("start again")});
            insertBreakpoints();
        });
}

void Machine::insertBreakpoints() {
    for (const char* function : {probeFunction, endFunction, bootFunction()}) {
        mi::Command insert("-break-insert");
        // Gone when it is hit. Going on from a breakpoint begins with one step, and QEMU may end that step
        // without an instruction done when an interrupt is polled for; then the breakpoint is hit once more.
        if (function == bootFunction())
            insert.option("-t");
        m_gdb->command(insert.argument(function), [this, function](const mi::ResultRecord& record) {
            auto const number = record.results["bkpt"]["number"].number();
            if (number)
                m_breakpoints[*number] = function;
            else
                breakDown(Death::Kind::Failed,
                          {ErrorKind::BadKernel,
                           QStringLiteral("%1 has no function %2 to stop at: %3")
                               .arg(m_config.kernel, QLatin1String(function), errorMessage(record)),
                           QStringLiteral("build the kernel from this source tree")});
        });
    }
    m_gdb->command(mi::Command("-exec-continue"), [this](const mi::ResultRecord& record) {
        if (record.resultClass == mi::ResultClass::Error)
            breakDown(Death::Kind::Failed, {ErrorKind::GdbRefused, errorMessage(record), {}});
        else if (m_phase == Phase::Connecting)
            m_phase = Phase::Booting;
    });
}

void Machine::resume(StopAt what) {
    if (!m_stopped || m_down)
        return;
    m_stopped = false;
    forgetMemory();
    setProbes(what, [this] { goOn(mi::Command("-exec-continue")); });
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
            [this] { setProbes(StopAt::EveryEvent, [this] { goOn(mi::Command("-exec-continue")); }); },
            sizeof(uint32_t));
    });
}

Error Machine::controlOutside() {
    return {ErrorKind::BadKernel,
            QStringLiteral("uvm_probe_control lies outside the guest's memory, or not aligned"),
            QStringLiteral("build the kernel from this source tree")};
}

void Machine::accept(const EventBatch& batch) {
    m_state->accept(batch);
    moveWriteLimit();
}

// Without the limit the guest waits for nobody, and events are lost.
bool Machine::moveWriteLimit() {
    if (m_config.readPath != ReadPath::Mapped ||
        m_qemu->ram()->write64(physical(m_symbols[writeLimit]),
                               std::min(m_state->position() + m_state->capacity(), m_eventLimit)))
        return true;
    breakDown(Death::Kind::Failed, controlOutside());
    return false;
}

void Machine::setEventLimit(uint64_t last) {
    m_eventLimit = last;
    (void)moveWriteLimit();
}

std::optional<Snapshot> Machine::atEventLimit() {
    if (m_phase != Phase::Up || !m_memory || m_config.readPath != ReadPath::Mapped)
        return std::nullopt;
    // The guest says that it waits after it has seen the limit, and the last event came before that.
    auto const waits = [this] {
        return m_qemu->ram()->read32(physical(m_symbols[waitingWord])).value_or(0) != 0 &&
               m_state->position() == m_eventLimit;
    };
    if (!waits())
        return std::nullopt;
    return m_state->decoder().decode(*m_memory);
}

void Machine::record(Record what) {
    setControl(recordMask, what == Record::Everything ? allClasses : uint32_t(m_symbols[operationClass]),
               [] {});
}

EventBatch Machine::drain() {
    if (m_phase != Phase::Up || !m_memory || m_config.readPath != ReadPath::Mapped)
        return {};
    EventBatch batch = m_state->readEvents(*m_memory);
    accept(batch);
    return batch;
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
               [this, classes, done = std::move(done)] { setControl(stopMask, classes, done); });
}

void Machine::step(FineStep what, StopAt probes) {
    if (!m_stopped || m_down)
        return;
    // Where the machine stands in a probe, the frame that passed it is the one that steps.
    frames([this, what, probes](const std::vector<CodePlace>& places) {
        size_t inProbe = 0;
        while (inProbe < places.size() && places[inProbe].function.startsWith(QLatin1String(probePrefix)))
            ++inProbe;
        size_t inlined = inProbe;
        while (inlined < places.size() && isInlinedProbe(places[inlined]))
            ++inlined;
        m_stopped = false;
        forgetMemory();
        mi::Command command(what == FineStep::Over   ? "-exec-next"
                            : what == FineStep::Into ? "-exec-step"
                            : what == FineStep::Out  ? "-exec-finish"
                                                     : "-exec-step-instruction");
        // Finishing the last of the probe's functions stands behind the probe in the code that passed it.
        size_t const leave = what == FineStep::Out ? inlined + 1 : inProbe;
        if (what != FineStep::Instruction && leave > 0) {
            command = mi::Command("-exec-finish");
            command.option("--thread").argument(uint64_t(1));
            command.option("--frame").argument(uint64_t(leave - 1));
        }
        setProbes(probes, [this, command] {
            goOn(command, [this](const Error& error) {
                m_stopped = true;
                Q_EMIT stepRefused(error);
            });
        });
    });
}

void Machine::stopAt(const QString& location, std::function<void(std::optional<Error>)> done) {
    insertStop(mi::Command("-break-insert").argument(location.toStdString()), extraPlace, std::move(done));
}

void Machine::stopAtWrite(uint64_t address, unsigned size, std::function<void(std::optional<Error>)> done) {
    static constexpr std::array types{"unsigned char", "unsigned short", "unsigned int",
                                      "unsigned long long"};
    size_t const index = size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3;
    QString const expression =
        QStringLiteral("*(%1*)0x%2").arg(QLatin1String(types[index])).arg(address, 0, 16);
    insertStop(mi::Command("-break-watch").argument(expression.toStdString()), extraWatch, std::move(done));
}

void Machine::insertStop(const mi::Command& command, const char* name,
                         std::function<void(std::optional<Error>)> done) {
    removeStop();
    m_gdb->command(command, [this, name, done = std::move(done)](const mi::ResultRecord& record) {
        if (record.resultClass != mi::ResultClass::Done)
            return done(Error{ErrorKind::GdbRefused, errorMessage(record), {}});
        auto number = record.results["bkpt"]["number"].number();
        if (!number)
            number = record.results["wpt"]["number"].number();
        if (!number)
            return done(Error{ErrorKind::GdbRefused, QStringLiteral("GDB cannot stop there"), {}});
        m_extraStop = number;
        m_breakpoints[*number] = name;
        done(std::nullopt);
    });
}

void Machine::removeStop() {
    if (!m_extraStop)
        return;
    m_breakpoints.erase(*m_extraStop);
    m_gdb->command(mi::Command("-break-delete").argument(*m_extraStop));
    m_extraStop.reset();
}

void Machine::goOn(const mi::Command& command, std::function<void(const Error&)> refused) {
    m_gdb->command(command, [this, refused = std::move(refused)](const mi::ResultRecord& record) {
        if (record.resultClass != mi::ResultClass::Error)
            return;
        Error const error{ErrorKind::GdbRefused, errorMessage(record), {}};
        if (refused)
            refused(error);
        else
            breakDown(Death::Kind::GdbGone, error);
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

void Machine::bootStopped() {
    if (!m_memory)
        return breakDown(Death::Kind::Failed,
                         {ErrorKind::BadKernel,
                          QStringLiteral("the kernel does not say where its memory is (machine_window)"),
                          QStringLiteral("build the kernel from this source tree")});
    m_phase = Phase::Up;
    if (!moveWriteLimit())
        return;
    setControl(recordMask, allClasses, [this] { Q_EMIT ready(); });
}

void Machine::openMemory() {
    if (m_window.size == 0)
        return; // the kernel has not built its tables yet
    if (m_config.readPath == ReadPath::Mapped) {
        auto const ram = m_qemu->ram()->bytes();
        m_memory = std::make_unique<WindowReader>(
            std::span(reinterpret_cast<const uint8_t*>(ram.data()), ram.size()), m_window);
        m_live = std::make_unique<LiveReader>(m_layoutRequest->layout(), *m_memory);
    } else {
        auto pages = std::make_unique<PageCacheReader>(m_window);
        m_pages = pages.get();
        m_memory = std::move(pages);
    }
}

void Machine::forgetMemory() {
    if (m_pages)
        m_pages->forget();
}

void Machine::withMemory(std::function<void(MemoryReader&)> use, std::function<void()> done) {
    if (m_memory)
        useMemory(use, done, 0);
    else
        done();
}

void Machine::useMemory(const std::function<void(MemoryReader&)>& use, const std::function<void()>& done,
                        int round) {
    use(*m_memory);
    std::vector<uint64_t> const missing = m_pages ? m_pages->takeMissing() : std::vector<uint64_t>();
    if (missing.empty() || round == mostRounds)
        return done();
    for (size_t i = 0; i < missing.size(); ++i) {
        bool const last = i + 1 == missing.size();
        m_gdb->command(
            mi::Command("-data-read-memory-bytes").argument(missing[i]).argument(PageCacheReader::pageSize),
            [this, use, done, round, last, page = missing[i]](const mi::ResultRecord& record) {
                QByteArray const bytes = QByteArray::fromHex(
                    QByteArray::fromStdString(record.results["memory"][size_t(0)]["contents"].text()));
                if (bytes.size() == qsizetype(PageCacheReader::pageSize))
                    m_pages->put(page, std::span<const uint8_t, PageCacheReader::pageSize>(
                                           reinterpret_cast<const uint8_t*>(bytes.constData()),
                                           PageCacheReader::pageSize));
                else
                    m_pages->putUnreadable(page);
                if (last)
                    useMemory(use, done, round + 1);
            });
    }
}

void Machine::stack(std::function<void(const std::vector<CodePlace>&)> done) {
    frames([done = std::move(done)](const std::vector<CodePlace>& all) {
        std::vector<CodePlace> places;
        std::copy_if(all.begin(), all.end(), std::back_inserter(places),
                     [](const CodePlace& place) { return !isInlinedProbe(place); });
        done(places);
    });
}

void Machine::frames(std::function<void(const std::vector<CodePlace>&)> done) {
    m_gdb->command(mi::Command("-stack-list-frames").argument(uint64_t(0)).argument(uint64_t(deepestStack)),
                   [done = std::move(done)](const mi::ResultRecord& record) {
                       std::vector<CodePlace> places;
                       for (const mi::Value& frame : record.results["stack"].children())
                           places.push_back(placeOf(frame));
                       done(places);
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
