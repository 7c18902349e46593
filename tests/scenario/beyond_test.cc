// What must hold where the reference implementation is wrong, as far as a transcript does not show it: wired
// pages, references of objects, what read-ahead is asked for; and that nothing is left behind.
#include <QByteArray>
#include <QObject>
#include <QString>
#include <QTest>

#include "kernel/arch/host/host.h"
#include "kernel/scenario/scenario.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_probe.h"
#include "tests/scenario/transcripts.h"

namespace {

struct object_event {
    uvm::uvm_event what;
    uint64_t args[3];
};

// One command, what it printed, how many pages were wired afterwards, and the object events that it caused.
struct step {
    QByteArray text;
    uint32_t wired;
    std::vector<object_event> events;
};

std::vector<object_event> take_events(uint64_t* seen) {
    std::vector<object_event> taken;
    for (; *seen < uvm::uvm_probe_last(); ++*seen) {
        uvm::uvm_probe_record const& r = uvm::uvm_probe_ring.records[*seen % uvm::uvm_probe_ring_size];
        taken.push_back({uvm::uvm_event(r.event), {r.arg(0), r.arg(1), r.arg(2)}});
    }
    return taken;
}

struct run_state {
    std::vector<step> steps;
    uint64_t seen = uvm::uvm_probe_last();
};

// Runs a scenario without its listings, so that each piece of output is one command with its result.
std::vector<step> run(const QByteArray& scenario) {
    QByteArray text;
    for (QByteArray const& line : scenario.split('\n'))
        if (!line.startsWith("dump") && !line.startsWith("pmap") && !line.startsWith("anons"))
            text += line + "\n";
    run_state state;
    uvm::scenario_output const output{
        [](void* context, std::string_view words) {
            auto& s = *static_cast<run_state*>(context);
            s.steps.push_back(
                {QByteArray(words.data(), qsizetype(words.size())), uvm::uvmexp.wired, take_events(&s.seen)});
        },
        &state};
    uvm::scenario_output const errors{
        [](void*, std::string_view words) { qFatal("%.*s", int(words.size()), words.data()); }, nullptr};
    if (uvm::scenario_run({text.data(), size_t(text.size())}, "beyond", output, errors) != 0)
        qFatal("the scenario failed");
    return state.steps;
}

std::vector<step> run_file(const char* name) {
    QString const path = QString(UVMSCOPE_SOURCE_DIR "/tests/scenario/beyond/%1.uvm").arg(name);
    return run(test::contents(path));
}

// The step of the n-th command that begins so.
const step& at(const std::vector<step>& steps, const char* command, int n = 1) {
    for (step const& s : steps)
        if (s.text.startsWith(command) && --n == 0)
            return s;
    qFatal("no command %s", command);
}

// Pages wired after each command that begins so.
std::vector<uint32_t> wired_after(const std::vector<step>& steps, const char* command) {
    std::vector<uint32_t> counts;
    for (step const& s : steps)
        if (s.text.startsWith(command))
            counts.push_back(s.wired);
    return counts;
}

// Everything that is counted and must come back.
auto accounts() {
    uvm::uvmexp_t const& e = uvm::uvmexp;
    return std::vector<uint64_t>{e.free, e.active, e.inactive, e.wired, e.anons, e.amaps, e.entries};
}

using counts = std::vector<uint32_t>;

} // namespace

class BeyondTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        uvm::host_boot();
        uvm::uvm_probe_control.record_mask = uvm::uvm_event_class::object;
    }

    void nothing_is_left_behind_data() {
        QTest::addColumn<QString>("path");
        for (char const* folder :
             {UVMSCOPE_SOURCE_DIR "/tests/scenario/beyond", UVMSCOPE_SOURCE_DIR "/tests/scenario/additions"})
            for (QString const& path : test::scenariosIn(folder))
                QTest::newRow(qPrintable(test::nameOf(path))) << path;
    }
    void nothing_is_left_behind() {
        QFETCH(QString, path);
        auto const before = accounts();
        run(test::contents(path));
        QCOMPARE(accounts(), before);
    }

    void a_merge_on_both_sides_keeps_one_reference_on_the_object() {
        auto const steps = run_file("bimerge-object-reference");
        int64_t references = -1;
        for (object_event const& e : at(steps, "unmap A").events)
            if (e.what == uvm::uvm_event::object_unreference)
                references = int64_t(e.args[1]);
        QCOMPARE(references, int64_t(1)); // the name's own
    }
    void a_wired_entry_that_moves_is_unwired() {
        auto const steps = run_file("extract-remove-wired");
        QCOMPARE(wired_after(steps, "wire A"), counts{2});
        QCOMPARE(wired_after(steps, "extract"), counts{1});
        QCOMPARE(wired_after(steps, "unwire A"), counts{0});
    }
    void only_what_was_closed_is_wired_when_it_opens() {
        auto const steps = run_file("wirefuture-protect-two-entries");
        // Opened; closed; opened again: still wired once. Then without wire-future: not wired.
        QCOMPARE(wired_after(steps, "protect A"), (counts{4, 4, 4, 0, 0}));
        QCOMPARE(wired_after(steps, "unwireall A"), counts{0});
    }
    void a_failed_wire_all_changes_no_wiring() {
        auto const steps = run_file("wireall-failure-keeps-wired");
        QCOMPARE(wired_after(steps, "wireall A"), (counts{0, 0, 1, 1, 1}));
        QCOMPARE(wired_after(steps, "wire A"), (counts{1, 1}));
        QCOMPARE(wired_after(steps, "unwire A"), counts{0});
    }
    void protection_none_keeps_wired_pages_wired() {
        auto const steps = run_file("protect-none-on-wired");
        QCOMPARE(wired_after(steps, "protect A"), (counts{2, 2, 2, 0, 2, 2}));
        QCOMPARE(wired_after(steps, "unwire A"), (counts{0, 0}));
        QVERIFY(at(steps, "wireall A current limit=0x2000").text.endsWith("! ENOMEM\n"));
        QCOMPARE(wired_after(steps, "wireall A"), (counts{2, 3}));
        QCOMPARE(wired_after(steps, "unwireall A"), counts{0});
    }
    void a_busy_clean_changes_nothing() {
        auto const steps = run_file("clean-free-wired-second-entry");
        QCOMPARE(wired_after(steps, "clean A"), (counts{2, 2, 3, 0}));
        for (int n = 1; n <= 3; ++n)
            for (object_event const& e : at(steps, "clean A", n).events)
                QVERIFY(e.what != uvm::uvm_event::object_page_out);
    }
    void read_ahead_is_asked_for_what_the_addresses_cover() {
        auto const steps = run_file("willneed-offset");
        std::vector<std::pair<uint64_t, uint64_t>> asked; // offset and bytes
        for (step const& s : steps)
            for (object_event const& e : s.events)
                if (e.what == uvm::uvm_event::object_willneed)
                    asked.push_back({e.args[1], e.args[2]});
        QCOMPARE(asked, (std::vector<std::pair<uint64_t, uint64_t>>{
                            {0, 0x2000}, {0x1000, 0x1000}, {0x3000, 0x1000}, {0x9000, 0x2000}}));
    }
};
QTEST_GUILESS_MAIN(BeyondTest)
#include "beyond_test.moc"
