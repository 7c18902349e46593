// Maps: the ring of entries, then the tree over the same entries.
#include <algorithm>

#include "gdbbridge/snapshot/decode_pass.h"
#include "gdbbridge/snapshot/text.h"

namespace gdbbridge {

namespace {

constexpr size_t mostExpected = 1u << 16;

std::string entryOf(uint64_t start, const std::string& space) {
    return "entry " + hex(start) + " of " + space;
}

} // namespace

std::optional<uint64_t> DecodePass::decodeMap(uint64_t address, const std::string& space, Map& map) {
    map.address = address;
    std::vector<uint8_t> scratch;
    const uint8_t* bytes = fetch(address, m_fields.map.size, scratch);
    if (!bytes) {
        report(0, address, "map of " + space, "there is no memory at " + hex(address));
        return std::nullopt;
    }
    auto const& f = m_fields.map;
    auto const& e = m_fields.entry;
    const uint8_t* header = bytes + f.header.offset;
    map.min = fieldValue(header, e.end);
    map.max = fieldValue(header, e.start);
    map.size = fieldValue(bytes, f.mapSize);
    map.entryCount = uint32_t(fieldValue(bytes, f.nentries));
    map.timestamp = uint32_t(fieldValue(bytes, f.timestamp));
    uint64_t const flags = fieldValue(bytes, f.flags);
    map.topDown = (flags & f.topDown) != 0;
    map.wireFuture = (flags & f.wireFuture) != 0;
    uint64_t const first = fieldValue(header, e.next), last = fieldValue(header, e.prev);
    uint64_t const root = fieldValue(bytes, f.root), hint = fieldValue(bytes, f.hint);
    uint64_t const firstFree = fieldValue(bytes, f.firstFree), pm = fieldValue(bytes, f.pm);

    EntryList list;
    list.header = address + f.header.offset;
    // What the map claims is believed as far as it costs nothing.
    size_t const expected = std::min<size_t>(map.entryCount, mostExpected);
    list.indexByAddress.reserve(expected);
    list.links.reserve(expected);
    map.entries.reserve(expected);
    walkRing(first, last, space, map, list);
    linkTree(root, space, map, list);
    map.hint = namedEntry(hint, "hint", space, map, list);
    map.firstFree = namedEntry(firstFree, "first_free", space, map, list);
    uint64_t const firstStart = map.entries.empty() ? map.max : map.entries.front().start;
    map.firstGap = firstStart > map.min ? firstStart - map.min : 0;
    return pm;
}

void DecodePass::walkRing(uint64_t first, uint64_t last, const std::string& space, Map& map,
                          EntryList& list) {
    if (walkOneWay(first, true, space, map, list)) {
        uint64_t const expected = map.entries.empty() ? list.header : map.entries.back().address;
        if (last != expected)
            report(2, list.header, "map of " + space, "the header's prev is not the last entry",
                   hex(expected), hex(last));
        return;
    }
    // The rest may be there from the other end.
    list.broken = true;
    size_t const readable = map.entries.size();
    walkOneWay(last, false, space, map, list);
    std::reverse(map.entries.begin() + ptrdiff_t(readable), map.entries.end());
    std::reverse(list.links.begin() + ptrdiff_t(readable), list.links.end());
    for (size_t i = readable; i < map.entries.size(); ++i)
        list.indexByAddress.set(map.entries[i].address, int(i));
}

bool DecodePass::walkOneWay(uint64_t at, bool forward, const std::string& space, Map& map, EntryList& list) {
    auto const& e = m_fields.entry;
    std::vector<uint8_t> scratch;
    uint64_t previous = list.header;
    // In words: the entry before, or the map while there is none.
    auto const where = [&] {
        return previous == list.header ? "map of " + space : entryOf(map.entries.back().start, space);
    };
    while (at != list.header) {
        if (const int* known = list.indexByAddress.find(at)) {
            if (forward)
                report(2, previous, where,
                       "next leads back to entry " + hex(map.entries[size_t(*known)].start) +
                           ": the list never comes to its end");
            return false;
        }
        if (m_entryCount >= m_limits.entries) {
            report(0, at, where, "too many entries; the rest is left out");
            return false;
        }
        const uint8_t* bytes = fetch(at, e.size, scratch);
        if (!bytes) {
            report(0, previous, where,
                   std::string(forward ? "next" : "prev") + " points to " + hex(at) +
                       ", where there is no memory");
            return false;
        }
        uint64_t const back = fieldValue(bytes, e.prev);
        uint64_t const following = fieldValue(bytes, forward ? e.next : e.prev);
        list.indexByAddress.expect(following);
        appendEntry(at, bytes, space, map, list);
        if (forward && back != previous)
            report(2, at, entryOf(map.entries.back().start, space), "prev is not the entry before it",
                   hex(previous), hex(back));
        previous = at;
        at = following;
    }
    return true;
}

bool DecodePass::appendEntry(uint64_t address, const uint8_t* bytes, const std::string& space, Map& map,
                             EntryList& list) {
    auto const& e = m_fields.entry;
    auto const protection = [&](const WordField& field) {
        uint64_t const value = fieldValue(bytes, field);
        return Protection{
            uint8_t((value & e.read ? 1 : 0) | (value & e.write ? 2 : 0) | (value & e.execute ? 4 : 0))};
    };
    Entry entry;
    entry.address = address;
    entry.id = uint32_t(fieldValue(bytes, e.id));
    entry.start = fieldValue(bytes, e.start);
    entry.end = fieldValue(bytes, e.end);
    entry.gap = fieldValue(bytes, e.gap);
    entry.maxgap = fieldValue(bytes, e.maxgap);
    entry.color = fieldValue(bytes, e.color) == e.red ? NodeColor::Red : NodeColor::Black;
    entry.offset = fieldValue(bytes, e.offset);
    entry.amapPage = uint32_t(fieldValue(bytes, e.pageOff));
    entry.protection = protection(e.protection);
    entry.maxProtection = protection(e.maxProtection);
    uint64_t const inheritance = fieldValue(bytes, e.inheritance), advice = fieldValue(bytes, e.advice);
    entry.inheritance = inheritance == e.inheritShare  ? Inheritance::Share
                        : inheritance == e.inheritNone ? Inheritance::None
                        : inheritance == e.inheritZero ? Inheritance::Zero
                                                       : Inheritance::Copy;
    entry.advice = advice == e.adviceRandom       ? Advice::Random
                   : advice == e.adviceSequential ? Advice::Sequential
                                                  : Advice::Normal;
    entry.noMerge = (fieldValue(bytes, e.flags) & e.noMerge) != 0;
    entry.wiredCount = uint32_t(fieldValue(bytes, e.wiredCount));
    EntryLinks const links{fieldValue(bytes, e.parent), fieldValue(bytes, e.left),
                           fieldValue(bytes, e.right)};
    decodeBacking(
        bytes, [&] { return entryOf(entry.start, space); }, entry);

    list.indexByAddress.set(address, int(map.entries.size()));
    map.entries.push_back(entry);
    list.links.push_back(links);
    ++m_entryCount;
    return true;
}

void DecodePass::decodeBacking(const uint8_t* bytes, const Where& where, Entry& entry) {
    auto const& e = m_fields.entry;
    uint64_t const etype = fieldValue(bytes, e.etype);
    uint64_t const object = fieldValue(bytes, e.object), amap = fieldValue(bytes, e.amap);
    entry.objectBacked = (etype & e.isObject) != 0;
    entry.submap = (etype & e.isSubmap) != 0;
    entry.copyOnWrite = (etype & e.copyOnWrite) != 0;
    entry.needsCopy = (etype & e.needsCopy) != 0;
    if (amap != 0)
        entry.amap = amapAt(amap, where);
    if (entry.objectBacked && entry.submap)
        report(7, entry.address, where, "it is backed by an object and by a submap at once");
    else if ((entry.objectBacked || entry.submap) && object == 0)
        report(7, entry.address, where, std::string("it has no ") + (entry.submap ? "submap" : "object"),
               "a pointer", "0x0");
    else if (!entry.objectBacked && !entry.submap && object != 0)
        report(7, entry.address, where, "it has no object, but a pointer to one", "0x0", hex(object));
    else if (entry.objectBacked)
        entry.object = objectAt(object, where);
    else if (const int* known = m_kernelMaps.find(object); entry.submap && known)
        entry.kernelMap = *known;
    else if (entry.submap)
        report(7, entry.address, where, "its submap is no map of the kernel's", "a map", hex(object));
}

int DecodePass::linkTo(uint64_t pointer, const char* what, const Where& where, uint64_t owner,
                       const EntryList& list) {
    if (pointer == 0)
        return none;
    if (const int* known = list.indexByAddress.find(pointer))
        return *known;
    if (!list.broken) // else it may well be one of the entries that could not be reached
        report(2, owner, where, std::string(what) + " is not an entry of the list", "an entry", hex(pointer));
    return none;
}

void DecodePass::linkTree(uint64_t root, const std::string& space, Map& map, const EntryList& list) {
    map.root = linkTo(root, "the root of the tree", "map of " + space, map.address, list);
    auto const link = [&](uint64_t pointer, const char* what, const Entry& entry) {
        if (pointer == 0)
            return none;
        if (const int* known = list.indexByAddress.find(pointer))
            return *known;
        return linkTo(
            pointer, what, [&] { return entryOf(entry.start, space); }, entry.address, list);
    };
    // A child whose parent is the one that it is a child of is looked up once, not twice.
    auto const child = [&](uint64_t pointer, const char* what, size_t of) {
        int const index = link(pointer, what, map.entries[of]);
        if (index != none && list.links[size_t(index)].parent == map.entries[of].address)
            map.entries[size_t(index)].parent = int(of);
        return index;
    };
    for (size_t i = 0; i < map.entries.size(); ++i) {
        map.entries[i].left = child(list.links[i].left, "the left child", i);
        map.entries[i].right = child(list.links[i].right, "the right child", i);
    }
    for (size_t i = 0; i < map.entries.size(); ++i)
        if (Entry& entry = map.entries[i]; entry.parent == none)
            entry.parent = link(list.links[i].parent, "the parent in the tree", entry);
}

int DecodePass::namedEntry(uint64_t pointer, const char* what, const std::string& space, const Map& map,
                           const EntryList& list) {
    if (pointer == list.header)
        return none;
    if (const int* known = list.indexByAddress.find(pointer))
        return *known;
    if (!list.broken)
        report(6, map.address, "map of " + space,
               std::string(what) + " is neither the header nor an entry of this map", "an entry",
               hex(pointer));
    return none;
}

} // namespace gdbbridge
