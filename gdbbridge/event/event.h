// Events: what the kernel's probes record, with the names that its debug information gives them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gdbbridge/layout/layout.h"

namespace gdbbridge {

// The events that the bridge has words for. A kernel may have others: Unknown, shown by name and arguments.
// What the arguments are stands beside each; entries, amaps, anons and objects go by their serial number.
enum class EventKind : uint8_t {
    Unknown,
    CommandBegin,      // line
    CommandEnd,        // line, errno
    ScenarioEnd,       // exit status
    ProcessCreate,     // pid, vmspace id
    ProcessExit,       // pid, vmspace id
    SpaceCreate,       // vmspace id, map, min, max
    SpaceDestroy,      // vmspace id, map
    ForkBegin,         // parent vmspace id
    ForkEntry,         // parent map, parent entry, child entry (0: left out), inheritance
    ForkEnd,           // parent vmspace id, child vmspace id (0: no memory)
    EntryCreate,       // map, entry, start, end
    EntryRemove,       // map, entry, start, end
    EntryClip,         // map, entry, new piece, address
    EntryResize,       // map, entry, new start, new end
    MergeBack,         // map, entry, start, end (as merged)
    MergeForward,      // map, entry, start, end
    MergeBoth,         // map, entry, start, end
    NeedsCopySet,      // map, entry
    NeedsCopyClear,    // map, entry
    EntryProtect,      // map, entry, old, new, new maximum
    EntryInherit,      // map, entry, old, new
    EntryAdvice,       // map, entry, old, new
    EntryWire,         // map, entry, old count, new count
    Rotate,            // entry that went up, entry that went down
    FindspaceBegin,    // map, hint, length, align
    FindspaceVisit,    // map, entry, its maxgap, verdict: 0 fits, 1 too small, 2 its subtree was cut off
    FindspaceEnd,      // map, address or 0, nodes visited: those with verdict 0 or 1
    AmapCreate,        // amap, slots, room
    AmapDestroy,       // amap
    AmapReference,     // amap, new count
    AmapUnreference,   // amap, new count
    AmapGrow,          // amap, old slots, new slots
    AmapCopied,        // source amap, new amap, slots
    AmapSlotSet,       // amap, slot, anon, anon that was there (0: none)
    AmapSlotClear,     // amap, slot, anon
    AnonCreate,        // anon
    AnonDestroy,       // anon
    AnonReference,     // anon, new count
    AnonUnreference,   // anon, new count
    ObjectCreate,      // object, kind, size
    ObjectDestroy,     // object
    ObjectReference,   // object, new count
    ObjectUnreference, // object, new count
    ObjectPageIn,      // object, offset, physical address
    ObjectPageOut,     // object, offset, physical address
    ObjectWillneed,    // object, offset, bytes
    PageAlloc,         // physical address, anon, object, offset
    PageFree,          // physical address
    PageWire,          // physical address, new count
    PageQueueMove,     // physical address, queue it goes to
    PageZero,          // physical address
    PageCopy,          // physical address from, to
    PmapEntered,       // pmap, va, physical address, protection, 1 when wired
    PmapRemoved,       // pmap, va
    PmapProtected,     // pmap, va, old protection, new protection
    FaultBegin,        // map, va, access, kind
    FaultLookup,       // map, entry, va
    FaultNeedsCopy,    // map, entry
    FaultWindow,       // map, first va, pages, index of the centre
    FaultAhead,        // map, va, physical address, 1 from an anon, 2 from the object
    FaultCase,         // map, va, case
    FaultRetry,        // map, va
    FaultEnd,          // map, va, errno
};

enum class EventClass : uint8_t { Operation, Process, Map, Tree, Amap, Object, Page, Pmap, Fault };

// The kernel's name of a kind ("fault_begin"), "" for Unknown; and the other way.
std::string_view eventKindName(EventKind kind);
EventKind eventKindOf(std::string_view name);
// "map", "page tables", …, for filters.
std::string_view eventClassName(EventClass eventClass);

struct Event {
    uint64_t sequence = 0;
    uint64_t time = 0; // time stamp counter
    EventKind kind = EventKind::Unknown;
    EventClass eventClass = EventClass::Operation;
    uint16_t number = 0; // of the kernel's enum
    uint16_t argCount = 0;
    uint32_t thread = 0;
    std::array<uint64_t, 5> args{};
    std::string name; // the kernel's
    bool operator==(const Event&) const = default;
};

// The vm_map that an event is about, by its address; the addresses [first, second) that it touches. Nothing
// for events that are about none.
std::optional<uint64_t> eventMap(const Event& event);
std::optional<std::pair<uint64_t, uint64_t>> eventAddresses(const Event& event);

// What an event was, but for its time, as a number; never 0. Equal for equal events, and for others hardly.
uint64_t eventDigest(const Event& event);

// What each event number of one kernel means.
class EventNames {
public:
    EventNames() = default;
    explicit EventNames(const Layout& layout);
    struct Meaning {
        EventKind kind = EventKind::Unknown;
        EventClass eventClass = EventClass::Operation;
        std::string name;
    };
    // "event 97" for a number that the kernel has no name for.
    [[nodiscard]] Meaning of(uint16_t number) const;

private:
    std::vector<Meaning> m_meanings;
};

// The fault cases, from the kernel's enumerators.
enum class FaultCase : uint8_t { None, Anon1A, Anon1B, Object2A, Object2B, Zero2B };

// Errno names with BSD's numbers: "EFAULT"; "error 99" for others; "ok" for 0.
std::string errnoName(uint64_t number);

} // namespace gdbbridge
