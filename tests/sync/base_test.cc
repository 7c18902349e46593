#include <QTest>

#include "kernel/arch/host/host.h"
#include "kernel/base/result.h"
#include "tests/sync/death.h"

using namespace uvm;

class BaseTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void errors_have_their_classic_names();
    void a_panic_says_message_and_place();
    void a_broken_invariant_says_both_values();
    void a_panic_during_a_panic_keeps_the_first_record();
    void a_program_can_ask_for_exit_status_3();
};

void BaseTest::errors_have_their_classic_names() {
    QCOMPARE(errno_name(errno_t::enomem), "ENOMEM");
    QCOMPARE(errno_name(errno_t::eacces), "EACCES");
    QCOMPARE(errno_name(errno_t::efault), "EFAULT");
    QCOMPARE(errno_name(errno_t::e2big), "E2BIG");
    QCOMPARE(errno_name(errno_t::ok), "OK");
    QCOMPARE(errno_name(errno_t::restart), "ERESTART");
    QCOMPARE(errno_name(errno_t(999)), "EUNKNOWN");
}

void BaseTest::a_panic_says_message_and_place() {
    std::string const said = panic_text([] { kassert(false, "the sky is green"); });
    std::string const place = " at " + std::string(__FILE__) + ":" + std::to_string(__LINE__ - 1) + "\n";
    QCOMPARE(said, "panic: the sky is green" + place);
    QCOMPARE(panic_text([] { kassert(true, "the sky is blue"); }), std::string());
}

void BaseTest::a_broken_invariant_says_both_values() {
    std::string const said =
        panic_text([] { panic_invariant(5, "maxgap is wrong", 0x2000, 0x1000, nullptr, "f.cc", 7); });
    QCOMPARE(said, std::string("panic: maxgap is wrong at f.cc:7\n"
                               "  invariant 5: expected 0x2000, found 0x1000, at (nil)\n"));
}

void BaseTest::a_panic_during_a_panic_keeps_the_first_record() {
    std::string const said = panic_text([] {
        uvm_panic_record = {"the first", "first.cc", 1, 0, 0, 0, nullptr};
        panic("the second", "second.cc", 2);
    });
    QCOMPARE(said, std::string("panic: the first at first.cc:1\n"));
}

void BaseTest::a_program_can_ask_for_exit_status_3() {
    pid_t const child = fork();
    if (child == 0) {
        close(STDERR_FILENO);
        host_set_panic(host_panic::exit_3);
        panic("over");
    }
    int status = 0;
    QCOMPARE(waitpid(child, &status, 0), child);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 3);
}

QTEST_GUILESS_MAIN(BaseTest)
#include "base_test.moc"
