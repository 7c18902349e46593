// Operations that split entries, without memory for an entry: each allocation of each is failed once. The
// operation says ENOMEM and has changed nothing, and with the memory back it does its work.
#include <QObject>
#include <QString>
#include <QTest>

#include <functional>

#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_mapent_reserve.h"
#include "kernel/vm/uvm_pool.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr vaddr_t base{0x10000};
constexpr vaddr_t middle{0x12000}, middle_end{0x14000};
constexpr vsize_t length{0x8000};

// The entries of a map as text: bounds and what an operation on a range may change.
QString listing(vm_map& map) {
    QString text;
    for (vm_map_entry const* e = map.first(); e != &map.header; e = e->next)
        text += QString("%1-%2 %3 %4 %5 %6 %7\n")
                    .arg(hex(e->start.value), hex(e->end.value))
                    .arg(uint32_t(e->protection))
                    .arg(uint32_t(e->inheritance))
                    .arg(uint32_t(e->advice))
                    .arg(e->wired_count)
                    .arg(uint32_t(e->etype));
    return text;
}

void map_region(vm_map& map) {
    vaddr_t at = base;
    uvm_mapping const how{.prot = vm_prot_t::read | vm_prot_t::write,
                          .max = vm_prot_t::all,
                          .flags = uvm_flag::fixed | uvm_flag::copyonw | uvm_flag::overlay};
    QCOMPARE(uvm_map(map, at, length, nullptr, uvm_unknown_offset, vsize_t(0), how), errno_t::ok);
}

using operation = std::function<errno_t(vm_map&)>;

// Fails allocation 1, 2, … of `run` on a fresh region until it succeeds. Counts the failures.
void fail_each(const operation& run, uint32_t least_failures) {
    uint32_t failures = 0;
    for (uint32_t number = 1;; ++number) {
        scoped_space space(vaddr_t(0x1000), vaddr_t(0x100000), vmspace_direction::bottom_up);
        map_region(space.map());
        QString const before = listing(space.map());
        std::vector<uint64_t> const held = accounts();
        uvm_fail_allocation(number);
        errno_t const error = run(space.map());
        uvm_fail_allocation(0);
        QCOMPARE(broken_invariant(space.map()), QString());
        if (error == errno_t::ok) {
            QVERIFY(listing(space.map()) != before);
            break;
        }
        ++failures;
        QCOMPARE(error, errno_t::enomem);
        QCOMPARE(listing(space.map()), before);
        QVERIFY(accounts() == held);
        QCOMPARE(run(space.map()), errno_t::ok);
        QCOMPARE(broken_invariant(space.map()), QString());
    }
    QVERIFY(failures >= least_failures);
}

errno_t unmap_middle(vm_map& map) { return uvm_unmap(map, middle, middle_end); }
errno_t protect_middle(vm_map& map) {
    return uvm_map_protect(map, middle, middle_end, vm_prot_t::read, uvm_protect_what::current);
}
errno_t inherit_middle(vm_map& map) { return uvm_map_inherit(map, middle, middle_end, vm_inherit_t::none); }
errno_t advise_middle(vm_map& map) { return uvm_map_advice(map, middle, middle_end, vm_advice_t::random); }

} // namespace

class split_memory_test : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(); }

    void unmap_in_the_middle() { fail_each(unmap_middle, 2); }
    void protect_in_the_middle() { fail_each(protect_middle, 2); }
    void inherit_in_the_middle() { fail_each(inherit_middle, 2); }
    void advise_in_the_middle() { fail_each(advise_middle, 2); }

    // Wiring fails before it splits when it cannot have both entries.
    void wire_in_the_middle() {
        for (uint32_t number : {1u, 2u}) {
            scoped_space space(vaddr_t(0x1000), vaddr_t(0x100000), vmspace_direction::bottom_up);
            map_region(space.map());
            QString const before = listing(space.map());
            std::vector<uint64_t> const held = accounts();
            uvm_fail_allocation(number);
            errno_t const error = uvm_map_pageable(space.map(), middle, middle_end, uvm_wiring::wire);
            uvm_fail_allocation(0);
            QCOMPARE(error, errno_t::enomem);
            QCOMPARE(listing(space.map()), before);
            QVERIFY(accounts() == held);
            QCOMPARE(uvm_map_pageable(space.map(), middle, middle_end, uvm_wiring::wire), errno_t::ok);
            QCOMPARE(broken_invariant(space.map()), QString());
        }
    }

    // The second of two entries cannot be prepared: the count that the first one got is taken back.
    void wire_all_takes_its_counts_back() {
        scoped_space space(vaddr_t(0x1000), vaddr_t(0x100000), vmspace_direction::bottom_up);
        map_region(space.map());
        vaddr_t at{0x40000};
        uvm_mapping const lazy{.prot = vm_prot_t::read | vm_prot_t::write,
                               .max = vm_prot_t::all,
                               .flags = uvm_flag::fixed | uvm_flag::copyonw};
        QCOMPARE(uvm_map(space.map(), at, length, nullptr, uvm_unknown_offset, vsize_t(0), lazy),
                 errno_t::ok);
        QString const before = listing(space.map());
        std::vector<uint64_t> const held = accounts();
        uvm_fail_allocation(1);
        errno_t const error =
            uvm_map_pageable_all(space.map(), uvm_wire_all::current | uvm_wire_all::future, vsize_t(0));
        uvm_fail_allocation(0);
        QCOMPARE(error, errno_t::enomem);
        QCOMPARE(listing(space.map()), before);
        QVERIFY(!has(space.map().flags, vm_map_flag::wirefuture));
        QVERIFY(accounts() == held);
    }

    // Taking whole entries away asks for no memory, so that a full machine can still give some back.
    void whole_entries_need_no_memory() {
        scoped_space space(vaddr_t(0x1000), vaddr_t(0x100000), vmspace_direction::bottom_up);
        map_region(space.map());
        uvm_fail_allocation(1);
        errno_t const error = uvm_unmap(space.map(), base, base + length);
        bool const none_asked_for =
            uvm_fail_allocation_left() == 1; // the one that was to fail is still to come
        uvm_fail_allocation(0);
        QCOMPARE(error, errno_t::ok);
        QVERIFY(none_asked_for);
        QCOMPARE(space.map().nentries, 0u);
    }

    // What a reservation holds and nobody took goes back.
    void unused_entries_go_back() {
        scoped_space space(vaddr_t(0x1000), vaddr_t(0x100000), vmspace_direction::bottom_up);
        map_region(space.map());
        std::vector<uint64_t> const held = accounts();
        {
            map_exclusive_guard const guard(space.map());
            uvm_mapent_reservation reserved(space.map());
            QCOMPARE(reserved.reserve_for({middle, middle_end}), errno_t::ok);
            QCOMPARE(uint64_t(uvmexp.entries), held[6] + 2);
        }
        QVERIFY(accounts() == held);
    }

    // A blank that is longer than what replaces it keeps its rest, and needs no entry for it.
    void replace_the_front_of_a_blank() {
        scoped_space space(vaddr_t(0x1000), vaddr_t(0x100000), vmspace_direction::bottom_up);
        vaddr_t at;
        QVERIFY(uvm_map_reserve(space.map(), length, base, vsize_t(0), at, uvm_flag::fixed));
        uvm_fail_allocation(1);
        {
            map_exclusive_guard const guard(space.map());
            QVERIFY(uvm_map_replace(space.map(), base, middle, nullptr));
        }
        uvm_fail_allocation(0);
        QCOMPARE(space.map().nentries, 1u);
        QCOMPARE(space.map().first()->start.value, middle.value);
        QCOMPARE(space.map().first()->end.value, (base + length).value);
        QCOMPARE(broken_invariant(space.map()), QString());
    }
};

QTEST_GUILESS_MAIN(split_memory_test)
#include "split_memory_test.moc"
