#include "tests/vm/memory_judge.h"

#include <unordered_map>

#include "kernel/vm/uvm_page.h"
#include "tests/vm/vm_fixture.h"

namespace uvm::test {

namespace {

template <class Key>
using counts = std::unordered_map<const Key*, uint32_t>;

class judge {
public:
    explicit judge(const std::vector<vmspace*>& spaces) : spaces_(spaces) {}

    QString run() {
        for (vmspace* vm : spaces_)
            if (QString const why = broken_invariant(vm->vm_map); !why.isEmpty())
                return name(*vm) + why;
        for (vmspace* vm : spaces_)
            for_each_entry(*vm, [&](vm_map_entry& entry) { count(entry); });
        references();
        wiring();
        for (vmspace* vm : spaces_)
            mappings(*vm);
        return why_;
    }

private:
    static QString name(const vmspace& vm) { return QString("space %1: ").arg(vm.vm_id); }
    void expect(bool holds, const QString& what) {
        if (!holds && why_.isEmpty())
            why_ = what;
    }
    template <class F>
    static void for_each_entry(vmspace& vm, F&& f) {
        vm_map& map = vm.vm_map;
        for (vm_map_entry* e = map.first(); e != &map.header; e = e->next)
            f(*e);
    }
    static vm_anon* anon_at(const vm_map_entry& entry, vaddr_t va) {
        return entry.aref.ar_amap ? amap_lookup(entry.aref, va - entry.start) : nullptr;
    }
    static vm_page* page_at(const vm_map_entry& entry, vaddr_t va) {
        if (vm_anon const* anon = anon_at(entry, va))
            return anon->an_page;
        uvm_object* const obj = entry.obj();
        return obj ? uvm_pagelookup(*obj, entry.offset + (va - entry.start)) : nullptr;
    }

    void count(vm_map_entry& entry) {
        vm_amap const* amap = entry.aref.ar_amap;
        if (amap && amaps_[amap]++ == 0)
            amap_for_each(*amap, 0, amap->am_nslot, [&](uint32_t, vm_anon& anon) { ++anons_[&anon]; });
        if (entry.wired_count == 0)
            return;
        for (vaddr_t va = entry.start; va < entry.end; va += vsize_t(page_size)) {
            vm_page const* page = page_at(entry, va);
            expect(page != nullptr, "no page behind wired memory at " + hex(va.value));
            ++wired_[page];
        }
    }
    void references() {
        for (auto const& [amap, entries] : amaps_)
            expect(amap->am_ref == int32_t(entries), QString("amap %1: %2 entries, %3 references")
                                                         .arg(amap->am_id)
                                                         .arg(entries)
                                                         .arg(amap->am_ref));
        for (auto const& [anon, slots] : anons_)
            expect(
                anon->an_ref == int32_t(slots) + anon->an_loans,
                QString("anon %1: in %2 slots, %3 references").arg(anon->an_id).arg(slots).arg(anon->an_ref));
        expect(uvmexp.amaps == amaps_.size(),
               QString("%1 amaps, %2 of them in entries").arg(uvmexp.amaps).arg(amaps_.size()));
        // Those in no amap are only on loan.
        uint32_t borrowed = uvmexp.anon_loans;
        for (auto const& [anon, slots] : anons_)
            borrowed -= uint32_t(anon->an_loans);
        expect(uvmexp.anons >= anons_.size() && uvmexp.anons - anons_.size() <= borrowed,
               QString("%1 anons, %2 of them in amaps, %3 loans of others")
                   .arg(uvmexp.anons)
                   .arg(anons_.size())
                   .arg(borrowed));
    }
    static bool is_of_device(const vm_page& page) {
        return page.uobject && page.uobject->uo_kind == uvm_object_kind::device;
    }
    void wiring() {
        for (auto const& [page, times] : wired_)
            expect(page->wire_count == times + (is_of_device(*page) ? 1 : 0),
                   QString("page %1 is wired by %2 entries, counted %3")
                       .arg(hex(page->phys_addr.value))
                       .arg(times)
                       .arg(page->wire_count));
        uint32_t of_devices = 0; // wired by their device, and no entry
        for (uint32_t i = 0; i < uvmexp.npages; ++i)
            of_devices += is_of_device(uvm_pages.pages[i]) && !wired_.contains(&uvm_pages.pages[i]) ? 1 : 0;
        expect(uvmexp.wired == wired_.size() + of_devices,
               QString("%1 pages are wired, entries wire %2").arg(uvmexp.wired).arg(wired_.size()));
    }
    void mappings(vmspace& vm) {
        pmap_mapping mapping{};
        uint32_t seen = 0, wired = 0;
        for (vaddr_t from{}; pmap_next_mapping(*vm.vm_map.pm, from, &mapping);
             from = mapping.va + vsize_t(page_size)) {
            ++seen;
            wired += mapping.wired;
            vm_map_entry* entry;
            QString const where = name(vm) + hex(mapping.va.value);
            if (!uvm_map_lookup_entry(vm.vm_map, mapping.va, &entry)) {
                expect(false, where + " is entered but not mapped");
                continue;
            }
            mapping_of(*entry, mapping, where);
        }
        expect(seen == pmap_resident_count(*vm.vm_map.pm), name(vm) + "resident count");
        expect(wired == pmap_wired_count(*vm.vm_map.pm), name(vm) + "wired count");
    }
    void mapping_of(const vm_map_entry& entry, const pmap_mapping& mapping, const QString& where) {
        vm_anon const* anon = anon_at(entry, mapping.va);
        vm_page const* page = page_at(entry, mapping.va);
        expect(page && page->phys_addr == mapping.pa, where + " shows another page than the map says");
        // The hardware has no page that is there and cannot be read.
        vm_prot_t const given =
            entry.protection == vm_prot_t::none ? vm_prot_t::none : entry.protection | vm_prot_t::read;
        expect(has_all(given, mapping.prot), where + " has a right that the map does not give");
        expect(!mapping.wired || entry.wired_count != 0, where + " counts as wired, its entry does not");
        if (!has(mapping.prot, vm_prot_t::write))
            return;
        bool const own = anon ? anon->an_ref == 1 && !entry.is_needs_copy() : !entry.is_copy_on_write();
        expect(own, where + " may write what is shared to be copied");
        expect(!page || page->loan_count == 0, where + " may write what is on loan");
    }

    const std::vector<vmspace*>& spaces_;
    counts<vm_amap> amaps_; // entries that refer to each
    counts<vm_anon> anons_; // slots that hold each
    counts<vm_page> wired_; // wired entries that show each
    QString why_;
};

} // namespace

QString judge_memory(const std::vector<vmspace*>& spaces) { return judge(spaces).run(); }

} // namespace uvm::test
