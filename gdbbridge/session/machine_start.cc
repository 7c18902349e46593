// How the machine comes up: the two processes, the debug information, the boot.
#include <QFile>

#include "gdbbridge/mi/escape.h"
#include "gdbbridge/session/kernel_file.h"
#include "gdbbridge/session/machine.h"
#include "gdbbridge/session/machine_names.h"
#include "gdbbridge/transport/boot_archive.h"

namespace gdbbridge {

using namespace names;

namespace {

constexpr int oldestGdb = 12;

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

} // namespace

void Machine::start(const SessionConfig& config, const Machine* same) {
    m_config = config;
    if (same && same->m_state && same->m_config.kernel == config.kernel) {
        m_layoutRequest = std::make_unique<LayoutRequest>(*same->m_layoutRequest);
        m_symbols = same->m_symbols;
    }
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
    if (m_layoutRequest)
        return layoutDone();
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

} // namespace gdbbridge
