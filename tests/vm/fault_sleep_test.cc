// Faults that wait for a disk: others use and change the map meanwhile, and what the fault finds afterwards
// is what is there then.
#include <QObject>
#include <QTest>

#include <array>
#include <future>
#include <thread>

#include <machine/user_access.h>

#include "kernel/vm/uvm_loan.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_pdaemon.h"
#include "kernel/vm/uvm_swap.h"
#include "tests/vm/slow_disk.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr uint32_t area_pages = 8;
constexpr vaddr_t area{0x100000};
constexpr uint32_t at_fault = 2; // the page that is paged out and wanted back

vaddr_t page_at(uint32_t i) { return area + pages(i); }

// What was read, or the error.
struct loaded {
    errno_t error{errno_t::ok};
    uint32_t word{};
};

loaded load(vmspace& vm, vaddr_t va) {
    loaded result;
    result.error = machine::user_read(vm, va, std::as_writable_bytes(std::span(&result.word, 1)));
    return result;
}
errno_t store(vmspace& vm, vaddr_t va, uint32_t word) {
    return machine::user_write(vm, va, std::as_bytes(std::span(&word, 1)));
}

// Runs `work` in a thread of its own and says whether it ended in ten seconds. Where it did not, the threads
// hang for good and the process with them, so the test says so and ends it.
template <class Work>
auto soon(const char* what, Work work) {
    auto promise = std::make_shared<std::promise<decltype(work())>>();
    auto result = promise->get_future();
    std::thread([promise, work] { promise->set_value(work()); }).detach();
    if (result.wait_for(std::chrono::seconds(10)) != std::future_status::ready) {
        fprintf(stderr, "FAIL!  : %s waits for the disk\n", what);
        _Exit(1);
    }
    return result.get();
}

// What faults have waited for so far.
struct waits {
    uintptr_t asked{uvmexp.fault_anget + uvmexp.fault_get}; // for the data of an anon or an object
    uintptr_t busy{uvmexp.fault_pgwait};
    uintptr_t gone{uvmexp.fault_pgrele};
};

// False when that does not come to pass in ten seconds.
template <class Condition>
bool comes_true(Condition&& condition) {
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition() && std::chrono::steady_clock::now() < end)
        std::this_thread::yield();
    return condition();
}

enum class backing { anons, object, private_object };

// A space whose pages hold 1000 + their number and are on the disk, all of them.
class paged_out_space {
public:
    explicit paged_out_space(backing kind) : disk(4 * area_pages) {
        kassert(uvm_swap_add(disk.device()) == errno_t::ok, "test: no swap");
        vm = uvmspace_alloc(vaddr_t(0x1000), vaddr_t(0x1000000), vmspace_direction::bottom_up);
        uvm_object* const obj =
            kind == backing::anons ? nullptr : uao_create(pages(area_pages).value, "slow");
        if (obj) {
            map(area, obj, kind == backing::object ? uvm_flag::none : uvm_flag::copyonw);
            // Something to see through a private mapping has to be written through a shared one.
            obj->pgops->reference(*obj);
            map(area + pages(2 * area_pages), obj, uvm_flag::none);
        } else {
            map(area, nullptr, uvm_flag::copyonw);
        }
        vaddr_t const written = obj ? area + pages(2 * area_pages) : area;
        for (uint32_t i = 0; i < area_pages; ++i)
            kassert(store(*vm, written + pages(i), 1000 + i) == errno_t::ok, "test: no memory");
        for (int round = 0; round < 32 && uvm_swap.swpgonly < area_pages; ++round)
            (void)uvm_pageout(area_pages);
        kassert(uvm_swap.swpgonly == area_pages, "test: not all is paged out");
    }
    ~paged_out_space() {
        uvmspace_free(*vm);
        kassert(uvm_swap.swpginuse == 0 && uvm_swap.swpgonly == 0, "test: swap slots are left over");
        kassert(uvm_swap_remove() == &disk.device(), "test: another disk");
    }
    paged_out_space(const paged_out_space&) = delete;
    paged_out_space& operator=(const paged_out_space&) = delete;

    // Begins something in a thread of its own; it stands still in the disk.
    template <class Work>
    auto begin_slowly(Work work) {
        disk.hold();
        auto result = std::async(std::launch::async, work);
        kassert(disk.wait_for_readers(1), "test: nobody reaches the disk");
        return result;
    }
    // The load / the loan to the kernel of the page at the fault.
    auto load_slowly() {
        return begin_slowly([this] { return load(*vm, page_at(at_fault)); });
    }
    auto lend_slowly(std::span<uvm_loaned> lent) {
        return begin_slowly(
            [this, lent] { return uvm_loan(vm->vm_map, page_at(at_fault), lent, uvm_loan_to::page); });
    }
    errno_t unmap(vaddr_t start, uint32_t count) {
        return uvm_unmap(vm->vm_map, start, start + pages(count));
    }
    // Returns once nothing is mapped there, which another thread sees to.
    bool is_unmapped(vaddr_t at) {
        vm_map_entry* entry;
        bool mapped = true;
        while (mapped) {
            map_shared_guard const guard(vm->vm_map);
            mapped = uvm_map_lookup_entry(vm->vm_map, at, &entry);
        }
        return true;
    }
    errno_t map(vaddr_t at, uvm_object* obj, uvm_flag how) {
        return uvm_map(vm->vm_map, at, pages(area_pages), obj, obj ? voff_t(0) : uvm_unknown_offset,
                       vsize_t(0),
                       {.prot = vm_prot_t::read | vm_prot_t::write,
                        .max = vm_prot_t::all,
                        .flags = how | uvm_flag::fixed});
    }

    slow_disk disk;
    vmspace* vm{};
};

} // namespace

class FaultSleepTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(); }
    void init() { before_ = accounts(); }
    void cleanup() { QCOMPARE(accounts(), before_); }

    // Nobody who wants something else waits: neither for the map, shared or exclusive, nor for the amap.
    void others_use_and_change_the_map_meanwhile_data() { backings(); }
    void others_use_and_change_the_map_meanwhile() {
        paged_out_space space(current());
        auto slow = space.load_slowly();
        vaddr_t const elsewhere = area + pages(8 * area_pages);
        QCOMPARE(soon("a map", [&] { return space.map(elsewhere, nullptr, uvm_flag::copyonw); }),
                 errno_t::ok);
        QCOMPARE(soon("a fault", [&] { return store(*space.vm, elsewhere, 7); }), errno_t::ok);
        QCOMPARE(soon("a protect",
                      [&] {
                          return uvm_map_protect(space.vm->vm_map, elsewhere, elsewhere + pages(1),
                                                 vm_prot_t::read, uvm_protect_what::current);
                      }),
                 errno_t::ok);
        QCOMPARE(soon("an unmap", [&] { return space.unmap(elsewhere, area_pages); }), errno_t::ok);
        QCOMPARE(space.disk.reads(), 1u);
        space.disk.let_go();
        loaded const result = slow.get();
        QCOMPARE(result.error, errno_t::ok);
        QCOMPARE(result.word, 1000 + at_fault);
        // The map had changed, so the fault looked again; it did not read again.
        QCOMPARE(space.disk.reads(), 1u);
    }

    // The amap of the page that is waited for serves other faults.
    void neighbours_fault_meanwhile() {
        paged_out_space space(backing::anons);
        QCOMPARE(load(*space.vm, page_at(5)).word, 1005u);
        uint32_t const read = space.disk.reads();
        pmap_remove(*space.vm->vm_map.pm, {page_at(5), page_at(6)});
        auto slow = space.load_slowly();
        QCOMPARE(soon("a neighbour", [&] { return load(*space.vm, page_at(5)).word; }), 1005u);
        space.disk.let_go();
        QCOMPARE(slow.get().word, 1000 + at_fault);
        QCOMPARE(space.disk.reads(), read + 1);
    }

    void several_want_the_same_page_data() { backings(); }
    void several_want_the_same_page() {
        paged_out_space space(current());
        auto first = space.load_slowly();
        auto second = std::async(std::launch::async, [&] { return load(*space.vm, page_at(at_fault)); });
        auto third = std::async(std::launch::async, [&] { return store(*space.vm, page_at(at_fault), 77); });
        // They wait for the page, with nothing locked.
        QCOMPARE(soon("an unmap", [&] { return space.unmap(page_at(6), 1); }), errno_t::ok);
        QCOMPARE(space.disk.reads(), 1u);
        space.disk.let_go();
        QCOMPARE(third.get(), errno_t::ok);
        for (auto* load : {&first, &second}) {
            loaded const result = load->get();
            QCOMPARE(result.error, errno_t::ok);
            QVERIFY(result.word == 1000 + at_fault || result.word == 77);
        }
        QCOMPARE(load(*space.vm, page_at(at_fault)).word, 77u);
        QCOMPARE(space.disk.reads(), 1u);
    }

    // One reads, one waits for the page that is busy meanwhile: each is counted, and once.
    void each_wait_is_counted_once_data() { backings(); }
    void each_wait_is_counted_once() {
        paged_out_space space(current());
        waits const before;
        auto first = space.load_slowly();
        auto second = std::async(std::launch::async, [&] { return load(*space.vm, page_at(at_fault)); });
        // It has the owner's lock from where it is counted to where it waits, and without the lock nobody
        // brings the page in.
        QVERIFY(comes_true([&] { return waits().asked - before.asked == 2; }));
        space.disk.let_go();
        QCOMPARE(first.get().word, 1000 + at_fault);
        QCOMPARE(second.get().word, 1000 + at_fault);
        waits const after;
        QCOMPARE(after.busy - before.busy, uintptr_t{1});
        QCOMPARE(after.gone - before.gone, uintptr_t{0});
    }

    // What was waited for is not there any more: the fault says so, and the page goes with its last owner.
    void the_page_is_unmapped_meanwhile_data() { backings(); }
    void the_page_is_unmapped_meanwhile() {
        paged_out_space space(current());
        waits const before;
        auto slow = space.load_slowly();
        QCOMPARE(soon("an unmap", [&] { return space.unmap(page_at(at_fault), 1); }), errno_t::ok);
        space.disk.let_go();
        QCOMPARE(slow.get().error, errno_t::efault);
        // Of an anon nobody is left; an object keeps the page.
        waits const after;
        QCOMPARE(after.gone - before.gone, uintptr_t(current() == backing::anons ? 1 : 0));
        QCOMPARE(after.busy - before.busy, uintptr_t{0});
    }

    void everything_is_unmapped_meanwhile_data() { backings(); }
    void everything_is_unmapped_meanwhile() {
        paged_out_space space(current());
        auto slow = space.load_slowly();
        // The end of an object waits for its page, so this one may last as long as the disk does.
        auto gone = std::async(std::launch::async, [&] { return space.unmap(area, 3 * area_pages); });
        QVERIFY(soon("the look at the map", [&] { return space.is_unmapped(area); }));
        space.disk.let_go();
        QCOMPARE(gone.get(), errno_t::ok);
        QCOMPARE(slow.get().error, errno_t::efault);
    }

    void something_else_is_mapped_there_meanwhile_data() { backings(); }
    void something_else_is_mapped_there_meanwhile() {
        paged_out_space space(current());
        auto slow = space.load_slowly();
        QCOMPARE(soon("an unmap", [&] { return space.unmap(area, area_pages); }), errno_t::ok);
        QCOMPARE(soon("a map", [&] { return space.map(area, nullptr, uvm_flag::copyonw); }), errno_t::ok);
        QCOMPARE(soon("a fault", [&] { return store(*space.vm, page_at(at_fault), 42); }), errno_t::ok);
        space.disk.let_go();
        loaded const result = slow.get();
        QCOMPARE(result.error, errno_t::ok);
        QCOMPARE(result.word, 42u);
    }

    void protection_goes_meanwhile() {
        paged_out_space space(backing::anons);
        auto slow = space.load_slowly();
        QCOMPARE(soon("a protect",
                      [&] {
                          return uvm_map_protect(space.vm->vm_map, area, area + pages(area_pages),
                                                 vm_prot_t::none, uvm_protect_what::current);
                      }),
                 errno_t::ok);
        space.disk.let_go();
        QCOMPARE(slow.get().error, errno_t::eacces);
    }

    // A child that was forked while its parent waits finds the same data, and both may write to it.
    void a_fork_meanwhile() {
        paged_out_space space(backing::anons);
        auto slow = space.load_slowly();
        vmspace* const child = soon("a fork", [&] { return uvmspace_fork(*space.vm); });
        QVERIFY(child != nullptr);
        space.disk.let_go();
        QCOMPARE(slow.get().word, 1000 + at_fault);
        QCOMPARE(store(*child, page_at(at_fault), 5), errno_t::ok);
        QCOMPARE(load(*space.vm, page_at(at_fault)).word, 1000 + at_fault);
        QCOMPARE(load(*child, page_at(at_fault)).word, 5u);
        QCOMPARE(space.disk.reads(), 1u);
        uvmspace_free(*child);
    }

    void a_read_that_fails_data() { backings(); }
    void a_read_that_fails() {
        paged_out_space space(current());
        auto slow = space.load_slowly();
        auto waiter = std::async(std::launch::async, [&] { return load(*space.vm, page_at(at_fault)); });
        space.disk.fail_reads();
        space.disk.let_go();
        QCOMPARE(slow.get().error, errno_t::eio);
        QCOMPARE(waiter.get().error, errno_t::eio);
        QCOMPARE(space.disk.reads(), 1u); // nobody tries again what is known to be lost
    }

    void a_loan_waits_with_nothing_locked_data() { backings(); }
    void a_loan_waits_with_nothing_locked() {
        paged_out_space space(current());
        std::array<uvm_loaned, 1> lent;
        auto slow = space.lend_slowly(lent);
        vaddr_t const elsewhere = area + pages(8 * area_pages);
        QCOMPARE(soon("a map", [&] { return space.map(elsewhere, nullptr, uvm_flag::copyonw); }),
                 errno_t::ok);
        space.disk.let_go();
        QCOMPARE(slow.get(), errno_t::ok);
        uvm_unloan(lent, uvm_loan_to::page);
        QCOMPARE(space.disk.reads(), 1u);
    }

    void a_loan_of_what_is_unmapped_meanwhile_data() { backings(); }
    void a_loan_of_what_is_unmapped_meanwhile() {
        paged_out_space space(current());
        std::array<uvm_loaned, 1> lent;
        auto slow = space.lend_slowly(lent);
        QCOMPARE(soon("an unmap", [&] { return space.unmap(page_at(at_fault), 1); }), errno_t::ok);
        space.disk.let_go();
        QCOMPARE(slow.get(), errno_t::enoent);
    }

private:
    static void backings() {
        QTest::addColumn<int>("kind");
        QTest::addRow("anons") << int(backing::anons);
        QTest::addRow("object") << int(backing::object);
        QTest::addRow("private object") << int(backing::private_object);
    }
    static backing current() {
        QFETCH(int, kind);
        return backing(kind);
    }

    std::vector<uint64_t> before_;
};

QTEST_GUILESS_MAIN(FaultSleepTest)
#include "fault_sleep_test.moc"
