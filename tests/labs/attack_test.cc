// Submissions that do not try to solve the lab: each ends as a failure, in words that say what happened.
#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLatin1String>
#include <QObject>
#include <QString>
#include <QStringLiteral>
#include <QTemporaryDir>
#include <QTest>

#include "labs/grader/evidence.h"
#include "labs/grader/files.h"
#include "labs/grader/sandbox.h"
#include "labs/grader/student_folder.h"
#include "tests/labs/lab_support.h"
#include "tests/scenario/transcripts.h"

namespace {

const QString lookupFile = QStringLiteral("kernel/vm/uvm_map_lookup.cc");
const QString treeFile = QStringLiteral("kernel/vm/uvm_map_tree.cc");

// The reference, whose lookup does something else first.
std::vector<grader::Edit> firstThing(const QString& code, const QString& before = {}) {
    return {{lookupFile,
             QStringLiteral("    vm_map_entry* const at = __atomic_load_n(&map.hint, __ATOMIC_RELAXED);"),
             code + QStringLiteral(
                        "\n    vm_map_entry* const at = __atomic_load_n(&map.hint, __ATOMIC_RELAXED);")},
            {lookupFile, QStringLiteral("#include \"kernel/vm/uvm_counters.h\""),
             before + QStringLiteral("\n#include \"kernel/vm/uvm_counters.h\"")}};
}

// Hosted only: the kernels have no C library.
QString hosted(const QString& code) { return QStringLiteral("#if __STDC_HOSTED__\n%1\n#endif").arg(code); }

// C++ that makes a string literal of some bytes.
QString literal(const QByteArray& bytes) {
    return QStringLiteral("R\"uvm(%1)uvm\"").arg(QString::fromUtf8(bytes));
}

// Finds the channel's word on the heap: 32 hexadecimal digits.
const QString findWord = QStringLiteral(R"(
#if __STDC_HOSTED__
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unistd.h>
extern "C" char _end;
namespace {
char* find_word() {
    static char* const heap_end = static_cast<char*>(sbrk(0));
    int run = 0;
    for (char* at = heap_end - 130000; at < heap_end; ++at) {
        bool const digit = (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'f');
        run = digit ? run + 1 : 0;
        if (run == 32 && (at[1] == 0 || at[1] == ' '))
            return at - 31;
    }
    return nullptr;
}
}
#endif
)");

} // namespace

class AttackTest : public QObject {
    Q_OBJECT

    std::unique_ptr<test::LabBench> m_bench;
    QTemporaryDir m_work;

    // The one check of a submission.
    grader::CheckResult check(const std::vector<grader::Edit>& edits, const char* id = "lookup",
                              uint32_t seed = 4711) {
        const QString folder = m_bench->solution(m_work, QLatin1String(QTest::currentTestFunction()), edits);
        return m_bench->check(folder, {QString::fromLatin1(id)}, seed).checks.at(0);
    }
    void expect(const grader::CheckResult& result, const char* words) {
        QVERIFY(!result.passed);
        QCOMPARE(result.earned, 0);
        const QString all = result.failure.what + u'\n' + result.failure.detail;
        QVERIFY2(all.contains(QLatin1String(words)), qPrintable(all));
    }

private Q_SLOTS:
    void initTestCase() {
        grader::Lab lab = test::theLab(1);
        for (grader::Check& each : lab.checks)
            each.seconds = 3;
        m_bench = std::make_unique<test::LabBench>(lab);
    }

    void an_endless_loop() {
        expect(check(firstThing(QStringLiteral("for (;;) __asm__ volatile(\"\");"))),
               "it did not end within 2 s of processor time");
    }
    void an_endless_loop_in_the_kernel() {
        expect(check(firstThing(QStringLiteral("if (!__STDC_HOSTED__) for (;;) __asm__ volatile(\"\");")),
                     "machines"),
               "the kernel did not end within 1.8 s of processor time");
    }
    // What sleeps takes no time of the processor: it is ended by the clock.
    void a_wait_for_nothing() {
        const QString code = QStringLiteral("for (;;) pause();");
        expect(check(firstThing(hosted(code), findWord)),
               "it did not end within 6 s, in which it took less than 2 s of processor time");
    }
    // Who was stopped once has less time the next time, and is told so.
    void an_endless_loop_in_all_checks() {
        const QString folder = m_bench->solution(
            m_work, QStringLiteral("loops"), firstThing(QStringLiteral("for (;;) __asm__ volatile(\"\");")));
        const auto result = m_bench->check(folder, {QStringLiteral("lookup"), QStringLiteral("grow")});
        QVERIFY(result.checks[0].failure.what.startsWith(
            QStringLiteral("it did not end within 2 s of processor time: an endless loop, or far too slow")));
        QCOMPARE(result.checks[1].failure.what,
                 QStringLiteral("it did not end within 0.3 s of processor time: an endless loop, or far too "
                                "slow (runs before it that did not end had more)"));
    }
    // Who switches the limit off that lies in its own process meets the next one.
    void an_endless_loop_that_hears_no_signal() {
        const QString code = QStringLiteral("signal(SIGPROF, SIG_IGN); for (;;) __asm__ volatile(\"\");");
        expect(check(firstThing(hosted(code),
                                QStringLiteral("#if __STDC_HOSTED__\n#include <csignal>\n#endif"))),
               "it did not end within 2 s of processor time");
    }
    void a_panic() {
        expect(check(firstThing(QStringLiteral("panic(\"I give up\");"))), "the kernel panicked: I give up");
    }
    void a_panic_of_the_kernel() {
        expect(check(firstThing(QStringLiteral("if (!__STDC_HOSTED__) panic(\"I give up\");")), "machines"),
               "the kernel panicked: I give up");
    }
    void a_triple_fault() {
        const QString code =
            QStringLiteral("#if !__STDC_HOSTED__\n"
                           "struct [[gnu::packed]] { unsigned short limit; uintptr_t base; } none{};\n"
                           "__asm__ volatile(\"lidt %0; int3\" :: \"m\"(none));\n#endif");
        expect(check(firstThing(code), "machines"), "the kernel died of a triple fault");
    }
    // A kernel can end its machine with status 0 whenever it likes, and print what it likes before that.
    void an_end_of_the_machine_before_the_programs() {
        const QString code =
            QStringLiteral("#if !__STDC_HOSTED__\n"
                           "__asm__ volatile(\"outb %b0, %w1\" :: \"a\"(0), \"Nd\"(0xf4));\n#endif");
        expect(check(firstThing(code), "programs"),
               "the machine ended with status 0, but before the program map_fixed did");
    }
    void a_pass_that_the_kernel_prints() {
        const QString code =
            QStringLiteral("#if !__STDC_HOSTED__\n"
                           "for (const char* at = \"\\nPASS map_fixed\\n\"; *at != 0; ++at)"
                           " __asm__ volatile(\"outb %b0, %w1\" :: \"a\"(*at), \"Nd\"(0x3f8));\n"
                           "__asm__ volatile(\"outb %b0, %w1\" :: \"a\"(0), \"Nd\"(0xf4));\n#endif");
        const grader::CheckResult result = check(firstThing(code), "programs");
        expect(result, "the machine ended with status 0, but before the program map_fixed did");
        QVERIFY2(result.failure.detail.contains(QStringLiteral("PASS map_fixed")),
                 qPrintable(result.failure.detail));
    }
    void a_wild_pointer() {
        expect(check(firstThing(QStringLiteral("*reinterpret_cast<volatile int*>(uintptr_t{8}) = 1;"))),
               "the program was ended by signal 11");
    }
    void all_of_the_memory() {
        expect(check(firstThing(hosted(QStringLiteral("for (;;) memset(malloc(1 << 20), 1, 1 << 20);")),
                                findWord)),
               "the program was ended by signal 11");
    }
    void a_wild_write_over_the_marks_of_the_results() {
        expect(check(firstThing(
                   hosted(QStringLiteral("if (char* word = find_word()) memset(word, 'x', 32);")), findWord)),
               "does not know its word");
    }
    void results_that_are_printed() {
        const QByteArray results =
            test::contents(m_bench->lab().folder + QStringLiteral("/checks/lookup.out"));
        expect(check(firstThing(
                   hosted(QStringLiteral("puts(%1); fflush(stdout); _exit(0);").arg(literal(results))),
                   findWord)),
               "ended, with status 0, before its scenario did");
    }
    void results_on_the_channel_without_the_word() {
        const QByteArray results =
            test::contents(m_bench->lab().folder + QStringLiteral("/checks/lookup.out"));
        const QByteArray frames = "0123456789abcdef0123456789abcdef transcript " +
                                  QByteArray::number(results.size()) + "\n" + results +
                                  "0123456789abcdef0123456789abcdef end 1\n0";
        expect(check(firstThing(
                   hosted(QStringLiteral("std::string f = %1; (void)!write(3, f.data(), f.size()); _exit(0);")
                              .arg(literal(frames))),
                   findWord)),
               "does not know its word");
    }
    // Who searches the process for the word can write frames; what he writes must still be right, for names
    // that were drawn when it was graded.
    void results_on_the_channel_with_the_word() {
        const QByteArray results =
            test::contents(m_bench->lab().folder + QStringLiteral("/checks/lookup.out"));
        const QString code =
            QStringLiteral("char* w = find_word(); if (!w) _exit(9); std::string word(w, 32), r = %1;"
                           "std::string f = word + \" transcript \" + std::to_string(r.size()) + \"\\n\" + r"
                           " + word + \" end 1\\n0\"; (void)!write(3, f.data(), f.size()); _exit(0);")
                .arg(literal(results));
        const auto edits = firstThing(hosted(code), findWord);
        expect(check(edits), "the transcript is another one");
        // With the names of the files it would have been taken for a result: so it is these that stop it.
        QVERIFY(check(edits, "lookup", 0).passed);
    }
    void the_solution_by_its_path() {
        if (!grader::hasSandbox())
            QSKIP("bubblewrap does not work here");
        const QString folder = m_work.filePath(QStringLiteral("by-path"));
        for (const QString& file : {lookupFile, treeFile})
            QCOMPARE(grader::writeFile(folder + u'/' + file,
                                       "#include \"" UVMSCOPE_SOURCE_DIR "/" + file.toUtf8() + "\"\n"),
                     QString());
        expect(m_bench->check(folder, {QStringLiteral("build")}).checks.at(0), "No such file or directory");
    }
    void the_expected_transcript_by_its_path() {
        if (!grader::hasSandbox())
            QSKIP("bubblewrap does not work here");
        const QString code =
            QStringLiteral("_exit(fopen(\"" UVMSCOPE_SOURCE_DIR "/labs/01-lookup/checks/lookup.out\", \"r\")"
                           " ? 77 : 78);");
        expect(check(firstThing(hosted(code), findWord)), "with status 78");
    }
    void the_solution_by_a_link() {
        const QTemporaryDir submission, folder;
        for (const QString& file : {lookupFile, treeFile})
            QVERIFY(QFile::link(QStringLiteral(UVMSCOPE_SOURCE_DIR "/") + file,
                                submission.filePath(QFileInfo(file).fileName())));
        const QString problem =
            grader::writeSubmission(m_bench->lab(), m_bench->kit(), submission.path(), folder.path());
        QVERIFY2(problem.contains(QStringLiteral("missing from the submission")), qPrintable(problem));
    }
    // What was made of a failure but has no place to go is said, not passed over.
    void evidence_that_cannot_be_kept_is_told_data() {
        QTest::addColumn<QString>("inTheWay");
        QTest::addColumn<QString>("said");
        QTest::addRow("nothing in the way") << QString() << QString();
        QTest::addRow("recording") << QStringLiteral(".uvmrec")
                                   << QStringLiteral("no recording: cannot copy ");
        QTest::addRow("figure") << QStringLiteral(".svg") << QStringLiteral("no figure: cannot copy ");
    }
    void evidence_that_cannot_be_kept_is_told() {
        QFETCH(QString, inTheWay);
        QFETCH(QString, said);
        const QTemporaryDir submission, out;
        // In uvmscope's place: makes the files whose name without suffix is its last argument.
        const QString program = submission.filePath(QStringLiteral("maker"));
        QCOMPARE(grader::writeFile(program, "#!/bin/sh\nfor last; do :; done\n"
                                            "echo made > \"$last\".uvmrec; echo made > \"$last\".svg\n"),
                 QString());
        QFile(program).setPermissions(QFile::ReadOwner | QFile::ExeOwner);
        const QString to = out.filePath(QStringLiteral("check"));
        if (!inTheWay.isEmpty())
            QVERIFY(QDir().mkpath(to + inTheWay + QStringLiteral("/folder")));
        grader::Failure failure;
        failure.command = 1;
        QVERIFY(grader::makeEvidence({program, submission.path(), to, {}, QStringLiteral("map"), "check\n"},
                                     failure)
                    .boots);
        QVERIFY2(said.isEmpty() ? failure.evidence.isEmpty() : failure.evidence.startsWith(said),
                 qPrintable(failure.evidence));
        QCOMPARE(failure.recording.isEmpty(), inTheWay == QStringLiteral(".uvmrec"));
        QCOMPARE(failure.figure.isEmpty(), inTheWay == QStringLiteral(".svg"));
    }
    void functions_left_out_are_not_made_up_for() {
        const QString folder = m_work.filePath(QStringLiteral("left-out"));
        for (const QString& file : {lookupFile, treeFile})
            QCOMPARE(grader::writeFile(folder + u'/' + file, "namespace uvm {}\n"), QString());
        expect(m_bench->check(folder, {QStringLiteral("build")}).checks.at(0), "undefined reference");
    }
};

QTEST_GUILESS_MAIN(AttackTest)
#include "attack_test.moc"
