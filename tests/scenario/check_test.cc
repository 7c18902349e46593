// `check` finds a wrong reference count wherever it is, also where amaps and anons are more than it can count
// at once, and takes no memory for it.
#include <QByteArray>
#include <QByteArrayList>
#include <QObject>
#include <QTest>

#include "kernel/arch/host/host.h"
#include "kernel/core/process.h"
#include "kernel/scenario/scenario.h"
#include "kernel/vm/uvm_amap.h"
#include "kernel/vm/uvm_aobj.h"
#include "kernel/vm/uvm_loan.h"
#include "kernel/vm/uvm_pool.h"

using namespace uvm;

namespace {

constexpr int pages = 600;   // more anons than there are places in a table,
constexpr int entries = 500; // and more amaps

QByteArray setup() {
    QByteArray text = "space A 0x100000 0x10000000\n"
                      "map A 0x100000 0x258000 cow\n"
                      "wire A 0x100000 0x258000\n"
                      "unwire A 0x100000 0x258000\n";
    for (int i = 0; i < entries; ++i)
        text += "map A 0x" + QByteArray::number(0x1000000 + 0x2000 * i, 16) + " 0x1000 overlay nomerge\n";
    return text + "fork A B\n"; // two references on each amap
}

std::vector<vm_amap*> amaps_of_the_space() {
    std::vector<vm_amap*> found;
    vm_map& map = allproc->p_vmspace->vm_map;
    for (vm_map_entry* entry = map.first(); entry != &map.header; entry = entry->next)
        found.push_back(entry->aref.ar_amap);
    return found;
}

// A count, and what makes it wrong in a way that only all who refer to it together can show.
struct wrong_count {
    int32_t* count;
    int32_t by;
};

std::vector<wrong_count> reference_counts() {
    std::vector<wrong_count> found;
    std::vector<vm_amap*> const amaps = amaps_of_the_space();
    amap_for_each(*amaps.front(), 0, pages, [&](uint32_t, vm_anon& anon) {
        found.push_back({&anon.an_ref, 1});
    });
    for (vm_amap* amap : amaps)
        found.push_back({&amap->am_ref, -1});
    return found;
}

// Between the checks of a run: one count after the other is wrong by one.
struct saboteur {
    std::vector<wrong_count> counts;
    size_t next{};
    QByteArrayList said;

    static void tamper(wrong_count which, int32_t sign) { *which.count += sign * which.by; }
    void after(std::string_view words) {
        QByteArray const text(words.data(), qsizetype(words.size()));
        if (!text.startsWith("check\n"))
            return;
        if (counts.empty())
            counts = reference_counts();
        else
            tamper(counts[next++], -1);
        said << text;
        if (next < counts.size())
            tamper(counts[next], 1);
    }
};

} // namespace

class CheckTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(); }
    void every_wrong_count_is_found();
    void nothing_is_allocated();
    void a_damaged_node_is_found();
    void a_frame_that_is_entered_in_the_wrong_place_is_found();
    void what_others_have_lent_counts_for_that_call_alone();
};

void CheckTest::every_wrong_count_is_found() {
    constexpr int counts = pages + entries + 1;
    QByteArray const text = setup() + QByteArray("check\n").repeated(counts + 1);
    saboteur s;
    scenario_output const out{
        [](void* context, std::string_view words) { static_cast<saboteur*>(context)->after(words); }, &s};
    int const status = scenario_run({text.data(), size_t(text.size())}, "check", out, out);
    QCOMPARE(status, scenario_check_failed);
    QCOMPARE(s.counts.size(), size_t(counts));
    QCOMPARE(s.said.size(), counts + 1);
    QCOMPARE(s.said[0], QByteArray("check\n  = ok\n"));
    for (int i = 0; i < counts; ++i) {
        QByteArray const& said = s.said[i + 1];
        QVERIFY2(said.contains("invariant 8"), said + " at " + QByteArray::number(i));
    }
}

void CheckTest::nothing_is_allocated() {
    QByteArray const text = setup() + "failalloc 1\ncheck\nfailalloc\n";
    QByteArray said;
    scenario_output const out{[](void* context, std::string_view words) {
                                  static_cast<QByteArray*>(context)->append(words.data(),
                                                                            qsizetype(words.size()));
                              },
                              &said};
    QCOMPARE(scenario_run({text.data(), size_t(text.size())}, "check", out, out), scenario_ok);
    QVERIFY2(said.endsWith("check\n  = ok\nfailalloc\n  = 1\n"), said.right(80));
    QCOMPARE(uvm_fail_allocation_left(), 0u); // forgotten with the scenario
}

// What `damage` writes is found, and mended by the number that was there.
void CheckTest::a_damaged_node_is_found() {
    QByteArray const text = "space A 0x1000 0x100000\n"
                            "map A 0x10000 0x2000 cow fixed\n"
                            "damage A 0x10000 maxgap 0x1000\ncheck\n"
                            "damage A 0x10000 maxgap 0xee000\ncheck\n"
                            "damage A 0x10000 gap 0x1000\ncheck\n"
                            "damage A 0x10000 gap 0xee000\ncheck\n";
    QByteArray said;
    scenario_output const out{[](void* context, std::string_view words) {
                                  static_cast<QByteArray*>(context)->append(words.data(),
                                                                            qsizetype(words.size()));
                              },
                              &said};
    QCOMPARE(scenario_run({text.data(), size_t(text.size())}, "check", out, out), scenario_check_failed);
    QVERIFY2(said.contains("maxgap 0x1000\n  = 0xee000\ncheck\n  ! EINVAL"), said);
    QVERIFY2(said.contains("invariant 4"), said);
    QVERIFY2(said.contains("maxgap 0xee000\n  = 0x1000\ncheck\n  = ok\n"), said);
    QVERIFY2(said.contains("gap 0x1000\n  = 0xee000\ncheck\n  ! EINVAL"), said);
    QVERIFY2(said.endsWith("check\n  = ok\n"), said);
}

// Between the checks of a run: the frame of one page is entered at another page's address, and where nothing
// is mapped at all.
struct misentry {
    static constexpr vaddr_t first{0x10000}, second{0x11000}, nowhere{0x40000};
    QByteArrayList said;
    paddr_t right, wrong;

    static void enter(vaddr_t va, paddr_t pa) {
        errno_t const error =
            pmap_enter(*allproc->p_vmspace->vm_map.pm, va, pa, vm_prot_t::read, pmap_flag::none);
        QCOMPARE(error, errno_t::ok);
    }
    void after(std::string_view words) {
        if (!words.starts_with("check\n"))
            return;
        said << QByteArray(words.data(), qsizetype(words.size()));
        pmap& pm = *allproc->p_vmspace->vm_map.pm;
        if (said.size() == 1) {
            QVERIFY(pmap_extract(pm, first, &right));
            QVERIFY(pmap_extract(pm, second, &wrong));
            enter(first, wrong);
        } else if (said.size() == 2) {
            enter(first, right);
            enter(nowhere, right);
        } else {
            pmap_remove(pm, {nowhere, nowhere + vsize_t(page_size)});
        }
    }
};

void CheckTest::a_frame_that_is_entered_in_the_wrong_place_is_found() {
    QByteArray const text = "space A 0x1000 0x100000\n"
                            "map A 0x10000 0x2000 cow fixed\n"
                            "write A 0x10000 00\nwrite A 0x11000 01\n"
                            "check\ncheck\ncheck\ncheck\n";
    misentry m;
    scenario_output const out{
        [](void* context, std::string_view words) { static_cast<misentry*>(context)->after(words); }, &m};
    QCOMPARE(scenario_run({text.data(), size_t(text.size())}, "check", out, out), scenario_check_failed);
    QCOMPARE(m.said.size(), 4);
    QCOMPARE(m.said[0], QByteArray("check\n  = ok\n"));
    auto const words = [](const char* at, paddr_t in_map, paddr_t entered) {
        return QByteArray("check\n  ! EINVAL A at ") + at +
               ": invariant 11: a frame is entered that the map does not have there, expected 0x" +
               QByteArray::number(qulonglong(in_map.value), 16) + ", found 0x" +
               QByteArray::number(qulonglong(entered.value), 16) + "\n";
    };
    QCOMPARE(m.said[1], words("0x10000", m.right, m.wrong));
    QCOMPARE(m.said[2], words("0x40000", paddr_t{}, m.right));
    QCOMPARE(m.said[3], QByteArray("check\n  = ok\n"));
}

// Pages that others have lent are those that the caller names, each time.
void CheckTest::what_others_have_lent_counts_for_that_call_alone() {
    uvm_object* const object = uao_create(page_size, "lent");
    uvm_loaned lent{};
    QCOMPARE(uvm_loanuobjpages(*object, voff_t(0), {&lent, 1}), errno_t::ok);
    QByteArray said;
    scenario_output const out{[](void* context, std::string_view words) {
                                  static_cast<QByteArray*>(context)->append(words.data(),
                                                                            qsizetype(words.size()));
                              },
                              &said};
    auto const status_of_run = [&](uint64_t lent_elsewhere) {
        return scenario_run("check\n", "check", out, out, scenario_rights::all, lent_elsewhere);
    };
    QCOMPARE(status_of_run(1), scenario_ok);
    QCOMPARE(status_of_run(0), scenario_check_failed);
    QVERIFY2(said.contains("invariant 10: loans of all pages other than those to the kernel and to anons, "
                           "expected 0x0, found 0x1\n"),
             said);
    QCOMPARE(scenario_check(out, 1), 0u);
    QCOMPARE(scenario_check(out, 0), 10u);
    uvm_unloan({&lent, 1}, uvm_loan_to::page);
    object->pgops->detach(*object);
    QCOMPARE(scenario_check(out, 0), 0u);
}

QTEST_GUILESS_MAIN(CheckTest)
#include "check_test.moc"
