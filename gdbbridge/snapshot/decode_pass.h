// One run of the decoder over one moment's memory. Part of the decoder.
#pragma once

#include <functional>
#include <optional>
#include <type_traits>
#include <unordered_set>

#include "gdbbridge/snapshot/address_index.h"
#include "gdbbridge/snapshot/decoder.h"
#include "gdbbridge/snapshot/decoder_fields.h"

namespace gdbbridge {

// Where in the guest something is, in words: a text, or a function that makes one. Words are made only when
// there is something to report, for there is nearly never. Does not outlive what it is made of.
class Where {
public:
    Where(const std::string& text)
        : m_of(&text), m_words([](const void* of) { return *static_cast<const std::string*>(of); }) {}
    Where(const char* text)
        : m_of(text), m_words([](const void* of) { return std::string(static_cast<const char*>(of)); }) {}
    template <class F>
    requires std::is_invocable_r_v<std::string, const F&> Where(const F& words)
        : m_of(&words), m_words([](const void* of) { return (*static_cast<const F*>(of))(); }) {}
    [[nodiscard]] std::string text() const { return m_words(m_of); }

private:
    const void* m_of;
    std::string (*m_words)(const void*);
};

class DecodePass {
public:
    DecodePass(const DecoderFields& fields, const DecodeLimits& limits, MemoryReader& memory)
        : m_fields(fields), m_limits(limits), m_memory(memory) {}
    [[nodiscard]] Snapshot run();

private:
    // The pointers of an entry, until they can be turned into indexes.
    struct EntryLinks {
        uint64_t parent, left, right;
    };
    struct EntryList {
        uint64_t header = 0;
        std::vector<EntryLinks> links; // parallel to Map::entries
        AddressIndex indexByAddress;
        bool broken = false; // the ring could not be followed to its end
    };

    // A structure in place or copied to `scratch`; null when it cannot be read. Valid until scratch is used
    // again.
    const uint8_t* fetch(uint64_t address, uint64_t size, std::vector<uint8_t>& scratch);
    bool readValue(uint64_t address, FieldLayout field, uint64_t& value);
    void report(uint32_t invariant, uint64_t address, const Where& where, std::string what,
                std::string expected = {}, std::string found = {});
    std::string fixedText(const uint8_t* base, FieldLayout field) const;
    // Text at an address, up to the first null; "" when it cannot be read.
    std::string textAt(uint64_t address);

    void decodeProcesses();
    void decodeCounters();
    int vmspaceAt(uint64_t address, const std::string& processName);
    // maps
    // The address of its pmap; nothing when the map cannot be read.
    std::optional<uint64_t> decodeMap(uint64_t address, const std::string& space, Map& map);
    void walkRing(uint64_t first, uint64_t last, const std::string& space, Map& map, EntryList& list);
    // Follows `next` (or `prev`) from `at`; true when it comes back to the header.
    bool walkOneWay(uint64_t at, bool forward, const std::string& space, Map& map, EntryList& list);
    bool appendEntry(uint64_t address, const uint8_t* bytes, const std::string& space, Map& map,
                     EntryList& list);
    void decodeBacking(const uint8_t* bytes, const Where& where, Entry& entry);
    void linkTree(uint64_t root, const std::string& space, Map& map, const EntryList& list);
    int linkTo(uint64_t pointer, const char* what, const Where& where, uint64_t owner, const EntryList& list);
    int namedEntry(uint64_t pointer, const char* what, const std::string& space, const Map& map,
                   const EntryList& list);
    // the kernel's maps
    void decodeKernelMaps();
    void decodeKernelMap(uint64_t address, KernelMap& out);
    uint32_t mergedEntries(uint64_t first, const std::string& space);
    // what backs entries
    int amapAt(uint64_t address, const Where& where);
    void decodeSlots(uint64_t directory, uint32_t chunks, Amap& amap);
    void decodeChunk(uint64_t address, uint32_t firstSlot, Amap& amap);
    void decodePerPageRefs(uint64_t array, uint32_t maxslot, Amap& amap);
    int anonAt(uint64_t address, const Where& where);
    int objectAt(uint64_t address, const Where& where);
    void decodeObjectPages(uint64_t root, Object& object);
    int pageAt(uint64_t address, const Where& where);
    void decodeQueues();
    void walkQueue(uint64_t head, uint64_t count, PageQueue which, const char* where,
                   std::vector<int>& queue);
    // page tables
    void decodePageTables(uint64_t address, const std::string& space, PageTables& tables);

    const DecoderFields& m_fields;
    const DecodeLimits& m_limits;
    MemoryReader& m_memory;
    Snapshot m_out;
    AddressIndex m_vmspaces, m_kernelMaps, m_amaps, m_anons, m_objects, m_pages;
    uint32_t m_entryCount = 0, m_slotCount = 0, m_objectPageCount = 0, m_mappingCount = 0, m_queuedCount = 0;
    bool m_findingsFull = false;
};

} // namespace gdbbridge
