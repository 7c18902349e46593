// The ways in which the kernel can end, on purpose: what is said about them, and what becomes of the machine.
#include <QByteArray>
#include <QFile>
#include <QIODevice>
#include <QObject>
#include <QProcess>
#include <QRegularExpression>
#include <QRegularExpressionMatch>
#include <QString>
#include <QStringList>
#include <QTest>

#include <map>

#include "tests/kernel/guest_run.h"

using test::GuestEnd;
using test::GuestRun;
using test::runGuest;

namespace {

constexpr int panicked = 3;

bool fourLevels() { return test::architecture() == "x86_64"; }

GuestRun runSelfTest(const char* name) {
    return runGuest({.commandLine = QString("test=%1 halt").arg(name)});
}

// "uvm::(anonymous namespace)::run(void*)" without the arguments and the spaces of names.
QString plainName(QString name) {
    name.replace("(anonymous namespace)::", "");
    return name.section('(', 0, 0).section(' ', 0, 0);
}

struct Call {
    uint64_t address;
    QString name;
};

// The calls of the backtrace, innermost first.
std::vector<Call> backtrace(const QByteArray& console) {
    std::vector<Call> calls;
    QRegularExpression const line("^  #\\d+ 0x([0-9a-f]+) ([^\n]+)\\+0x[0-9a-f]+$",
                                  QRegularExpression::MultilineOption);
    auto found = line.globalMatch(QString::fromUtf8(console));
    while (found.hasNext()) {
        QRegularExpressionMatch const match = found.next();
        calls.push_back({match.captured(1).toULongLong(nullptr, 16), plainName(match.captured(2))});
    }
    return calls;
}

QStringList names(const std::vector<Call>& calls) {
    QStringList list;
    for (Call const& call : calls)
        list << call.name;
    return list;
}

// The kernel's functions by address, from the ELF file itself.
std::multimap<uint64_t, QString> functionsOfTheElf() {
    QProcess nm;
    nm.start("nm", {"-C", "--defined-only", test::kernelFile()});
    nm.waitForFinished();
    std::multimap<uint64_t, QString> functions;
    QRegularExpression const line("^([0-9a-f]+) [tTwW] (.+)$", QRegularExpression::MultilineOption);
    auto found = line.globalMatch(QString::fromUtf8(nm.readAllStandardOutput()));
    while (found.hasNext()) {
        QRegularExpressionMatch const match = found.next();
        functions.emplace(match.captured(1).toULongLong(nullptr, 16), plainName(match.captured(2)));
    }
    return functions;
}

// True when every call's name is that of the function around its address. What is behind a call may be the
// next function already, so the byte before the return address counts.
bool namesAreRight(const std::vector<Call>& calls, QString* wrong) {
    auto const functions = functionsOfTheElf();
    for (size_t depth = 0; depth < calls.size(); ++depth) {
        auto after = functions.upper_bound(calls[depth].address - (depth > 0 ? 1 : 0));
        if (after == functions.begin())
            return false;
        auto const [first, last] = functions.equal_range(std::prev(after)->first);
        bool const known = std::any_of(
            first, last, [&](auto const& function) { return function.second == calls[depth].name; });
        if (!known) {
            *wrong = QString("%1 at 0x%2").arg(calls[depth].name).arg(calls[depth].address, 0, 16);
            return false;
        }
    }
    return !calls.empty();
}

// The line of a source file that a panic's place names.
QString sourceLine(const QString& file, int line) {
    QFile source(QString(UVMSCOPE_SOURCE_DIR "/%1").arg(file));
    if (!source.open(QIODevice::ReadOnly))
        return {};
    return QString::fromUtf8(source.readAll()).section('\n', line - 1, line - 1);
}

// The calls that the console shows are these, innermost first, and their names are the right ones.
void verifyBacktrace(const GuestRun& run, const QStringList& expected) {
    std::vector<Call> const calls = backtrace(run.console);
    QString wrong;
    QVERIFY2(namesAreRight(calls, &wrong), qPrintable(wrong + "\n" + run.console));
    QCOMPARE(names(calls), expected);
}

} // namespace

class SelfTestTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void a_panic_says_what_and_where_and_how_it_came_there() {
        GuestRun const run = runSelfTest("panic");
        QCOMPARE(run.end, GuestEnd::Exit);
        QCOMPARE(run.status, std::optional<int>(panicked));
        QRegularExpression const place(
            "^panic: test: a panic on purpose at (kernel/core/self_test\\.cc):(\\d+)$",
            QRegularExpression::MultilineOption);
        auto const match = place.match(QString::fromUtf8(run.console));
        QVERIFY2(match.hasMatch(), run.text());
        QVERIFY2(sourceLine(match.captured(1), match.captured(2).toInt()).contains("a panic on purpose"),
                 run.text());
        QVERIFY2(run.console.contains("\nthread: 2\n"), run.text());
        verifyBacktrace(run, {"uvm::panic_invariant", "uvm::panic", "uvm::self_test", "uvm::run",
                              "uvm::thread_begin", "context_start"});
    }
    void a_store_to_nowhere_shows_the_page_walk() {
        GuestRun const run = runSelfTest("pagefault");
        QCOMPARE(run.status, std::optional<int>(panicked));
        QVERIFY2(run.console.contains("\npanic: page fault (store), address 0x10 at "), run.text());
        QVERIFY2(run.console.contains("\n  cr2=0x10  cr3=0x"), run.text());
        QByteArray const top = fourLevels() ? "level-4 table" : "page directory";
        QVERIFY2(run.console.contains("\npage walk of 0x10:\n  " + top + "[0] = 0x0 (not present)\n"),
                 run.text());
        verifyBacktrace(
            run, {"uvm::store_at", "uvm::self_test", "uvm::run", "uvm::thread_begin", "context_start"});
    }
    void a_store_into_code_is_a_fault() {
        GuestRun const run = runSelfTest("readonly");
        QCOMPARE(run.status, std::optional<int>(panicked));
        QRegularExpression const what(QString("panic: page fault \\(store\\), address 0x%1[0-9a-f]{5} at ")
                                          .arg(fourLevels() ? "ffffffff801" : "c01"));
        QVERIFY2(what.match(run.console).hasMatch(), run.text());
        QVERIFY2(QRegularExpression("page table\\[\\d+\\] = 0x[0-9a-f]+ \\(read-only\\)\n")
                     .match(run.console)
                     .hasMatch(),
                 run.text());
    }
    void data_is_executed_only_where_it_cannot_be_refused() {
        GuestRun const run = runSelfTest("execdata");
        if (!fourLevels()) {
            QCOMPARE(run.status, std::optional<int>(0));
            QVERIFY2(run.console.contains("\nkernel: data was executed\n"), run.text());
            return;
        }
        QCOMPARE(run.status, std::optional<int>(panicked));
        QVERIFY2(QRegularExpression(
                     "panic: page fault \\(instruction fetch\\), address 0xffffffff80[0-9a-f]{6} at ")
                     .match(run.console)
                     .hasMatch(),
                 run.text());
    }
    void a_stack_overflow_is_named() {
        GuestRun const run = runSelfTest("doublefault");
        QCOMPARE(run.status, std::optional<int>(panicked));
        QVERIFY2(
            run.console.contains("\npanic: double fault (the kernel stack ran over its end), address 0x"),
            run.text());
        QVERIFY2(QRegularExpression("\n  \\.\\.\\. the same \\d+ times more\n").match(run.console).hasMatch(),
                 run.text());
        verifyBacktrace(run, {"uvm::dig", "uvm::dig", "uvm::self_test", "uvm::run", "uvm::thread_begin",
                              "context_start"});
    }
    void a_triple_fault_keeps_the_machine() {
        GuestRun const run = runSelfTest("triplefault");
        QVERIFY2(run.end == GuestEnd::Down, run.text());
        QCOMPARE(run.reason, QString("guest-reset"));
        QVERIFY2(run.keptAfterDown, run.text());
        // Booted once: it was not started over.
        QCOMPARE(run.console.count("uvmscope kernel"), 1);
        QVERIFY2(run.console.endsWith("kernel: test triplefault\n"), run.text());
    }
    void a_kernel_that_hangs_can_be_killed() {
        GuestRun const run = runGuest({.commandLine = "test=hang halt", .limit = std::chrono::seconds(2)});
        QVERIFY2(run.end == GuestEnd::Timeout, run.text());
        QVERIFY2(run.console.endsWith("kernel: test hang\n"), run.text());
    }
    void threads_are_preempted_and_exclude_each_other() {
        GuestRun const run = runSelfTest("threads");
        QCOMPARE(run.status, std::optional<int>(0));
        QVERIFY2(run.console.contains("\nthreads: counted 60000 of 60000\nthreads: preemption works\n"),
                 run.text());
    }
    void a_deadlock_names_who_waits_for_what() {
        GuestRun const run = runSelfTest("deadlock");
        QCOMPARE(run.status, std::optional<int>(panicked));
        QVERIFY2(run.console.contains("\nthread 2 (scenario) sleeps on the end of a thread\n"
                                      "thread 4 (waiter) sleeps on what never comes\n"
                                      "\npanic: deadlock: every thread sleeps at kernel/core/thread.cc:"),
                 run.text());
        verifyBacktrace(run, {"uvm::panic_invariant", "uvm::panic", "uvm::report_deadlock",
                              "uvm::thread_idle", "uvm::kernel_main", "uvm::machine::boot_finish",
                              "uvm::machine::start", test::architecture() + "_start", "start"});
    }
    void user_memory_is_accessed_through_the_page_tables() {
        GuestRun const run = runSelfTest("useraccess");
        QVERIFY2(run.status == std::optional<int>(0), run.text());
        QVERIFY2(run.console.contains("\nuseraccess: 0 failures\n"), run.text());
    }
    void an_interrupt_in_the_midst_of_an_event_begins_it_anew() {
        GuestRun const run = runSelfTest("probes");
        QVERIFY2(run.status == std::optional<int>(0), run.text());
        QVERIFY2(run.console.contains("\nprobes: 0 of "), run.text());
    }
    void an_unknown_test_is_an_error() {
        GuestRun const run = runSelfTest("nonsense");
        QCOMPARE(run.status, std::optional<int>(2));
        QVERIFY2(run.console.contains("\nkernel: error: no test of this name\n"), run.text());
    }
};

int main(int argc, char** argv) {
    SelfTestTest test;
    return test::guestTestMain(test, argc, argv);
}
#include "self_test_test.moc"
