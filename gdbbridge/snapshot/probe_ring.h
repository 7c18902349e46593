// The ring of probe records in guest memory: where it is, and how far it has got. What it promises stands in
// kernel/vm/uvm_probe_ring.h.
#pragma once

#include "gdbbridge/layout/layout.h"
#include "gdbbridge/snapshot/memory_reader.h"

namespace gdbbridge {

struct ProbeRing {
    uint64_t address = 0;
    FieldLayout next, first, firstAtEnd, stopped; // in the ring
    uint32_t records = 0;                         // offset of the first record
    uint32_t recordSize = 0;
    uint32_t places = 0;
    FieldLayout time, event, argCount, form, thread, args; // in a record

    // Of a complete layout.
    static ProbeRing of(const Layout& layout);
    [[nodiscard]] uint64_t recordAddress(uint64_t sequenceNumber) const {
        return address + records + (sequenceNumber - 1) % places * recordSize;
    }
    // Records that can be read: the place behind the last one may be half written.
    [[nodiscard]] uint64_t capacity() const { return places - 1; }
    // The first number that can be read when the last is this one.
    [[nodiscard]] uint64_t oldest(uint64_t last) const {
        return last > capacity() ? last - capacity() + 1 : 1;
    }
};

// The number of the last event that is written; 0: none yet, or the ring cannot be read or is none (then
// *readable is false). Also of a guest that runs, where the memory is in place.
uint64_t lastEventSequence(MemoryReader& memory, const ProbeRing& ring, bool* readable = nullptr);
// What stops at events took until now, on the clock that dates them.
uint64_t stoppedTime(MemoryReader& memory, const ProbeRing& ring);

} // namespace gdbbridge
