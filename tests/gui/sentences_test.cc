// Sentences: what they say of real steps, and that there is one for every step and every event.
//
//   sentences_test --goldens FOLDER [Qt Test options]
#include <QByteArray>
#include <QCoreApplication>
#include <QDebug>
#include <QDir>
#include <QHash>
#include <QObject>
#include <QRegularExpression>
#include <QString>
#include <QStringList>
#include <QStringLiteral>
#include <QTest>

#include <set>

#include "gui/models/sentences.h"
#include "kernel/vm/uvm_probe.h"
#include "tests/support/host_moments.h"

using gdbbridge::Event;
using gdbbridge::EventKind;
using gdbbridge::Moment;
using gdbbridge::MomentPtr;
using gdbbridge::StopReason;
using testsupport::MomentsAt;

namespace {

QString g_goldens;

// What the last command of a scenario did, in "first | second".
QString lastStep(const QByteArray& scenario) {
    auto const moments = testsupport::hostMoments({scenario.constData(), size_t(scenario.size())});
    auto const sentence = gui::stepSentence(*moments[moments.size() - 2], moments[moments.size() - 3].get());
    return sentence.second.isEmpty() ? sentence.first : sentence.first + " | " + sentence.second;
}

// A family of two, as the demo has it.
const QByteArray family = "space parent 0x1000 0xbfbff000\nmap parent 0x10000 0x4000 cow\n"
                          "write parent 0x10000 \"parent\"\nwrite parent 0x11000 11\nfork parent child\n";
const QByteArray alone = "space A 0x1000 0x100000\nmap A 0x10000 0x4000 cow\n";
const QByteArray filed = "object F 0x4000\nspace A 0x1000 0x100000\nmap A 0x10000 0x4000 obj=F\n";
const QByteArray privately = "object F 0x4000\nspace A 0x1000 0x100000\nmap A 0x10000 0x4000 obj=F cow\n";

// Serial numbers go on through the runs of a process: "n17" becomes "n2" when it is the second one named.
QString renumbered(const QString& text) {
    QString out;
    QHash<QString, QString> names;
    int anons = 0, amaps = 0;
    static const QRegularExpression name("(?<!byte )\\b([na])([0-9]+)\\b");
    qsizetype at = 0;
    for (auto const& match : name.globalMatch(text)) {
        QString& fresh = names[match.captured()];
        if (fresh.isEmpty())
            fresh = match.captured(1) + QString::number(match.captured(1) == "n" ? ++anons : ++amaps);
        out += text.mid(at, match.capturedStart() - at) + fresh;
        at = match.capturedEnd();
    }
    return out + text.mid(at);
}

} // namespace

class SentencesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_step_is_told_in_plain_words_data() {
        QTest::addColumn<QByteArray>("scenario");
        QTest::addColumn<QString>("told");
        auto const row = [](const char* name, const QByteArray& scenario, const char* told) {
            QTest::newRow(name) << scenario << QString(told);
        };
        // accesses
        row("zero fill", alone + "write A 0x10000 01\n",
            "A wrote to 0x10000. There was no page, so it got a new one of zeros first, n1. | It was the "
            "first "
            "page of A's entry, which got an amap for it, a1.");
        row("copy on write", family + "write child 0x10000 \"CHILD\"\n",
            "The child wrote to 0x10000. The page was shared, so the child got its own copy, n1; the parent "
            "keeps n2. | On the way the fault entered the neighbour 0x11000 read-only: it is still shared.");
        row("read shares", family + "read child 0x10000 6\n",
            "The child read “parent” at 0x10000. It shares n1 with the parent: entered read-only, nothing "
            "copied. | On the way the fault entered the neighbour 0x11000 read-only: it is still shared.");
        row("sole owner again", family + "exit child\nwrite parent 0x10000 01\n",
            "The parent wrote to 0x10000. Nobody else holds n1 now, so it became writable without a copy.");
        row("no fault", alone + "write A 0x10000 01\nwrite A 0x10004 02\n",
            "A wrote to 0x10004. The page was entered writable already: no fault.");
        row("two pages", alone + "write A 0x10fff 0102\n",
            "A wrote to 0x10fff. It took 2 faults: 2 pages made of zeros. | It was the first page of A's "
            "entry, which got an amap for it, a1.");
        row("from file", filed + "read A 0x10000\n",
            "A read byte a0 at 0x10000. The page was not in memory: the fault fetched it from F.");
        row("write through", filed + "write A 0x10000 01\n",
            "A wrote to 0x10000. The mapping is shared, so the bytes are in the page of F itself.");
        row("private of file", privately + "write A 0x10000 01\n",
            "A wrote to 0x10000. The mapping is private, so A got a copy of F's page, n1. | It was the first "
            "page of A's entry, which got an amap for it, a1.");
        row("fault ahead of a file", privately + "read A 0x11000\nread A 0x10000\nread A 0x12000\n",
            "A read byte a2 at 0x12000. The page was not in memory: the fault fetched it from F.");
        row("object of zeros",
            "object Z 0x4000 anon\nspace A 0x1000 0x100000\nmap A 0x10000 0x4000 obj=Z\n"
            "read A 0x10000\n",
            "A read zeros at 0x10000. Z had no page there: the fault made one of zeros.");
        row("shared memory",
            "space A 0x1000 0x100000\nmap A 0x10000 0x4000 overlay inh=share\nwrite A 0x10000 01\nfork A B\n"
            "write B 0x10000 02\n",
            "B wrote to 0x10000. This memory is meant to be shared: n1 was entered writable, and A sees it.");
        row("not mapped", alone + "write A 0x20000 01\n",
            "A's write to 0x20000 failed: EFAULT; nothing is mapped there.");
        row("not allowed", alone + "protect A 0x10000 0x4000 r--\nwrite A 0x10000 01\n",
            "A's write to 0x10000 failed: EACCES; the entry there is r--.");
        row("beyond the end",
            "object F 0x1000\nspace A 0x1000 0x100000\nmap A 0x10000 0x4000 obj=F\nread A 0x11000\n",
            "A's read of 0x11000 failed: EINVAL; that is beyond the end of F.");
        row("fails half way", alone + "write A 0x13ffe 01020304\n",
            "A's write to 0x13ffe failed: EFAULT; nothing is mapped there. | It failed at 0x14000; the bytes "
            "before it were written.");
        // places
        row("map", alone,
            "A mapped 4 pages at 0x10000: private memory, readable and writable. | No page exists "
            "yet; the first write will make an amap (needs-copy).");
        row("map a file", filed,
            "A mapped 4 pages at 0x10000: F itself, readable and writable. | No page is entered yet; each "
            "comes "
            "with the first access.");
        row("map merges", alone + "map A 0x14000 0x1000 cow\n",
            "A mapped 1 page at 0x14000: private memory, readable and writable. | It fits the entry before "
            "it, so "
            "both are one entry now, 0x10000-0x15000.");
        row("no room", alone + "map A 0x10000 0x1000 cow fixed\n",
            "A's map at 0x10000 failed: ENOMEM; there is no room for it.");
        row("unmap in the middle", alone + "write A 0x11000 01\nunmap A 0x11000 0x1000\n",
            "A unmapped 1 page at 0x11000; what lies on both sides stays. | n1 is freed.");
        row("unmap what others hold", family + "unmap parent 0x10000 0x4000\n",
            "The parent unmapped 4 pages at 0x10000; the map is empty now. | 2 pages left the page tables.");
        row("unmap nothing", alone + "unmap A 0x20000 0x1000\n",
            "Nothing was mapped at 0x20000, so nothing changed.");
        row("reserve", "space A 0x1000 0x100000\nreserve A 0x10000 0x2000\n",
            "A reserved 2 pages at 0x10000: nothing else will be placed there. | The entry is a blank: no "
            "access, "
            "no object, no amap.");
        row("extract", alone + "write A 0x10000 01\nspace B 0x1000 0x100000\nextract A 0x10000 0x1000 B\n",
            "1 page from 0x10000 of A can be seen at 0x1000 of B as well. | Nothing was copied: its entry "
            "refers "
            "to amap a1, which has 3 references now.");
        // ranges
        row("protect", alone + "write A 0x10000 01\nprotect A 0x10000 0x4000 r--\n",
            "A made 4 pages at 0x10000 read-only: rw- became r--. | 1 page in the page tables lost rights.");
        row("protect beyond",
            "space A 0x1000 0x100000\nmap A 0x10000 0x1000 cow prot=r-- max=r--\n"
            "protect A 0x10000 0x1000 rw-\n",
            "A's protect at 0x10000 failed: EACCES; the maximum protection does not allow it.");
        row("inherit", alone + "inherit A 0x10000 0x1000 none\n",
            "A child of A will not have 1 page at 0x10000 at all.");
        row("advise", alone + "advise A 0x10000 0x4000 random\n",
            "A will use 4 pages at 0x10000 in random order: faults enter no neighbours there.");
        row("wire", alone + "wire A 0x10000 0x2000\n",
            "A wired 2 pages at 0x10000: they stay in memory and in the page tables. | 2 faults brought them "
            "in; "
            "n1 and n2 are new.");
        row("wire a hole", alone + "wire A 0x13000 0x2000\n",
            "A's wire at 0x13000 failed: EINVAL; part of the range is a hole or inaccessible. | It left 1 "
            "split "
            "behind on the way.");
        row("unwire", alone + "wire A 0x10000 0x2000\nunwire A 0x10000 0x2000\n",
            "A unwired 2 pages at 0x10000: they may be paged out again.");
        row("wire the future", alone + "wireall A future\n", "Whatever A maps from now on will be wired.");
        row("clean", filed + "write A 0x10000 01\nclean A 0x10000 0x4000 free\n",
            "A wrote 1 page behind 0x10000 back to the file. | 1 page was freed; 1 mapping left the page "
            "tables.");
        row("clean nothing", filed + "clean A 0x10000 0x4000\n",
            "No page behind 0x10000 had to be written or freed, so nothing changed.");
        // spaces
        row("space", "space A 0x1000 0x100000 topdown\n",
            "A has a new, empty space: 0x1000-0x100000, nothing mapped. | Its map places from the top down.");
        row("object", "object F 0x4000\n", "F is a new file of 4 pages; none of it is in memory.");
        row("fork", family,
            "The parent forked the child: 1 entry, copy-on-write; no page was copied. | 2 pages of the "
            "parent became "
            "read-only, so that the next write there faults.");
        row("fork with all kinds",
            alone + "map A 0x20000 0x1000 overlay inh=share\nmap A 0x30000 0x1000 cow inh=none\nfork A B\n",
            "A forked B: of 3 entries 1 copy-on-write, 1 shared and 1 left out; no page was copied.");
        row("share", alone + "share A B\n",
            "A and B use one space now: what one maps or writes, the other has too. | Not a page and not an "
            "entry "
            "was copied: B refers to the space of A.");
        row("unshare", alone + "share A B\nunshare B\n",
            "B left the shared space for one of its own, a copy as fork makes it.");
        row("exec", alone + "write A 0x10000 01\nexec A 0x1000 0x80000000\n",
            "A began a new program: what it had mapped, 1 entry, is gone. | n1 was freed: nobody else held "
            "it.");
        row("vfork and exec", alone + "share A B\nexec B 0x1000 0x80000000\n",
            "B began a new program in a new space; the old one stays with A.");
        row("exit", alone + "write A 0x10000 01\nexit A\n",
            "A ended, and its space with it. | n1 was freed: nobody else held it.");
        row("exit of a sharer", alone + "share A B\nexit B\n", "B ended; its space lives on with A.");
        row("name taken", alone + "space A 0x1000 0x2000\n",
            "A's space at 0x1000 failed: EEXIST; the name is taken.");
        // looking
        row("findspace", alone + "findspace A 0x10000 0x1000\n",
            "There is room for 1 page at 0x14000; nothing changed. | The search looked behind 1 of 1 entry.");
        row("lookup", alone + "lookup A 0x10004\n", "0x10004 of A lies in the entry 0x10000-0x14000, rw-.");
        row("lookup in a gap", alone + "lookup A 0x20000\n",
            "0x20000 of A lies in no entry. | It lies in the gap behind the entry 0x10000-0x14000.");
        row("checkprot", alone + "checkprot A 0x10000 0x4000 rw-\n",
            "All of 4 pages at 0x10000 is mapped with at least rw-.");
        row("dump", alone + "dump\n", "The entries were listed, 2 lines; nothing changed.");
        row("check", alone + "check\n",
            "The kernel's own check of its maps, 1 entry in all, found nothing broken.");
        row("not understood", alone + "mpa A 0x10000\n",
            "Line 3 cannot be understood, so the scenario ends here: mpa A 0x10000");
    }
    void a_step_is_told_in_plain_words() {
        QFETCH(QByteArray, scenario);
        QFETCH(QString, told);
        QCOMPARE(renumbered(lastStep(scenario)), told);
    }

    void the_actor_is_who_the_command_names() {
        auto const moments =
            testsupport::hostMoments(std::string_view(family.constData(), size_t(family.size())));
        auto const fork = gui::stepSentence(moments, int(moments.size()) - 2);
        QCOMPARE(fork.actor, moments.back()->snapshot->processes[0].pid);
        QVERIFY(fork.actor != 0);
        QCOMPARE(gui::stepSentence(moments, 0).actor, 0u);
    }

    // Each that the kernel knows has words.
    void why_the_daemon_did_it_is_told() {
        std::set<QString> told;
        for (auto reason = uint64_t(uvm::uvm_daemon_reason::referenced);
             reason <= uint64_t(uvm::uvm_daemon_reason::few_of_its_kind); ++reason) {
            Event event;
            event.kind = EventKind::DaemonReactivate;
            event.args = {0x576000, reason};
            told.insert(gui::eventSentence(event, {}, nullptr));
        }
        QCOMPARE(told.size(), size_t(uvm::uvm_daemon_reason::few_of_its_kind));
        for (QString const& words : told)
            QVERIFY2(!words.contains(QStringLiteral("no reason")), qPrintable(words));
    }

    void start_and_end_are_told() {
        auto const moments = testsupport::hostMoments("space A 0x1000 0x100000\nmap A 0x10000 0x1000 cow\n");
        QVERIFY(gui::stepSentence(*moments.front(), nullptr).first.startsWith("The kernel is up"));
        auto const end = gui::stepSentence(moments, int(moments.size()) - 1);
        QCOMPARE(end.first, QString("The scenario is over after 2 commands."));
        QCOMPARE(end.second, QString("Still there: A, with 1 entry."));
        QVERIFY(!end.wrong);
    }

    // Stepped through event by event, a command is told as if it had run at once.
    void stepping_by_events_ends_in_the_same_sentence() {
        QByteArray const text = family + "write child 0x10000 \"CHILD\"\n";
        auto const events =
            testsupport::hostMoments({text.constData(), size_t(text.size())}, MomentsAt::EveryEvent);
        auto const whole = gui::stepSentence(events, int(events.size()) - 2);
        QCOMPARE(events[events.size() - 2]->reason, StopReason::CommandEnd);
        QVERIFY2(whole.first.contains("so the child got its own copy"), qPrintable(whole.first));
        QVERIFY(whole.second.startsWith("On the way"));
    }

    void a_broken_invariant_is_told_with_both_values() {
        auto const moments = testsupport::hostMoments({alone.constData(), size_t(alone.size())});
        Moment broken = *moments[2];
        broken.violations.push_back(
            {4, 0, "entry 0x10000 of A", "gap is not the free space behind it", "0x9000", "0x6000"});
        broken.violations.push_back({5, 0, "map of A", "size is wrong", "1", "2"});
        auto const told = gui::stepSentence(broken, moments[1].get());
        QVERIFY(told.wrong);
        QCOMPARE(told.second,
                 QString("Entry 0x10000 of A: gap is not the free space behind it; expected 0x9000, "
                         "found 0x6000 (and 1 more)."));
        QVERIFY(told.first.startsWith("A mapped"));
    }

    void every_step_of_the_public_traces_has_a_sentence() {
        QDir const folder(g_goldens);
        QStringList const names = folder.entryList({"*-01.uvm", "classic-*.uvm"}, QDir::Files);
        QVERIFY(names.size() > 20);
        size_t steps = 0, tooLong = 0;
        for (QString const& name : names) {
            auto const run = testsupport::runFileOnHost(folder.filePath(name));
            for (size_t i = 0; i < run.moments.size(); ++i) {
                auto const told = gui::stepSentence(run.moments, int(i));
                QByteArray const where = name.toUtf8() + ": " + run.moments[i]->command.toUtf8() + ": " +
                                         told.first.toUtf8() + " | " + told.second.toUtf8();
                QVERIFY2(told.first.size() > 15 && told.first.size() <= 130, where);
                QVERIFY2(told.second.size() <= 130, where);
                QVERIFY2(told.first.endsWith('.'), where);
                QVERIFY2(!told.wrong, where);
                // What is said when nothing better is known; no step of the language should need it.
                for (const char* vague :
                     {" ran.", "It took a fault.", "could not be served", "refused it", "n0", "a0"})
                    QVERIFY2(!told.first.contains(QRegularExpression(
                                 "\\b" + QRegularExpression::escape(vague).replace("\\ ", " ") + "\\b")) ||
                                 told.first.contains("byte a0") || told.first.contains("bytes"),
                             where);
                ++steps;
                tooLong += told.first.size() > 90 ? 1 : 0;
            }
        }
        qInfo("%zu steps, %zu of them told in more than 90 characters", steps, tooLong);
        QVERIFY(tooLong * 10 < steps);
    }

    // On every event of runs that touch all of the VM.
    void every_event_has_a_sentence_of_its_own() {
        std::set<EventKind> seen;
        QStringList files;
        QDir const goldens(g_goldens), additions(UVMSCOPE_SOURCE_DIR "/tests/scenario/additions");
        for (QString const& name : goldens.entryList({"*-01.uvm", "classic-*.uvm"}, QDir::Files))
            files << goldens.filePath(name);
        for (QString const& name : additions.entryList({"loan-*.uvm", "read-ahead.uvm"}, QDir::Files))
            files << additions.filePath(name);
        for (QString const& file : files) {
            auto const run = testsupport::runFileOnHost(file);
            for (size_t i = 1; i < run.moments.size(); ++i)
                for (Event const& event : run.moments[i]->events) {
                    seen.insert(event.kind);
                    QString const told = gui::eventSentence(event, *run.moments[i]->snapshot,
                                                            run.moments[i - 1]->snapshot.get());
                    QByteArray const where = QByteArray::fromStdString(event.name) + ": " + told.toUtf8();
                    QVERIFY2(told.endsWith('.') && told.size() <= 110, where);
                    QVERIFY2(!told.contains('(') || event.kind == EventKind::ForkEntry,
                             where); // not name(args)
                }
        }
        // A page out and in, one used again, one that cannot be written, a device that goes.
        auto const swapping = testsupport::runOnHost(
            "memory 8 swap=64\nspace A 0x10000 0x40000\nmap A 0x10000 0x6000 prot=rw- cow\n"
            "write A 0x10000 11\nwrite A 0x11000 22\nwrite A 0x12000 33\nwrite A 0x13000 44\npagedaemon\n"
            "swapfail 1\npagedaemon\nread A 0x12000\npagedaemon\nread A 0x10000\npagedaemon\nswapoff ram\n"
            "dump\n");
        for (size_t i = 1; i < swapping.moments.size(); ++i)
            for (Event const& event : swapping.moments[i]->events) {
                seen.insert(event.kind);
                QString const told = gui::eventSentence(event, *swapping.moments[i]->snapshot,
                                                        swapping.moments[i - 1]->snapshot.get());
                QVERIFY2(told.endsWith('.') && told.size() <= 110 && !told.contains('('), told.toUtf8());
            }
        QStringList missing;
        for (int kind = 1; kind <= int(gdbbridge::lastEventKind); ++kind)
            if (!seen.contains(EventKind(kind)))
                missing << QString::fromUtf8(gdbbridge::eventKindName(EventKind(kind)).data());
        // A scenario keeps its objects to the end, after which no moment comes.
        QCOMPARE(missing, QStringList{"object_destroy"});
    }

    // Also those values that no scenario gives an entry, and those that mean nothing.
    void every_inheritance_and_advice_has_a_word() {
        auto const told = [](EventKind kind, uint64_t before, uint64_t after) {
            Event event;
            event.kind = kind;
            event.argCount = 4;
            event.args = {0, 0, before, after, 0};
            return gui::eventSentence(event, {}, nullptr).section(QStringLiteral(": "), 1);
        };
        QCOMPARE(told(EventKind::EntryInherit, 0, 1), QString("inheritance share became copy."));
        QCOMPARE(told(EventKind::EntryInherit, 2, 3), QString("inheritance none became zero."));
        QCOMPARE(told(EventKind::EntryInherit, 3, 4), QString("inheritance zero became unknown (4)."));
        QCOMPARE(told(EventKind::EntryAdvice, 0, 1), QString("advice normal became random."));
        QCOMPARE(told(EventKind::EntryAdvice, 2, 3), QString("advice sequential became unknown (3)."));
    }

    void an_event_that_only_the_kernel_knows_is_told_by_name() {
        Event event;
        event.name = "student_probe";
        event.argCount = 2;
        event.args = {1, 0x10000, 0, 0, 0};
        QCOMPARE(gui::eventSentence(event, {}, nullptr), QString("student_probe(0x1, 0x10000)"));
    }

    // Nothing in an event may be trusted: any kind with any arguments, against empty snapshots.
    void arguments_from_nowhere_do_no_harm() {
        for (int kind = 0; kind <= int(gdbbridge::lastEventKind) + 1; ++kind)
            for (uint64_t value : {uint64_t{0}, uint64_t{1}, uint64_t{0x1000}, UINT64_MAX}) {
                Event event;
                event.kind = EventKind(kind);
                event.argCount = 5;
                event.args.fill(value);
                event.name = "any";
                QVERIFY(!gui::eventSentence(event, {}, nullptr).isEmpty());
            }
    }
};

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    QStringList args = app.arguments();
    if (qsizetype const at = args.indexOf("--goldens"); at > 0 && at + 1 < args.size()) {
        g_goldens = args[at + 1];
        args.remove(at, 2);
    }
    SentencesTest test;
    return QTest::qExec(&test, args);
}
#include "sentences_test.moc"
