#include "labs/grader/checker.h"

#include <QFile>
#include <QFileInfo>
#include <QProcess>

#include "labs/grader/channel.h"
#include "labs/grader/evidence.h"
#include "labs/grader/files.h"
#include "labs/grader/guest.h"
#include "labs/grader/kit.h"
#include "labs/grader/scenario_run.h"

namespace grader {

namespace {

constexpr int buildSeconds = 60, referenceSeconds = 30;
// A scenario takes milliseconds of a processor on the host, and a kernel a fraction of what its check gives
// it in QEMU. Once a run was given up, those behind it have less, which is plenty still.
constexpr RunTime hostTime{.cpuMs = 2000, .seconds = 6}, leastHostTime{.cpuMs = 300, .seconds = 3};
constexpr int guestMsASecond = 600, leastGuestMsASecond = 400; // of a check's
constexpr int guestClockASecond = 4, leastGuestClockASecond = 2;
// A recording ends where the machine is silent for some seconds; and if it never is.
constexpr int evidenceSeconds = 20;
// Who waits for the words only is told one event: what is broken is mostly the same. Of a recording it is
// sought a few times.
constexpr int mostLooks = 2, mostEvents = 3;

// "behind line 3, map A 0x1000 0x2000: ", of a command's number from 1.
QString behind(const QByteArray& scenario, int command) {
    const auto commands = commandsOf(scenario);
    if (command < 1 || size_t(command) > commands.size())
        return QStringLiteral("before the first line: ");
    const auto& that = commands[size_t(command) - 1];
    return QStringLiteral("behind line %1, %2: ").arg(that.line).arg(QString::fromUtf8(that.text));
}

// The options that open the app where an invariant broke, or else at the line that failed.
QString placeWords(const Failure& failure) {
    if (failure.breaksAt != 0)
        return QStringLiteral(" --at %1 --event %2").arg(failure.breaksIn).arg(failure.breaksAt);
    const int command = failure.invariant.isEmpty() ? failure.command : failure.breaksIn;
    return command > 0 ? QStringLiteral(" --at %1").arg(command) : QString();
}

// The name with which a program says that it passed, replaced by a word of the same length. Other strings of
// the file that are its name (of a symbol, at most) may be so, too.
std::optional<QByteArray> withWord(const QByteArray& program, const QByteArray& name,
                                   const QByteArray& word) {
    const QByteArray string = '\0' + name + '\0';
    if (!program.contains(string))
        return std::nullopt;
    return QByteArray(program).replace(string, '\0' + word + '\0');
}

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
    request.limits = {
        .seconds = buildSeconds, .memoryBytes = uint64_t{2} << 30, .fileBytes = uint64_t{256} << 20};
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

RunTime Checker::timeFor(const Check& check, Machine machine) const {
    const bool isLess = m_hangs > 0;
    if (machine == Machine::Host) {
        RunTime time = isLess ? leastHostTime : hostTime;
        time.isLess = isLess;
        return time;
    }
    const int ms = isLess || m_config.brisk ? leastGuestMsASecond : guestMsASecond;
    return {check.seconds * ms, check.seconds * (isLess ? leastGuestClockASecond : guestClockASecond),
            isLess};
}

void Checker::gaveUp(bool timedOut, Failure& failure) {
    failure.hangs = timedOut;
    m_hangs += timedOut ? 1 : 0;
}

// The first broken invariant, with a check behind each command, on the host, where it takes no time.
void Checker::findInvariant(const QByteArray& scenario, Failure& failure) {
    // What hangs once hangs mostly everywhere, and each look at it takes its time.
    if (!build(Machine::Host).isEmpty() || (failure.hangs && m_hangs > 1))
        return;
    const ScenarioRun run =
        runOnHost(m_config.folder, withChecks(scenario), failure.hangs ? leastHostTime : hostTime);
    if (const BrokenInvariant broken = firstBroken(run.transcript); broken.command >= 0) {
        failure.breaksIn = std::min(broken.command + 1, int(commandsOf(scenario).size()));
        failure.invariant = behind(scenario, failure.breaksIn) + broken.words;
    }
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
                                ? runOnHost(m_config.folder, scenario, timeFor(check, machine))
                                : runInQemu(m_config.folder, scenario, machine, timeFor(check, machine));
    const Difference difference = firstDifference(*want, run.transcript);
    if (!difference.found && run.died.isEmpty())
        return true;
    failure.what = run.died.isEmpty() ? QStringLiteral("the transcript is another one") : run.died;
    gaveUp(run.timedOut, failure);
    failure.detail = run.died.isEmpty() ? QString() : run.detail;
    failure.diesOnHost = machine == Machine::Host && !run.died.isEmpty() && !run.timedOut;
    failure.atEnd = failure.diesOnHost && !difference.found;
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
    const ScenarioRun run =
        runOnHost(m_config.folder, varied(*text, m_config.seed), timeFor(check, Machine::Host));
    if (run.died.isEmpty() && run.left.isEmpty())
        return true;
    gaveUp(run.timedOut, failure);
    failure.detail = run.died.isEmpty() ? QString() : run.detail;
    failure.what = run.died.isEmpty()
                       ? QStringLiteral("the scenario's end gives everything back, but this is left: %1")
                             .arg(run.left.join(QStringLiteral(", ")))
                       : run.died;
    return false;
}

QString Checker::programFile(Machine machine, const QString& name) const {
    return QStringLiteral("%1/%2/%3").arg(m_config.userPrograms, machineName(machine), name);
}

bool Checker::runProgram(const Check& check, const QString& name, Machine machine, Failure& failure) {
    failure.machine = machineName(machine);
    failure.program = name;
    const auto program = readFile(programFile(machine, name));
    if (!program) {
        failure.what = QStringLiteral("there is no program %1; build the project again").arg(name);
        return false;
    }
    // It says that it passed in a word that is drawn now: a kernel that only ends the machine does not know
    // it.
    const QByteArray word = freshWord().left(name.size());
    const auto marked = withWord(*program, name.toUtf8(), word);
    if (!marked) {
        failure.what = QStringLiteral("the program %1 does not have its name in it").arg(name);
        return false;
    }
    const RunTime time = timeFor(check, machine);
    const GuestResult guest = runGuest({machine,
                                        m_config.folder + u'/' + programOf(machine),
                                        QStringLiteral("run=%1 halt").arg(name),
                                        {{name.toUtf8(), *marked}},
                                        time,
                                        check.memoryMiB,
                                        check.diskMiB});
    gaveUp(guest.end == GuestEnd::Timeout, failure);
    failure.detail = tail(guest.console);
    if (guest.end == GuestEnd::Timeout)
        failure.what = tooLong(QStringLiteral("the program %1").arg(name), time, guest.byClock);
    else if (guest.end == GuestEnd::Reset)
        failure.what = QStringLiteral("the kernel died of a triple fault");
    else if (guest.end == GuestEnd::Failed)
        failure.what = guest.problem;
    else if (!panicIn(guest.console).isEmpty())
        failure.what = panicWords(guest.console);
    else if (guest.status != 0)
        failure.what = QStringLiteral("the program %1 ended with status %2").arg(name).arg(guest.status);
    else if (!QByteArray(guest.console).replace("\r", "").contains("PASS " + word + '\n'))
        failure.what =
            QStringLiteral("the machine ended with status 0, but before the program %1 did").arg(name);
    // The app's machine has no disk.
    if (!failure.what.isEmpty() && m_config.evidence.isEmpty() && check.diskMiB == 0)
        failure.open =
            QStringLiteral("make kernel-%1.elf && uvmscope demo %2/%1/%3 --arch %1 --kernel kernel-%1.elf")
                .arg(machineName(machine), m_config.userPrograms, name);
    return failure.what.isEmpty();
}

QString Checker::blindTo(const Check& check, Machine machine, const Failure& failure) {
    if (failure.hangs && m_hangs > 1)
        return QStringLiteral("it hangs, as another one that was recorded");
    if (check.diskMiB > 0)
        return QStringLiteral("the machine of a recording has no disk");
    if (!build(machine).isEmpty())
        return QStringLiteral("there is no kernel");
    if (!m_boots)
        return QStringLiteral("the kernel dies before its first command");
    return {};
}

QString Checker::lookWords(const Failure& failure) const {
    const auto text = readFile(m_lab.folder + u'/' + failure.scenario);
    if (failure.atEnd && text) {
        QStringList exits;
        for (const QString& space : spacesAtTheEnd(*text))
            exits << QStringLiteral("`exit %1`").arg(space);
        return exits.isEmpty()
                   ? QString()
                   : QStringLiteral("the machine there takes nothing down: add %1 to a copy of the scenario")
                         .arg(exits.join(QStringLiteral(", ")));
    }
    // Only accesses are made in another way there; and what is not written yet is not written anywhere.
    const QString command = failure.text.section(u' ', 0, 0);
    if (!failure.diesOnHost || failure.breaksAt != 0 ||
        (command != QStringLiteral("read") && command != QStringLiteral("write")) ||
        failure.what.contains(QStringLiteral("is not written yet")))
        return {};
    return QStringLiteral(
               "it may go through there, where the kernel makes a scenario's accesses itself; what "
               "is wrong is in the pictures all the same: uvmscope export --view %1 --each %2 "
               "--kernel kernel-i386.elf -o %3.svg")
        .arg(m_lab.view, failure.scenario, QFileInfo(failure.scenario).completeBaseName());
}

void Checker::tellBroken(const BrokenAtEvent& broken, const QByteArray& scenario, Machine machine,
                         Failure& failure) const {
    failure.breaksIn = broken.command;
    failure.breaksAt = broken.event;
    failure.invariant =
        (failure.program.isEmpty() ? behind(scenario, broken.command) : QStringLiteral("in the program: ")) +
        broken.words;
    if (broken.event != 0)
        failure.invariant += QStringLiteral(" (on %1 since event %2, %3)")
                                 .arg(machineName(machine))
                                 .arg(broken.event)
                                 .arg(broken.name);
}

// Of the scenario or the program, whatever kind of check it is of; what fails on the host is shown on i386.
void Checker::look(const Check& check, Failure& failure) {
    if (failure.scenario.isEmpty() && failure.program.isEmpty())
        return;
    const bool kept = !m_config.evidence.isEmpty(), isProgram = failure.scenario.isEmpty();
    const Machine machine = failure.machine == machineName(Machine::X86_64) ? Machine::X86_64 : Machine::I386;
    // A function that is not written yet panics before anything can break.
    const bool wanted =
        kept || (!m_config.program.isEmpty() && check.kind == CheckKind::Scenario && m_looks < mostLooks &&
                 !failure.hangs && !failure.what.contains(QStringLiteral("is not written yet")));
    const auto bytes =
        readFile(isProgram ? programFile(machine, failure.program) : m_lab.folder + u'/' + failure.scenario);
    if (const QString blind = blindTo(check, machine, failure); wanted && bytes && blind.isEmpty()) {
        const QByteArray run =
            isProgram ? *bytes : varied(*bytes, m_config.reference.isEmpty() ? 0 : m_config.seed);
        const Evidence evidence =
            makeEvidence({m_config.program, m_config.folder,
                          kept ? m_config.evidence + u'/' + check.id : QString(), failure.program, m_lab.view,
                          run, machine, evidenceSeconds, failure.hangs, m_events < mostEvents},
                         failure);
        m_boots = evidence.boots;
        m_looks += evidence.broken ? mostLooks : 1;
        m_events += evidence.broken && evidence.broken->event != 0 ? 1 : 0;
        // Without the event it says no more than the kernel's own check.
        if (evidence.broken && (evidence.broken->event != 0 || failure.invariant.isEmpty()))
            tellBroken(*evidence.broken, run, machine, failure);
    } else if (kept) {
        failure.evidence = QStringLiteral("no recording: %1")
                               .arg(blind.isEmpty() ? QStringLiteral("what was run cannot be read") : blind);
    }
    if (!failure.recording.isEmpty())
        failure.open =
            QStringLiteral("uvmscope open 'evidence/%1/%2'%3")
                .arg(QFileInfo(m_config.evidence).fileName().replace(u'\'', QStringLiteral("'\\''")),
                     failure.recording, placeWords(failure));
    else if (kept && !check.isPublic) // a hidden scenario is not there to be run again
        failure.open.clear();
    else if (check.kind == CheckKind::Scenario)
        failure.open =
            QStringLiteral("make kernel-%1.elf && uvmscope demo %2 --arch %1 --kernel kernel-%1.elf%3")
                .arg(machineName(machine), failure.scenario, placeWords(failure));
    if (check.kind == CheckKind::Scenario && failure.recording.isEmpty() && !failure.open.isEmpty())
        failure.look = lookWords(failure);
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
    // What does not build has one thing wrong, which is no check's but the first one's.
    if (check.kind != CheckKind::Build && std::any_of(check.machines.begin(), check.machines.end(),
                                                      [&](Machine each) { return !build(each).isEmpty(); }))
        result.hint.clear();
    // A hint is for what is wrong, not for what is not there.
    if (result.failure.what.contains(QStringLiteral("is not written yet")))
        result.hint.clear();
    for (const auto& [panic, suspects] : m_lab.panics)
        if (!result.passed && result.failure.what.contains(panic))
            result.hint = suspects;
    if (!result.passed)
        look(check, result.failure);
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
