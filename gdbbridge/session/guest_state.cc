#include "gdbbridge/session/guest_state.h"

namespace gdbbridge {

namespace {
constexpr size_t commandLimit = 256;
}

GuestStateReader::GuestStateReader(const Layout& layout)
    : m_decoder(layout), m_ring(layout), m_command(layout.symbol("uvm_probe_command").value_or(0)) {}

EventBatch GuestStateReader::readEvents(MemoryReader& memory) const {
    EventRing attempt = m_ring;
    return attempt.take(memory);
}

GuestState GuestStateReader::read(MemoryReader& memory) const {
    return {m_decoder.decode(memory), readEvents(memory), guestText(memory, m_command, commandLimit)};
}

void GuestStateReader::accept(const EventBatch& batch) {
    m_ring.rewind(m_ring.position() + batch.events.size() + batch.lost);
}

std::string guestText(MemoryReader& memory, uint64_t address, size_t limit) {
    std::string text;
    for (char c = 0; text.size() < limit && memory.read(address + text.size(), &c, 1) && c != 0;)
        text += c >= ' ' && c < 0x7f ? c : '?';
    return text;
}

} // namespace gdbbridge
