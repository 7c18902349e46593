// The kernel debugger on the console: entered by a key and by a panic, never in a run that nobody watches.
#include <QByteArray>
#include <QLatin1String>
#include <QList>
#include <QObject>
#include <QRegularExpression>
#include <QString>
#include <QStringLiteral>
#include <QTest>

#include "tests/kernel/guest_run.h"

using test::GuestAnswer;
using test::GuestEnd;
using test::GuestRun;
using test::runGuest;

namespace {

const QByteArray key("\x1c");
const QByteArray prompt("debug> ");

gdbbridge::BootFile program(const QString& name) { return test::bootFile(test::programFile(name)); }

// Stops the shell at its prompt and gives these commands; then poweroff.
GuestRun ask(const QList<QByteArray>& commands, const QString& options = QStringLiteral("halt probes")) {
    // Behind the prompt the shell is still on its way to where it sleeps.
    std::vector<GuestAnswer> answers{{" at the first wait for input\n", key}};
    for (const QByteArray& command : commands)
        answers.push_back({prompt, command + "\r"});
    answers.push_back({prompt, "poweroff\r"});
    return runGuest(
        {.commandLine = options + " times", .files = {program("sh"), program("hello")}, .answers = answers});
}

// What the console said behind a command, up to the next prompt.
QByteArray answerTo(const GuestRun& run, const QByteArray& command) {
    const QByteArray typed = prompt + command + "\r\n", typedPlain = prompt + command + "\n";
    const QByteArray& first = run.console.contains(typed) ? typed : typedPlain;
    const qsizetype from = run.console.indexOf(first);
    if (from < 0)
        return "(never typed)";
    const qsizetype begin = from + first.size();
    return run.console.mid(begin, run.console.indexOf(prompt, begin) - begin);
}

} // namespace

class DebuggerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void a_key_stops_the_machine_and_it_goes_on() {
        GuestRun const run = runGuest({.commandLine = "halt",
                                       .files = {program("sh"), program("hello")},
                                       .answers = {{"\n$ ", key},
                                                   {prompt, "help\r"},
                                                   {prompt, "continue\r"},
                                                   {"continue\n", "hello\n"},
                                                   {"hello: status 7\n", "halt 9\n"}}});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QCOMPARE(run.status, std::optional<int>(9));
        QVERIFY2(run.console.contains("\n  continue      "), run.text());
    }
    void it_tells_about_what_there_is_data() {
        QTest::addColumn<QByteArray>("command");
        QTest::addColumn<QByteArray>("expression");
        auto const row = [](const char* command, const char* expression) {
            QTest::newRow(command) << QByteArray(command) << QByteArray(expression);
        };
        row("ps", "^  1 sh  entries \\d+ mapped 0x[0-9a-f]+ resident \\d+ pages thread \\d+\n$");
        row("threads", "\n  \\d+ sh  sleeping on a line from the console  process 1\n");
        row("map", "^  process 1 sh\n  map 0x1000-[^\n]*\n$");
        row("map sh full", "^  process 1 sh\n  map 0x1000-[^\n]*\n(.*\n)*.*rw-/rwx copy normal");
        row("map 1", "^  process 1 sh\n");
        row("map 7", "^  no such process");
        row("object sh", "^  object sh file size=0x[0-9a-f]+ refs=\\d+ pages=\\d+\n$");
        row("object sh full",
            "^  object sh file [^\n]*\n(    \\+0x[0-9a-f]+ [^\n]*\n|  \\+0x[^\n]*\n|[^\n!]*\n)+$");
        row("object nobody", "^  no such object is mapped");
        row("page 0x10", "^  no managed page has this physical address\n$");
        row("page zero", "^  page PHYSICAL-ADDRESS\n$");
        row("pages active", "\n  page of [^!]*\n  \\d+ of \\d+ pages\n$");
        row("pages sideways", "^  pages \\[all");
        row("whatis 0x400000", "object sh");
        row("whatis 0x10", "0x10");
        row("whatis 0x400000 nobody", "^  no such process");
        row("uvmexp", "^  pages \\d+ free \\d+ (.*\n)*  swap 0 used 0 bad 0\n$");
        row("locks", "^  0 held\n$");
        row("events 3", "^(  \\d+ [a-z_]+( 0x[0-9a-f]+)*\n){3}$");
        row("events fault_begin 2", "^(  \\d+ fault_begin( 0x[0-9a-f]+)+\n){2}$");
        row("events nothing", "^  none\n$");
        row("events one two", "^  events \\[EVENT\\] \\[COUNT\\]");
        row("history", "^(  sh [a-z_]+ 0x[0-9a-f]+-0x[0-9a-f]+\n){2,20}$");
        row("history map 2", "^(  sh [a-z_]+ 0x[0-9a-f]+-0x[0-9a-f]+\n){2}$");
        row("history map 1 full",
            "^  #\\d+ time=\\d+ thread=\\d+ sh [a-z_]+ 0x[0-9a-f]+-0x[0-9a-f]+ from=0x[0-9a-f]+\n$");
        row("history pagedaemon", "^  none\n$");
        row("history 0", "^  history \\[map");
        row("history sideways", "^  history \\[map");
        row("bt", "(.*\n)*.*console_input_poll.*\n(.*\n)*.*thread_idle");
        row("bt 99", "^  no such thread");
        row("nonsense", "^  no such command");
    }
    void it_tells_about_what_there_is() {
        QFETCH(QByteArray, command);
        QFETCH(QByteArray, expression);
        GuestRun const run = ask({command});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QCOMPARE(run.status, std::optional<int>(0));
        QByteArray const answer = answerTo(run, command);
        QVERIFY2(
            QRegularExpression(QString::fromLatin1(expression)).match(QString::fromUtf8(answer)).hasMatch(),
            answer + "\n" + run.text());
    }
    // Where a thread stands that sleeps; what a page, an address of the kernel and a stack are.
    void a_number_that_it_told_can_be_asked_for() {
        GuestRun const first = ask({"threads", "pages active", "bt"});
        auto const find = [&](const char* expression) {
            return QRegularExpression(QString::fromLatin1(expression))
                .match(QString::fromUtf8(first.console))
                .captured(1)
                .toUtf8();
        };
        QByteArray const thread = find("\n  (\\d+) sh  sleeping"),
                         page = find("\n  (0x[0-9a-f]+)\n  page of an anon");
        QVERIFY2(!thread.isEmpty() && !page.isEmpty(), first.text());
        bool const wide = test::architecture() == QLatin1String("x86_64");
        QByteArray const kernelPage =
            "0x" +
            QByteArray::number(
                page.toULongLong(nullptr, 16) + (wide ? 0xffffffff80000000ull : 0xc0000000ull) + 0x10, 16);
        QByteArray const bt = "bt " + thread, pageCommand = "page " + page, whatis = "whatis " + kernelPage;
        GuestRun const run = ask({bt, pageCommand, whatis});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QVERIFY2(answerTo(run, bt).contains("sleep_interruptibly"), run.text());
        QVERIFY2(answerTo(run, bt).contains("console_input_read"), run.text());
        QVERIFY2(answerTo(run, bt).contains("sys_read"), run.text());
        QVERIFY2(answerTo(run, pageCommand).startsWith("  " + page + "\n  page of "), run.text());
        QVERIFY2(!answerTo(run, pageCommand).contains("!"), run.text());
        QVERIFY2(answerTo(run, whatis).contains("in the page " + page), run.text());
    }
    // The page daemon's part, on a small machine whose programs have made it work.
    void history_tells_of_the_page_daemon() {
        std::vector<GuestAnswer> const answers{
            {"kernel: done, status 0\n", key}, {prompt, "history pagedaemon 40\r"}, {prompt, "poweroff\r"}};
        GuestRun const run = runGuest({.commandLine = "run=swap probes",
                                       .files = {program("swap")},
                                       .memoryMiB = 8,
                                       .disk = gdbbridge::QemuDisk{qint64(48) << 20},
                                       .answers = answers,
                                       .limit = std::chrono::seconds(100)});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QByteArray const answer = answerTo(run, "history pagedaemon 40");
        QCOMPARE(answer.count('\n'), 40);
        QRegularExpression const line(QStringLiteral("^  (daemon|swap)_[a-z_]+( [a-z-]+(=(\\d+|ok))?)*$"));
        for (const QByteArray& words : answer.chopped(1).split('\n'))
            QVERIFY2(line.match(QString::fromUtf8(words)).hasMatch(), words + "\n" + run.text());
        QVERIFY2(answer.contains("  swap_slot_free slot="), run.text());
    }
    void nothing_recorded_is_said() {
        GuestRun const run = ask({"events", "history", "record on", "record maybe"}, QStringLiteral("halt"));
        QVERIFY2(answerTo(run, "history").startsWith("  nothing is recorded; "), run.text());
        QVERIFY2(answerTo(run, "events").startsWith("  nothing is recorded; "), run.text());
        QCOMPARE(answerTo(run, "record on"), QByteArray());
        QCOMPARE(answerTo(run, "record maybe"), QByteArray("  record on|off\n"));
    }
    void a_reset_starts_anew() {
        GuestRun const run = runGuest({.commandLine = "halt",
                                       .files = {program("sh")},
                                       .answers = {{"\n$ ", key}, {prompt, "reboot\r"}}});
        QVERIFY2(run.end == GuestEnd::Down, run.text());
        QCOMPARE(run.reason, QStringLiteral("guest-reset"));
    }
    void a_panic_enters_it_when_asked_to() {
        GuestRun const run = runGuest(
            {.commandLine = "test=panic debugger halt",
             .answers = {
                 {prompt, "bt\r"}, {prompt, "continue\r"}, {prompt, "threads\r"}, {prompt, "poweroff\r"}}});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QCOMPARE(run.status, std::optional<int>(3)); // as without the debugger
        QVERIFY2(answerTo(run, "bt").contains("self_test"), run.text());
        QCOMPARE(answerTo(run, "continue"), QByteArray("  after a panic there is no going on\n"));
        QVERIFY2(answerTo(run, "threads").contains("scenario  running\n"), run.text());
    }
    void an_exception_enters_it_too() {
        GuestRun const run = runGuest({.commandLine = "test=pagefault debugger halt",
                                       .answers = {{prompt, "bt\r"}, {prompt, "poweroff\r"}}});
        QCOMPARE(run.status, std::optional<int>(3));
        QVERIFY2(answerTo(run, "bt").contains("store_at"), run.text());
    }
    void nobody_is_waited_for_in_a_batch_run() {
        GuestRun const run = runGuest({.commandLine = "test=panic halt"});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QCOMPARE(run.status, std::optional<int>(3));
        QVERIFY2(!run.console.contains(prompt), run.text());
    }
    // A command that runs into damage is given up, and the next one works.
    void damage_does_not_end_it() {
        GuestRun const run = runGuest({.commandLine = "test=damaged debugger halt",
                                       .answers = {{prompt, "ps\r"},
                                                   {prompt, "locks\r"},
                                                   {prompt, "map\r"},
                                                   {prompt, "threads\r"},
                                                   {prompt, "poweroff\r"}}});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QCOMPARE(run.status, std::optional<int>(3));
        QVERIFY2(answerTo(run, "ps").contains("  the command failed: page fault\n"), run.text());
        QVERIFY2(answerTo(run, "locks").startsWith("  swap: thread 2\n"), run.text());
        QVERIFY2(answerTo(run, "threads").contains("scenario  running\n"), run.text());
    }
    // The key is for who sits at the console: a program's own words do not enter it.
    void a_program_cannot_enter_it() {
        GuestRun const run = runGuest({.commandLine = "run=keys halt", .files = {program("keys")}});
        QVERIFY2(run.end == GuestEnd::Exit, run.text());
        QCOMPARE(run.status, std::optional<int>(0));
        QVERIFY2(!run.console.contains(prompt), run.text());
    }
};

int main(int argc, char** argv) {
    DebuggerTest test;
    return test::guestTestMain(test, argc, argv);
}
#include "debugger_test.moc"
