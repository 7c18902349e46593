// What the guest's VM looked like at one moment: plain values without pointers into the guest.
//
// References between parts are indexes into the vectors of the same snapshot; none (-1) where there is
// nothing or where the guest's pointer could not be followed. `address` is the guest address of the
// structure, `id` the serial number that the kernel gave it, which names it for good.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gdbbridge {

inline constexpr int none = -1;

// Three rights as bits, as the kernel has them: read 1, write 2, execute 4.
struct Protection {
    uint8_t bits = 0;
    bool operator==(const Protection&) const = default;
    // "rw-" and the like.
    std::string text() const;
};

enum class Inheritance : uint8_t { Share, Copy, None, Zero };
enum class Advice : uint8_t { Normal, Random, Sequential };
enum class NodeColor : uint8_t { Red, Black };
enum class PageQueue : uint8_t { None, Free, Active, Inactive };
enum class ObjectKind : uint8_t { Anonymous, File, Device, Kernel };

struct Entry {
    uint64_t address = 0;
    uint32_t id = 0;
    uint64_t start = 0, end = 0;
    uint64_t gap = 0, maxgap = 0;
    int left = none, right = none, parent = none; // indexes into Map::entries
    NodeColor color = NodeColor::Black;
    bool objectBacked = false; // the entry says that it has an object, whether that can be followed or not
    int object = none;         // index into Snapshot::objects
    uint64_t offset = 0;       // in the object
    int amap = none;           // index into Snapshot::amaps
    uint32_t amapPage = 0;     // slot of the entry's first page
    bool copyOnWrite = false, needsCopy = false, submap = false, noMerge = false;
    Protection protection, maxProtection;
    Inheritance inheritance = Inheritance::Copy;
    Advice advice = Advice::Normal;
    uint32_t wiredCount = 0;
    int kernelMap = none; // of a submap's entry: index into Snapshot::kernelMaps
    bool operator==(const Entry&) const = default;
};

struct Map {
    uint64_t address = 0;
    uint64_t min = 0, max = 0;
    uint64_t size = 0;       // as the map claims
    uint32_t entryCount = 0; // as the map claims
    uint32_t timestamp = 0;
    bool topDown = false, wireFuture = false;
    int root = none;            // indexes into entries
    int hint = none;            // none = the header
    int firstFree = none;       // none = the header
    uint64_t firstGap = 0;      // free bytes before the first entry
    std::vector<Entry> entries; // in list order
    bool operator==(const Map&) const = default;
};

// One page that the hardware maps.
struct Mapping {
    uint64_t va = 0, pa = 0;
    Protection protection;
    bool wired = false, referenced = false, modified = false;
    uint64_t word = 0; // the page-table entry as it lies in memory
    bool operator==(const Mapping&) const = default;
};

// One table on the way to mappings.
struct PageTable {
    uint64_t pa = 0;      // where it lies
    uint64_t va = 0;      // first address that it is about
    uint64_t word = 0;    // the entry above that leads to it; 0 for the top table
    uint32_t level = 0;   // 1 for the one that holds pages
    uint32_t present = 0; // entries of the user part that are present
    bool operator==(const PageTable&) const = default;
};

struct PageTables {
    uint64_t address = 0;                       // of the struct pmap
    uint64_t root = 0;                          // physical address of the top table
    uint32_t residentCount = 0, wiredCount = 0; // as the pmap claims
    uint32_t levels = 0, indexBits = 0;         // of the hardware
    std::vector<PageTable> tables;              // from the top down, each before those below it
    std::vector<Mapping> mappings;              // user part, ascending
    bool operator==(const PageTables&) const = default;
};

struct Vmspace {
    uint64_t address = 0;
    uint32_t id = 0;
    uint32_t refs = 0;
    Map map;
    PageTables pageTables;
    bool operator==(const Vmspace&) const = default;
};

// A map of the kernel's own addresses: kernel_map, or a submap of it.
struct KernelMap {
    std::string name;      // "kernel", "kmem", …
    bool intrsafe = false; // locked by a spin lock
    bool chunked = false;  // its entries come from chunks, pages mapped in the map itself
    // As the map claims: its chunks, entries in them that are free, and entries of mappings that merged away.
    uint32_t chunks = 0, freeEntries = 0, merged = 0;
    uint32_t chunkPages = 0;   // entries of the map that are chunks' pages
    uint32_t mergedListed = 0; // entries on the list of those that merged away
    uint32_t chunkEntries = 0; // that a chunk gives out
    Map map;
    bool operator==(const KernelMap&) const = default;
};

struct Process {
    uint64_t address = 0;
    uint32_t pid = 0;
    std::string name;
    int vmspace = none;
    bool operator==(const Process&) const = default;
};

struct AmapSlot {
    uint32_t slot = 0;
    int anon = none;
    bool operator==(const AmapSlot&) const = default;
};

struct Amap {
    uint64_t address = 0;
    uint32_t id = 0;
    int32_t refs = 0;
    bool shared = false;
    uint32_t slotCount = 0, room = 0, used = 0; // as the amap claims
    std::vector<AmapSlot> slots;                // those that hold an anon, ascending
    std::vector<int32_t> perPageRefs;           // one a slot, decoded; empty when the amap keeps none
    bool operator==(const Amap&) const = default;
};

struct Anon {
    uint64_t address = 0;
    uint32_t id = 0;
    int32_t refs = 0;
    int32_t loans = 0; // of the references
    int page = none;
    int32_t swapSlot = 0;
    bool operator==(const Anon&) const = default;
};

struct ObjectPage {
    uint64_t offset = 0;
    int page = none;
    bool operator==(const ObjectPage&) const = default;
};

struct Object {
    uint64_t address = 0;
    uint32_t id = 0;
    std::string name;
    ObjectKind kind = ObjectKind::Anonymous;
    int32_t refs = 0;
    uint64_t size = 0;
    std::vector<ObjectPage> pages; // resident, ascending
    bool operator==(const Object&) const = default;
};

struct Page {
    uint64_t address = 0;
    uint64_t pa = 0;
    PageQueue queue = PageQueue::None;
    bool ofAnon = false, ofObject = false; // what it belongs to, whether that can be reached or not
    bool busy = false, clean = false;
    bool referenced = false,
         modified = false; // by mappings that are gone; those that stand say it themselves
    uint32_t wireCount = 0, loanCount = 0;
    std::array<uint8_t, 16> firstBytes{};
    bool operator==(const Page&) const = default;
};

// Something in guest memory that could not be followed or breaks an invariant.
struct Finding {
    uint32_t invariant = 0; // 1 to 8 of the map contract; 0: unreadable memory or another inconsistency
    uint64_t address = 0;   // of the structure that shows it
    std::string where;      // "entry 0x10000 of parent"
    std::string what;       // in words
    std::string expected, found;
    // The first event after which it was broken, and stayed so: at a stop at this event it is seen, at a stop
    // at the one before it is not. 0: not looked for, or not known.
    uint64_t sinceEvent = 0;
    bool operator==(const Finding&) const = default;
};

struct Snapshot {
    uint64_t eventSequence = 0; // the last event before it
    unsigned pointerSize = 4;   // bytes: 4 on i386, 8 on x86-64
    uint64_t pageSize = 4096;
    std::vector<Process> processes; // in order of birth
    std::vector<Vmspace> vmspaces;
    std::vector<KernelMap> kernelMaps; // kernel_map first; their entries are only in here
    std::vector<Amap> amaps;
    std::vector<Anon> anons;
    std::vector<Object> objects;
    std::vector<Page> pages;           // those that an anon or object holds, and all on the queues
    std::vector<int> active, inactive; // the page queues, oldest first: indexes into pages
    uint32_t freePages = 0, totalPages = 0, wiredPages = 0;
    uint32_t ownedPages = 0, ownedLimit = 0; // with an anon or object; the most that there may be, 0: all
    std::vector<Finding> findings;
    bool operator==(const Snapshot&) const = default;
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

} // namespace gdbbridge
