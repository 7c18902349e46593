// Files in memory whose pages are on loan: a change of the file is none of what was borrowed.
#include <QObject>
#include <QTest>

#include <array>

#include <machine/memory.h>
#include <machine/user_access.h>

#include "kernel/core/ram_file.h"
#include "kernel/vm/uvm_loan.h"
#include "kernel/vm/uvm_swap.h"
#include "tests/vm/spy_disk.h"
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

    // Who reads waits for memory, with the file unlocked: what it is cut to meanwhile is where reading ends.
    void a_file_that_is_cut_while_its_reader_waits_ends_there_data() {
        QTest::addColumn<uint32_t>("cut_to");
        QTest::addColumn<uint32_t>("expected");
        QTest::addRow("in the page that is waited for")
            << uint32_t(page_size) + 10 << uint32_t(page_size) + 10;
        QTest::addRow("in front of it") << 10u << uint32_t(page_size);
    }
    void a_file_that_is_cut_while_its_reader_waits_ends_there() {
        QFETCH(uint32_t, cut_to);
        QFETCH(uint32_t, expected);
        auto const before = accounts();
        {
            static std::vector<std::byte> const archive = all_of('a', 3 * page_size);
            constexpr uint32_t memory = 16;
            spy_disk disk(2 * memory);
            QCOMPARE(uvm_swap_add(disk), errno_t::ok);
            scoped_space space(vaddr_t(0x1000), vaddr_t(0x1000000), vmspace_direction::bottom_up);
            ram_file* const file = ram_file_create("f", archive);
            std::vector<std::byte> read = all_of('?', archive.size());
            QVERIFY(ram_file_read(*file, 0, std::span(read).first(page_size)));
            // Nothing is free but by writing to the disk what a program has.
            vaddr_t area{0x100000};
            QCOMPARE(uvm_map(space.map(), area, pages(memory), nullptr, uvm_unknown_offset, vsize_t(0),
                             {.prot = vm_prot_t::read | vm_prot_t::write,
                              .max = vm_prot_t::all,
                              .flags = uvm_flag::fixed | uvm_flag::copyonw}),
                     errno_t::ok);
            auto& vm = reinterpret_cast<vmspace&>(space.map());
            QCOMPARE(machine::user_write(vm, area, all_of('p', pages(memory).value)), errno_t::ok);
            uvm_page_limit(uvmexp.owned);
            uint32_t cuts = 0;
            disk.during_write = [&] {
                if (cuts++ == 0)
                    QCOMPARE(ram_file_truncate(*file, cut_to), errno_t::ok);
            };
            result<size_t> const count = ram_file_read(*file, 0, read);
            uvm_page_limit(0);
            QVERIFY(cuts > 0);
            QVERIFY(count);
            QCOMPARE(*count, size_t(expected));
            std::vector<std::byte> only_the_file = all_of('?', archive.size());
            std::fill_n(only_the_file.begin(), expected, std::byte('a'));
            QVERIFY(read == only_the_file);
            QVERIFY(file->obj.uo_npages <= expected / page_size + 1); // none behind the end
            ram_file_release(*file);
            QCOMPARE(uvm_unmap(space.map(), area, area + pages(memory)), errno_t::ok);
            QCOMPARE(uvm_swap_remove(), static_cast<uvm_blockdev*>(&disk));
        }
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
