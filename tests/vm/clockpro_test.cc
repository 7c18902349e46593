// CLOCK-Pro: what it keeps in memory that the usual policy does not, what it remembers, and for how long.
#include <QObject>
#include <QString>
#include <QTest>

#include <memory>

#include "kernel/vm/uvm_clockpro.h"
#include "kernel/vm/uvm_loan.h"
#include "kernel/vm/uvm_object.h"
#include "kernel/vm/uvm_readahead.h"
#include "tests/vm/paging_machine.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr uint32_t memory = 64;

uint32_t walk(const page_queue& queue, pg_queue which) {
    uint32_t count = 0;
    for (vm_page const* page = queue.head; page; page = page->pageq.next)
        count += page->queue == which && page->wire_count == 0 ? 1 : 1000000;
    return count;
}

// What must hold after each step.
void check_counts() {
    mutex_guard const guard(uvm_pages.pageqlock);
    QCOMPARE(walk(uvm_pages.active, pg_queue::active), uvm_pages.active.count);
    QCOMPARE(walk(uvm_pages.inactive, pg_queue::inactive), uvm_pages.inactive.count);
    QCOMPARE(uvmexp.active, uvm_pages.active.count);
    QCOMPARE(uvm_pages.active.count + uvm_pages.inactive.count + uvmexp.wired + uvmexp.orphans, uvmexp.owned);
}

void check_bounds() {
    uvm_clockpro_counts const now = uvm_clockpro_count();
    if (now.size == 0)
        return; // no scan yet
    QVERIFY(now.cold_target >= 1);
    QVERIFY(now.cold_target <= std::max(1u, now.size * 9 / 10));
    QVERIFY(now.hot + now.newcomers <= uvm_pages.active.count);
    QVERIFY(now.hot <= now.size - now.cold_target);
    QVERIFY(now.history <= now.size);
}

uvm_page_name anon(uint32_t id) { return {0, uvm_page_name::owner::anon, id}; }
uvm_page_name in_object(uint32_t id, uint32_t page) {
    return {pages(page).value, uvm_page_name::owner::object, id};
}

// A history with its memory.
struct own_history {
    explicit own_history(uint32_t capacity)
        : memory(new std::byte[uvm_clockpro_history::size_of(capacity).value]) {
        history.start(memory.get(), capacity);
    }
    std::unique_ptr<std::byte[]> memory;
    uvm_clockpro_history history;
};

// The machine with another kind of memory: a file that reads ahead.
struct file_machine {
    file_machine() : machine(uvm_pdpolicy_clockpro, memory, 8) {
        file->pgops->reference(*file);
        uvm_mapping const how{.prot = vm_prot_t::read | vm_prot_t::write,
                              .max = vm_prot_t::all,
                              .advice = vm_advice_t::random,
                              .flags = uvm_flag::fixed};
        vaddr_t at = start;
        kassert(uvm_map(machine.space().vm_map, at, pages(32), file, voff_t(0), vsize_t(0), how) ==
                    errno_t::ok,
                "test: no area");
    }
    ~file_machine() { file->pgops->detach(*file); }
    void read(uint32_t page) {
        std::byte byte{};
        QCOMPARE(machine::user_read(machine.space(), start + pages(page), std::span(&byte, 1)), errno_t::ok);
    }
    vm_page* resident(uint32_t page) {
        mutex_guard const guard(file->vmobjlock);
        return uvm_pagelookup(*file, voff_t(pages(page).value));
    }
    static constexpr vaddr_t start{0x800000};
    paging_machine machine;
    uvm_object* file = ufile_create(pages(32).value, "f", ufile_reads::ahead);
};

// A scan begins, and frees a page at least.
void scan() { QVERIFY(uvm_pageout(1) > 0); }

} // namespace

class ClockproTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(); }
    void init() { before_ = accounts(); }
    void cleanup() { QCOMPARE(accounts(), before_); }

    void the_history_forgets_the_oldest_first() {
        own_history h(4);
        uint32_t stamp = 0;
        for (uint32_t i = 0; i < 4; ++i)
            h.history.put(anon(i), 10 + i);
        QCOMPARE(h.history.count(), 4u);
        QVERIFY(!h.history.take(in_object(2, 0), &stamp)); // same number, another owner
        QVERIFY(h.history.take(anon(2), &stamp));
        QCOMPARE(stamp, 12u);
        QVERIFY(!h.history.take(anon(2), &stamp));
        QCOMPARE(h.history.count(), 3u);
        QCOMPARE(h.history.ring(), 4u); // with a hole
        h.history.drop_oldest();
        QVERIFY(!h.history.take(anon(0), &stamp));
        QVERIFY(h.history.take(anon(1), &stamp)); // and the hole behind it
        QCOMPARE(h.history.ring(), 1u);
        QCOMPARE(h.history.oldest_stamp(), 13u);
    }

    // Against a list, with many pages in few chains.
    void the_history_is_right_at_random() {
        constexpr uint32_t capacity = 8;
        own_history h(capacity);
        std::vector<std::pair<uint32_t, uint32_t>> model; // page, stamp; oldest first
        dice random(7);
        for (uint32_t step = 0; step < 20000; ++step) {
            uint32_t const page = random.below(100);
            uvm_page_name const name = page % 2 ? anon(page) : in_object(3, page);
            auto const known =
                std::find_if(model.begin(), model.end(), [page](auto const& m) { return m.first == page; });
            uint32_t stamp = 0;
            if (random.chance(50)) {
                QCOMPARE(h.history.take(name, &stamp), known != model.end());
                if (known != model.end()) {
                    QCOMPARE(stamp, known->second);
                    model.erase(known);
                }
            } else if (known == model.end()) {
                while (h.history.ring() == capacity) {
                    QCOMPARE(h.history.oldest_stamp(), model.front().second);
                    h.history.drop_oldest();
                    model.erase(model.begin());
                }
                h.history.put(name, step);
                model.emplace_back(page, step);
            }
            QCOMPARE(h.history.count(), uint32_t(model.size()));
            QVERIFY(h.history.ring() <= capacity);
        }
    }

    void a_loop_larger_than_memory_data() {
        QTest::addColumn<uint32_t>("length");
        QTest::addColumn<uint32_t>("percent"); // of the usual policy's page-ins, at most
        QTest::addRow("1.1 times") << memory * 11 / 10 << 60u;
        QTest::addRow("1.5 times") << memory * 3 / 2 << 75u;
    }
    void a_loop_larger_than_memory() {
        QFETCH(uint32_t, length);
        QFETCH(uint32_t, percent);
        uint32_t clock = 0;
        uint32_t clockpro = 0;
        {
            paging_machine m(uvm_pdpolicy_clock, memory, length);
            clock = faults_of_loop(m, length, 20);
        }
        {
            paging_machine m(uvm_pdpolicy_clockpro, memory, length);
            clockpro = faults_of_loop(m, length, 20);
            check_counts();
            check_bounds();
        }
        QVERIFY2(clockpro * 100 < clock * percent, qPrintable(QString("%1 of %2").arg(clockpro).arg(clock)));
    }

    void a_hot_set_survives_a_scan() {
        {
            paging_machine m(uvm_pdpolicy_clock, memory, 256);
            QVERIFY(faults_of_hot_set(m, 16, 256, 3) >= 3 * 16);
        }
        paging_machine m(uvm_pdpolicy_clockpro, memory, 256);
        QCOMPARE(faults_of_hot_set(m, 16, 256, 3), 0u);
        check_bounds();
    }

    // A tenth at first. What is used again in its test period makes it grow, as far as nine tenths of a
    // machine that becomes smaller meanwhile; what is not makes it shrink, to one page.
    void the_cold_target_adapts_within_bounds() {
        constexpr uint32_t count = 3000;
        constexpr uint32_t distance = 20; // between two uses of a page, more than what newcomers are spared
        constexpr uint32_t less_memory = 41; // nine tenths of it are 36 also where one page is on no queue
        paging_machine m(uvm_pdpolicy_clockpro, memory, count);
        m.fill(memory);
        scan();
        QCOMPARE(uvm_clockpro_count().cold_target, memory / 10);
        auto const most_while_used_twice = [&](uint32_t first, uint32_t end) {
            uint32_t most = 0;
            for (uint32_t page = first; page < end; ++page) {
                m.use(page);
                m.use(page - distance);
                check_bounds();
                most = std::max(most, uvm_clockpro_count().cold_target);
            }
            return most;
        };
        QVERIFY(most_while_used_twice(memory, 1000) > memory * 3 / 4);
        QVERIFY(uvm_pageout(memory / 2) > 0);
        uvm_page_limit(less_memory);
        m.use(1000 - memory / 4, 1000); // in time, so that it would grow in the scan that makes it shrink
        scan();
        check_bounds();
        QCOMPARE(uvm_clockpro_count().cold_target, 36u);
        QCOMPARE(uvm_clockpro_count().size, less_memory);
        QCOMPARE(most_while_used_twice(1000, 2000), 36u);
        m.use(0, count);
        check_bounds();
        QCOMPARE(uvm_clockpro_count().cold_target, 1u);
    }

    // Thousands of pages that go: no more is remembered than there is memory for.
    void the_history_is_bounded() {
        paging_machine m(uvm_pdpolicy_clockpro, memory, 2000);
        uint32_t most = 0;
        for (uint32_t page = 0; page < 2000; ++page) {
            QCOMPARE(m.put(page, page), errno_t::ok);
            check_bounds();
            most = std::max(most, uvm_clockpro_count().history);
        }
        QVERIFY(most > memory / 2);
        uint32_t word = 0;
        for (uint32_t page = 0; page < 2000; ++page) {
            QCOMPARE(m.get(page, &word), errno_t::ok);
            QCOMPARE(word, page);
        }
    }

    // Pages that were read ahead: their first use is what coming in is to others, no second one.
    void what_was_read_ahead_was_not_used() {
        file_machine f;
        uvm_ra_start(*f.file, vm_advice_t::normal, voff_t(0), pages(8).value);
        for (uint32_t i = 0; i < 8; ++i)
            QVERIFY(f.resident(i) != nullptr);
        f.machine.fill(8);
        scan(); // takes one that nobody used
        QCOMPARE(uvm_clockpro_count().hot, 0u);
        QCOMPARE(uvm_clockpro_count().newcomers, 8u);
        QCOMPARE(uvm_clockpro_count().history, 0u);
        check_counts();
        f.read(6);
        f.read(7);
        uint32_t const target = uvm_clockpro_count().cold_target;
        while (f.resident(1) || f.resident(2) || f.resident(3) || f.resident(4) || f.resident(5))
            scan();
        QVERIFY(f.resident(6) && f.resident(7));
        QCOMPARE(uvm_clockpro_count().hot, 0u); // used once
        QCOMPARE(uvm_clockpro_count().history, 0u);
        QCOMPARE(uvm_clockpro_count().cold_target, target);
        f.read(6); // again, in its test period
        scan();
        QCOMPARE(uvm_clockpro_count().hot, 1u);
        QCOMPARE(uvm_clockpro_count().cold_target, target + 1);
        check_counts();
    }

    void a_file_s_page_that_comes_back_is_hot() {
        file_machine f;
        f.read(20);
        scan();
        QVERIFY(!f.resident(20));
        QCOMPARE(uvm_clockpro_count().history, 1u);
        f.read(20);
        f.machine.fill(8);
        scan();
        QVERIFY(f.resident(20) != nullptr);
        QCOMPARE(uvm_clockpro_count().hot, 1u);
        check_counts();
    }

    // Who is there because of one use and nothing else stays a newcomer, however often that use touches it.
    void newcomers_references_do_not_count() {
        paging_machine m(uvm_pdpolicy_clockpro, memory, 8);
        uvm_page_limit(0);
        m.fill(8);
        m.use(0, 8);
        uvm_page_limit(16); // two newcomers
        scan();
        QCOMPARE(uvm_clockpro_count().hot, 0u);
        QCOMPARE(uvm_clockpro_count().newcomers, 2u);
        QCOMPARE(uvm_clockpro_count().cold, 5u); // one is out
        m.use(1);
        uint32_t word = 0;
        for (uint32_t i = 0; i < 8; ++i)
            QVERIFY(uvm_pageout(1) > 0 || uvm_pages.active.count + uvm_pages.inactive.count == 0);
        QCOMPARE(m.get(1, &word), errno_t::ok);
        QCOMPARE(word, 1u);
        check_counts();
    }

    void wired_pages_stay() {
        paging_machine m(uvm_pdpolicy_clockpro, memory, 200);
        m.fill(memory);
        scan(); // what is wired comes from both queues
        QCOMPARE(uvm_map_pageable(m.space().vm_map, m.area, m.area + pages(16), uvm_wiring::wire),
                 errno_t::ok);
        m.fill(200);
        (void)m.pages_in();
        m.use(0, 16);
        QCOMPARE(m.pages_in(), 0u);
        check_counts();
        QCOMPARE(uvm_map_pageable(m.space().vm_map, m.area, m.area + pages(16), uvm_wiring::unwire),
                 errno_t::ok);
        check_counts();
        m.use(16, 200);
        m.use(16, 200);
        m.use(0, 16);
        QVERIFY(m.pages_in() > 184 + 16);
        check_counts();
    }

    // Who moves a cold page to the active queue without using it, as for a neighbour's fault, changes
    // nothing.
    void a_cold_page_is_put_back() {
        paging_machine m(uvm_pdpolicy_clockpro, memory, memory);
        m.fill(memory);
        scan();
        vm_page* const page = uvm_pages.inactive.head;
        uvm_pageactivate(*page);
        scan();
        QVERIFY(page->queue == pg_queue::inactive);
        uvm_clockpro_counts const now = uvm_clockpro_count();
        QCOMPARE(now.hot + now.newcomers, uvm_pages.active.count);
    }

    // Who comes into a frame is not judged by who was there.
    void a_frame_s_next_page_begins_anew() {
        paging_machine m(uvm_pdpolicy_clockpro, memory, memory);
        m.fill(memory);
        scan();
        m.use(0, memory / 2); // in their test periods, all but the newcomers
        scan();
        QVERIFY(uvm_clockpro_count().hot > 0);
        std::vector<vm_page*> taken; // so that frames are used again
        while (uvm_page_available())
            taken.push_back(uvm_pagealloc(nullptr, voff_t(0), nullptr, pagealloc_flag::none));
        QCOMPARE(uvm_unmap(m.space().vm_map, m.area, m.area + pages(memory)), errno_t::ok);
        m.map_area(memory);
        m.fill(memory / 2);
        scan();
        QCOMPARE(uvm_clockpro_count().hot, 0u);
        for (vm_page* page : taken)
            uvm_pagefree(*page);
    }

    // They cannot go; those behind them can.
    void busy_and_loaned_pages_are_passed_over() {
        paging_machine m(uvm_pdpolicy_clockpro, memory, 32);
        m.fill(32);
        uvm_loaned loan[4]{};
        QCOMPARE(uvm_loan(m.space().vm_map, m.area, loan, uvm_loan_to::page), errno_t::ok);
        std::vector<vm_page*> busy;
        {
            mutex_guard const guard(uvm_pages.pageqlock);
            for (vm_page* page = uvm_pages.active.tail; busy.size() < 4; page = page->pageq.prev)
                if (page->loan_count == 0)
                    busy.push_back(page);
        }
        for (vm_page* page : busy)
            page->flags |= pg_flag::busy;
        uint32_t freed = 0;
        for (uint32_t i = 0; i < 40; ++i) {
            freed += uvm_pageout(1);
            check_counts();
        }
        QCOMPARE(freed, 24u);
        for (vm_page* page : busy)
            page->flags = without(page->flags, pg_flag::busy);
        uvm_unloan(loan, uvm_loan_to::page);
        for (uint32_t i = 0; i < 8; ++i)
            QCOMPARE(uvm_pageout(1), 1u);
        QCOMPARE(uvm_pageout(1), 0u);
        for (uint32_t i = 0; i < 32; ++i) {
            uint32_t word = 0;
            QCOMPARE(m.get(i, &word), errno_t::ok);
            QCOMPARE(word, i);
        }
    }

    // Everything is referenced all the time: something goes all the same.
    void it_never_finds_nothing() {
        paging_machine m(uvm_pdpolicy_clockpro, memory, memory);
        m.fill(memory);
        for (uint32_t left = memory; left > 0; --left) {
            for (uint32_t page = 0; page < memory; ++page) // those that are there, and one more
                m.use(page);
            uint32_t const there = uvm_pages.active.count + uvm_pages.inactive.count;
            QVERIFY(uvm_pageout(1) > 0);
            QVERIFY(uvm_pages.active.count + uvm_pages.inactive.count < there);
            check_counts();
            check_bounds();
        }
    }

    // A process that maps, unmaps, advises and uses at random, the daemon between any two steps; then another
    // policy, and this one again, which knows nothing of before.
    void the_queues_are_right_after_each_step() {
        for (uint32_t seed = 0; seed < 20; ++seed) {
            paging_machine m(uvm_pdpolicy_clockpro, 24 + seed, 128);
            std::vector<uint32_t> words(128);
            dice random(seed);
            for (uint32_t step = 0; step < 500; ++step) {
                uint32_t const page = random.below(random.chance(50) ? 128 : 16);
                uint32_t word = 0;
                switch (random.below(6)) {
                case 0:
                case 1:
                    QCOMPARE(m.put(page, step), errno_t::ok);
                    words[page] = step;
                    break;
                case 2:
                    (void)uvm_pageout(random.below(4));
                    break;
                case 3:
                    QCOMPARE(uvm_map_clean(m.space().vm_map, m.area + pages(page), m.area + pages(page + 1),
                                           pgo::deactivate),
                             errno_t::ok);
                    break;
                case 4:
                    if (random.chance(5))
                        QCOMPARE(
                            uvm_pdpolicy_use(random.chance(50) ? uvm_pdpolicy_clock : uvm_pdpolicy_clockpro),
                            errno_t::ok);
                    break;
                default:
                    QCOMPARE(m.get(page, &word), errno_t::ok);
                    QCOMPARE(word, words[page]);
                    break;
                }
                check_counts();
            }
        }
    }

    // Without the memory that it needs, the old policy stays; choosing it twice takes that once.
    void it_takes_its_memory_when_it_is_chosen() {
        std::vector<vm_page*> taken;
        while (uvm_page_available())
            taken.push_back(uvm_pagealloc(nullptr, voff_t(0), nullptr, pagealloc_flag::none));
        uint32_t const free = uvmexp.free;
        QCOMPARE(uvm_pdpolicy_use(uvm_pdpolicy_clockpro), errno_t::enomem);
        QCOMPARE(uvmexp.free, free);
        for (vm_page* page : taken)
            uvm_pagefree(*page);
        QCOMPARE(uvm_pdpolicy_use(uvm_pdpolicy_clockpro), errno_t::ok);
        uint32_t const left = uvmexp.free;
        QVERIFY(left < uvmexp.npages);
        QCOMPARE(uvm_pdpolicy_use(uvm_pdpolicy_clockpro), errno_t::ok);
        QCOMPARE(uvmexp.free, left);
        QCOMPARE(uvm_pdpolicy_use(uvm_pdpolicy_clock), errno_t::ok);
        QCOMPARE(uvm_clockpro_count().size, 0u);

        // Nor does it take what the machine needs to go on.
        uint32_t const run = uvmexp.free - left + 8;
        vm_page* const block = uvm_pagealloc_contig(run);
        QVERIFY(block != nullptr);
        taken.clear();
        while (uvm_page_available())
            taken.push_back(uvm_pagealloc(nullptr, voff_t(0), nullptr, pagealloc_flag::none));
        uvm_pagefree_contig(*block, run);
        QCOMPARE(uvm_pdpolicy_use(uvm_pdpolicy_clockpro), errno_t::enomem);
        for (vm_page* page : taken)
            uvm_pagefree(*page);
    }

private:
    std::vector<uint64_t> before_;
};
QTEST_GUILESS_MAIN(ClockproTest)
#include "clockpro_test.moc"
