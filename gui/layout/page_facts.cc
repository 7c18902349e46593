#include "gui/layout/page_facts.h"

#include <algorithm>
#include <set>

namespace gui {

using gdbbridge::Amap;
using gdbbridge::Anon;
using gdbbridge::Entry;
using gdbbridge::Map;
using gdbbridge::Mapping;
using gdbbridge::none;
using gdbbridge::ObjectKind;
using gdbbridge::ObjectPage;

namespace {

constexpr uint8_t readBit = 1, writeBit = 2;

// An index that came out of guest memory may be wrong: null then.
template <class T>
const T* at(const std::vector<T>& values, int index) {
    return index >= 0 && size_t(index) < values.size() ? &values[size_t(index)] : nullptr;
}

int objectPageAt(const gdbbridge::Object& object, uint64_t offset) {
    const auto it = std::lower_bound(object.pages.begin(), object.pages.end(), offset,
                                     [](const ObjectPage& p, uint64_t o) { return p.offset < o; });
    return it != object.pages.end() && it->offset == offset ? it->page : none;
}

Hardware hardwareOf(const Mapping* mapping, const Entry* entry) {
    if (!mapping)
        return Hardware::NotEntered;
    if (!entry)
        return Hardware::EnteredUnmapped;
    if (mapping->protection.bits & writeBit)
        return Hardware::Writable;
    return entry->protection.bits & writeBit ? Hardware::ReadOnlyCow : Hardware::ReadOnlyMap;
}

WriteCost anonWrite(const Snapshot& snapshot, const Entry& entry, const PageFact& fact) {
    const Anon* anon = at(snapshot.anons, fact.anon);
    const gdbbridge::Page* page = at(snapshot.pages, fact.page);
    const Amap* amap = at(snapshot.amaps, entry.amap);
    const bool amapIsCopied = entry.needsCopy && amap && amap->refs > 1;
    if (anon->refs > 1 || amapIsCopied || (page && page->loanCount > 0))
        return WriteCost::Copies;
    return fact.swapped ? WriteCost::PagesIn : WriteCost::FaultsOnly;
}

WriteCost objectAccess(const Snapshot& snapshot, const gdbbridge::Object& object, const Entry& entry,
                       const PageFact& fact, bool writes) {
    const uint64_t offset = entry.offset + (fact.va - entry.start), size = snapshot.pageSize;
    if (object.size > 0 && offset >= (object.size + size - 1) / size * size)
        return WriteCost::BeyondEnd;
    if (writes && entry.copyOnWrite)
        return WriteCost::Promotes;
    const gdbbridge::Page* page = at(snapshot.pages, fact.page);
    if (writes && page && page->loanCount > 0)
        return WriteCost::Copies; // the borrower keeps the old one
    if (page)
        return WriteCost::FaultsOnly;
    return fact.backing == Backing::AnonObject ? WriteCost::ZeroFills : WriteCost::PagesIn;
}

void addEntryPages(const Snapshot& snapshot, const Entry& entry, std::set<uint64_t>& pages) {
    const uint64_t size = snapshot.pageSize;
    const uint64_t count = (entry.end - entry.start) / size;
    if (const Amap* amap = at(snapshot.amaps, entry.amap))
        for (const auto& slot : amap->slots)
            if (slot.slot >= entry.amapPage && slot.slot - entry.amapPage < count)
                pages.insert(entry.start + (slot.slot - entry.amapPage) * size);
    if (const auto* object = at(snapshot.objects, entry.object))
        for (const ObjectPage& page : object->pages)
            if (page.offset >= entry.offset && (page.offset - entry.offset) / size < count)
                pages.insert(entry.start + (page.offset - entry.offset));
}

} // namespace

Backing backingOf(ObjectKind kind) {
    switch (kind) {
    case ObjectKind::File:
        return Backing::File;
    case ObjectKind::Device:
        return Backing::Device;
    case ObjectKind::Anonymous:
    case ObjectKind::Kernel:
        break;
    }
    return Backing::AnonObject;
}

const Map* mapOf(const Snapshot& snapshot, int process) {
    const auto* p = at(snapshot.processes, process);
    const auto* space = p ? at(snapshot.vmspaces, p->vmspace) : nullptr;
    return space ? &space->map : nullptr;
}

int processWithPid(const Snapshot& snapshot, uint32_t pid) {
    for (size_t p = 0; p < snapshot.processes.size(); ++p)
        if (pid != 0 && snapshot.processes[p].pid == pid)
            return int(p);
    return none;
}

int entryAt(const Map& map, uint64_t va) {
    const auto it = std::upper_bound(map.entries.begin(), map.entries.end(), va,
                                     [](uint64_t v, const Entry& e) { return v < e.end; });
    return it != map.entries.end() && it->start <= va ? int(it - map.entries.begin()) : none;
}

int anonAt(const Snapshot& snapshot, const Entry& entry, uint64_t va) {
    const Amap* amap = at(snapshot.amaps, entry.amap);
    if (!amap)
        return none;
    const uint32_t slot = entry.amapPage + uint32_t((va - entry.start) / snapshot.pageSize);
    const auto it = std::lower_bound(amap->slots.begin(), amap->slots.end(), slot,
                                     [](const gdbbridge::AmapSlot& s, uint32_t n) { return s.slot < n; });
    if (it == amap->slots.end() || it->slot != slot || !at(snapshot.anons, it->anon))
        return none;
    return it->anon;
}

const Mapping* mappingAt(const Snapshot& snapshot, int process, uint64_t va) {
    const auto* p = at(snapshot.processes, process);
    const auto* space = p ? at(snapshot.vmspaces, p->vmspace) : nullptr;
    if (!space)
        return nullptr;
    const auto& mappings = space->pageTables.mappings;
    const auto it = std::lower_bound(mappings.begin(), mappings.end(), va,
                                     [](const Mapping& m, uint64_t v) { return m.va < v; });
    return it != mappings.end() && it->va == va ? &*it : nullptr;
}

PageFact pageFact(const Snapshot& snapshot, int process, uint64_t va) {
    PageFact fact;
    fact.va = va;
    const Map* map = mapOf(snapshot, process);
    if (!map)
        return fact;
    fact.entry = entryAt(*map, va);
    const Entry* entry = at(map->entries, fact.entry);
    const Mapping* mapping = mappingAt(snapshot, process, va);
    fact.hardware = hardwareOf(mapping, entry);
    if (mapping)
        fact.entered = mapping->protection;
    if (!entry)
        return fact;
    fact.anon = anonAt(snapshot, *entry, va);
    if (const Anon* anon = at(snapshot.anons, fact.anon)) {
        fact.backing = Backing::Anon;
        fact.page = anon->page;
        fact.swapped = anon->page == none && anon->swapSlot > 0;
    } else if (const auto* object = at(snapshot.objects, entry->object)) {
        fact.object = entry->object;
        fact.backing = backingOf(object->kind);
        fact.page = objectPageAt(*object, entry->offset + (va - entry->start));
    }
    return fact;
}

WriteCost nextWrite(const Snapshot& snapshot, int process, const PageFact& fact) {
    return nextAccess(snapshot, process, fact, AccessKind::Write);
}

WriteCost nextAccess(const Snapshot& snapshot, int process, const PageFact& fact, AccessKind access) {
    const Map* map = mapOf(snapshot, process);
    const Entry* entry = map ? at(map->entries, fact.entry) : nullptr;
    if (!entry)
        return WriteCost::NotMapped;
    const bool writes = access == AccessKind::Write || access == AccessKind::WireForWriting;
    if (!(entry->protection.bits & (writes ? writeBit : readBit)))
        return WriteCost::NotAllowed;
    const bool entered = writes ? fact.hardware == Hardware::Writable
                                : fact.hardware != Hardware::NotEntered && (fact.entered.bits & readBit);
    if (entered && (access == AccessKind::Read || access == AccessKind::Write))
        return WriteCost::Nothing;
    if (fact.anon != none)
        return writes         ? anonWrite(snapshot, *entry, fact)
               : fact.swapped ? WriteCost::PagesIn
                              : WriteCost::FaultsOnly;
    if (const auto* object = at(snapshot.objects, entry->object))
        return objectAccess(snapshot, *object, *entry, fact, writes);
    if (entry->amap == none && !entry->needsCopy)
        return WriteCost::NotMapped; // neither layer
    return WriteCost::ZeroFills;
}

std::vector<uint64_t> notablePages(const Snapshot& snapshot, int process) {
    std::set<uint64_t> pages;
    const Map* map = mapOf(snapshot, process);
    if (!map)
        return {};
    for (const Entry& entry : map->entries)
        addEntryPages(snapshot, entry, pages);
    const auto& space = snapshot.vmspaces[size_t(snapshot.processes[size_t(process)].vmspace)];
    for (const Mapping& mapping : space.pageTables.mappings)
        pages.insert(mapping.va);
    return {pages.begin(), pages.end()};
}

int sharersOf(const Snapshot& snapshot, const Entry& entry, int anon) {
    const Anon* a = at(snapshot.anons, anon);
    const Amap* amap = at(snapshot.amaps, entry.amap);
    if (!a)
        return 0;
    return std::max(1, int(a->refs)) - 1 + (entry.needsCopy && amap ? std::max(1, int(amap->refs)) : 1);
}

} // namespace gui
