// The ring of probe records in guest memory: where it is, and how far it has got.
#pragma once

#include "gdbbridge/layout/layout.h"
#include "gdbbridge/snapshot/memory_reader.h"

namespace gdbbridge {

struct ProbeRing {
    uint64_t address = 0;
    FieldLayout nextSequence; // in the ring
    uint32_t records = 0;     // offset of the first record
    uint32_t recordSize = 0;
    uint32_t capacity = 0;                                     // records
    FieldLayout sequence, time, event, argCount, thread, args; // in a record

    // Of a complete layout.
    static ProbeRing of(const Layout& layout);
    [[nodiscard]] uint64_t recordAddress(uint64_t sequenceNumber) const {
        return address + records + (sequenceNumber - 1) % capacity * recordSize;
    }
};

// The number of the last event that is completely written; 0: none yet, or the ring cannot be read (then
// *readable is false). The kernel numbers a record before or after it writes it; both are understood.
uint64_t lastEventSequence(MemoryReader& memory, const ProbeRing& ring, bool* readable = nullptr);

} // namespace gdbbridge
