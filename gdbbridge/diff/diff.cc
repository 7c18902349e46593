#include "gdbbridge/diff/diff.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "gdbbridge/snapshot/text.h"

namespace gdbbridge {

namespace {

// Names a thing within its subject.
using Key = std::tuple<uint64_t, uint64_t, uint64_t>; // space, id, address
using Fields = std::vector<std::pair<const char*, std::string>>;
struct Thing {
    Fields fields;
    uint64_t address = 0; // shown, not compared
};
using Things = std::map<Key, Thing>;

// A serial number, or the address where there is none. Addresses of kernels lie far above any serial number.
uint64_t identity(uint32_t id, uint64_t address) { return id ? id : address; }

std::string yes(bool value) { return value ? "yes" : "no"; }

class Inventory {
public:
    Inventory(const Snapshot& snapshot, const DiffOptions& options)
        : m_snapshot(snapshot), m_options(options) {
        for (Process const& process : snapshot.processes)
            m_things[Subject::Process][{0, process.pid, 0}] = {
                {{"name", process.name}, {"vmspace", spaceOf(process.vmspace)}}, 0};
        for (Vmspace const& vmspace : snapshot.vmspaces)
            space(vmspace);
        for (size_t i = 0; i < snapshot.kernelMaps.size(); ++i)
            kernelMap(i, snapshot.kernelMaps[i]);
        for (Amap const& each : snapshot.amaps)
            amap(each);
        for (Anon const& each : snapshot.anons)
            anon(each);
        for (Object const& each : snapshot.objects)
            object(each);
    }
    const Things& of(Subject subject) { return m_things[subject]; }

private:
    std::string spaceOf(int index) const {
        return index == none ? "none" : std::to_string(m_snapshot.vmspaces[size_t(index)].id);
    }
    std::string frame(int page) const {
        return page == none ? "none" : hex(m_snapshot.pages[size_t(page)].pa);
    }

    std::string entryName(const Map& map, int index) const {
        return index == none ? "none" : std::to_string(map.entries[size_t(index)].id);
    }

    void space(const Vmspace& vmspace) {
        uint64_t const id = identity(vmspace.id, vmspace.address);
        Map const& map = vmspace.map;
        m_things[Subject::Space][{0, id, 0}] = {{{"references", std::to_string(vmspace.refs)},
                                                 {"bounds", hexRange(map.min, map.max)},
                                                 {"hint", entryName(map, map.hint)},
                                                 {"first_free", entryName(map, map.firstFree)},
                                                 {"wire future", yes(map.wireFuture)}},
                                                0};
        for (Entry const& each : map.entries)
            entry(Subject::Entry, id, map, each);
        Things& mappings = m_things[Subject::Mapping];
        for (Mapping const& each : vmspace.pageTables.mappings) {
            Fields fields{
                {"frame", hex(each.pa)}, {"protection", each.protection.text()}, {"wired", yes(each.wired)}};
            if (m_options.accessBits) {
                fields.emplace_back("referenced", yes(each.referenced));
                fields.emplace_back("modified", yes(each.modified));
            }
            mappings[{id, 0, each.va}] = {std::move(fields), each.va};
        }
    }

    void kernelMap(uint64_t number, const KernelMap& k) {
        Map const& map = k.map;
        m_things[Subject::KernelMap][{0, number, 0}] = {{{"name", k.name},
                                                         {"bounds", hexRange(map.min, map.max)},
                                                         {"hint", entryName(map, map.hint)},
                                                         {"first_free", entryName(map, map.firstFree)},
                                                         {"chunks", std::to_string(k.chunks)},
                                                         {"free entries", std::to_string(k.freeEntries)},
                                                         {"merged entries", std::to_string(k.merged)}},
                                                        0};
        for (Entry const& each : map.entries)
            entry(Subject::KernelEntry, number, map, each);
    }

    void entry(Subject subject, uint64_t spaceId, const Map& map, const Entry& e) {
        std::string const amapText = e.amap == none ? "none"
                                                    : amapName(m_snapshot.amaps[size_t(e.amap)]) + " slot " +
                                                          std::to_string(e.amapPage);
        std::string const objectText =
            e.object == none ? "none"
                             : objectName(m_snapshot.objects[size_t(e.object)]) + "+" + hex(e.offset);
        std::string const mapBelow =
            e.kernelMap == none ? "none" : m_snapshot.kernelMaps[size_t(e.kernelMap)].name;
        m_things[subject][{spaceId, identity(e.id, e.address), 0}] = {
            {{"range", hexRange(e.start, e.end)},
             {"gap", hex(e.gap)},
             {"maxgap", hex(e.maxgap)},
             {"parent", entryName(map, e.parent)},
             {"left", entryName(map, e.left)},
             {"right", entryName(map, e.right)},
             {"color", e.color == NodeColor::Red ? "red" : "black"},
             {"object", objectText},
             {"amap", amapText},
             {"copy-on-write", yes(e.copyOnWrite)},
             {"needs-copy", yes(e.needsCopy)},
             {"submap", yes(e.submap)},
             {"map below", mapBelow},
             {"no-merge", yes(e.noMerge)},
             {"protection", e.protection.text()},
             {"maximum protection", e.maxProtection.text()},
             {"inheritance", text(e.inheritance)},
             {"advice", text(e.advice)},
             {"wired count", std::to_string(e.wiredCount)}},
            e.start};
    }

    void amap(const Amap& a) {
        uint64_t const id = identity(a.id, a.address);
        std::string perPage;
        for (int32_t refs : a.perPageRefs)
            perPage += (perPage.empty() ? "" : " ") + std::to_string(refs);
        m_things[Subject::Amap][{0, id, 0}] = {{{"references", std::to_string(a.refs)},
                                                {"shared", yes(a.shared)},
                                                {"slots", std::to_string(a.slotCount)},
                                                {"room", std::to_string(a.room)},
                                                {"used", std::to_string(a.used)},
                                                {"per-page references", perPage.empty() ? "none" : perPage}},
                                               0};
        for (AmapSlot const& slot : a.slots) {
            std::string const held =
                slot.anon == none ? std::string("unreadable") : anonName(m_snapshot.anons[size_t(slot.anon)]);
            m_things[Subject::AmapSlot][{0, id, slot.slot}] = {{{"anon", held}}, slot.slot};
        }
    }

    void anon(const Anon& a) {
        Fields fields{{"references", std::to_string(a.refs)},
                      {"references on loan", std::to_string(a.loans)},
                      {"page", frame(a.page)},
                      {"swap slot", std::to_string(a.swapSlot)}};
        if (a.page != none)
            pageFields(a.page, fields);
        m_things[Subject::Anon][{0, identity(a.id, a.address), 0}] = {std::move(fields), 0};
    }

    void object(const Object& o) {
        uint64_t const id = identity(o.id, o.address);
        m_things[Subject::Object][{0, id, 0}] = {
            {{"name", o.name}, {"references", std::to_string(o.refs)}, {"size", hex(o.size)}}, 0};
        for (ObjectPage const& each : o.pages) {
            Fields fields{{"page", frame(each.page)}};
            if (each.page != none)
                pageFields(each.page, fields);
            m_things[Subject::ObjectPage][{0, id, each.offset}] = {std::move(fields), each.offset};
        }
    }

    void pageFields(int index, Fields& fields) const {
        static constexpr const char* queues[] = {"none", "free", "active", "inactive"};
        Page const& page = m_snapshot.pages[size_t(index)];
        std::string bytes;
        for (uint8_t byte : page.firstBytes) {
            bytes += "0123456789abcdef"[byte >> 4];
            bytes += "0123456789abcdef"[byte & 15];
        }
        fields.emplace_back("content", bytes);
        fields.emplace_back("queue", queues[size_t(page.queue)]);
        fields.emplace_back("wire count", std::to_string(page.wireCount));
        fields.emplace_back("loan count", std::to_string(page.loanCount));
        fields.emplace_back("busy", yes(page.busy));
        fields.emplace_back("clean", yes(page.clean));
    }

    const Snapshot& m_snapshot;
    const DiffOptions& m_options;
    std::map<Subject, Things> m_things;
};

Change whole(Subject subject, ChangeKind kind, const Key& key, const Thing& thing) {
    return {subject, kind, std::get<0>(key), std::get<1>(key), thing.address, {}, {}, {}};
}

void compareFields(Subject subject, const Key& key, const Thing& before, const Thing& after,
                   std::vector<Change>& out) {
    for (auto const& [name, value] : after.fields)
        for (auto const& [oldName, oldValue] : before.fields)
            if (std::string_view(name) == oldName && value != oldValue)
                out.push_back({subject, ChangeKind::Changed, std::get<0>(key), std::get<1>(key),
                               after.address, name, oldValue, value});
}

// Both in order of their keys: one pass.
void compare(Subject subject, const Things& before, const Things& after, std::vector<Change>& out) {
    auto a = before.begin();
    auto b = after.begin();
    while (a != before.end() || b != after.end()) {
        if (b == after.end() || (a != before.end() && a->first < b->first)) {
            out.push_back(whole(subject, ChangeKind::Removed, a->first, a->second));
            ++a;
        } else if (a == before.end() || b->first < a->first) {
            out.push_back(whole(subject, ChangeKind::Added, b->first, b->second));
            ++b;
        } else {
            compareFields(subject, a->first, a->second, b->second, out);
            ++a;
            ++b;
        }
    }
}

std::string subjectText(const Change& change) {
    std::string const id = std::to_string(change.id), inSpace = " of space " + std::to_string(change.space);
    switch (change.subject) {
    case Subject::Process:
        return "process " + id;
    case Subject::Space:
        return "space " + id;
    case Subject::Entry:
        return "entry " + hex(change.address) + inSpace;
    case Subject::Amap:
        return "amap a" + id;
    case Subject::AmapSlot:
        return "slot " + std::to_string(change.address) + " of amap a" + id;
    case Subject::Anon:
        return "anon n" + id;
    case Subject::Object:
        return "object o" + id;
    case Subject::ObjectPage:
        return "page " + hex(change.address) + " of object o" + id;
    case Subject::Mapping:
        return "mapping " + hex(change.address) + inSpace;
    case Subject::KernelMap:
        return "kernel map " + id;
    case Subject::KernelEntry:
        return "entry " + hex(change.address) + " of kernel map " + std::to_string(change.space);
    }
    return "?";
}

} // namespace

Difference difference(const Snapshot& before, const Snapshot& after, DiffOptions options) {
    Inventory old(before, options), now(after, options);
    Difference out;
    for (Subject subject :
         {Subject::Process, Subject::Space, Subject::Entry, Subject::Amap, Subject::AmapSlot, Subject::Anon,
          Subject::Object, Subject::ObjectPage, Subject::Mapping, Subject::KernelMap, Subject::KernelEntry})
        compare(subject, old.of(subject), now.of(subject), out.changes);
    return out;
}

std::vector<const Change*> Difference::of(Subject subject, uint64_t space, uint64_t id,
                                          uint64_t address) const {
    bool const byAddress =
        subject == Subject::Mapping || subject == Subject::AmapSlot || subject == Subject::ObjectPage;
    std::vector<const Change*> out;
    for (Change const& change : changes)
        if (change.subject == subject && change.space == space && change.id == id &&
            (!byAddress || change.address == address))
            out.push_back(&change);
    return out;
}

size_t Difference::count(Subject subject, ChangeKind kind) const {
    return size_t(std::count_if(changes.begin(), changes.end(), [&](const Change& change) {
        return change.subject == subject && change.kind == kind;
    }));
}

std::string changeText(const Change& change) {
    std::string const subject = subjectText(change);
    switch (change.kind) {
    case ChangeKind::Added:
        return subject + " is new";
    case ChangeKind::Removed:
        return subject + " is gone";
    case ChangeKind::Changed:
        return subject + ": " + change.field + " " + change.before + " -> " + change.after;
    }
    return subject;
}

} // namespace gdbbridge
