#include "gdbbridge/event/event_ring.h"

#include <algorithm>

#include "gdbbridge/snapshot/decoder_fields.h"

namespace gdbbridge {

namespace {

Event decodeRecord(const uint8_t* bytes, const ProbeRing& ring, const EventNames& names) {
    Event event;
    event.sequence = fieldValue(bytes, ring.sequence);
    event.time = fieldValue(bytes, ring.time);
    event.number = uint16_t(fieldValue(bytes, ring.event));
    event.thread = uint32_t(fieldValue(bytes, ring.thread));
    size_t const room = std::min<size_t>(event.args.size(), ring.args.size / 8);
    event.argCount = uint16_t(std::min<uint64_t>(fieldValue(bytes, ring.argCount), room));
    for (uint32_t i = 0; i < event.argCount; ++i)
        event.args[i] = fieldValue(bytes, {ring.args.offset + 8 * i, 8});
    EventNames::Meaning meaning = names.of(event.number);
    event.kind = meaning.kind;
    event.eventClass = meaning.eventClass;
    event.name = std::move(meaning.name);
    return event;
}

} // namespace

EventRing::EventRing(const Layout& layout, uint64_t after)
    : m_ring(ProbeRing::of(layout)), m_names(layout), m_position(after) {}

EventBatch EventRing::take(MemoryReader& memory) {
    EventBatch batch;
    uint64_t const last = lastEventSequence(memory, m_ring, &batch.readable);
    if (!batch.readable || last <= m_position)
        return batch;
    uint64_t const oldest = last > m_ring.capacity ? last - m_ring.capacity + 1 : 1;
    if (m_position + 1 < oldest) {
        batch.lost = oldest - (m_position + 1);
        m_position = oldest - 1;
    }
    std::vector<uint8_t> bytes(m_ring.recordSize);
    for (uint64_t sequence = m_position + 1; sequence <= last; ++sequence) {
        if (!memory.read(m_ring.recordAddress(sequence), bytes.data(), bytes.size())) {
            batch.readable = false;
            break;
        }
        uint64_t const there = fieldValue(bytes.data(), m_ring.sequence);
        // 0 or another number: the guest is overwriting it, or already has.
        if (there == sequence)
            batch.events.push_back(decodeRecord(bytes.data(), m_ring, m_names));
        else
            ++batch.lost;
        m_position = sequence;
    }
    return batch;
}

} // namespace gdbbridge
