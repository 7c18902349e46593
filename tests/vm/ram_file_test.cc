// Files in memory whose pages are on loan: a change of the file is none of what was borrowed.
#include <QtTest>

#include <array>

#include <machine/memory.h>

#include "kernel/core/ram_file.h"
#include "kernel/vm/uvm_loan.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

std::vector<std::byte> all_of(char c, size_t count) { return std::vector(count, std::byte(c)); }

bool holds(const vm_page& page, char c) {
    auto const* const bytes = static_cast<const char*>(machine::phys_to_ptr(page.phys_addr));
    return std::all_of(bytes, bytes + page_size, [c](char b) { return b == c; });
}

} // namespace

class RamFileTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(); }

    void a_borrower_keeps_what_the_file_was_data() {
        QTest::addColumn<bool>("truncated");
        QTest::addRow("written") << false;
        QTest::addRow("truncated") << true;
    }
    void a_borrower_keeps_what_the_file_was() {
        QFETCH(bool, truncated);
        auto const before = accounts();
        ram_file* const file = ram_file_create("f", {});
        QVERIFY(ram_file_write(*file, 0, all_of('a', 2 * page_size)));
        uvm_loaned lent[2]{};
        QCOMPARE(uvm_loanuobjpages(file->obj, voff_t(0), lent), errno_t::ok);
        if (truncated)
            QCOMPARE(ram_file_truncate(*file, 10), errno_t::ok);
        else
            QVERIFY(ram_file_write(*file, 10, all_of('b', 2 * page_size - 10)));
        QVERIFY(holds(*lent[0].page, 'a'));
        QVERIFY(holds(*lent[1].page, 'a'));
        if (truncated)
            QCOMPARE(ram_file_truncate(*file, 2 * page_size), errno_t::ok);
        std::vector<std::byte> now(2 * page_size), expected = all_of(truncated ? '\0' : 'b', 2 * page_size);
        std::fill_n(expected.begin(), 10, std::byte('a'));
        QVERIFY(ram_file_read(*file, 0, now));
        QVERIFY(now == expected);
        uvm_unloan(lent, uvm_loan_to::page);
        ram_file_release(*file);
        QCOMPARE(accounts(), before);
    }

    // Behind the end, in the last page, a program with a mapping can write; no file has that when it grows.
    void what_was_written_behind_the_end_is_never_seen_data() {
        QTest::addColumn<bool>("truncated");
        QTest::addColumn<bool>("lent");
        for (bool truncated : {false, true})
            for (bool lent : {false, true})
                QTest::addRow("%s, %s", truncated ? "truncated" : "written", lent ? "lent" : "not lent")
                    << truncated << lent;
    }
    void what_was_written_behind_the_end_is_never_seen() {
        QFETCH(bool, truncated);
        QFETCH(bool, lent);
        auto const before = accounts();
        ram_file* const file = ram_file_create("f", {});
        QVERIFY(ram_file_write(*file, 0, all_of('a', 10)));
        vm_page* const page = uvm_pagelookup(file->obj, voff_t(0));
        memset(static_cast<char*>(machine::phys_to_ptr(page->phys_addr)) + 10, '?', page_size - 10);
        uvm_loaned loan{};
        if (lent)
            QCOMPARE(uvm_loanuobjpages(file->obj, voff_t(0), {&loan, 1}), errno_t::ok);
        if (truncated)
            QCOMPARE(ram_file_truncate(*file, 2 * page_size), errno_t::ok);
        else
            QVERIFY(ram_file_write(*file, 2 * page_size - 1, all_of('\0', 1)));
        std::vector<std::byte> now(2 * page_size), expected = all_of('\0', 2 * page_size);
        std::fill_n(expected.begin(), 10, std::byte('a'));
        QVERIFY(ram_file_read(*file, 0, now));
        QVERIFY(now == expected);
        if (lent) {
            QCOMPARE(static_cast<const char*>(machine::phys_to_ptr(loan.page->phys_addr))[10], '?');
            uvm_unloan({&loan, 1}, uvm_loan_to::page);
        }
        ram_file_release(*file);
        QCOMPARE(accounts(), before);
    }

    void allpages_means_all_of_the_file() {
        auto const before = accounts();
        static constexpr std::array<std::byte, 3 * page_size> archive{};
        ram_file* const file = ram_file_create("f", archive);
        std::vector<std::byte> read(archive.size());
        QVERIFY(ram_file_read(*file, 0, read)); // each page comes from the archive
        uvm_object& obj = file->obj;
        QCOMPARE(obj.uo_npages, 3u);
        voff_t const middle(page_size);
        obj.vmobjlock.lock();
        QCOMPARE(obj.pgops->put(obj, middle, middle, pgo::free), errno_t::ok);
        QCOMPARE(obj.uo_npages, 3u);
        obj.vmobjlock.lock();
        QCOMPARE(obj.pgops->put(obj, middle, middle, pgo::free | pgo::allpages), errno_t::ok);
        QCOMPARE(obj.uo_npages, 0u);
        ram_file_release(*file);
        QCOMPARE(accounts(), before);
    }

    void without_memory_for_the_copy_nothing_changes() {
        auto const before = accounts();
        ram_file* const file = ram_file_create("f", {});
        QVERIFY(ram_file_write(*file, 0, all_of('a', page_size)));
        uvm_loaned lent{};
        QCOMPARE(uvm_loanuobjpages(file->obj, voff_t(0), {&lent, 1}), errno_t::ok);
        uvm_page_limit(uvmexp.owned);
        QCOMPARE(ram_file_truncate(*file, 10), errno_t::enomem);
        result<size_t> const written = ram_file_write(*file, 0, all_of('b', 10));
        QVERIFY(!written);
        QCOMPARE(written.error(), errno_t::enomem);
        uvm_page_limit(0);
        QCOMPARE(ram_file_size(*file), uint64_t(page_size));
        QVERIFY(holds(*lent.page, 'a'));
        uvm_unloan({&lent, 1}, uvm_loan_to::page);
        ram_file_release(*file);
        QCOMPARE(accounts(), before);
    }
};
QTEST_GUILESS_MAIN(RamFileTest)
#include "ram_file_test.moc"
