#include "labs/grader/checker.h"

#include <QFile>
#include <QFileInfo>
#include <QProcess>

#include "labs/grader/evidence.h"
#include "labs/grader/files.h"
#include "labs/grader/guest.h"
#include "labs/grader/kit.h"
#include "labs/grader/scenario_run.h"

namespace grader {

namespace {

constexpr int buildSeconds = 60, referenceSeconds = 30, invariantSeconds = 3;

} // namespace

const QString& Checker::build(Machine machine) {
    const auto [at, fresh] = m_built.try_emplace(machine);
    if (!fresh)
        return at->second;
    RunRequest request;
    request.program = QStringLiteral("make");
    request.arguments = {QStringLiteral("-s"), programOf(machine)};
    request.folder = m_config.folder;
    request.read = m_config.read;
    request.limits = {buildSeconds, uint64_t{2} << 30, uint64_t{256} << 20};
    const RunResult result = runUntrusted(request);
    m_sandboxed = result.sandboxed;
    if (result.end == RunEnd::TimedOut)
        at->second = QStringLiteral("the build did not end within %1 s").arg(buildSeconds);
    else if (result.end == RunEnd::NotStarted)
        at->second = QStringLiteral("make could not be started; is it installed?");
    else if (result.end != RunEnd::Exited || result.code != 0)
        at->second = QString::fromUtf8(result.err.trimmed()).left(4000);
    if (at->second.isEmpty() && (result.end != RunEnd::Exited || result.code != 0))
        at->second = QStringLiteral("make ended with status %1").arg(result.code);
    return at->second;
}

bool Checker::runBuild(const Check& check, Failure& failure) {
    for (const Machine machine : check.machines)
        if (const QString& problem = build(machine); !problem.isEmpty()) {
            failure.what = QStringLiteral("it does not build for %1").arg(machineName(machine));
            failure.machine = machineName(machine);
            failure.detail = problem;
            return false;
        }
    return true;
}

std::optional<QByteArray> Checker::expected(const QString& file, const QByteArray& scenario,
                                            QString* problem) {
    if (m_config.reference.isEmpty()) {
        const QString out =
            QString(m_lab.scenarioFile(file)).replace(QStringLiteral(".uvm"), QStringLiteral(".out"));
        auto bytes = readFile(out);
        if (!bytes)
            *problem = QStringLiteral("cannot read %1").arg(out);
        return bytes;
    }
    QProcess process;
    process.start(m_config.reference, {QStringLiteral("-")});
    process.write(scenario);
    process.closeWriteChannel();
    if (process.waitForFinished(referenceSeconds * 1000) && process.exitStatus() == QProcess::NormalExit)
        return process.readAllStandardOutput();
    *problem = QStringLiteral("the reference could not be run: %1").arg(process.errorString());
    return std::nullopt;
}

// With a check behind each command, on the host, where it takes no time.
void Checker::findInvariant(const QByteArray& scenario, Failure& failure) {
    if (!build(Machine::Host).isEmpty())
        return;
    const ScenarioRun run = runOnHost(m_config.folder, withChecks(scenario), invariantSeconds);
    const BrokenInvariant broken = firstBroken(run.transcript);
    if (broken.command < 0)
        return;
    const auto commands = commandsOf(scenario);
    const auto& after = commands[std::min(size_t(broken.command), commands.size() - 1)];
    failure.invariant = QStringLiteral("behind line %1, %2: %3")
                            .arg(after.line)
                            .arg(QString::fromUtf8(after.text), broken.words);
}

bool Checker::runScenario(const Check& check, const QString& file, Machine machine, Failure& failure) {
    failure.machine = machineName(machine);
    failure.scenario = file + QStringLiteral(".uvm");
    const auto text = readFile(m_lab.scenarioFile(file));
    if (!text) {
        failure.what = QStringLiteral("cannot read %1").arg(failure.scenario);
        return false;
    }
    const QByteArray scenario = varied(*text, m_config.reference.isEmpty() ? 0 : m_config.seed);
    const auto want = expected(file, scenario, &failure.what);
    if (!want)
        return false;
    const ScenarioRun run = machine == Machine::Host
                                ? runOnHost(m_config.folder, scenario, check.seconds)
                                : runInQemu(m_config.folder, scenario, machine, 2 * check.seconds);
    const Difference difference = firstDifference(*want, run.transcript);
    if (!difference.found && run.died.isEmpty())
        return true;
    failure.what = run.died.isEmpty() ? QStringLiteral("the transcript is another one") : run.died;
    failure.detail = run.died.isEmpty() ? QString() : run.detail;
    const auto commands = commandsOf(*text);
    if (difference.found && !commands.empty()) {
        const size_t at = std::min(size_t(std::max(difference.command, 0)), commands.size() - 1);
        failure.line = commands[at].line;
        failure.command = int(at) + 1;
        failure.text = QString::fromUtf8(commands[at].text);
        failure.expected = QString::fromUtf8(difference.expected);
        failure.found = QString::fromUtf8(difference.actual);
    }
    findInvariant(scenario, failure);
    const QString arch = machine == Machine::X86_64 ? QStringLiteral("x86_64") : QStringLiteral("i386");
    failure.open =
        QStringLiteral("make kernel-%1.elf && uvmscope demo %2 --arch %1 --kernel kernel-%1.elf --at %3")
            .arg(arch, failure.scenario)
            .arg(std::max(failure.command, 1));
    return false;
}

bool Checker::runLeak(const Check& check, const QString& file, Failure& failure) {
    failure.machine = machineName(Machine::Host);
    failure.scenario = file + QStringLiteral(".uvm");
    const auto text = readFile(m_lab.scenarioFile(file));
    if (!text) {
        failure.what = QStringLiteral("cannot read %1").arg(failure.scenario);
        return false;
    }
    const ScenarioRun run = runOnHost(m_config.folder, varied(*text, m_config.seed), check.seconds);
    if (run.died.isEmpty() && run.left.isEmpty())
        return true;
    failure.detail = run.died.isEmpty() ? QString() : run.detail;
    failure.what = run.died.isEmpty()
                       ? QStringLiteral("the scenario's end gives everything back, but this is left: %1")
                             .arg(run.left.join(QStringLiteral(", ")))
                       : run.died;
    return false;
}

bool Checker::runProgram(const Check& check, const QString& name, Machine machine, Failure& failure) {
    failure.machine = machineName(machine);
    const auto program =
        readFile(QStringLiteral("%1/%2/%3").arg(m_config.userPrograms, machineName(machine), name));
    if (!program) {
        failure.what = QStringLiteral("there is no program %1; build the project again").arg(name);
        return false;
    }
    const GuestResult guest = runGuest({machine,
                                        m_config.folder + u'/' + programOf(machine),
                                        QStringLiteral("run=%1 halt").arg(name),
                                        {{name.toUtf8(), *program}},
                                        2 * check.seconds,
                                        check.memoryMiB,
                                        check.diskMiB});
    failure.detail = tail(guest.console);
    if (guest.end == GuestEnd::Timeout)
        failure.what =
            QStringLiteral("the program %1 did not end within %2 s").arg(name).arg(2 * check.seconds);
    else if (guest.end == GuestEnd::Reset)
        failure.what = QStringLiteral("the kernel died of a triple fault");
    else if (guest.end == GuestEnd::Failed)
        failure.what = guest.problem;
    else if (!panicIn(guest.console).isEmpty())
        failure.what = panicWords(guest.console);
    else if (guest.status != 0)
        failure.what = QStringLiteral("the program %1 ended with status %2").arg(name).arg(guest.status);
    return failure.what.isEmpty();
}

// Of the scenario, whatever kind of check it is of; what fails on the host is shown on i386.
void Checker::keepEvidence(const Check& check, Failure& failure) {
    if (m_config.evidence.isEmpty() || failure.scenario.isEmpty())
        return;
    const Machine machine = failure.machine == machineName(Machine::X86_64) ? Machine::X86_64 : Machine::I386;
    const auto text = readFile(m_lab.folder + u'/' + failure.scenario);
    if (!text || !build(machine).isEmpty())
        failure.evidence = QStringLiteral("no recording: there is no kernel");
    else if (!m_boots)
        failure.evidence = QStringLiteral("no recording: the kernel dies before its first command");
    else
        m_boots =
            makeEvidence({m_config.program, m_config.folder, m_config.evidence + u'/' + check.id, m_lab.view,
                          varied(*text, m_config.reference.isEmpty() ? 0 : m_config.seed), machine},
                         failure);
}

bool Checker::dispatch(const Check& check, Failure& failure) {
    if (check.kind == CheckKind::Build)
        return runBuild(check, failure);
    for (const Machine machine : check.machines)
        if (!build(machine).isEmpty()) {
            failure.what = QStringLiteral("it does not build for %1").arg(machineName(machine));
            return false;
        }
    for (const QString& file : check.files)
        for (const Machine machine : check.machines) {
            const bool fine = check.kind == CheckKind::Scenario ? runScenario(check, file, machine, failure)
                              : check.kind == CheckKind::Leak   ? runLeak(check, file, failure)
                                                                : runProgram(check, file, machine, failure);
            if (!fine)
                return false;
        }
    return true;
}

CheckResult Checker::run(const Check& check) {
    CheckResult result{check.id, check.title, check.hint, check.points, 0, check.isPublic, false, {}};
    result.passed = dispatch(check, result.failure);
    result.earned = result.passed ? check.points : 0;
    if (!result.passed)
        keepEvidence(check, result.failure);
    return result;
}

LabResult runChecks(const Lab& lab, const CheckerConfig& config, bool publicOnly,
                    const std::function<void(const Check&)>& told) {
    LabResult result{lab.number, lab.title, {}, false, config.seed};
    Checker checker(lab, config);
    for (const Check& check : lab.checks) {
        if (publicOnly && !check.isPublic)
            continue;
        if (told)
            told(check);
        result.checks.push_back(checker.run(check));
    }
    result.sandboxed = checker.sandboxed();
    return result;
}

} // namespace grader
