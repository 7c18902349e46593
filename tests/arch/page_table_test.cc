#include <vector>

#include <QTest>

#include "kernel/arch/x86/page_table.h"
#include "tests/arch/arch_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

using two = x86::page_table<x86::two_level>;
using four = x86::page_table<x86::four_level>;

// Hangs one chain of tables below `root`, down to the leaf over va, by hand.
template <class Format>
typename Format::word* build_chain(paddr_t root, vaddr_t va) {
    using tables = x86::page_table<Format>;
    paddr_t table = root;
    for (uint32_t level = tables::top_level; level > 0; --level) {
        auto& entry = tables::at(table)[tables::index(va, level)];
        if (!tables::is_present(entry))
            entry = typename Format::word(take_page().phys_addr.value) | Format::present;
        table = tables::frame(entry);
    }
    return &tables::at(table)[tables::index(va, 0)];
}

} // namespace

class PageTableTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { host_boot(vsize_t(uintptr_t{16} << 20)); }
    void indices_are_cut_from_the_address_as_the_processor_does();
    void rights_survive_the_way_into_an_entry_and_back();
    void find_and_translate_follow_the_tables();
    void large_pages_are_translated_but_hold_no_table();
    void visit_comes_by_every_mapping_in_order_and_can_stop();
};

void PageTableTest::indices_are_cut_from_the_address_as_the_processor_does() {
    // The Intel manual's fields: 31:22 and 21:12; 47:39, 38:30, 29:21 and 20:12.
    vaddr_t const va(0xdeadb000);
    QCOMPARE(two::index(va, 1), 0xdeadb000u >> 22);
    QCOMPARE(two::index(va, 0), (0xdeadb000u >> 12) & 0x3ff);
    vaddr_t const high((uintptr_t{0x1ff} << 39) | (uintptr_t{2} << 30) | (uintptr_t{3} << 21) |
                       (uintptr_t{4} << 12));
    QCOMPARE(four::index(high, 3), 0x1ffu);
    QCOMPARE(four::index(high, 2), 2u);
    QCOMPARE(four::index(high, 1), 3u);
    QCOMPARE(four::index(high, 0), 4u);
    QCOMPARE(two::last_covered(va, 1).value, uintptr_t(0xdebfffff));
    QCOMPARE(four::last_covered(vaddr_t(0x40201000), 1).value, uintptr_t(0x403fffff));
    QCOMPARE(two::last_user.value, uintptr_t(0xbfffffff));
    QCOMPARE(four::last_user.value, machine::user_max - 1);
}

void PageTableTest::rights_survive_the_way_into_an_entry_and_back() {
    for (uint32_t bits = 1; bits <= 7; ++bits) {
        auto const prot = vm_prot_t(bits);
        QCOMPARE(two::rights(two::rights_bits(prot)), prot | vm_prot_t::read);
        QCOMPARE(four::rights(four::rights_bits(prot)), prot | vm_prot_t::read);
        // Bit 63 forbids execution, and only where the format has it.
        QCOMPARE(four::rights_bits(prot) >> 63, uint64_t(has(prot, vm_prot_t::execute) ? 0 : 1));
        QCOMPARE(two::rights_bits(prot) & ~0x402u, 0u);
    }
}

void PageTableTest::find_and_translate_follow_the_tables() {
    vaddr_t const va(0x12345000);
    auto check = [&]<class Format>(Format) {
        using tables = x86::page_table<Format>;
        paddr_t const root = take_page().phys_addr;
        QVERIFY(!tables::find(root, va));
        auto* slot = build_chain<Format>(root, va);
        QCOMPARE(tables::find(root, va), slot);
        paddr_t pa;
        QVERIFY(!tables::translate(root, va, &pa));
        *slot = 0x5000 | Format::present;
        QVERIFY(tables::translate(root, va + vsize_t(0x123), &pa));
        QCOMPARE(pa.value, uintptr_t(0x5123));
        QVERIFY(!tables::translate(root, va + vsize_t(page_size), &pa));
        QVERIFY(!tables::find(root, vaddr_t(0x92345000)));
    };
    check(x86::two_level{});
    check(x86::four_level{});
}

void PageTableTest::large_pages_are_translated_but_hold_no_table() {
    paddr_t const root = take_page().phys_addr;
    two::at(root)[3] = 0x00c00000 | x86::two_level::present | x86::two_level::large;
    paddr_t pa;
    QVERIFY(two::translate(root, vaddr_t(0x00c12345), &pa));
    QCOMPARE(pa.value, uintptr_t(0x00c12345));
    QVERIFY(!two::find(root, vaddr_t(0x00c12000)));
    QVERIFY(two::visit(root, vaddr_t(0), two::last_user, [](vaddr_t, uint32_t&) { return false; }));
}

void PageTableTest::visit_comes_by_every_mapping_in_order_and_can_stop() {
    auto check = [&]<class Format>(Format) {
        using tables = x86::page_table<Format>;
        using word = typename Format::word;
        paddr_t const root = take_page().phys_addr;
        std::vector<uintptr_t> const addresses{0,          0x1000,     0x3ff000,  0x400000,
                                               0x40000000, 0xbfbfe000, 0xfffff000};
        for (uintptr_t const va : addresses)
            *build_chain<Format>(root, vaddr_t(va)) = word(va & 0xff000) | Format::present;
        std::vector<uintptr_t> seen;
        auto note = [&](vaddr_t va, word&) { return seen.push_back(va.value), true; };
        QVERIFY(tables::visit(root, vaddr_t(0), vaddr_t(0xffffffff), note));
        QCOMPARE(seen, addresses);
        seen.clear();
        QVERIFY(tables::visit(root, vaddr_t(0x1000), vaddr_t(0x400fff), note));
        QCOMPARE(seen, (std::vector<uintptr_t>{0x1000, 0x3ff000, 0x400000}));
        seen.clear();
        QVERIFY(!tables::visit(root, vaddr_t(1), vaddr_t(0xffffffff), [&](vaddr_t va, word&) {
            seen.push_back(va.value);
            return seen.size() < 2;
        }));
        QCOMPARE(seen,
                 (std::vector<uintptr_t>{0, 0x1000})); // a first address inside a page counts for the page
    };
    check(x86::two_level{});
    check(x86::four_level{});
}

QTEST_GUILESS_MAIN(PageTableTest)
#include "page_table_test.moc"
