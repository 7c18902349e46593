// Programs in user mode under the session: their functions and lines are places to stop at, and to step
// through.
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "tests/session/session_run.h"

using namespace gdbbridge;
using test::SessionRun;

namespace {

QString programFile(const char* name) {
    return QStringLiteral(UVMSCOPE_BUILD_DIR "/user/%1/%2").arg(test::architecture(), QLatin1String(name));
}

SessionConfig config(const QString& program) {
    SessionConfig out = test::config({});
    out.program = program;
    return out;
}

// The number of the line of a source file that holds these words.
int lineOf(const char* path, const char* words) {
    QFile file(QStringLiteral(UVMSCOPE_SOURCE_DIR "/") + QLatin1String(path));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s cannot be read", path);
    int number = 0;
    while (!file.atEnd()) {
        ++number;
        if (file.readLine().contains(words))
            return number;
    }
    qFatal("%s has no line with %s", path, words);
}

const char* const cow = "kernel/user/checks/cow.cc";
const char* const hello = "kernel/user/programs/hello.cc";
constexpr uint64_t programEnd = 0x800000; // programs are linked from 0x400000 on

// Starts a program, and runs it to a place in it.
class AtPlace : public SessionRun {
public:
    AtPlace(const char* program, const QString& place)
        : m_config(config(programFile(program))), m_place(place) {}
    bool reached() { return start(m_config) && session.runUntil(CodeCondition{m_place}) && next(); }
    // Waits for one more moment.
    bool next() { return waitForMoments(++m_count + 1); }
    const CodePlace& at(size_t depth = 0) const { return moments.back()->stack.at(depth); }
    QByteArray where() const {
        QByteArray out = trouble();
        for (const CodePlace& place : moments.empty() ? std::vector<CodePlace>() : moments.back()->stack)
            out += place.function.toUtf8() + " " + place.file.toUtf8() + ":" +
                   QByteArray::number(place.line) + "\n";
        return out;
    }

private:
    SessionConfig m_config;
    QString m_place;
    size_t m_count = 0;
};

QString placeIn(const char* file, int line) { return QLatin1String(file) + u':' + QString::number(line); }

} // namespace

class ProgramSessionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_program_is_a_run_of_one_command();
    void a_program_that_never_goes_on_is_told();
    void a_program_that_is_none_is_refused();
    void it_stops_at_a_line();
    void it_steps_lines_over_faults_and_calls();
    void out_ends_in_the_caller();
    void the_stack_of_its_fault_leads_to_its_line();
    void scripts_in_a_program_are_not_run();
};

void ProgramSessionTest::a_program_is_a_run_of_one_command() {
    SessionRun run;
    QVERIFY2(run.runAll(config(programFile("hello"))), run.trouble());
    QCOMPARE(run.session.scenarioStatus(), 7);
    QVERIFY2(run.console.contains("\nhello\n"), run.console);
    QCOMPARE(run.moments.size(), size_t{3});
    QCOMPARE(run.moments[0]->reason, StopReason::Start);
    QCOMPARE(run.moments[1]->reason, StopReason::CommandEnd);
    QCOMPARE(run.moments[1]->command, QStringLiteral("run hello"));
    QCOMPARE(run.moments[1]->operation, 1);
    QCOMPARE(run.moments[2]->reason, StopReason::ScenarioEnd);
    QVERIFY(run.moments[1]->events.size() > 20);
    for (const MomentPtr& moment : run.moments)
        QVERIFY(moment->snapshot->findings.empty() && moment->violations.empty());
}

// At once, not when the machine has been silent for as long as makes it a hang.
void ProgramSessionTest::a_program_that_never_goes_on_is_told() {
    SessionRun run;
    QVERIFY2(run.start(config(programFile("stuck"))), run.trouble());
    QElapsedTimer clock;
    clock.start();
    QVERIFY(run.session.run());
    QVERIFY2(run.waitFor(SessionState::Dead), run.trouble());
    QVERIFY2(clock.elapsed() < 2000, qPrintable(QString::number(clock.elapsed())));
    QCOMPARE(run.session.death()->kind, Death::Kind::Panic);
    QVERIFY2(run.session.death()->error.message.contains(QStringLiteral("deadlock: every thread sleeps")),
             qPrintable(run.session.death()->error.text()));
    QVERIFY2(run.console.contains(" sleeps on bytes in a pipe\n"), run.console);
}

void ProgramSessionTest::a_program_that_is_none_is_refused() {
    const QString other =
        test::architecture() == QLatin1String("i386") ? QStringLiteral("x86_64") : QStringLiteral("i386");
    for (const auto& [path, words] :
         {std::pair(QStringLiteral("/nowhere/program"), "does not exist"),
          std::pair(QStringLiteral(UVMSCOPE_SOURCE_DIR "/README.md"), "is no ELF file"),
          std::pair(QStringLiteral(UVMSCOPE_BUILD_DIR "/user/%1/hello").arg(other), "is no ELF file for ")}) {
        SessionRun run;
        run.session.start(config(path));
        QVERIFY(run.waitFor(SessionState::Dead));
        const QString text = run.session.death()->error.text();
        QVERIFY2(text.contains(path) && text.contains(QLatin1String(words)), qPrintable(text));
    }
}

void ProgramSessionTest::it_stops_at_a_line() {
    const int line = lineOf(cow, "memset(area, 1, pages * page);");
    AtPlace run("cow", placeIn(cow, line));
    QVERIFY2(run.reached(), run.trouble());
    QCOMPARE(run.moments.back()->reason, StopReason::Place);
    QCOMPARE(run.at().function, QStringLiteral("main"));
    QCOMPARE(run.at().file, QLatin1String(cow));
    QCOMPARE(run.at().line, line);
    QVERIFY2(run.at().address > 0x400000 && run.at().address < programEnd, run.where());
    const Snapshot& snapshot = *run.moments.back()->snapshot;
    QCOMPARE(snapshot.processes.size(), size_t{1});
    QCOMPARE(snapshot.processes[0].name, std::string("cow"));
    // Its text is mapped there.
    const auto& entries = snapshot.vmspaces.at(0).map.entries;
    QVERIFY(std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
        return entry.start <= run.at().address && run.at().address < entry.end && entry.protection.bits == 5;
    }));
}

// The lines behind the place, one by one: a call that goes into the kernel, and memory that faults.
void ProgramSessionTest::it_steps_lines_over_faults_and_calls() {
    const int line = lineOf(cow, "memset(area, 1, pages * page);");
    AtPlace run("cow", placeIn(cow, line));
    QVERIFY2(run.reached(), run.trouble());
    const auto faults = [&] {
        const auto& events = run.moments.back()->events;
        return std::count_if(events.begin(), events.end(),
                             [](const Event& event) { return event.kind == EventKind::FaultBegin; });
    };
    QVERIFY(run.session.step(FineStep::Over));
    QVERIFY2(run.next(), run.trouble());
    QVERIFY2(run.at().file == QLatin1String(cow) && run.at().line == line + 2, run.where());
    QVERIFY2(faults() >= 64, QByteArray::number(faults())); // the memory of the line
    QVERIFY(run.session.step(FineStep::Over));
    QVERIFY2(run.next(), run.trouble());
    QVERIFY2(run.at().file == QLatin1String(cow) && run.at().line == line + 3, run.where());
    QCOMPARE(run.moments.back()->reason, StopReason::Step);
    QVERIFY(run.session.run());
    QVERIFY2(run.waitFor(SessionState::Finished), run.trouble());
    QVERIFY2(run.console.contains("PASS cow\n"), run.console);
}

void ProgramSessionTest::out_ends_in_the_caller() {
    AtPlace run("hello", QStringLiteral("print"));
    QVERIFY2(run.reached(), run.trouble());
    QCOMPARE(run.at().function, QStringLiteral("print"));
    QVERIFY(run.at().file.startsWith(QLatin1String("kernel/user/lib/")));
    QVERIFY(run.session.step(FineStep::Out));
    QVERIFY2(run.next(), run.trouble());
    QVERIFY2(run.at().function == QLatin1String("main") && run.at().file == QLatin1String(hello),
             run.where());
    QCOMPARE(run.moments.back()->reason, StopReason::Step);
    QVERIFY2(run.console.contains("\nhello\n"), run.console); // what was called is done
}

// Stopped in the kernel: GDB goes up through the trap to who caused it.
void ProgramSessionTest::the_stack_of_its_fault_leads_to_its_line() {
    const int line = lineOf(cow, "memset(area, 1, pages * page);");
    AtPlace run("cow", placeIn(cow, line));
    QVERIFY2(run.reached(), run.trouble());
    EventCondition fault;
    fault.kind = EventKind::FaultBegin;
    QVERIFY(run.session.runUntil(fault));
    QVERIFY2(run.next(), run.trouble());
    const auto& stack = run.moments.back()->stack;
    const auto place = [&](const char* function) {
        return std::find_if(stack.begin(), stack.end(),
                            [&](const CodePlace& p) { return p.function == QLatin1String(function); });
    };
    QVERIFY2(place("uvm_fault") < place("memset") && place("memset") < place("main"), run.where());
    QVERIFY2(place("main") != stack.end() && place("main")->file == QLatin1String(cow) &&
                 place("main")->line == line,
             run.where());
}

// What GDB would run from an ELF file, were it let: a section with a script, and a script beside the file.
void ProgramSessionTest::scripts_in_a_program_are_not_run() {
    const QTemporaryDir folder;
    const QString program = folder.filePath(QStringLiteral("hello")),
                  ran = folder.filePath(QStringLiteral("ran"));
    const QByteArray python = "open('" + ran.toUtf8() + "', 'w')\n";
    const auto put = [&](const QString& name, const QByteArray& bytes) {
        QFile file(folder.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
    };
    QVERIFY(put(QStringLiteral("section"), QByteArray("\4gdb.inlined-script\n", 20) + python + '\0'));
    QVERIFY(put(QStringLiteral("hello-gdb.py"), python));
    QProcess objcopy;
    objcopy.start(QStringLiteral("objcopy"),
                  {QStringLiteral("--add-section"),
                   QStringLiteral(".debug_gdb_scripts=") + folder.filePath(QStringLiteral("section")),
                   programFile("hello"), program});
    QVERIFY(objcopy.waitForFinished() && objcopy.exitCode() == 0);
    SessionRun run;
    QVERIFY2(run.runAll(config(program)), run.trouble());
    QCOMPARE(run.session.scenarioStatus(), 7);
    QVERIFY(!QFile::exists(ran));
    // The script works where GDB trusts the folder: it is the session that keeps it from running.
    QProcess gdb;
    gdb.start(QStringLiteral("gdb"), {QStringLiteral("-nx"), QStringLiteral("-q"), QStringLiteral("-batch"),
                                      QStringLiteral("-iex"), QStringLiteral("set auto-load safe-path /"),
                                      QStringLiteral("-ex"), QStringLiteral("add-symbol-file ") + program});
    QVERIFY(gdb.waitForFinished());
    QVERIFY2(QFile::exists(ran), gdb.readAllStandardError());
}

int main(int argc, char** argv) {
    ProgramSessionTest tests;
    return test::sessionTestMain(tests, argc, argv);
}
#include "program_session_test.moc"
