// Files are written and read in clusters: how many transfers there are, of which pages, and what is on the
// device and in memory afterwards.
#include <QObject>
#include <QTest>

#include <future>

#include <machine/memory.h>
#include <machine/user_access.h>

#include "kernel/vm/uvm_cluster.h"
#include "kernel/vm/uvm_loan.h"
#include "kernel/vm/uvm_object.h"
#include "kernel/vm/uvm_pdaemon.h"
#include "kernel/vm/uvm_readahead.h"
#include "tests/vm/spy_disk.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr uint32_t file_pages = 40;
constexpr vaddr_t area{0x100000};
using transfers = std::vector<spy_disk::transfer>;

vaddr_t at(uint32_t page) { return area + pages(page); }

// A file on a device, mapped shared by one space; its pages have never been accessed.
class mapped_file {
public:
    explicit mapped_file(uint64_t size = pages(file_pages).value, ufile_reads how = ufile_reads::as_asked)
        : object(ufile_create_on(disk, size, "f", how)),
          space(vaddr_t(0x1000), vaddr_t(0x1000000), vmspace_direction::bottom_up) {
        kassert(object, "test: no file");
        object->pgops->reference(*object);
        vaddr_t start = area;
        uvm_mapping const how_mapped{.prot = vm_prot_t::read | vm_prot_t::write,
                                     .max = vm_prot_t::all,
                                     .advice = vm_advice_t::random,
                                     .flags = uvm_flag::fixed};
        kassert(uvm_map(map(), start, pages(file_pages), object, voff_t(0), vsize_t(0), how_mapped) ==
                    errno_t::ok,
                "test: no area");
    }
    ~mapped_file() {
        if (object)
            object->pgops->detach(*object);
    }
    vm_map& map() { return space.map(); }
    vmspace& vm() { return reinterpret_cast<vmspace&>(map()); }

    errno_t write(uint32_t page, char c) {
        std::vector const bytes(page_size, std::byte(c));
        return machine::user_write(vm(), at(page), bytes);
    }
    void write(std::initializer_list<uint32_t> which, char c) {
        for (uint32_t const page : which)
            QCOMPARE(write(page, c), errno_t::ok);
    }
    // The byte that all of a page has, as the space sees it; 0: it has several.
    char read(uint32_t page) {
        std::vector<std::byte> bytes(page_size);
        if (machine::user_read(vm(), at(page), bytes) != errno_t::ok)
            return '!';
        return one_byte(reinterpret_cast<const char*>(bytes.data()));
    }
    // The same of the device.
    char stored(uint32_t page) {
        vm_page* const frame = uvm_pagealloc(nullptr, voff_t(0), nullptr, pagealloc_flag::none);
        kassert(disk.memory->ops->read(*disk.memory, page, {&frame->phys_addr, 1}) == errno_t::ok,
                "test: read");
        char const byte = one_byte(static_cast<const char*>(machine::phys_to_ptr(frame->phys_addr)));
        uvm_pagefree(*frame);
        return byte;
    }
    errno_t clean(uint32_t first, uint32_t count, pgo flags = pgo::cleanit) {
        return uvm_map_clean(map(), at(first), at(first + count), flags);
    }
    vm_page* page(uint32_t number) {
        mutex_guard const guard(object->vmobjlock);
        return uvm_pagelookup(*object, voff_t(pages(number).value));
    }

    spy_disk disk{file_pages};
    uvm_object* object;
    scoped_space space;

private:
    static char one_byte(const char* bytes) {
        return std::all_of(bytes, bytes + page_size, [&](char c) { return c == bytes[0]; }) ? bytes[0] : '\0';
    }
};

bool is_wanted(uvm_object& object, const vm_page& page) {
    mutex_guard const guard(object.vmobjlock);
    return has(page.flags, pg_flag::wanted);
}

// False when that does not come to pass in ten seconds.
template <class Condition>
bool comes_true(Condition&& condition) {
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition() && std::chrono::steady_clock::now() < end)
        std::this_thread::yield();
    return condition();
}

} // namespace

class ClusterTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(); }
    void init() { before_ = accounts(); }
    void cleanup() { QCOMPARE(accounts(), before_); }

    void neighbours_go_along_up_to_the_cluster() {
        mapped_file f;
        for (uint32_t i = 0; i < 24; ++i)
            QCOMPARE(f.write(i, char('a' + i)), errno_t::ok);
        QCOMPARE(f.clean(5, 1), errno_t::ok);
        QCOMPARE(f.disk.new_writes(), (transfers{{0, 16}}));
        for (uint32_t i = 0; i < 24; ++i) {
            QCOMPARE(f.stored(i), i < 16 ? char('a' + i) : '\0');
            QCOMPARE(f.read(i), char('a' + i));
        }
        QCOMPARE(f.clean(0, file_pages), errno_t::ok);
        QCOMPARE(f.disk.new_writes(), (transfers{{16, 8}}));
        QCOMPARE(f.stored(23), char('a' + 23));
        QCOMPARE(f.clean(0, file_pages), errno_t::ok);
        QCOMPARE(f.disk.new_writes(), transfers{});
    }

    void what_is_clean_or_missing_ends_a_cluster() {
        mapped_file f;
        f.write({1, 2, 4, 5, 6, 8, 9}, 'x'); // 3 and 7 are not there
        QCOMPARE(f.read(3), '\0');           // now 3 is, clean
        QCOMPARE(f.clean(5, 1), errno_t::ok);
        QCOMPARE(f.disk.new_writes(), (transfers{{4, 3}}));
        QCOMPARE(f.clean(0, file_pages), errno_t::ok);
        QCOMPARE(f.disk.new_writes(), (transfers{{1, 2}, {8, 2}}));
        QVERIFY(!f.page(7));
    }

    void neighbours_that_are_kept_or_busy_stay() {
        mapped_file f;
        f.write({4, 5, 6, 7, 8, 9, 10}, 'x');
        QCOMPARE(uvm_map_pageable(f.map(), at(4), at(5), uvm_wiring::wire), errno_t::ok);
        f.write({4}, 'w');
        uvm_loaned lent{};
        QCOMPARE(uvm_loanuobjpages(*f.object, voff_t(pages(7).value), {&lent, 1}), errno_t::ok);
        vm_page& busy = *f.page(9);
        busy.flags |= pg_flag::busy;
        auto const over = qScopeGuard([&] {
            uvm_page_unbusy(busy);
            uvm_unloan({&lent, 1}, uvm_loan_to::page);
        });
        QCOMPARE(f.clean(5, 1), errno_t::ok);
        QCOMPARE(f.clean(8, 1), errno_t::ok);
        QCOMPARE(f.disk.new_writes(), (transfers{{5, 2}, {8, 1}}));
        // Asked for, they are written; but not what somebody has busy.
        f.write({5, 6, 8}, 'y');
        QCOMPARE(f.clean(5, 6), errno_t::ok);
        QCOMPARE(f.disk.new_writes(), (transfers{{5, 4}, {10, 1}}));
        QCOMPARE(f.clean(4, 1), errno_t::ok);
        QCOMPARE(f.disk.new_writes(), (transfers{{4, 1}}));
        QCOMPARE(f.stored(4), 'w');
        QCOMPARE(f.stored(7), 'x');
        QCOMPARE(f.stored(9), '\0');
    }

    void a_failed_write_leaves_all_dirty_data() {
        QTest::addColumn<bool>("frees");
        QTest::addRow("cleaned") << false;
        QTest::addRow("freed") << true;
    }
    void a_failed_write_leaves_all_dirty() {
        QFETCH(bool, frees);
        mapped_file f;
        f.write({2, 3, 4, 5, 6}, 'x');
        f.disk.outcome = [](uint32_t) { return errno_t::eio; };
        QCOMPARE(f.clean(3, 2, frees ? pgo::cleanit | pgo::free : pgo::cleanit), errno_t::eio);
        QCOMPARE(f.disk.new_writes(), (transfers{{2, 5}}));
        f.disk.outcome = nullptr;
        for (uint32_t i = 2; i < 7; ++i) {
            QVERIFY(f.page(i) && !has(f.page(i)->flags, pg_flag::busy | pg_flag::clean));
            QCOMPARE(f.read(i), 'x');
            QCOMPARE(f.stored(i), '\0');
        }
        QCOMPARE(f.clean(0, file_pages), errno_t::ok);
        QCOMPARE(f.disk.new_writes(), (transfers{{2, 5}}));
        QCOMPARE(f.stored(6), 'x');
    }

    void a_failure_does_not_keep_the_rest_of_the_range() {
        mapped_file f;
        f.write({2, 3, 20, 21}, 'x');
        f.disk.outcome = [&](uint32_t) { return f.disk.writes.size() == 1 ? errno_t::eio : errno_t::ok; };
        QCOMPARE(f.clean(0, file_pages), errno_t::eio);
        f.disk.outcome = nullptr;
        QCOMPARE(f.disk.new_writes(), (transfers{{2, 2}, {20, 2}}));
        QCOMPARE(f.stored(2), '\0');
        QCOMPARE(f.stored(21), 'x');
        QCOMPARE(f.clean(0, file_pages), errno_t::ok);
        QCOMPARE(f.stored(2), 'x');
    }

    void what_changes_while_it_is_written_stays_dirty() {
        mapped_file f;
        f.write({2, 3, 4}, 'x');
        f.disk.during_write = [&] {
            QCOMPARE(f.write(3, 'y'), errno_t::ok);  // it is mapped still: no fault
            QCOMPARE(f.write(30, 'z'), errno_t::ok); // a fault: the object is not locked meanwhile
        };
        QCOMPARE(f.clean(2, 1), errno_t::ok);
        f.disk.during_write = nullptr;
        QCOMPARE(f.disk.new_writes(), (transfers{{2, 3}}));
        QCOMPARE(f.clean(0, file_pages), errno_t::ok);
        QCOMPARE(f.disk.new_writes(), (transfers{{3, 1}, {30, 1}}));
        QCOMPARE(f.stored(3), 'y');
        QCOMPARE(f.stored(30), 'z');
    }

    // Only the range is freed; its neighbours are clean, mapped and where they were.
    void what_is_freed_is_read_again() {
        mapped_file f;
        f.write({2, 3, 4, 5}, 'x');
        QCOMPARE(f.clean(3, 2, pgo::cleanit | pgo::free), errno_t::ok);
        QCOMPARE(f.disk.new_writes(), (transfers{{2, 4}}));
        QVERIFY(f.page(2) && !f.page(3) && !f.page(4) && f.page(5));
        paddr_t pa{};
        QVERIFY(pmap_extract(*f.map().pm, at(2), &pa) && !pmap_extract(*f.map().pm, at(3), &pa));
        (void)f.disk.new_reads();
        QCOMPARE(f.read(3), 'x');
        QCOMPARE(f.disk.new_reads(), (transfers{{3, 1}}));
    }

    void the_page_daemon_writes_a_file_in_clusters() {
        mapped_file f;
        f.write({1, 2, 3, 4, 5, 6, 7, 8}, 'x');
        uvm_pdpolicy_use(uvm_pdpolicy_fifo);
        QCOMPARE(uvm_pageout(1), 1u);
        QCOMPARE(f.disk.new_writes(), (transfers{{1, 8}}));
        QCOMPARE(f.object->uo_npages, 7u);
        // The rest goes without a transfer, but for what was written again.
        f.write({5}, 'y');
        QCOMPARE(uvm_pageout(7), 7u);
        uvm_pdpolicy_use(uvm_pdpolicy_clock);
        QCOMPARE(f.disk.new_writes(), (transfers{{5, 1}}));
        QCOMPARE(f.object->uo_npages, 0u);
        for (uint32_t i = 1; i < 9; ++i)
            QCOMPARE(f.read(i), i == 5 ? 'y' : 'x');
    }

    // The device has memory for one page at a time. The daemon must get rid of that one.
    void a_device_short_of_memory_gets_one_page_alone() {
        mapped_file f;
        f.write({1, 2, 3}, 'x');
        f.disk.outcome = [](uint32_t count) { return count > 1 ? errno_t::enomem : errno_t::ok; };
        uvm_pdpolicy_use(uvm_pdpolicy_fifo);
        QCOMPARE(uvm_pageout(1), 1u);
        uvm_pdpolicy_use(uvm_pdpolicy_clock);
        QCOMPARE(f.disk.new_writes(), (transfers{{1, 3}, {1, 1}}));
        QCOMPARE(f.stored(2), '\0');
        QCOMPARE(f.clean(0, file_pages), errno_t::ok);
        QCOMPARE(f.disk.new_writes(), (transfers{{2, 2}, {2, 1}, {3, 1}}));
        f.disk.outcome = [](uint32_t) { return errno_t::enomem; };
        f.write({2, 3}, 'y');
        QCOMPARE(f.clean(0, file_pages), errno_t::enomem);
        f.disk.outcome = nullptr;
        QCOMPARE(f.clean(0, file_pages), errno_t::ok);
        QCOMPARE(f.stored(3), 'y');
    }

    // What another thread writes at the moment is on the device when a clean with syncio returns.
    void syncio_waits_for_what_is_being_written() {
        mapped_file f;
        f.write({2, 3}, 'x');
        std::promise<void> go_on;
        std::shared_future<void> const may_go_on = go_on.get_future().share();
        std::promise<void> began;
        vm_page const& page = *f.page(2);
        bool first = true;
        f.disk.during_write = [&] {
            if (!std::exchange(first, false))
                return;
            began.set_value();
            may_go_on.wait();
        };
        std::thread daemon([] { (void)uvm_pageout(1); });
        began.get_future().wait();
        QCOMPARE(f.clean(2, 2), errno_t::ok); // without it busy pages are passed over
        QCOMPARE(f.stored(3), '\0');
        char stored = '\0';
        std::thread syncer([&] {
            kassert(f.clean(2, 2, pgo::cleanit | pgo::syncio) == errno_t::ok, "test: clean");
            stored = f.stored(3);
        });
        bool const waited = comes_true([&] { return is_wanted(*f.object, page); });
        go_on.set_value();
        daemon.join();
        syncer.join();
        QVERIFY(waited);
        QCOMPARE(stored, 'x');
        QCOMPARE(f.disk.new_writes(), (transfers{{2, 2}}));
    }

    // The last reference goes while the daemon writes: the object lives as long as its pages are busy.
    void an_object_outlives_its_write() {
        mapped_file f;
        f.write({2, 3}, 'x');
        QCOMPARE(uvm_unmap(f.map(), at(0), at(file_pages)), errno_t::ok);
        std::promise<void> began;
        bool waited = false;
        f.disk.during_write = [&, &object = *f.object, &page = *f.page(2)] {
            began.set_value();
            waited = comes_true([&] { return is_wanted(object, page); }); // who ends the object waits
        };
        std::thread daemon([] { (void)uvm_pageout(1); });
        began.get_future().wait();
        f.object->pgops->detach(*std::exchange(f.object, nullptr));
        daemon.join();
        QVERIFY(waited);
        QCOMPARE(f.stored(2), 'x');
        QCOMPARE(f.stored(3), 'x');
    }

    void allpages_means_all_of_the_file() {
        mapped_file f;
        f.write({0, 5, file_pages - 1}, 'x');
        voff_t const middle(pages(5).value);
        f.object->vmobjlock.lock();
        QCOMPARE(f.object->pgops->put(*f.object, middle, middle, pgo::cleanit), errno_t::ok);
        QCOMPARE(f.disk.new_writes(), (transfers{}));
        f.object->vmobjlock.lock();
        QCOMPARE(f.object->pgops->put(*f.object, middle, middle, pgo::cleanit | pgo::free | pgo::allpages),
                 errno_t::ok);
        QCOMPARE(f.disk.new_writes(), (transfers{{0, 1}, {5, 1}, {file_pages - 1, 1}}));
        QCOMPARE(f.object->uo_npages, 0u);
    }

    void nothing_behind_the_end_is_written_or_read() {
        mapped_file f(page_size + 100);
        f.write({0, 1}, 'x');
        QCOMPARE(f.clean(0, 2, pgo::cleanit | pgo::free), errno_t::ok);
        std::vector<char> stored(page_size), expected(page_size, '\0');
        std::fill_n(expected.begin(), 100, 'x');
        vm_page* const frame = uvm_pagealloc(nullptr, voff_t(0), nullptr, pagealloc_flag::none);
        QCOMPARE(f.disk.memory->ops->read(*f.disk.memory, 1, {&frame->phys_addr, 1}), errno_t::ok);
        memcpy(stored.data(), machine::phys_to_ptr(frame->phys_addr), page_size);
        QVERIFY(stored == expected);
        // What somebody else left there is not seen either.
        memset(machine::phys_to_ptr(frame->phys_addr), '?', page_size);
        QCOMPARE(f.disk.memory->ops->write(*f.disk.memory, 1, {&frame->phys_addr, 1}), errno_t::ok);
        uvm_pagefree(*frame);
        std::fill_n(expected.begin(), 100, '?');
        QCOMPARE(machine::user_read(f.vm(), at(1), std::as_writable_bytes(std::span(stored))), errno_t::ok);
        QVERIFY(stored == expected);
    }

    void read_ahead_reads_runs_of_what_is_missing() {
        mapped_file f(pages(file_pages).value, ufile_reads::ahead);
        QCOMPARE(f.read(4), '\0');
        (void)f.disk.new_reads();
        uvm_ra_start(*f.object, vm_advice_t::normal, voff_t(0), pages(20).value);
        QCOMPARE(f.disk.new_reads(), (transfers{{0, 4}, {5, 11}, {16, 4}}));
        QCOMPARE(f.object->uo_npages, 20u);
        for (uint32_t i = 0; i < 20; ++i)
            QVERIFY(f.page(i) && !has(f.page(i)->flags, pg_flag::busy) &&
                    has(f.page(i)->flags, pg_flag::clean));
    }

private:
    std::vector<uint64_t> before_;
};
QTEST_GUILESS_MAIN(ClusterTest)
#include "cluster_test.moc"
