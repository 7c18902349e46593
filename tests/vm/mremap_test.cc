// uvm_mremap against a list of bytes, one a page: what a page holds goes where the page goes.
#include <QObject>
#include <QString>
#include <QTest>
#include <map>

#include <machine/user_access.h>

#include "kernel/vm/uvm_mremap.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr vaddr_t space_min{0x100000}, space_max{0x140000}; // 64 pages

// The byte of each mapped page, by address.
using model = std::map<uintptr_t, uint8_t>;

bool all_mapped(const model& m, uintptr_t start, uintptr_t n) {
    for (uintptr_t i = 0; i < n; ++i)
        if (!m.contains(start + i * page_size))
            return false;
    return true;
}

bool none_mapped(const model& m, uintptr_t start, uintptr_t n) {
    for (uintptr_t i = 0; i < n; ++i)
        if (m.contains(start + i * page_size))
            return false;
    return true;
}

// The model's mremap, told where the machine put it.
void apply(model& m, uintptr_t old, uintptr_t old_pages, uintptr_t at, uintptr_t new_pages) {
    std::vector<uint8_t> bytes;
    for (uintptr_t i = 0; i < old_pages; ++i) {
        bytes.push_back(m[old + i * page_size]);
        m.erase(old + i * page_size);
    }
    bytes.resize(new_pages); // what is new is zero
    for (uintptr_t i = 0; i < new_pages; ++i)
        m[at + i * page_size] = bytes[i];
}

class MremapTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { host_boot(); }
    void random_data();
    void random();
    void object_references();

private:
    // The first difference between model and machine, or "".
    static QString difference(vmspace& vm, const model& m);
};

QString MremapTest::difference(vmspace& vm, const model& m) {
    for (vaddr_t va = space_min; va < space_max; va += pages(1)) {
        std::byte found{};
        errno_t const error = machine::user_read(vm, va, {&found, 1});
        auto const expected = m.find(va.value);
        if ((error == errno_t::ok) != (expected != m.end()))
            return "page is mapped on one side only: " + hex(va.value);
        if (error == errno_t::ok && uint8_t(found) != expected->second)
            return hex(va.value) + ": expected " + hex(expected->second) + ", found " + hex(uint8_t(found));
    }
    if (vm.vm_map.size != pages(m.size()))
        return "size of the map";
    return broken_invariant(vm.vm_map);
}

void MremapTest::random_data() {
    QTest::addColumn<uint32_t>("seed");
    QTest::addColumn<bool>("down");
    for (uint32_t seed = 1; seed <= 20; ++seed)
        QTest::addRow("%u", seed) << seed << (seed % 2 == 0);
}

void MremapTest::random() {
    QFETCH(uint32_t, seed);
    QFETCH(bool, down);
    auto const before = accounts();
    dice d(seed);
    vmspace* vm = uvmspace_alloc(space_min, space_max,
                                 down ? vmspace_direction::top_down : vmspace_direction::bottom_up);
    model m;
    uint32_t moved = 0, refused = 0;
    for (int step = 0; step < 400; ++step) {
        uintptr_t const at = space_min.value + d.below(60) * page_size;
        uintptr_t const n = 1 + d.below(6), new_n = 1 + d.below(8);
        if (d.chance(20)) {
            vaddr_t va{at};
            uvm_mapping how{vm_prot_t::read | vm_prot_t::write, vm_prot_t::all};
            how.flags = uvm_flag::copyonw | uvm_flag::fixed;
            bool const free = none_mapped(m, at, n) && at + n * page_size <= space_max.value;
            errno_t const error =
                uvm_map(vm->vm_map, va, pages(n), nullptr, uvm_unknown_offset, vsize_t(0), how);
            QCOMPARE(error == errno_t::ok, free);
            for (uintptr_t i = 0; free && i < n; ++i)
                m[at + i * page_size] = 0;
        } else if (d.chance(30)) {
            std::byte const byte{uint8_t(1 + d.below(255))};
            if (machine::user_write(*vm, vaddr_t(at), {&byte, 1}) == errno_t::ok)
                m[at] = uint8_t(byte);
        } else if (d.chance(10)) {
            vmspace* const child = uvmspace_fork(*vm); // from here on the old one's pages are shared
            QVERIFY(child);
            bool const keep_child = d.chance(50);
            uvmspace_free(keep_child ? *vm : *child);
            vm = keep_child ? child : vm;
        } else {
            bool const fixed = d.chance(40);
            vaddr_t to{space_min.value + d.below(64) * page_size};
            uintptr_t const wanted = to.value;
            errno_t const error = uvm_mremap(vm->vm_map, vaddr_t(at), pages(n), to, pages(new_n), vsize_t(0),
                                             fixed ? uvm_remap::fixed : uvm_remap::none);
            if (error == errno_t::ok) {
                QVERIFY(all_mapped(m, at, n));
                QVERIFY(!fixed || to.value == wanted);
                model left = m;
                for (uintptr_t i = 0; i < n; ++i)
                    left.erase(at + i * page_size);
                QVERIFY2(none_mapped(left, to.value, new_n), "onto somebody else's pages");
                moved += to.value != at;
                apply(m, at, n, to.value, new_n);
            } else {
                ++refused;
                QVERIFY(error == errno_t::enomem || !all_mapped(m, at, n) || fixed);
            }
        }
        QString const wrong = difference(*vm, m);
        QVERIFY2(wrong.isEmpty(), qPrintable(QString("step %1: %2").arg(step).arg(wrong)));
    }
    QVERIFY(moved > 0 && refused > 0);
    uvmspace_free(*vm);
    QCOMPARE(accounts(), before);
}

// Every entry holds one reference on its object, however the mapping grew or moved, or failed to.
void MremapTest::object_references() {
    uvm_object* const file = ufile_create(0x20000, "f");
    QVERIFY(file);
    {
        scoped_space space(space_min, space_max, vmspace_direction::bottom_up);
        vm_map& map = space.map();
        auto const map_fixed = [&](vaddr_t at, vsize_t size, uvm_object* obj) {
            uvm_mapping how{vm_prot_t::read | vm_prot_t::write, vm_prot_t::all};
            how.flags = uvm_flag::fixed;
            if (obj)
                obj->pgops->reference(*obj);
            return uvm_map(map, at, size, obj, obj ? voff_t(0) : uvm_unknown_offset, vsize_t(0), how);
        };
        auto const remap = [&](vaddr_t at, uintptr_t n, vaddr_t to, uintptr_t new_n, uvm_remap flags) {
            return uvm_mremap(map, at, pages(n), to, pages(new_n), vsize_t(0), flags);
        };
        QCOMPARE(map_fixed(space_min, pages(2), file), errno_t::ok);
        QCOMPARE(map_fixed(space_min + pages(4), pages(1), nullptr), errno_t::ok);
        QCOMPARE(file->uo_refs, 2);
        // in place: one entry
        QCOMPARE(remap(space_min, 2, space_min, 4, uvm_remap::none), errno_t::ok);
        QCOMPARE(file->uo_refs, 2);
        // no room: refused
        QCOMPARE(remap(space_min, 4, space_min, 6, uvm_remap::fixed), errno_t::enomem);
        QCOMPARE(remap(space_min, 4, space_min + pages(3), 6, uvm_remap::fixed), errno_t::enomem);
        QCOMPARE(file->uo_refs, 2);
        // moved: the old pages and the new tail
        QCOMPARE(remap(space_min, 4, space_min + pages(8), 6, uvm_remap::fixed), errno_t::ok);
        int32_t entries = 0;
        for (vm_map_entry* entry = map.first(); entry != &map.header; entry = entry->next)
            entries += entry->obj() == file;
        QCOMPARE(file->uo_refs, 1 + entries);
    }
    QCOMPARE(file->uo_refs, 1);
    file->pgops->detach(*file);
}

} // namespace

QTEST_GUILESS_MAIN(MremapTest)
#include "mremap_test.moc"
