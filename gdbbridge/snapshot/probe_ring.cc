#include "gdbbridge/snapshot/probe_ring.h"

#include <algorithm>

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
    ring.nextSequence = at("uvm_probe_ring_t.next_sequence");
    FieldLayout const records = at("uvm_probe_ring_t.records");
    ring.records = records.offset;
    ring.recordSize = uint32_t(layout.size("uvm_probe_record").value());
    ring.capacity = std::max<uint32_t>(records.size / ring.recordSize, 1);
    ring.sequence = at("uvm_probe_record.sequence");
    ring.time = at("uvm_probe_record.time");
    ring.event = at("uvm_probe_record.event");
    ring.argCount = at("uvm_probe_record.nargs");
    ring.thread = at("uvm_probe_record.thread");
    ring.args = at("uvm_probe_record.args");
    return ring;
}

uint64_t lastEventSequence(MemoryReader& memory, const ProbeRing& ring, bool* readable) {
    uint64_t next = 0, there = 0;
    bool ok = readField(memory, ring.address, ring.nextSequence, next);
    if (ok && next != 0)
        ok = readField(memory, ring.recordAddress(next), ring.sequence, there);
    if (readable)
        *readable = ok;
    if (!ok || next == 0)
        return 0;
    return there == next ? next : next - 1;
}

} // namespace gdbbridge
