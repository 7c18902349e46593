#include "gdbbridge/snapshot/live_reader.h"

#include <algorithm>
#include <atomic>
#include <cstring>

namespace gdbbridge {

namespace {

constexpr uint64_t pageSize = 4096;

} // namespace

// --- CopyingReader
// -------------------------------------------------------------------------------------------------

bool CopyingReader::copy(Page& page, uint16_t wanted) {
    for (unsigned i = 0; i < granules;) {
        if ((wanted >> i & 1) == 0) {
            ++i;
            continue;
        }
        unsigned end = i;
        while (end < granules && (wanted >> end & 1) != 0)
            ++end;
        if (!m_ram.read(page.address + uint64_t{i} * granule, page.bytes.data() + size_t{i} * granule,
                        size_t{end - i} * granule))
            return false;
        i = end;
    }
    page.have |= wanted;
    return true;
}

CopyingReader::Page& CopyingReader::page(uint64_t address) {
    if (m_last && m_last->address == address)
        return *m_last;
    if (const int* known = m_index.find(address))
        return *(m_last = m_pages[size_t(*known)].get());
    m_index.set(address, int(m_pages.size()));
    m_last = m_pages.emplace_back(std::make_unique<Page>()).get();
    m_last->address = address;
    return *m_last;
}

const uint8_t* CopyingReader::span(uint64_t address, size_t size) {
    uint64_t const inPage = address % pageSize;
    if (size == 0 || size > pageSize - inPage)
        return nullptr;
    Page& in = page(address - inPage);
    unsigned const first = unsigned(inPage / granule), last = unsigned((inPage + size - 1) / granule);
    auto const wanted = uint16_t((2u << last) - (1u << first));
    if (auto const missing = uint16_t(wanted & ~in.have); missing != 0) {
        m_grew = true;
        if (!copy(in, missing))
            return nullptr;
    }
    in.used |= wanted;
    return in.bytes.data() + inPage;
}

bool CopyingReader::read(uint64_t address, void* out, size_t size) {
    if (size > UINT64_MAX - address)
        return false;
    auto* to = static_cast<uint8_t*>(out);
    while (size > 0) {
        size_t const part = size_t(std::min<uint64_t>(size, pageSize - address % pageSize));
        const uint8_t* from = span(address, part);
        if (!from)
            return false;
        std::memcpy(to, from, part);
        address += part;
        to += part;
        size -= part;
    }
    return true;
}

bool CopyingReader::refresh(const std::function<bool()>& goesOn) {
    constexpr size_t piece = 8; // pages: some microseconds
    m_grew = false;
    for (size_t i = 0; i < m_pages.size(); ++i) {
        if (i % piece == 0 && !goesOn())
            return false;
        Page& each = *m_pages[i];
        uint16_t const wanted = each.have;
        each.have = each.used = 0;
        (void)copy(each, wanted); // what is no memory any more is missed when it is wanted
    }
    return goesOn();
}

void CopyingReader::forgetUnused() {
    m_last = nullptr;
    if (std::erase_if(m_pages, [](auto const& each) { return each->used == 0; }) != 0) {
        m_index.clear();
        for (size_t i = 0; i < m_pages.size(); ++i)
            m_index.set(m_pages[i]->address, int(i));
    }
    for (auto& each : m_pages)
        each->have &= each->used;
}

size_t CopyingReader::copiedBytes() const {
    size_t count = 0;
    for (auto const& each : m_pages)
        count += size_t(__builtin_popcount(each->have)) * granule;
    return count;
}

// --- LiveReader
// ----------------------------------------------------------------------------------------------------

LiveReader::LiveReader(const Layout& layout, MemoryReader& ram)
    : m_ram(ram), m_copy(ram), m_ring(ProbeRing::of(layout)), m_changes(layout.symbol("uvm_changes").value()),
      m_begun(layout.field("uvm_changes_t.begun").value()),
      m_ended(layout.field("uvm_changes_t.ended").value()),
      m_hold(layout.field("uvm_changes_t.hold").value()),
      m_stray(layout.field("uvm_changes_t.stray").value()),
      m_strayEvent(layout.field("uvm_changes_t.stray_event").value()) {}

// In place, for the guest writes it meanwhile.
std::optional<uint32_t> LiveReader::word(FieldLayout field) const {
    const uint8_t* const at = m_ram.span(m_changes + field.offset, sizeof(uint32_t));
    if (!at || reinterpret_cast<uintptr_t>(at) % alignof(uint32_t) != 0)
        return std::nullopt;
    return __atomic_load_n(reinterpret_cast<const uint32_t*>(at), __ATOMIC_SEQ_CST);
}

std::optional<LiveReader::Counts> LiveReader::quiet() const {
    // In this order: what ended before `begun` is read, had begun.
    auto const ended = word(m_ended), begun = word(m_begun), stray = word(m_stray);
    if (!ended || !begun || !stray || *ended != *begun)
        return std::nullopt;
    return Counts{*begun, *stray};
}

bool LiveReader::isQuiet() const { return quiet().has_value(); }

LiveReader::Attempt LiveReader::attempt(const Decoder& decoder, Snapshot& out,
                                        const std::function<void()>& copied) {
    if (!word(m_begun))
        return Attempt::Blind;
    auto const before = quiet();
    if (!before)
        return Attempt::Busy;
    auto const same = [&] {
        std::atomic_thread_fence(std::memory_order_seq_cst);
        return word(m_begun) == before->begun && word(m_stray) == before->stray;
    };
    if (!m_copy.refresh(same))
        return Attempt::Torn;
    // In place: in a copy these words need not be of one moment where no change is.
    bool readable = false;
    uint64_t const last = lastEventSequence(m_ram, m_ring, &readable);
    if (!readable || !same())
        return Attempt::Torn;
    if (copied)
        copied();
    Snapshot snapshot = decoder.decode(m_copy);
    // What it wanted beyond the first copy has to be of the same moment; the next attempt copies it at once.
    if (m_copy.grew() && !same())
        return Attempt::Torn;
    m_copy.forgetUnused();
    out = std::move(snapshot);
    out.eventSequence = last;
    return Attempt::Whole;
}

} // namespace gdbbridge
