// What backs entries: amaps, anons, objects, pages.
#include <algorithm>

#include "gdbbridge/snapshot/decode_pass.h"
#include "gdbbridge/snapshot/text.h"

namespace gdbbridge {

int DecodePass::amapAt(uint64_t address, const Where& where) {
    if (const int* known = m_amaps.find(address))
        return *known;
    m_amaps.set(address, none);
    auto const& f = m_fields.amap;
    std::vector<uint8_t> scratch;
    const uint8_t* bytes = fetch(address, f.size, scratch);
    if (!bytes) {
        report(0, address, where, "there is no memory at its amap " + hex(address));
        return none;
    }
    Amap amap;
    amap.address = address;
    amap.id = uint32_t(fieldValue(bytes, f.id));
    amap.refs = int32_t(signedFieldValue(bytes, f.refs));
    amap.shared = (fieldValue(bytes, f.flags) & f.shared) != 0;
    amap.slotCount = uint32_t(fieldValue(bytes, f.nslot));
    amap.room = uint32_t(fieldValue(bytes, f.maxslot));
    amap.used = uint32_t(fieldValue(bytes, f.nused));
    uint64_t const chunks = fieldValue(bytes, f.nchunk), directory = fieldValue(bytes, f.chunk);
    bool const perPage = fieldValue(bytes, f.pprefState) == f.pprefArray;
    uint64_t const ppref = fieldValue(bytes, f.ppref);
    decodeSlots(directory, uint32_t(std::min<uint64_t>(chunks, UINT32_MAX)), amap);
    if (perPage)
        decodePerPageRefs(ppref, amap.room, amap);
    int const index = int(m_out.amaps.size());
    m_amaps.set(address, index);
    m_out.amaps.push_back(std::move(amap));
    return index;
}

void DecodePass::decodeSlots(uint64_t directory, uint32_t chunks, Amap& amap) {
    uint32_t const perChunk = std::max<uint32_t>(m_fields.chunk.slots, 1);
    if (amap.slotCount > amap.room)
        report(0, amap.address, amapName(amap), "it uses more slots than it has room for",
               "at most " + std::to_string(amap.room), std::to_string(amap.slotCount));
    uint64_t const reached = uint64_t{chunks} * perChunk;
    if (amap.slotCount > reached)
        report(0, amap.address, amapName(amap), "its chunks do not reach to its last slot",
               std::to_string(amap.slotCount) + " slots", std::to_string(reached));
    uint32_t const budget = (m_limits.amapSlots - m_slotCount) / perChunk;
    if (chunks > budget) {
        report(0, amap.address, amapName(amap), "too many slots; the rest is left out", {},
               std::to_string(reached));
        chunks = budget;
    }
    m_slotCount += chunks * perChunk;
    for (uint32_t i = 0; i < chunks; ++i) {
        uint64_t chunk = 0;
        if (!readValue(directory + uint64_t{i} * m_fields.pointerSize, {0, m_fields.pointerSize}, chunk)) {
            report(0, amap.address, amapName(amap),
                   "there is no memory at its directory of chunks " + hex(directory));
            return;
        }
        if (chunk != 0)
            decodeChunk(chunk, i * perChunk, amap);
    }
}

void DecodePass::decodeChunk(uint64_t address, uint32_t firstSlot, Amap& amap) {
    auto const& f = m_fields.chunk;
    std::vector<uint8_t> scratch;
    const uint8_t* bytes = fetch(address, f.size, scratch);
    if (!bytes) {
        report(0, address, amapName(amap), "there is no memory at its chunk " + hex(address));
        return;
    }
    uint64_t const used = fieldValue(bytes, f.used);
    for (uint32_t place = 0; place < f.slots && place < 64; ++place) {
        uint32_t const slot = firstSlot + place;
        FieldLayout const at{f.anon.offset + place * m_fields.pointerSize, m_fields.pointerSize};
        uint64_t const anon = fieldValue(bytes, at);
        bool const isUsed = (used >> place & 1) != 0;
        if (isUsed != (anon != 0)) {
            report(0, address, amapName(amap), "slot " + std::to_string(slot) + " is marked wrongly",
                   anon ? "used" : "empty", isUsed ? "used" : "empty");
            if (anon == 0)
                continue;
        }
        if (anon == 0)
            continue;
        if (slot >= amap.slotCount)
            report(0, address, amapName(amap), "there is an anon behind the last slot",
                   "at most slot " + std::to_string(amap.slotCount) + " - 1", "slot " + std::to_string(slot));
        amap.slots.push_back(
            {slot, anonAt(anon, [&] { return "slot " + std::to_string(slot) + " of " + amapName(amap); })});
    }
}

// Run-length code: c + 1 for a run of one slot with count c, -(c + 1) and the length for a longer one.
void DecodePass::decodePerPageRefs(uint64_t array, uint32_t maxslot, Amap& amap) {
    uint32_t const count = std::min(amap.slotCount, maxslot);
    if (count == 0 || count > m_limits.amapSlots)
        return; // nothing to tell; too many are reported with the slots
    // No more than is looked at below, whatever room the amap claims to have.
    uint32_t const looked = count < maxslot ? count + 1 : count;
    std::vector<uint8_t> scratch;
    const uint8_t* bytes = fetch(array, uint64_t{looked} * 4, scratch);
    if (!bytes) {
        report(0, amap.address, amapName(amap), "its per-page counts at " + hex(array) + " cannot be read");
        return;
    }
    auto const code = [&](uint32_t slot) { return signedFieldValue(bytes, {slot * 4, 4}); };
    for (uint32_t slot = 0; slot < count;) {
        int64_t const value = code(slot);
        int64_t const length = value > 0 ? 1 : slot + 1 < looked ? code(slot + 1) : 0;
        if (value == 0 || length < 1 || length > int64_t{maxslot} - slot) {
            report(0, amap.address, amapName(amap), "its per-page counts are no run-length code",
                   "a run at slot " + std::to_string(slot), std::to_string(value));
            amap.perPageRefs.clear();
            return;
        }
        int64_t const refs = (value < 0 ? -value : value) - 1;
        for (int64_t i = 0; i < length && slot < count; ++i, ++slot)
            amap.perPageRefs.push_back(int32_t(refs));
    }
}

int DecodePass::anonAt(uint64_t address, const Where& where) {
    if (const int* known = m_anons.find(address))
        return *known;
    m_anons.set(address, none);
    std::vector<uint8_t> scratch;
    const uint8_t* bytes = fetch(address, m_fields.anon.size, scratch);
    if (!bytes) {
        report(0, address, where, "there is no memory at its anon " + hex(address));
        return none;
    }
    Anon anon;
    anon.address = address;
    anon.id = uint32_t(fieldValue(bytes, m_fields.anon.id));
    anon.refs = int32_t(signedFieldValue(bytes, m_fields.anon.refs));
    anon.loans = int32_t(signedFieldValue(bytes, m_fields.anon.loans));
    anon.swapSlot = int32_t(signedFieldValue(bytes, m_fields.anon.swslot));
    uint64_t const page = fieldValue(bytes, m_fields.anon.page);
    if (page != 0) {
        anon.page = pageAt(page, [&] { return anonName(anon); });
        uint64_t owner = 0;
        if (anon.page != none && readValue(page, m_fields.page.uanon, owner) && owner != address)
            report(0, address, anonName(anon), "its page belongs to another anon", hex(address), hex(owner));
    }
    int const index = int(m_out.anons.size());
    m_anons.set(address, index);
    m_out.anons.push_back(anon);
    return index;
}

int DecodePass::objectAt(uint64_t address, const Where& where) {
    if (const int* known = m_objects.find(address))
        return *known;
    m_objects.set(address, none);
    auto const& f = m_fields.object;
    std::vector<uint8_t> scratch;
    const uint8_t* bytes = fetch(address, f.size, scratch);
    if (!bytes) {
        report(0, address, where, "there is no memory at its object " + hex(address));
        return none;
    }
    Object object;
    object.address = address;
    object.id = uint32_t(fieldValue(bytes, f.id));
    object.name = fixedText(bytes, f.name);
    uint64_t const kind = fieldValue(bytes, f.kind);
    object.kind = kind == f.file     ? ObjectKind::File
                  : kind == f.device ? ObjectKind::Device
                  : kind == f.kernel ? ObjectKind::Kernel
                                     : ObjectKind::Anonymous;
    object.refs = int32_t(signedFieldValue(bytes, f.refs));
    object.size = fieldValue(bytes, f.bytes);
    uint64_t const root = fieldValue(bytes, f.root), pages = fieldValue(bytes, f.npages);
    decodeObjectPages(root, object);
    if (pages != object.pages.size())
        report(0, address, objectName(object), "its count of resident pages is not that of its tree",
               std::to_string(object.pages.size()), std::to_string(pages));
    int const index = int(m_out.objects.size());
    m_objects.set(address, index);
    m_out.objects.push_back(std::move(object));
    return index;
}

void DecodePass::decodeObjectPages(uint64_t root, Object& object) {
    auto const& f = m_fields.page;
    std::string const where = objectName(object);
    std::unordered_set<uint64_t> seen;
    std::vector<uint64_t> open;
    std::vector<uint8_t> scratch;
    if (root != 0)
        open.push_back(root);
    while (!open.empty()) {
        uint64_t const at = open.back();
        open.pop_back();
        if (!seen.insert(at).second) {
            report(0, at, where, "its tree of pages comes to page " + hex(at) + " twice");
            continue;
        }
        if (++m_objectPageCount > m_limits.objectPages) {
            report(0, at, where, "too many pages; the rest is left out");
            break;
        }
        const uint8_t* bytes = fetch(at, f.size, scratch);
        if (!bytes) {
            report(0, at, where, "there is no memory at its page " + hex(at));
            continue;
        }
        for (FieldLayout const side : {f.left, f.right})
            if (uint64_t const child = fieldValue(bytes, side); child != 0)
                open.push_back(child);
        uint64_t const offset = fieldValue(bytes, f.offset), owner = fieldValue(bytes, f.uobject);
        if (owner != object.address)
            report(0, at, where, "its page at " + hex(offset) + " belongs to another object",
                   hex(object.address), hex(owner));
        object.pages.push_back({offset, pageAt(at, where)});
    }
    std::sort(object.pages.begin(), object.pages.end(),
              [](const ObjectPage& a, const ObjectPage& b) { return a.offset < b.offset; });
}

int DecodePass::pageAt(uint64_t address, const Where& where) {
    if (const int* known = m_pages.find(address))
        return *known;
    m_pages.set(address, none);
    auto const& f = m_fields.page;
    std::vector<uint8_t> scratch;
    const uint8_t* bytes = fetch(address, f.size, scratch);
    if (!bytes) {
        report(0, address, where, "there is no memory at its page " + hex(address));
        return none;
    }
    Page page;
    page.address = address;
    page.pa = fieldValue(bytes, f.pa);
    uint64_t const flags = fieldValue(bytes, f.flags), queue = fieldValue(bytes, f.queue);
    page.busy = (flags & f.busy) != 0;
    page.clean = (flags & f.clean) != 0;
    page.queue = queue == f.free       ? PageQueue::Free
                 : queue == f.active   ? PageQueue::Active
                 : queue == f.inactive ? PageQueue::Inactive
                                       : PageQueue::None;
    page.ofAnon = fieldValue(bytes, f.uanon) != 0;
    page.ofObject = fieldValue(bytes, f.uobject) != 0;
    uint64_t const attributes = fieldValue(bytes, f.attributes);
    page.referenced = (attributes & f.referenced) != 0;
    page.modified = (attributes & f.modified) != 0;
    page.wireCount = uint32_t(fieldValue(bytes, f.wireCount));
    page.loanCount = uint32_t(fieldValue(bytes, f.loanCount));
    if (!m_memory.readPhysical(page.pa, page.firstBytes.data(), page.firstBytes.size()))
        report(0, address, where, "its frame " + hex(page.pa) + " is no memory");
    int const index = int(m_out.pages.size());
    m_pages.set(address, index);
    m_out.pages.push_back(page);
    return index;
}

} // namespace gdbbridge
