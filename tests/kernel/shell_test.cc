// The shell on the console: what it runs, and what a tired person types.
#include <QByteArray>
#include <QObject>
#include <QTest>

#include "tests/kernel/guest_run.h"

using test::GuestEnd;
using test::GuestRun;
using test::runGuest;

class ShellTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void the_shell_runs_programs_and_scenarios() {
        std::vector<gdbbridge::BootFile> files = test::allPrograms();
        files.push_back({"small.uvm", "space A 0x1000 0x9000\ncheck\n"});
        GuestRun const run = runGuest({.commandLine = "halt",
                                       .files = files,
                                       .typed = {"help", "ls", "ps", "hello", "nobody", "scenario small",
                                                 "scenario nobody", "halt 5"}});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QCOMPARE(run.status, std::optional<int>(5));
        for (const char* const words :
             {"\nuvmscope shell; `help` tells what there is\n$ help\nls  ", "\nsmall.uvm  28\n",
              "$ ps\n1  parent 0  R  threads 1  mapped ", "$ hello\nhello\nhello: status 7\n",
              "$ nobody\nsh: nobody: no such program; `help` tells what there is\n",
              "$ scenario small\nspace A 0x1000 0x9000\n  = ok\ncheck\n  = ok\nscenario small: status 0\n",
              "$ scenario nobody\nsh: scenario nobody: no such file\n"})
            QVERIFY2(run.console.contains(words), QByteArray(words) + "\n" + run.text());
        QCOMPARE(run.transcript, QByteArray());
    }
    // What a tired person types, and what the shell says to that.
    void the_shell_bears_odd_lines_data() {
        QTest::addColumn<QByteArray>("typed");
        QTest::addColumn<QByteArray>("said");
        auto const row = [](const char* name, const QByteArray& typed, const QByteArray& said) {
            QTest::newRow(name) << typed << said;
        };
        row("nothing", "\n", "$ \n$ ");
        row("blanks", "   \t \n", "\n$ ");
        row("tabs", "\thello\t\n", "\nhello\nhello: status 7\n$ ");
        row("a return", "hello\r", "\nhello\nhello: status 7\n$ ");
        row("rubbed out",
            "help\x7f\x7f\b\x08\x08\x08"
            "hello\n",
            "\nhello\nhello: status 7\n$ ");
        row("rubbed out letters of two bytes", "\xc3\xa4\xc3\xb6\x7f\x7fhello\n",
            "\xc3\xb6\b \b\b \bhello\nhello\nhello: status 7\n$ ");
        row("a line taken back", "nonsense\x15hello\n", "\nhello\nhello: status 7\n$ ");
        row("arrows", "\x1b[A\x1b[1;5Dhel\x1bOClo\n", "\nhello\nhello: status 7\n$ ");
        row("control characters", QByteArray("\x01\x02he\x07llo\x1f\x00\n", 12),
            "$ hello\nhello\nhello: status 7\n$ ");
        row("an interrupted line", "nonsense\x03", "$ nonsense^C\n$ ");
        row("too many words", QByteArray("hello x ").repeated(20) + "\n",
            "sh: this line: too many words\n$ ");
        row("a long word", QByteArray(900, 'w') + "\n", "w: no such program; `help` tells what there is\n");
        row("longer than a line can be", QByteArray(3000, 'w') + "\n",
            "w: no such program; `help` tells what there is\n");
        row("no program", "small.uvm\n", "cannot be executed: no ELF file\nsh: small.uvm: no program\n");
        row("a wait for nobody", "& \n", "& \n$ ");
        row("not waited for", "hello &\n", "\n[2]\n");
        row("no file", "cat nobody\n", "sh: nobody: no such file\n$ ");
        row("nothing to remove", "rm nobody\n", "sh: nobody: no such file\n$ ");
        row("a scenario beside others", "forever &\nscenario small\n",
            "sh: other processes are running; a scenario wants the machine for itself\n");
        row("the invariants", "check\n", "\nthe kernel's invariants hold\n$ ");
        row("a removed program", "rm hello\nhello\n", "sh: hello: no such program; ");
        row("an argument", "exit 3x\n", "kernel: done, status 3\n");
        row("the end of what is typed", "\x04", "kernel: done, status 0\n");
    }
    void the_shell_bears_odd_lines() {
        QFETCH(QByteArray, typed);
        QFETCH(QByteArray, said);
        std::vector<gdbbridge::BootFile> files{{"small.uvm", "space A 0x1000 0x9000\ncheck\n"}};
        for (const char* const name : {"sh", "hello", "forever"})
            files.push_back(test::bootFile(test::programFile(name)));
        GuestRun const run =
            runGuest({.commandLine = "", .files = files, .untilConsole = said, .answers = {{"\n$ ", typed}}});
        QVERIFY2(run.end == GuestEnd::Said, run.text());
    }
    void what_runs_can_be_interrupted() {
        GuestRun const run = runGuest({.commandLine = "halt",
                                       .files = test::allPrograms(),
                                       .answers = {{"\n$ ", "forever\n"},
                                                   {"somebody ends it\n", "\x03"},
                                                   {"forever: signal 2\n$ ", "cat /dev/zero\n"},
                                                   {QByteArray(100, '\0'), "\x03"},
                                                   {"$ ", "check\n"},
                                                   {"invariants hold\n$ ", "halt 4\n"}}});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QCOMPARE(run.status, std::optional<int>(4));
    }
    // Of what waits for itself it is said that it does, and the shell goes on once that was ended.
    void programs_that_wait_for_each_other_are_told() {
        GuestRun const run = runGuest({.commandLine = "halt",
                                       .files = test::allPrograms(),
                                       .answers = {{"\n$ ", "stuck\n"},
                                                   {"sleeps on bytes in a pipe\n", "\x03"},
                                                   {"stuck: signal 2\n$ ", "check\n"},
                                                   {"invariants hold\n$ ", "halt 6\n"}}});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QCOMPARE(run.status, std::optional<int>(6));
        QCOMPARE(run.console.count("deadlock"), 1);
        QVERIFY2(
            run.console.contains("\nkernel: deadlock: every program waits for another one; Control and C "
                                 "ends them\nthread "),
            run.text());
    }
    void only_the_first_program_may_halt() {
        GuestRun const run = runGuest({.commandLine = "halt",
                                       .files = test::allPrograms(),
                                       .answers = {{"\n$ ", "sh\n"},
                                                   {"what there is\n$ ", "halt 5\n"},
                                                   {"may end the machine\n$ ", "exit\n"},
                                                   {"exit\n$ ", "halt 6\n"}}});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QCOMPARE(run.status, std::optional<int>(6));
        QVERIFY2(run.console.contains("\nsh: halt: not allowed; "), run.text());
    }
    // The shell that is set aside has pages on the disk, too: a scenario's check counts them.
    void a_scenario_after_swapping_holds() {
        std::vector<gdbbridge::BootFile> files{{"small.uvm", "space A 0x1000 0x9000\ncheck\n"}};
        for (const char* const name : {"sh", "swap_full"})
            files.push_back(test::bootFile(test::programFile(name)));
        GuestRun const run = runGuest({.commandLine = "halt",
                                       .files = files,
                                       .memoryMiB = 8,
                                       .disk = gdbbridge::QemuDisk{qint64(8) << 20},
                                       .typed = {"swap_full", "scenario small", "check", "halt"},
                                       .limit = std::chrono::seconds(100)});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QVERIFY2(run.console.contains("\nPASS swap_full\n"), run.text());
        QVERIFY2(run.console.contains("\nscenario small: status 0\n"), run.text());
        QVERIFY2(run.console.contains("\nthe kernel's invariants hold\n"), run.text());
    }
};

int main(int argc, char** argv) {
    ShellTest test;
    return test::guestTestMain(test, argc, argv);
}
#include "shell_test.moc"
