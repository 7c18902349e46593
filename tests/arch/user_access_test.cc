// user_read and user_write on the host: page by page, ascending, through the page tables; what a failing page
// leaves.
#include <QObject>
#include <QTest>

#include <machine/user_access.h>

#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr vaddr_t space_min{0x10000};
constexpr vm_prot_t read_only = vm_prot_t::read, read_write = vm_prot_t::read | vm_prot_t::write;

std::vector<std::byte> bytes(size_t count, uint8_t first) {
    std::vector<std::byte> all(count);
    for (size_t i = 0; i < count; ++i)
        all[i] = std::byte(uint8_t(first + i));
    return all;
}

class UserAccessTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(vsize_t(64u << 20)); }
    void init() {
        before_ = accounts();
        vm_ = uvmspace_alloc(space_min, space_min + pages(64), vmspace_direction::bottom_up);
    }
    void cleanup() {
        uvmspace_free(*vm_);
        QCOMPARE(accounts(), before_);
    }

    void an_access_may_cross_pages() {
        map(0, 4, read_write);
        // From the last byte of the first page to the first of the fourth.
        auto const out = bytes(2 * page_size + 2, 7);
        QCOMPARE(write(at(0) + vsize_t(page_size - 1), out), errno_t::ok);
        QCOMPARE(read(at(0) + vsize_t(page_size - 1), out.size()), out);
        QCOMPARE(read(at(0) + vsize_t(page_size - 2), 1), bytes(1, 0));
        QCOMPARE(read(at(3) + vsize_t(1), 1), bytes(1, 0));
    }
    void nothing_is_always_allowed() {
        QCOMPARE(write(vaddr_t(0), {}), errno_t::ok);
        QCOMPARE(machine::user_read(*vm_, vaddr_t(0), {}), errno_t::ok);
    }
    void what_lies_before_a_failing_page_is_written_data() {
        QTest::addColumn<int>("second"); // what the second page is
        QTest::addColumn<int>("error");
        QTest::newRow("not mapped") << -1 << int(errno_t::efault);
        QTest::newRow("read-only") << int(read_only) << int(errno_t::eacces);
        QTest::newRow("closed") << 0 << int(errno_t::eacces);
    }
    void what_lies_before_a_failing_page_is_written() {
        QFETCH(int, second);
        QFETCH(int, error);
        map(0, 1, read_write);
        if (second >= 0)
            map(1, 1, vm_prot_t(second));
        map(2, 1, read_write);
        auto const out = bytes(page_size + 20, 1);
        QCOMPARE(int(write(at(0) + vsize_t(page_size - 10), out)), error);
        QCOMPARE(read(at(0) + vsize_t(page_size - 10), 10), bytes(10, 1));
        QCOMPARE(read(at(2), 10),
                 std::vector<std::byte>(10)); // the page behind the failing one is not touched
        if (vm_prot_t(second) == read_only)
            QCOMPARE(read(at(1), 10), std::vector<std::byte>(10));
    }
    void what_lies_before_a_failing_page_is_read() {
        map(0, 1, read_write);
        QCOMPARE(write(at(0) + vsize_t(page_size - 4), bytes(4, 50)), errno_t::ok);
        std::vector<std::byte> in(8, std::byte{0xee});
        QCOMPARE(machine::user_read(*vm_, at(0) + vsize_t(page_size - 4), in), errno_t::efault);
        auto expected = bytes(4, 50);
        expected.resize(8, std::byte{0xee});
        QCOMPARE(in, expected);
    }
    void beyond_the_user_part_is_nothing() {
        std::vector<std::byte> in(1);
        QCOMPARE(machine::user_read(*vm_, vaddr_t(machine::user_max), in), errno_t::efault);
        QCOMPARE(write(trunc_page(vaddr_t(UINTPTR_MAX)), bytes(1, 1)), errno_t::efault);
    }
    void a_page_behind_the_end_of_an_object_fails() {
        uvm_object* const object = ufile_create(page_size, "f");
        vaddr_t start = at(0);
        QCOMPARE(uvm_map(vm_->vm_map, start, pages(2), object, voff_t(0), vsize_t(0),
                         {.prot = read_write, .max = vm_prot_t::all}),
                 errno_t::ok);
        QCOMPARE(write(at(0) + vsize_t(page_size - 2), bytes(4, 9)), errno_t::einval);
        QCOMPARE(read(at(0) + vsize_t(page_size - 2), 2), bytes(2, 9));
    }
    void accesses_fault_only_where_nothing_is_entered() {
        map(0, 1, read_write);
        uint64_t const before = uvmexp.faults;
        QCOMPARE(write(at(0), bytes(1, 1)), errno_t::ok);
        QCOMPARE(uint64_t(uvmexp.faults), before + 1);
        QCOMPARE(write(at(0), bytes(100, 1)), errno_t::ok);
        QCOMPARE(read(at(0), 100), bytes(100, 1));
        QCOMPARE(uint64_t(uvmexp.faults), before + 1);
        // Taken out of the tables behind the map's back: one fault brings it back, content and all.
        pmap_remove(*vm_->vm_map.pm, {at(0), at(1)});
        QCOMPARE(read(at(0), 100), bytes(100, 1));
        QCOMPARE(uint64_t(uvmexp.faults), before + 2);
        pmap_protect(*vm_->vm_map.pm, {at(0), at(1)}, read_only);
        QCOMPARE(read(at(0), 1), bytes(1, 1));
        QCOMPARE(uint64_t(uvmexp.faults), before + 2);
        QCOMPARE(write(at(0), bytes(1, 2)), errno_t::ok);
        QCOMPARE(uint64_t(uvmexp.faults), before + 3);
    }
    void accesses_set_referenced_and_modified() {
        map(0, 1, read_write);
        QCOMPARE(write(at(0), bytes(1, 1)), errno_t::ok);
        paddr_t pa;
        QVERIFY(pmap_extract(*vm_->vm_map.pm, at(0), &pa));
        vm_page& page = *phys_to_vm_page(pa);
        pmap_clear_modify(page);
        pmap_clear_reference(page);
        read(at(0), 1);
        QVERIFY(pmap_is_referenced(page) && !pmap_is_modified(page));
        QCOMPARE(write(at(0), bytes(1, 1)), errno_t::ok);
        QVERIFY(pmap_is_modified(page));
    }

private:
    static vaddr_t at(uint32_t page) { return space_min + pages(page); }
    void map(uint32_t page, uint32_t count, vm_prot_t prot) {
        vaddr_t start = at(page);
        QCOMPARE(uvm_map(vm_->vm_map, start, pages(count), nullptr, uvm_unknown_offset, vsize_t(0),
                         {.prot = prot, .max = vm_prot_t::all, .flags = uvm_flag::copyonw | uvm_flag::fixed}),
                 errno_t::ok);
    }
    errno_t write(vaddr_t va, const std::vector<std::byte>& from) {
        return machine::user_write(*vm_, va, from);
    }
    std::vector<std::byte> read(vaddr_t va, size_t count) {
        std::vector<std::byte> to(count);
        if (machine::user_read(*vm_, va, to) != errno_t::ok)
            QTest::qFail("the read failed", __FILE__, __LINE__);
        return to;
    }

    vmspace* vm_{};
    std::vector<uint64_t> before_;
};

} // namespace
QTEST_GUILESS_MAIN(UserAccessTest)
#include "user_access_test.moc"
