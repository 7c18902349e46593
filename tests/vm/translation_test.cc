// Changes of translations against a processor that forgets none by itself: what a map takes away is flushed
// while its page still belongs to where it was, under the locks of its owners; what a copy replaces is seen
// by nobody any more when the copy can be written.
#include <QObject>
#include <QString>
#include <QTest>
#include <atomic>
#include <functional>
#include <map>
#include <thread>

#include <machine/user_access.h>

#include "kernel/vm/uvm_fault.h"
#include "kernel/vm/uvm_mremap.h"
#include "tests/arch/pmap_model.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr vaddr_t space_min{0x100000}, space_max{0x200000};
constexpr vm_prot_t read_write = vm_prot_t::read | vm_prot_t::write;

std::function<void(machine::mmu_call, uintptr_t)> watcher;

// Has each call for the processor's translations for a scope.
class mmu_watch {
public:
    explicit mmu_watch(std::function<void(machine::mmu_call, uintptr_t)> hear) {
        watcher = std::move(hear);
        machine::mmu_observer = [](machine::mmu_call call, uintptr_t address) { watcher(call, address); };
    }
    ~mmu_watch() { machine::mmu_observer = nullptr; }
    mmu_watch(const mmu_watch&) = delete;
    mmu_watch& operator=(const mmu_watch&) = delete;
};

void map_at(vm_map& map, vaddr_t at, uintptr_t n, uvm_object* obj, uvm_flag flags) {
    uvm_mapping how{read_write, vm_prot_t::all};
    how.flags = flags | uvm_flag::fixed;
    if (obj)
        obj->pgops->reference(*obj);
    errno_t const error =
        uvm_map(map, at, pages(n), obj, obj ? voff_t(0) : uvm_unknown_offset, vsize_t(0), how);
    kassert(error == errno_t::ok, "test: no mapping");
}
void write_byte(vmspace& vm, vaddr_t va, uint8_t value) {
    std::byte const byte{value};
    kassert(machine::user_write(vm, va, {&byte, 1}) == errno_t::ok, "test: no write");
}
int read_byte(vmspace& vm, vaddr_t va) {
    std::byte byte{};
    return machine::user_read(vm, va, {&byte, 1}) == errno_t::ok ? int(byte) : -1;
}

// What a translation showed before an operation, and whom its page belonged to.
struct shown {
    vm_page* page;
    vm_anon* anon;
    uvm_object* object;
    vm_amap* amap;      // of the entry
    uvm_object* behind; // of the entry
    int32_t anon_references, amap_references;
    bool flushed{};
};

class translations {
public:
    explicit translations(vm_map& map) : map_(map) {
        pmap_mapping m{};
        for (vaddr_t from{}; pmap_next_mapping(*map.pm, from, &m); from = m.va + pages(1)) {
            vm_map_entry* entry = nullptr;
            kassert(uvm_map_lookup_entry(map, m.va, &entry), "test: a translation of nothing");
            vm_page* const page = phys_to_vm_page(m.pa);
            vm_amap* const amap = entry->aref.ar_amap;
            all_[m.va.value] = {page,
                                page->uanon,
                                page->uobject,
                                amap,
                                entry->obj(),
                                page->uanon ? page->uanon->an_ref : 0,
                                amap ? amap->am_ref : 0};
        }
    }
    // A flush, while it happens.
    void flush(vaddr_t va) {
        auto const found = all_.find(va.value);
        if (found == all_.end() || found->second.flushed)
            return;
        shown& s = found->second;
        s.flushed = true;
        expect(s.page->uanon == s.anon && s.page->uobject == s.object, va, "has another owner by now");
        expect(!s.anon || s.anon->an_ref == s.anon_references, va, "lost a reference of its anon already");
        expect(!s.amap || s.amap->am_ref >= s.amap_references, va, "lost a reference of its amap already");
        expect(!s.amap || s.amap->am_lock.held(), va, "is changed with its amap unlocked");
        expect(!s.behind || s.behind->vmobjlock.held(), va, "is changed with its object unlocked");
    }
    // After the operation: what is not as it was has been flushed.
    void finish(vm_prot_t still_allowed) {
        for (auto& [at, s] : all_) {
            paddr_t pa;
            vaddr_t const va{at};
            bool const same = pmap_extract(*map_.pm, va, &pa) && pa == s.page->phys_addr;
            expect(s.flushed || (same && still_allowed == read_write), va, "was not flushed");
        }
    }
    [[nodiscard]] size_t count() const { return all_.size(); }
    [[nodiscard]] QString wrong() const { return wrong_; }

private:
    void expect(bool holds, vaddr_t va, const char* what) {
        if (!holds && wrong_.isEmpty())
            wrong_ = hex(va.value) + " " + what;
    }
    vm_map& map_;
    std::map<uintptr_t, shown> all_;
    QString wrong_;
};

// Private memory, a file that is shared, a private file with a page of its own, wired memory: all resident.
void furnish(vmspace& vm, uvm_object& file) {
    map_at(vm.vm_map, vaddr_t(0x100000), 2, nullptr, uvm_flag::copyonw);
    map_at(vm.vm_map, vaddr_t(0x104000), 2, &file, uvm_flag::nomerge);
    map_at(vm.vm_map, vaddr_t(0x108000), 3, &file, uvm_flag::copyonw | uvm_flag::nomerge);
    map_at(vm.vm_map, vaddr_t(0x10c000), 2, nullptr, uvm_flag::copyonw | uvm_flag::nomerge);
    for (uintptr_t va : {0x100000, 0x101000, 0x104000, 0x105000, 0x109000, 0x10c000, 0x10d000})
        write_byte(vm, vaddr_t(va), 1);
    for (uintptr_t va : {0x108000, 0x10a000})
        (void)read_byte(vm, vaddr_t(va));
}

struct operation {
    const char* name;
    vm_prot_t left; // of the rights that there were
    bool wired;
    void (*run)(vmspace& vm);
};
constexpr operation operations[] = {
    {"unmap", vm_prot_t::none, false,
     [](vmspace& vm) { QCOMPARE(uvm_unmap(vm.vm_map, space_min, space_max), errno_t::ok); }},
    {"unmap wired", vm_prot_t::none, true,
     [](vmspace& vm) { QCOMPARE(uvm_unmap(vm.vm_map, space_min, space_max), errno_t::ok); }},
    {"protect", vm_prot_t::read, false,
     [](vmspace& vm) {
         QCOMPARE(
             uvm_map_protect(vm.vm_map, space_min, space_max, vm_prot_t::none, uvm_protect_what::current),
             errno_t::ok);
     }},
    {"extract and remove", vm_prot_t::none, false,
     [](vmspace& vm) {
         vmspace* const into = uvmspace_alloc(space_min, space_max, vmspace_direction::bottom_up);
         vaddr_t to;
         QCOMPARE(uvm_map_extract(vm.vm_map, space_min, pages(16), into->vm_map, to, uvm_extract::remove),
                  errno_t::ok);
         uvmspace_free(*into);
     }},
    {"mremap", vm_prot_t::none, false,
     [](vmspace& vm) {
         for (uintptr_t from : {0x100000, 0x104000, 0x10c000}) {
             vaddr_t to{from + 0x80000};
             QCOMPARE(
                 uvm_mremap(vm.vm_map, vaddr_t(from), pages(2), to, pages(2), vsize_t(0), uvm_remap::fixed),
                 errno_t::ok);
         }
         vaddr_t to{0x188000};
         QCOMPARE(
             uvm_mremap(vm.vm_map, vaddr_t(0x108000), pages(3), to, pages(3), vsize_t(0), uvm_remap::fixed),
             errno_t::ok);
     }},
    {"fork", read_write, false,
     [](vmspace& vm) {
         vmspace* const child = uvmspace_fork(vm);
         QVERIFY(child);
         uvmspace_free(*child);
     }},
};

} // namespace

class TranslationTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(vsize_t(32u << 20)); }

    void taken_away_under_its_owners_locks_data() {
        QTest::addColumn<int>("which");
        for (int i = 0; i < int(std::size(operations)); ++i)
            QTest::addRow("%s", operations[i].name) << i;
    }
    void taken_away_under_its_owners_locks() {
        QFETCH(int, which);
        operation const& op = operations[which];
        auto const before = accounts();
        uvm_object* const file = ufile_create(pages(8).value, "f");
        vmspace* const vm = uvmspace_alloc(space_min, space_max, vmspace_direction::bottom_up);
        furnish(*vm, *file);
        if (op.wired)
            QCOMPARE(uvm_map_pageable(vm->vm_map, vaddr_t(0x10c000), vaddr_t(0x10e000), uvm_wiring::wire),
                     errno_t::ok);
        pmap_activate(*vm->vm_map.pm);
        translations all(vm->vm_map);
        QVERIFY(all.count() >= 9);
        {
            mmu_watch const watch([&](machine::mmu_call call, uintptr_t address) {
                if (call == machine::mmu_call::flush_page)
                    all.flush(vaddr_t(address & ~uintptr_t{page_mask}));
            });
            op.run(*vm);
        }
        all.finish(op.left);
        QVERIFY2(all.wrong().isEmpty(), qPrintable(all.wrong()));
        pmap_deactivate(*vm->vm_map.pm);
        uvmspace_free(*vm);
        file->pgops->detach(*file);
        QCOMPARE(accounts(), before);
    }

    void a_copy_takes_the_place_of_what_it_copies_data() {
        QTest::addColumn<bool>("shared");
        QTest::addRow("private") << false;
        QTest::addRow("shared") << true;
    }
    // The copy may be in the amap before the old translation goes, but nobody can get at it until then: the
    // amap is locked. When the fault has ended no processor sees the old page, in no space that shares the
    // amap.
    void a_copy_takes_the_place_of_what_it_copies() {
        QFETCH(bool, shared);
        vmspace* const vm = uvmspace_alloc(space_min, space_max, vmspace_direction::bottom_up);
        map_at(vm->vm_map, space_min, 2, nullptr, uvm_flag::copyonw);
        write_byte(*vm, space_min, 1);
        vmspace* const child = uvmspace_fork(*vm); // refers to the anon from now on
        vmspace* sharer = nullptr;
        if (shared) {
            QCOMPARE(uvm_map_inherit(vm->vm_map, space_min, space_min + pages(2), vm_inherit_t::share),
                     errno_t::ok);
            sharer = uvmspace_fork(*vm);
            QCOMPARE(read_byte(*sharer, space_min), 1);
        } else {
            write_byte(*vm, space_min + pages(1), 1); // gives the space an amap of its own
        }
        QCOMPARE(read_byte(*vm, space_min), 1);
        vm_map_entry* entry = nullptr;
        QVERIFY(uvm_map_lookup_entry(vm->vm_map, space_min, &entry));
        vm_amap& amap = *entry->aref.ar_amap;
        paddr_t old, now, elsewhere;
        QVERIFY(pmap_extract(*vm->vm_map.pm, space_min, &old));

        strict_tlb<machine::pmap_format> processor;
        pmap_activate(*vm->vm_map.pm);
        paddr_t const root = machine::mmu_current_root();
        QVERIFY(processor.access(root, space_min, vm_prot_t::read));
        bool flushed = false, flushed_unlocked = false;
        {
            mmu_watch const watch([&](machine::mmu_call call, uintptr_t address) {
                processor.observe(call, address);
                flushed = true;
                flushed_unlocked = flushed_unlocked || !amap.am_lock.held();
            });
            QCOMPARE(uvm_fault(vm->vm_map, space_min, uvm_fault_kind::normal, vm_prot_t::write), errno_t::ok);
        }
        QVERIFY(flushed && !flushed_unlocked);
        QCOMPARE(processor.stale(root), ~uintptr_t{0});
        QVERIFY(pmap_extract(*vm->vm_map.pm, space_min, &now));
        QVERIFY(now != old);
        QVERIFY2(!sharer || !pmap_extract(*sharer->vm_map.pm, space_min, &elsewhere) || elsewhere == now,
                 "a sharer of the amap goes on reading what was copied");
        QVERIFY(processor.access(root, space_min, vm_prot_t::write));
        write_byte(*vm, space_min, 2);
        QCOMPARE(read_byte(*child, space_min), 1);
        pmap_deactivate(*vm->vm_map.pm);
        if (sharer) {
            QCOMPARE(read_byte(*sharer, space_min), 2);
            uvmspace_free(*sharer);
        }
        uvmspace_free(*child);
        uvmspace_free(*vm);
    }

    // One thread writes to memory that is to be copied, again and again; two read it, in its own space and in
    // one that shares it. Nobody reads an old value after a new one.
    void nobody_reads_back_in_time() {
        vmspace* const vm = uvmspace_alloc(space_min, space_max, vmspace_direction::bottom_up);
        map_at(vm->vm_map, space_min, 1, nullptr, uvm_flag::copyonw);
        write_byte(*vm, space_min, 0);
        QCOMPARE(uvm_map_inherit(vm->vm_map, space_min, space_min + pages(1), vm_inherit_t::share),
                 errno_t::ok);
        vmspace* const sharer = uvmspace_fork(*vm);
        QCOMPARE(uvm_map_inherit(vm->vm_map, space_min, space_min + pages(1), vm_inherit_t::copy),
                 errno_t::ok);
        std::atomic<bool> stop{false};
        std::atomic<int> backwards{0}, seen{0};
        auto const reader = [&](vmspace& space) {
            for (int last = 0; !stop;) {
                int const value = read_byte(space, space_min);
                backwards += value < last ? 1 : 0;
                seen += value != last ? 1 : 0;
                last = value;
            }
        };
        std::thread first(reader, std::ref(*vm)), second(reader, std::ref(*sharer));
        for (int round = 0; round < 250; ++round) {
            int const before = seen;
            vmspace* const child = uvmspace_fork(*vm); // the next write copies
            write_byte(*vm, space_min, uint8_t(round + 1));
            uvmspace_free(*child);
            while (seen == before) // a reader has come round
                std::this_thread::yield();
        }
        stop = true;
        first.join();
        second.join();
        QCOMPARE(backwards.load(), 0);
        QCOMPARE(read_byte(*sharer, space_min), 250);
        uvmspace_free(*sharer);
        uvmspace_free(*vm);
    }
};
QTEST_GUILESS_MAIN(TranslationTest)
#include "translation_test.moc"
