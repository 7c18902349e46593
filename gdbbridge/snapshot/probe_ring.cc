#include "gdbbridge/snapshot/probe_ring.h"

#include <algorithm>
#include <optional>

#include "gdbbridge/snapshot/decoder_fields.h"

namespace gdbbridge {

namespace {

bool readField(MemoryReader& memory, uint64_t base, FieldLayout field, uint64_t& value) {
    uint8_t bytes[8] = {};
    if (field.size > sizeof bytes || !memory.read(base + field.offset, bytes, field.size))
        return false;
    value = fieldValue(bytes, {0, field.size});
    return true;
}

} // namespace

ProbeRing ProbeRing::of(const Layout& layout) {
    auto const at = [&](const char* path) { return layout.field(path).value(); };
    ProbeRing ring;
    ring.address = layout.symbol("uvm_probe_ring").value();
    ring.next = at("uvm_probe_ring_t.next");
    ring.first = at("uvm_probe_ring_t.first");
    ring.firstAtEnd = at("uvm_probe_ring_t.first_at_end");
    ring.stopped = at("uvm_probe_ring_t.stopped_cycles");
    FieldLayout const records = at("uvm_probe_ring_t.records");
    ring.records = records.offset;
    ring.recordSize = uint32_t(layout.size("uvm_probe_record").value());
    ring.places = std::max<uint32_t>(records.size / ring.recordSize, 2);
    ring.time = at("uvm_probe_record.time");
    ring.event = at("uvm_probe_record.event");
    ring.argCount = at("uvm_probe_record.nargs");
    ring.form = at("uvm_probe_record.form");
    ring.thread = at("uvm_probe_record.thread");
    ring.args = at("uvm_probe_record.args");
    return ring;
}

uint64_t lastEventSequence(MemoryReader& memory, const ProbeRing& ring, bool* readable) {
    struct Words {
        uint64_t next = 0, first = 0, firstAtEnd = 0;
        bool operator==(const Words&) const = default;
    };
    auto const words = [&]() -> std::optional<Words> {
        Words out;
        if (!readField(memory, ring.address, ring.next, out.next) ||
            !readField(memory, ring.address, ring.first, out.first) ||
            !readField(memory, ring.address, ring.firstAtEnd, out.firstAtEnd))
            return std::nullopt;
        return out;
    };
    if (readable)
        *readable = true;
    // A guest that runs writes them meanwhile: two readings that are the same are of one moment. One that
    // writes events all the time needs some instructions for each, and there is a gap soon.
    constexpr int mostReadings = 1'000'000;
    auto now = words();
    for (int i = 0; now && i < mostReadings; ++i) {
        auto const again = words();
        if (now == again) {
            uint64_t const start = ring.address + ring.records;
            uint64_t const behind = now->next - start;
            if (now->next == 0)
                return 0;
            if (now->next <= start || behind % ring.recordSize != 0 || behind / ring.recordSize > ring.places)
                break;
            uint64_t const index = behind / ring.recordSize;
            return (index == ring.places ? now->firstAtEnd : now->first) + index - 1;
        }
        now = again;
    }
    if (readable)
        *readable = false;
    return 0;
}

uint64_t stoppedTime(MemoryReader& memory, const ProbeRing& ring) {
    uint64_t cycles = 0;
    return readField(memory, ring.address, ring.stopped, cycles) ? cycles : 0;
}

} // namespace gdbbridge
