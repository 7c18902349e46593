// Loans that no scenario can make: of an object that goes first, by threads against each other; and what
// read-ahead asks for, request by request.
#include <QObject>
#include <QTest>

#include <array>
#include <atomic>
#include <thread>

#include <machine/memory.h>
#include <machine/user_access.h>

#include "kernel/vm/uvm_anon.h"
#include "kernel/vm/uvm_loan.h"
#include "kernel/vm/uvm_object.h"
#include "kernel/vm/uvm_readahead.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr vaddr_t area{0x100000};
constexpr uint32_t area_pages = 8;

class space_under_test {
public:
    // `obj`: what the area shows, shared, its reference taken over; null: private memory.
    explicit space_under_test(uvm_object* obj)
        : vm_(uvmspace_alloc(area, area + pages(64), vmspace_direction::bottom_up)) {
        vaddr_t at = area;
        uvm_mapping const how{vm_prot_t::read | vm_prot_t::write, vm_prot_t::all, vm_inherit_t::copy,
                              vm_advice_t::normal,
                              obj ? uvm_flag::fixed : uvm_flag::fixed | uvm_flag::copyonw};
        errno_t const error =
            uvm_map(map(), at, pages(area_pages), obj, obj ? voff_t(0) : uvm_unknown_offset, vsize_t(0), how);
        kassert(error == errno_t::ok, "test: no mapping");
    }
    ~space_under_test() { uvmspace_free(*vm_); }
    space_under_test(const space_under_test&) = delete;
    space_under_test& operator=(const space_under_test&) = delete;
    vm_map& map() { return vm_->vm_map; }
    errno_t write(uint32_t page, uint8_t value) {
        std::byte const bytes[]{std::byte(value)};
        return machine::user_write(*vm_, area + pages(page), bytes);
    }
    uint8_t read(uint32_t page) {
        std::byte byte{};
        return machine::user_read(*vm_, area + pages(page), {&byte, 1}) == errno_t::ok ? uint8_t(byte) : 0xee;
    }

private:
    vmspace* vm_;
};

// A pager whose pages are given up while they are fetched: each wish for the page at `lost` but the last.
const uvm_pagerops* real_pager;
uint32_t calls, losses;
constexpr voff_t lost{2 * page_size};
errno_t lossy_get(uvm_object& obj, pgo_window window, vm_prot_t access, vm_advice_t advice, pgo flags) {
    ++calls;
    errno_t const error = real_pager->get(obj, window, access, advice, flags);
    if (error == errno_t::ok && window.first == lost && losses > 0) {
        --losses;
        window.pages[0]->flags |= pg_flag::released;
    }
    return error;
}

uint8_t first_byte(const vm_page& page) {
    return *static_cast<const uint8_t*>(machine::phys_to_ptr(page.phys_addr));
}

} // namespace

class LoanTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(); }

    // Picture (e): the object goes first, and the page is the anon's alone, or nobody's.
    void an_object_that_goes_leaves_its_pages_to_the_borrowers() {
        auto const before = accounts();
        std::array<uvm_loaned, 2> anons{}, frames{};
        {
            space_under_test s(uao_create(pages(area_pages).value, "gone"));
            QCOMPARE(s.write(0, 0x11), errno_t::ok);
            QCOMPARE(s.write(2, 0x22), errno_t::ok);
            QCOMPARE(uvm_loan(s.map(), area, anons, uvm_loan_to::anon), errno_t::ok);
            QCOMPARE(uvm_loan(s.map(), area + pages(1), frames, uvm_loan_to::page), errno_t::ok);
            QVERIFY(anons[0].anon->an_page->uobject != nullptr);
        }
        vm_page const& owned = *anons[0].anon->an_page;
        QVERIFY(owned.uobject == nullptr && owned.uanon == anons[0].anon && owned.loan_count == 0);
        QCOMPARE(first_byte(owned), uint8_t(0x11));
        // The second page was lent to both: the anon owns it, the kernel borrows it still.
        QVERIFY(frames[0].page == anons[1].anon->an_page && frames[0].page->loan_count == 1);
        vm_page const& orphan = *frames[1].page;
        QVERIFY(orphan.uobject == nullptr && orphan.uanon == nullptr && orphan.loan_count == 1);
        QCOMPARE(first_byte(orphan), uint8_t(0x22));
        QCOMPARE(uvmexp.orphans, 1u);
        uvm_unloan(anons, uvm_loan_to::anon);
        QCOMPARE(uvmexp.orphans, 2u);
        uvm_unloan(frames, uvm_loan_to::page);
        QCOMPARE(uvmexp.orphans, 0u);
        QCOMPARE(uvmexp.loans, 0u);
        QCOMPARE(accounts(), before);
    }

    // X15: what its object gives up while it is fetched is fetched anew, the pages before it are not.
    void a_page_that_is_given_up_while_it_is_lent_is_got_anew() {
        auto const before = accounts();
        uvm_object* const obj = uao_create(pages(area_pages).value, "lossy");
        real_pager = obj->pgops;
        uvm_pagerops lossy = *real_pager;
        lossy.get = lossy_get;
        obj->pgops = &lossy;
        std::array<uvm_loaned, 5> loan{};
        calls = 0;
        losses = 3;
        QCOMPARE(uvm_loanuobjpages(*obj, voff_t(0), loan), errno_t::ok);
        QCOMPARE(losses, 0u);
        // Twice a page that is not there (locked, then in earnest), each time.
        QCOMPARE(calls, 2u * (5 + 3));
        for (uint32_t i = 0; i < loan.size(); ++i) {
            vm_page const& page = *loan[i].page;
            QVERIFY(page.uobject == obj && page.offset == voff_t(0) + pages(i));
            QCOMPARE(page.loan_count, 1u);
            QCOMPARE(without(page.flags, pg_flag::released), page.flags);
        }
        QCOMPARE(uvmexp.loans, 5u);
        QCOMPARE(obj->uo_npages, 5u);
        uvm_unloan(loan, uvm_loan_to::page);
        obj->pgops = real_pager;
        obj->pgops->detach(*obj);
        QCOMPARE(uvmexp.loans, 0u);
        QCOMPARE(accounts(), before);
    }

    // One thread writes, one borrows for the kernel, one for anons: nobody ever sees a loan change.
    void threads_do_not_see_what_they_borrowed_change() {
        for (bool shared : {false, true}) {
            auto const before = accounts();
            {
                space_under_test s(shared ? uao_create(pages(area_pages).value, "raced") : nullptr);
                for (uint32_t page = 0; page < area_pages; ++page)
                    QCOMPARE(s.write(page, 1), errno_t::ok);
                std::atomic<bool> over{false};
                std::atomic<int> wrong{0};
                std::thread writer([&] {
                    for (uint32_t i = 0; i < 4000; ++i)
                        wrong += s.write(i % area_pages, uint8_t(i)) != errno_t::ok;
                    over = true;
                });
                auto const borrow = [&](uvm_loan_to to) {
                    while (!over) {
                        std::array<uvm_loaned, area_pages> loan{};
                        if (uvm_loan(s.map(), area, loan, to) != errno_t::ok) {
                            ++wrong;
                            continue;
                        }
                        std::array<uint8_t, area_pages> seen{};
                        for (uint32_t i = 0; i < area_pages && to == uvm_loan_to::page; ++i)
                            seen[i] = first_byte(*loan[i].page);
                        std::this_thread::yield();
                        for (uint32_t i = 0; i < area_pages && to == uvm_loan_to::page; ++i)
                            wrong += seen[i] != first_byte(*loan[i].page);
                        uvm_unloan(loan, to);
                    }
                };
                std::thread kernel(borrow, uvm_loan_to::page);
                std::thread anons(borrow, uvm_loan_to::anon);
                writer.join();
                kernel.join();
                anons.join();
                QCOMPARE(wrong.load(), 0);
                for (uint32_t page = 0; page < area_pages; ++page)
                    QCOMPARE(s.read(page), uint8_t(4000 - area_pages + page));
            }
            QCOMPARE(uvmexp.loans, 0u);
            QCOMPARE(uvmexp.orphans, 0u);
            QCOMPARE(uvmexp.anon_loans, 0u);
            QCOMPARE(accounts(), before);
        }
    }

    void read_ahead_asks_for_what_its_window_says() {
        constexpr uint64_t k = 1024;
        uvm_ractx ra;
        auto const asks = [&](vm_advice_t advice, uint64_t offset, uint64_t size) {
            uvm_ra_range const range = uvm_ra_window(ra, advice, offset, size);
            return std::pair(range.start, range.end);
        };
        auto const nothing = std::pair<uint64_t, uint64_t>(0, 0);
        QCOMPARE(asks(vm_advice_t::random, 0, 4 * k), nothing);
        QVERIFY(!ra.valid);
        QCOMPARE(asks(vm_advice_t::normal, 0, 32 * k), nothing); // a window of 64 K behind 32 K
        QCOMPARE(asks(vm_advice_t::normal, 32 * k, 32 * k), nothing);
        QCOMPARE(asks(vm_advice_t::normal, 64 * k, 32 * k), std::pair(96 * k, 224 * k));
        QCOMPARE(asks(vm_advice_t::normal, 96 * k, 32 * k), nothing); // of 160 K behind 128 K, 64 K are new
        QCOMPARE(asks(vm_advice_t::normal, 288 * k, 32 * k), std::pair(320 * k, 512 * k)); // at its end
        QCOMPARE(asks(vm_advice_t::normal, 312 * k, 4 * k), nothing);                      // before it: anew
        QCOMPARE(ra.winsize, 64 * k);
        QCOMPARE(asks(vm_advice_t::sequential, 0, 4 * k), std::pair(4 * k, 516 * k));
        QCOMPARE(asks(vm_advice_t::sequential, 4 * k, 64 * k), nothing);
        QCOMPARE(asks(vm_advice_t::sequential, 68 * k, 64 * k), std::pair(516 * k, 644 * k));
    }
};
QTEST_GUILESS_MAIN(LoanTest)
#include "loan_test.moc"
