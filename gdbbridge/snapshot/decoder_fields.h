// The layout with all names looked up, so that decoding an entry costs loads only. Part of the decoder.
#pragma once

#include <algorithm>
#include <cstring>

#include "gdbbridge/layout/layout.h"
#include "gdbbridge/snapshot/probe_ring.h"

namespace gdbbridge {

// The value of a field of up to 8 bytes in a structure at `base`.
inline uint64_t fieldValue(const uint8_t* base, FieldLayout field) {
    const uint8_t* at = base + field.offset;
    uint64_t value = 0;
    switch (field.size) {
    case 1:
        return *at;
    case 2:
        std::memcpy(&value, at, 2);
        return value;
    case 4:
        std::memcpy(&value, at, 4);
        return value;
    case 8:
        std::memcpy(&value, at, 8);
        return value;
    default:
        std::memcpy(&value, at, field.size < 8 ? field.size : 8);
        return value;
    }
}
int64_t signedFieldValue(const uint8_t* base, FieldLayout field);

// A field of a structure of at least 8 bytes, to be loaded without a branch: of a list of entries all fields
// are loaded of each, and a jump by the size of each of them is most of the time that decoding takes.
struct WordField {
    FieldLayout layout{};
    uint32_t at = 0; // of 8 bytes that lie in the structure and have the field among them
    unsigned shift = 0;
    uint64_t mask = 0;
    WordField() = default;
    WordField(FieldLayout field, uint64_t structure)
        : layout(field), at(uint32_t(std::min<uint64_t>(field.offset, structure - 8))),
          shift(8 * (field.offset - at)),
          mask(field.size < 8 ? (uint64_t{1} << 8 * field.size) - 1 : ~uint64_t{0}) {}
};
inline uint64_t fieldValue(const uint8_t* base, const WordField& field) {
    uint64_t word;
    std::memcpy(&word, base + field.at, sizeof word);
    return word >> field.shift & field.mask;
}

struct DecoderFields {
    explicit DecoderFields(const Layout& layout); // of a complete layout

    unsigned pointerSize;
    struct {
        uint64_t size;
        FieldLayout pid, name, vmspace, next;
    } process;
    struct {
        uint64_t size;
        FieldLayout map, refs, id;
    } vmspace;
    struct {
        uint64_t size;
        FieldLayout flags, pm, header, root, nentries, mapSize, hint, firstFree, timestamp, kernel;
        uint64_t topDown, wireFuture;
    } map;
    struct {
        uint64_t list;  // the table of them
        uint32_t count; // rows in it
        uint64_t rowSize;
        FieldLayout name, map; // of a row
        uint64_t size;         // of what a map of the kernel's has besides
        FieldLayout intrsafe, chunked, chunks, freeEntries, nmerged, merged;
        uint32_t chunkEntries; // that a chunk gives out
    } kernelMap;
    struct {
        uint64_t size;
        WordField parent, left, right, color, gap, maxgap, prev, next, start, end, object, offset, etype,
            protection, maxProtection, inheritance, advice, flags, wiredCount, pageOff, amap, id;
        uint64_t isObject, isSubmap, copyOnWrite, needsCopy, noMerge, chunkHeader, red;
        uint64_t inheritShare, inheritNone, inheritZero, adviceRandom, adviceSequential, read, write, execute;
    } entry;
    struct {
        uint64_t size;
        FieldLayout refs, flags, pprefState, maxslot, nslot, nused, nchunk, chunk, ppref, id;
        uint64_t shared, pprefArray;
    } amap;
    struct {
        uint64_t size;
        FieldLayout used, anon;
        uint32_t slots; // in a chunk
    } chunk;
    struct {
        uint64_t size;
        FieldLayout refs, loans, swslot, page, id;
    } anon;
    struct {
        uint64_t size;
        FieldLayout root, npages, refs, id, kind, bytes, name;
        uint64_t file, device, kernel;
    } object;
    struct {
        uint64_t size;
        FieldLayout left, right, uobject, uanon, offset, pa, flags, queue, loanCount, wireCount, queueNext,
            attributes;
        uint64_t busy, clean, free, active, inactive, referenced, modified;
    } page;
    struct {
        uint64_t size;
        FieldLayout root, resident, wired;
    } pmap;
    struct {
        FieldLayout head, count;
    } active, inactive;
    FieldLayout totalPages, wiredPages, ownedPages, freeCount, ownedLimit;
    uint64_t allproc, uvmPages, uvmexp;
    ProbeRing ring;
};

} // namespace gdbbridge
