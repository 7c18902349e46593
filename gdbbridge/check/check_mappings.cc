#include <algorithm>

#include "gdbbridge/check/check.h"
#include "gdbbridge/check/finding_list.h"
#include "gdbbridge/snapshot/text.h"

namespace gdbbridge {

namespace {

// What an entry has at an address: its anon, else its object's page.
struct Backing {
    int anon = none;
    int page = none;
};

Backing backingAt(const Snapshot& snapshot, const Entry& entry, uint64_t va) {
    Backing out;
    if (entry.amap != none) {
        auto const& slots = snapshot.amaps[size_t(entry.amap)].slots;
        uint64_t const slot = entry.amapPage + (va - entry.start) / snapshot.pageSize;
        auto const at = std::lower_bound(slots.begin(), slots.end(), slot,
                                         [](const AmapSlot& s, uint64_t wanted) { return s.slot < wanted; });
        if (at != slots.end() && at->slot == slot && at->anon != none) {
            out.anon = at->anon;
            out.page = snapshot.anons[size_t(at->anon)].page;
            return out;
        }
    }
    if (entry.object != none) {
        auto const& pages = snapshot.objects[size_t(entry.object)].pages;
        uint64_t const offset = entry.offset + (va - entry.start);
        auto const at =
            std::lower_bound(pages.begin(), pages.end(), offset,
                             [](const ObjectPage& p, uint64_t wanted) { return p.offset < wanted; });
        if (at != pages.end() && at->offset == offset)
            out.page = at->page;
    }
    return out;
}

void checkMapping(const Snapshot& snapshot, const std::string& space, const Map& map, const Mapping& mapping,
                  FindingList& out) {
    auto const found = [&](const char* what, std::string expected, std::string value) {
        out.add({0, mapping.va, "page " + hex(mapping.va) + " of " + space, what, std::move(expected),
                 std::move(value)});
    };
    auto const after = std::upper_bound(map.entries.begin(), map.entries.end(), mapping.va,
                                        [](uint64_t va, const Entry& entry) { return va < entry.start; });
    if (after == map.entries.begin() || mapping.va >= (after - 1)->end) {
        found("it is entered, but no entry maps it", "not entered", mapping.protection.text());
        return;
    }
    Entry const& entry = *(after - 1);
    if ((mapping.protection.bits & ~entry.protection.bits & ~1) != 0)
        found("it is entered with more rights than its entry gives", "within " + entry.protection.text(),
              mapping.protection.text());
    Backing const backing = backingAt(snapshot, entry, mapping.va);
    if (backing.page == none) {
        found("it is entered, but the map has no page there", "not entered", hex(mapping.pa));
        return;
    }
    Page const& page = snapshot.pages[size_t(backing.page)];
    if (page.pa != mapping.pa)
        found("another page is entered than the map has there", hex(page.pa), hex(mapping.pa));
    bool const sharedAnon = backing.anon != none && snapshot.anons[size_t(backing.anon)].refs > 1;
    bool const privateObject = backing.anon == none && entry.copyOnWrite;
    if ((mapping.protection.bits & 2) != 0 && (sharedAnon || privateObject || entry.needsCopy))
        found("it is entered writable, but a write must copy it first", "read-only",
              mapping.protection.text());
}

} // namespace

std::vector<Finding> checkMappings(const Snapshot& snapshot) {
    FindingList out;
    for (size_t i = 0; i < snapshot.vmspaces.size() && !out.full(); ++i) {
        Vmspace const& vmspace = snapshot.vmspaces[i];
        std::string const space = spaceName(snapshot, int(i));
        for (Mapping const& mapping : vmspace.pageTables.mappings)
            checkMapping(snapshot, space, vmspace.map, mapping, out);
        if (vmspace.pageTables.residentCount != vmspace.pageTables.mappings.size())
            out.add({0, vmspace.pageTables.address, "page tables of " + space,
                     "their count of entered pages is wrong",
                     std::to_string(vmspace.pageTables.mappings.size()),
                     std::to_string(vmspace.pageTables.residentCount)});
    }
    return out.take();
}

std::vector<Finding> liveViolations(const Snapshot& snapshot) {
    std::vector<Finding> all = checkInvariants(snapshot);
    auto const mappings = checkMappings(snapshot);
    all.insert(all.end(), mappings.begin(), mappings.end());
    return all;
}

std::vector<Finding> allViolations(const Snapshot& snapshot) {
    std::vector<Finding> all = liveViolations(snapshot);
    auto const holders = checkAmapHolders(snapshot);
    all.insert(all.end(), holders.begin(), holders.end());
    return all;
}

} // namespace gdbbridge
