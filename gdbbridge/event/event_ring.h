// The probe ring, read in order.
#pragma once

#include <vector>

#include "gdbbridge/event/event.h"
#include "gdbbridge/snapshot/memory_reader.h"
#include "gdbbridge/snapshot/probe_ring.h"

namespace gdbbridge {

struct EventBatch {
    std::vector<Event> events; // ascending
    uint64_t lost = 0;         // overwritten before they were read: exact
    bool readable = true;      // false: the ring is not there
    bool operator==(const EventBatch&) const = default;
};

// Reads what is new since the last call. A guest that runs meanwhile may overwrite records under its hands:
// those count as lost, one that is half written comes with the next call.
class EventRing {
public:
    // Of a complete layout. Begins with the event after `after`.
    explicit EventRing(const Layout& layout, uint64_t after = 0);
    [[nodiscard]] EventBatch take(MemoryReader& memory);
    // The last event that was taken or counted as lost.
    [[nodiscard]] uint64_t position() const { return m_position; }
    // Events that it may be behind without losing one.
    [[nodiscard]] uint64_t capacity() const { return m_ring.capacity(); }
    // After a restart of the machine.
    void rewind(uint64_t after = 0) { m_position = after; }

private:
    ProbeRing m_ring;
    EventNames m_names;
    uint64_t m_position;
};

} // namespace gdbbridge
