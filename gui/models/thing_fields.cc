// What fields the kernel's things have, and what their values are.
#include <algorithm>
#include <iterator>

#include "gui/layout/page_facts.h"
#include "gui/models/names.h"
#include "gui/models/who_wrote.h"

namespace gui {

using gdbbridge::Amap;
using gdbbridge::Anon;
using gdbbridge::Entry;
using gdbbridge::Map;
using gdbbridge::Mapping;
using gdbbridge::none;
using gdbbridge::Page;
using gdbbridge::Snapshot;
using Of = ThingField::Of;

namespace {

QString yesOrNo(bool yes) { return yes ? QStringLiteral("yes") : QStringLiteral("no"); }

QString rights(gdbbridge::Protection protection) { return QString::fromStdString(protection.text()); }

template <class T>
QString named(const std::vector<T>& things, int index, QChar letter) {
    return index >= 0 && size_t(index) < things.size() ? letter + QString::number(things[size_t(index)].id)
                                                       : QStringLiteral("none");
}

QString entryText(const Map& map, int index) {
    return index >= 0 && size_t(index) < map.entries.size()
               ? QStringLiteral("entry %1").arg(plainAddress(map.entries[size_t(index)].start))
               : QStringLiteral("none");
}

// A kind of thing, with the place of each field in the kernel's structure ("" where it has no single one).
template <class Thing>
struct Field {
    const char* name;
    const char* place;
    QString (*value)(const Snapshot&, const Map&, const Thing&);
};

const Field<Entry> entryFields[] = {
    {"start", "vm_map_entry.start",
     [](const Snapshot&, const Map&, const Entry& e) { return plainAddress(e.start); }},
    {"end", "vm_map_entry.end",
     [](const Snapshot&, const Map&, const Entry& e) { return plainAddress(e.end); }},
    {"protection", "vm_map_entry.protection",
     [](const Snapshot&, const Map&, const Entry& e) { return rights(e.protection); }},
    {"maximum protection", "vm_map_entry.max_protection",
     [](const Snapshot&, const Map&, const Entry& e) { return rights(e.maxProtection); }},
    {"inheritance", "vm_map_entry.inheritance",
     [](const Snapshot&, const Map&, const Entry& e) {
         static const char* const names[] = {"share", "copy", "none", "zero"};
         return QString::fromLatin1(names[std::min<size_t>(size_t(e.inheritance), 3)]);
     }},
    {"advice", "vm_map_entry.advice",
     [](const Snapshot&, const Map&, const Entry& e) {
         static const char* const names[] = {"normal", "random", "sequential"};
         return QString::fromLatin1(names[std::min<size_t>(size_t(e.advice), 2)]);
     }},
    {"copy-on-write", "vm_map_entry.etype",
     [](const Snapshot&, const Map&, const Entry& e) { return yesOrNo(e.copyOnWrite); }},
    {"needs-copy", "vm_map_entry.etype",
     [](const Snapshot&, const Map&, const Entry& e) { return yesOrNo(e.needsCopy); }},
    {"wired count", "vm_map_entry.wired_count",
     [](const Snapshot&, const Map&, const Entry& e) { return QString::number(e.wiredCount); }},
    {"amap", "vm_map_entry.aref.ar_amap",
     [](const Snapshot& s, const Map&, const Entry& e) { return named(s.amaps, e.amap, u'a'); }},
    {"offset", "vm_map_entry.offset",
     [](const Snapshot&, const Map&, const Entry& e) { return plainAddress(e.offset); }},
    {"gap", "vm_map_entry.gap",
     [](const Snapshot&, const Map&, const Entry& e) { return plainAddress(e.gap); }},
    {"maxgap", "vm_map_entry.maxgap",
     [](const Snapshot&, const Map&, const Entry& e) { return plainAddress(e.maxgap); }},
    {"colour", "vm_map_entry.rb.color",
     [](const Snapshot&, const Map&, const Entry& e) {
         return e.color == gdbbridge::NodeColor::Red ? QStringLiteral("red") : QStringLiteral("black");
     }},
    {"parent", "vm_map_entry.rb.parent",
     [](const Snapshot&, const Map& m, const Entry& e) { return entryText(m, e.parent); }},
    {"left child", "vm_map_entry.rb.left",
     [](const Snapshot&, const Map& m, const Entry& e) { return entryText(m, e.left); }},
    {"right child", "vm_map_entry.rb.right",
     [](const Snapshot&, const Map& m, const Entry& e) { return entryText(m, e.right); }},
};

const Field<Map> mapFields[] = {
    {"hint", "vm_map.hint", [](const Snapshot&, const Map& m, const Map&) { return entryText(m, m.hint); }},
    {"first free", "vm_map.first_free",
     [](const Snapshot&, const Map& m, const Map&) { return entryText(m, m.firstFree); }},
    {"root", "vm_map.tree.root",
     [](const Snapshot&, const Map& m, const Map&) { return entryText(m, m.root); }},
    {"size", "vm_map.size", [](const Snapshot&, const Map& m, const Map&) { return plainAddress(m.size); }},
    {"entries", "vm_map.nentries",
     [](const Snapshot&, const Map& m, const Map&) { return QString::number(m.entryCount); }},
    {"timestamp", "vm_map.timestamp",
     [](const Snapshot&, const Map& m, const Map&) { return QString::number(m.timestamp); }},
};

const Field<Amap> amapFields[] = {
    {"references", "vm_amap.am_ref",
     [](const Snapshot&, const Map&, const Amap& a) { return QString::number(a.refs); }},
    {"shared", "vm_amap.am_flags",
     [](const Snapshot&, const Map&, const Amap& a) { return yesOrNo(a.shared); }},
    {"slots", "vm_amap.am_nslot",
     [](const Snapshot&, const Map&, const Amap& a) { return QString::number(a.slotCount); }},
    {"slots in use", "vm_amap.am_nused",
     [](const Snapshot&, const Map&, const Amap& a) { return QString::number(a.used); }},
};

const Field<Anon> anonFields[] = {
    {"references", "vm_anon.an_ref",
     [](const Snapshot&, const Map&, const Anon& a) { return QString::number(a.refs); }},
    {"loans", "vm_anon.an_loans",
     [](const Snapshot&, const Map&, const Anon& a) { return QString::number(a.loans); }},
    {"swap slot", "vm_anon.an_swslot",
     [](const Snapshot&, const Map&, const Anon& a) { return QString::number(a.swapSlot); }},
    {"page", "vm_anon.an_page",
     [](const Snapshot& s, const Map&, const Anon& a) {
         return a.page == none ? QStringLiteral("none") : plainAddress(s.pages[size_t(a.page)].pa);
     }},
};

const Field<Page> pageFields[] = {
    {"queue", "vm_page.queue",
     [](const Snapshot&, const Map&, const Page& p) {
         static const char* const names[] = {"none", "free", "active", "inactive"};
         return QString::fromLatin1(names[std::min<size_t>(size_t(p.queue), 3)]);
     }},
    {"wire count", "vm_page.wire_count",
     [](const Snapshot&, const Map&, const Page& p) { return QString::number(p.wireCount); }},
    {"loan count", "vm_page.loan_count",
     [](const Snapshot&, const Map&, const Page& p) { return QString::number(p.loanCount); }},
};

// The word in the page table moves with its table: it has no place that is known beforehand.
const Field<Mapping> mappingFields[] = {
    {"rights", "", [](const Snapshot&, const Map&, const Mapping& m) { return rights(m.protection); }},
    {"page frame", "", [](const Snapshot&, const Map&, const Mapping& m) { return plainAddress(m.pa); }},
};

// Calls `use(fields, map, thing)` with the thing of the field, when the snapshot has it.
template <class Use>
void withThing(const Snapshot& snapshot, const ThingField& field, Use&& use) {
    static const Map noMap;
    const auto byId = [&](const auto& things, const auto& fields) {
        for (const auto& thing : things)
            if (thing.id == field.id)
                return use(fields, noMap, thing);
    };
    switch (field.of) {
    case Of::Entry:
        for (const auto& space : snapshot.vmspaces)
            for (const Entry& entry : space.map.entries)
                if (entry.id == field.id)
                    return use(entryFields, space.map, entry);
        return;
    case Of::Map:
        if (const Map* const map = mapOf(snapshot, processWithPid(snapshot, uint32_t(field.id))))
            use(mapFields, *map, *map);
        return;
    case Of::Amap:
        return byId(snapshot.amaps, amapFields);
    case Of::Anon:
        return byId(snapshot.anons, anonFields);
    case Of::Page:
        for (const Page& page : snapshot.pages)
            if (page.pa == field.id)
                return use(pageFields, noMap, page);
        return;
    case Of::Mapping:
        if (const int process = processWithPid(snapshot, uint32_t(field.id)); process != none)
            if (const Mapping* const mapping = mappingAt(snapshot, process, field.va))
                use(mappingFields, noMap, *mapping);
        return;
    }
}

} // namespace

std::vector<ThingField> fieldsOf(const Snapshot& snapshot, const Selection& selection) {
    std::vector<ThingField> result;
    const auto add = [&](Of of, uint64_t id, uint64_t va = 0) {
        withThing(snapshot, {of, id, va, {}}, [&](const auto& fields, const Map&, const auto&) {
            for (const auto& field : fields)
                result.push_back({of, id, va, QString::fromLatin1(field.name)});
        });
    };
    const auto addMapping = [&] {
        if (selection.process != 0 && selection.va != 0)
            add(Of::Mapping, selection.process, selection.va);
    };
    switch (selection.kind) {
    case Selection::Kind::Nothing:
        break;
    case Selection::Kind::Process:
        add(Of::Map, selection.process);
        break;
    case Selection::Kind::Entry:
        add(Of::Entry, selection.entry);
        for (const auto& process : snapshot.processes)
            if (const Map* const map = mapOf(snapshot, processWithPid(snapshot, process.pid));
                map && std::any_of(map->entries.begin(), map->entries.end(),
                                   [&](const Entry& e) { return e.id == selection.entry; })) {
                add(Of::Map, process.pid);
                break;
            }
        break;
    case Selection::Kind::Amap:
        add(Of::Amap, selection.amap);
        break;
    case Selection::Kind::Anon:
        add(Of::Anon, selection.anon);
        for (const Anon& anon : snapshot.anons)
            if (anon.id == selection.anon && anon.page != none)
                add(Of::Page, snapshot.pages[size_t(anon.page)].pa);
        addMapping();
        break;
    case Selection::Kind::Address:
        addMapping();
        if (selection.entry != 0)
            add(Of::Entry, selection.entry);
        break;
    }
    return result;
}

QString thingText(const Snapshot& snapshot, const ThingField& field) {
    const auto process = [&](uint32_t pid) {
        const int index = processWithPid(snapshot, pid);
        return index == none ? QStringLiteral("process %1").arg(pid)
                             : QString::fromStdString(snapshot.processes[size_t(index)].name);
    };
    switch (field.of) {
    case Of::Entry:
        for (size_t p = 0; p < snapshot.processes.size(); ++p)
            if (const Map* const map = mapOf(snapshot, int(p)))
                for (const Entry& entry : map->entries)
                    if (entry.id == field.id)
                        return QStringLiteral("entry %1 of %2")
                            .arg(plainAddress(entry.start), process(snapshot.processes[p].pid));
        return QStringLiteral("entry number %1").arg(field.id);
    case Of::Map:
        return QStringLiteral("map of %1").arg(process(uint32_t(field.id)));
    case Of::Amap:
        return u'a' + QString::number(field.id);
    case Of::Anon:
        return u'n' + QString::number(field.id);
    case Of::Page:
        return QStringLiteral("page frame %1").arg(plainAddress(field.id));
    case Of::Mapping:
        return QStringLiteral("page table of %1 at %2")
            .arg(process(uint32_t(field.id)), plainAddress(field.va));
    }
    return {};
}

QString fieldValue(const Snapshot& snapshot, const ThingField& field) {
    QString value;
    withThing(snapshot, field, [&](const auto& fields, const Map& map, const auto& thing) {
        for (const auto& one : fields)
            if (field.name == QLatin1String(one.name))
                value = one.value(snapshot, map, thing);
    });
    return value;
}

std::optional<FieldPlace> fieldPlace(const Snapshot& snapshot, const ThingField& field) {
    std::optional<FieldPlace> place;
    withThing(snapshot, field, [&](const auto& fields, const Map&, const auto& thing) {
        if constexpr (requires { thing.address; })
            for (const auto& one : fields)
                if (field.name == QLatin1String(one.name))
                    place = {thing.address, QString::fromLatin1(one.place)};
    });
    return place;
}

} // namespace gui
