// What a snapshot says about one page of one process: what the map says, what backs it, what the hardware
// has, and what the next write to it would cost.
#pragma once

#include <cstdint>
#include <vector>

#include "gdbbridge/snapshot/snapshot.h"

namespace gui {

using gdbbridge::Snapshot;

enum class Backing : uint8_t { None, Anon, AnonObject, File, Device };

enum class Hardware : uint8_t {
    NotEntered,
    Writable,
    ReadOnlyCow,     // the map would allow writing
    ReadOnlyMap,     // the map says so
    EnteredUnmapped, // the page tables have it, the map does not: a bug
};

struct PageFact {
    uint64_t va = 0;
    int entry = gdbbridge::none; // index into the map's entries
    int anon = gdbbridge::none;
    int object = gdbbridge::none; // that backs it, where no anon does
    int page = gdbbridge::none;   // resident
    Backing backing = Backing::None;
    Hardware hardware = Hardware::NotEntered;
    gdbbridge::Protection entered; // by the hardware
    bool swapped = false;
};

// What the next write of the process to the page does.
enum class WriteCost : uint8_t {
    Nothing,    // no fault
    FaultsOnly, // a fault without a copy
    ZeroFills,
    Copies,   // a private copy of an anon's page
    Promotes, // a private copy of an object's page
    PagesIn,  // from swap or file, no copy
    NotAllowed,
    NotMapped,
    BeyondEnd, // of the object
};

// What a page of such an object is backed by.
Backing backingOf(gdbbridge::ObjectKind kind);
// The process with this pid, or none; 0 is nobody's.
int processWithPid(const Snapshot& snapshot, uint32_t pid);
// The entry that contains va, or none.
int entryAt(const gdbbridge::Map& map, uint64_t va);
const gdbbridge::Map* mapOf(const Snapshot& snapshot, int process);
// The anon in the slot of the entry's amap that va falls into, or none.
int anonAt(const Snapshot& snapshot, const gdbbridge::Entry& entry, uint64_t va);
const gdbbridge::Mapping* mappingAt(const Snapshot& snapshot, int process, uint64_t va);

PageFact pageFact(const Snapshot& snapshot, int process, uint64_t va);
WriteCost nextWrite(const Snapshot& snapshot, int process, const PageFact& fact);
// The same for any access. A page that is wired faults although the hardware has it already.
enum class AccessKind : uint8_t { Read, Write, WireForReading, WireForWriting };
WriteCost nextAccess(const Snapshot& snapshot, int process, const PageFact& fact, AccessKind access);
// The pages of a process about which there is something to say: with an anon, resident or entered. Ascending.
std::vector<uint64_t> notablePages(const Snapshot& snapshot, int process);

// How many ways lead to the anon: its references, and where an amap that is to be copied before the next
// write holds it, those of that amap.
int sharersOf(const Snapshot& snapshot, const gdbbridge::Entry& entry, int anon);

} // namespace gui
