// Everything that is read from guest memory at a stop: one snapshot, the events since the last one, the
// command.
#pragma once

#include <string>

#include "gdbbridge/event/event_ring.h"
#include "gdbbridge/snapshot/decoder.h"

namespace gdbbridge {

struct GuestState {
    Snapshot snapshot;
    EventBatch batch;
    std::string command; // the scenario command that runs or has just ended, "" outside
};

// Reads GuestState as often as a reader needs to have all its pages; the events count as read with accept().
class GuestStateReader {
public:
    // Of a complete layout.
    explicit GuestStateReader(const Layout& layout);

    // Only the events, without a snapshot.
    [[nodiscard]] EventBatch readEvents(MemoryReader& memory) const;
    [[nodiscard]] GuestState read(MemoryReader& memory) const;
    // These events were taken over; the next read begins behind them.
    void accept(const EventBatch& batch);
    // The guest is what it was behind this event.
    void rewind(uint64_t position) { m_ring.rewind(position); }
    [[nodiscard]] const Decoder& decoder() const { return m_decoder; }
    // The last event that was taken over, and how many the ring holds.
    [[nodiscard]] uint64_t position() const { return m_ring.position(); }
    [[nodiscard]] uint64_t capacity() const { return m_ring.capacity(); }

private:
    Decoder m_decoder;
    EventRing m_ring;
    uint64_t m_command; // address of its text
};

// A text in guest memory up to its zero byte, at most `limit` long; "" when it cannot be read. Bytes that are
// no printable ASCII show as '?'.
std::string guestText(MemoryReader& memory, uint64_t address, size_t limit);

} // namespace gdbbridge
