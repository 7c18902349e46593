#include "gdbbridge/event/event_ring.h"

#include <algorithm>

#include "gdbbridge/snapshot/decoder_fields.h"

namespace gdbbridge {

namespace {

Event decodeRecord(uint64_t sequence, const uint8_t* bytes, const ProbeRing& ring, const EventNames& names) {
    Event event;
    event.sequence = sequence;
    event.time = fieldValue(bytes, ring.time);
    event.number = uint16_t(fieldValue(bytes, ring.event));
    event.thread = uint32_t(fieldValue(bytes, ring.thread));
    size_t const room = std::min<size_t>(event.args.size(), ring.args.size / 8);
    event.argCount = uint16_t(std::min<uint64_t>(fieldValue(bytes, ring.argCount), room));
    // uvm_probe_words_form: words of 32 bits, of which the ones with a bit of their own have a sign.
    uint64_t const form = fieldValue(bytes, ring.form);
    bool const words = (form & 0x80) != 0;
    for (uint32_t i = 0; i < event.argCount; ++i) {
        FieldLayout const at{ring.args.offset + (words ? 4 : 8) * i, words ? 4u : 8u};
        event.args[i] = (form >> i & 1) != 0 ? uint64_t(signedFieldValue(bytes, at)) : fieldValue(bytes, at);
    }
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
    auto const lose = [&](uint64_t before) {
        if (m_position + 1 < before) {
            batch.lost += before - (m_position + 1);
            m_position = before - 1;
        }
    };
    lose(m_ring.oldest(last));
    // A stop comes behind the event that it is at, and whoever stops reads before it goes on: all that is new
    // comes from behind the stops that are counted.
    uint64_t const stopped = stoppedTime(memory, m_ring);
    std::vector<uint8_t> bytes(m_ring.recordSize);
    for (uint64_t sequence = m_position + 1; sequence <= last; ++sequence) {
        if (!memory.read(m_ring.recordAddress(sequence), bytes.data(), bytes.size())) {
            batch.readable = false;
            break;
        }
        batch.events.push_back(decodeRecord(sequence, bytes.data(), m_ring, m_names));
        batch.events.back().time -= stopped;
        m_position = sequence;
    }
    // What a guest that waits for nobody has overwritten meanwhile was not read, whatever was.
    bool same = false;
    uint64_t const oldest = m_ring.oldest(lastEventSequence(memory, m_ring, &same));
    auto const whole = std::find_if(batch.events.begin(), batch.events.end(),
                                    [oldest](const Event& event) { return event.sequence >= oldest; });
    batch.lost += uint64_t(whole - batch.events.begin());
    batch.events.erase(batch.events.begin(), whole);
    batch.readable = batch.readable && same;
    return batch;
}

} // namespace gdbbridge
