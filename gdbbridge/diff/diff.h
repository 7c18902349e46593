// What changed between two snapshots, thing by thing.
//
// Things are matched by the serial numbers that the kernel gives them, so a thing that moved in memory or in
// the list is the same thing. A kernel without serial numbers (0) is matched by address.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gdbbridge/snapshot/snapshot.h"

namespace gdbbridge {

enum class Subject : uint8_t {
    Process,     // id = pid
    Space,       // id of the vmspace; its map's own fields
    Entry,       // space, id
    Amap,        // id
    AmapSlot,    // id of the amap, address = slot
    Anon,        // id
    Object,      // id
    ObjectPage,  // id of the object, address = offset
    Mapping,     // space, address = virtual address
    KernelMap,   // id = place in Snapshot::kernelMaps
    KernelEntry, // space = that of its map, id
};
enum class ChangeKind : uint8_t { Added, Removed, Changed };

struct Change {
    Subject subject = Subject::Process;
    ChangeKind kind = ChangeKind::Added;
    uint64_t space = 0; // id of the vmspace, for what lies in one
    uint64_t id = 0;
    uint64_t address = 0; // of entries: start
    std::string field;    // of a Changed thing: "protection"
    std::string before, after;
    bool operator==(const Change&) const = default;
};

struct DiffOptions {
    // Also the referenced and modified bits, which mere use of a page changes.
    bool accessBits = false;
};

struct Difference {
    std::vector<Change> changes; // by subject; within one by space, id, address

    [[nodiscard]] bool empty() const { return changes.empty(); }
    // The changes of one thing.
    [[nodiscard]] std::vector<const Change*> of(Subject subject, uint64_t space, uint64_t id,
                                                uint64_t address = 0) const;
    [[nodiscard]] size_t count(Subject subject, ChangeKind kind) const;
};

[[nodiscard]] Difference difference(const Snapshot& before, const Snapshot& after, DiffOptions options = {});

// "Entry 0x10000 of space 2: protection rw- -> r--". For lists and alternative texts.
[[nodiscard]] std::string changeText(const Change& change);

} // namespace gdbbridge
