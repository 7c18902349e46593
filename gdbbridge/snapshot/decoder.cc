#include "gdbbridge/snapshot/decoder.h"

#include <algorithm>

#include "gdbbridge/snapshot/decode_pass.h"
#include "gdbbridge/snapshot/text.h"

namespace gdbbridge {

Decoder::Decoder(const Layout& layout, DecodeLimits limits) : m_missing(layout.missing()), m_limits(limits) {
    if (m_missing.empty())
        m_fields = std::make_unique<const DecoderFields>(layout);
}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

Snapshot Decoder::decode(MemoryReader& memory) const {
    if (m_fields)
        return DecodePass(*m_fields, m_limits, memory).run();
    Snapshot nothing;
    for (std::string const& what : m_missing)
        nothing.findings.push_back({0, 0, "debug information", what, {}, {}});
    return nothing;
}

Snapshot DecodePass::run() {
    m_out.pointerSize = m_fields.pointerSize;
    decodeCounters();
    decodeProcesses();
    decodeKernelMaps();
    decodeQueues();
    return std::move(m_out);
}

const uint8_t* DecodePass::fetch(uint64_t address, uint64_t size, std::vector<uint8_t>& scratch) {
    if (const uint8_t* inPlace = m_memory.span(address, size))
        return inPlace;
    scratch.resize(size);
    return m_memory.read(address, scratch.data(), size) ? scratch.data() : nullptr;
}

bool DecodePass::readValue(uint64_t address, FieldLayout field, uint64_t& value) {
    uint8_t bytes[8] = {};
    if (field.size > sizeof bytes || !m_memory.read(address + field.offset, bytes, field.size))
        return false;
    value = fieldValue(bytes, {0, field.size});
    return true;
}

void DecodePass::report(uint32_t invariant, uint64_t address, const Where& where, std::string what,
                        std::string expected, std::string found) {
    if (m_out.findings.size() < m_limits.findings) {
        m_out.findings.push_back(
            {invariant, address, where.text(), std::move(what), std::move(expected), std::move(found)});
    } else if (!m_findingsFull) {
        m_findingsFull = true;
        m_out.findings.push_back(
            {0, 0, "snapshot", "there is more; only the first findings are listed", {}, {}});
    }
}

// Text in an array of fixed size, up to the first null; what is no printable ASCII shows as '?'.
std::string DecodePass::fixedText(const uint8_t* base, FieldLayout field) const {
    std::string out;
    for (uint32_t i = 0; i < field.size && i < 64; ++i) {
        char const c = char(base[field.offset + i]);
        if (c == 0)
            break;
        out += c > ' ' && c < 0x7f ? c : '?';
    }
    return out;
}

std::string DecodePass::textAt(uint64_t address) {
    constexpr uint32_t most = 16;
    std::string out;
    for (uint64_t letter = 0; out.size() < most && readValue(address + out.size(), {0, 1}, letter) && letter;)
        out += letter > ' ' && letter < 0x7f ? char(letter) : '?';
    return out;
}

void DecodePass::decodeCounters() {
    uint64_t freePages = 0, totalPages = 0, wired = 0, owned = 0, limit = 0;
    bool readable = false;
    m_out.eventSequence = lastEventSequence(m_memory, m_fields.ring, &readable);
    if (!readable)
        report(0, m_fields.ring.address, "probe ring", "the number of the last event cannot be read");
    if (!readValue(m_fields.uvmPages, m_fields.freeCount, freePages) ||
        !readValue(m_fields.uvmexp, m_fields.totalPages, totalPages) ||
        !readValue(m_fields.uvmexp, m_fields.wiredPages, wired) ||
        !readValue(m_fields.uvmexp, m_fields.ownedPages, owned) ||
        !readValue(m_fields.uvmPages, m_fields.ownedLimit, limit))
        report(0, m_fields.uvmPages, "page counters", "the counts of pages cannot be read");
    m_out.freePages = uint32_t(freePages);
    m_out.totalPages = uint32_t(totalPages);
    m_out.wiredPages = uint32_t(wired);
    m_out.ownedPages = uint32_t(owned);
    m_out.ownedLimit = uint32_t(limit);
}

void DecodePass::decodeProcesses() {
    uint64_t at = 0;
    if (!readValue(m_fields.allproc, {0, m_fields.pointerSize}, at)) {
        report(0, m_fields.allproc, "process list", "the head of the list cannot be read");
        return;
    }
    std::unordered_set<uint64_t> seen;
    std::vector<uint8_t> scratch;
    while (at != 0) {
        if (!seen.insert(at).second) {
            report(0, at, "process list", "the list runs in a circle: it comes to " + hex(at) + " twice");
            return;
        }
        if (seen.size() > m_limits.processes) {
            report(0, at, "process list", "the list is too long; the rest is left out");
            return;
        }
        const uint8_t* bytes = fetch(at, m_fields.process.size, scratch);
        if (!bytes) {
            report(0, at, "process list", "there is no memory at " + hex(at));
            return;
        }
        Process process;
        process.address = at;
        process.pid = uint32_t(fieldValue(bytes, m_fields.process.pid));
        process.name = fixedText(bytes, m_fields.process.name);
        uint64_t const vmspace = fieldValue(bytes, m_fields.process.vmspace);
        at = fieldValue(bytes, m_fields.process.next);
        if (vmspace == 0)
            report(0, process.address, "process " + process.name, "it has no vmspace");
        else
            process.vmspace = vmspaceAt(vmspace, process.name);
        m_out.processes.push_back(std::move(process));
    }
}

int DecodePass::vmspaceAt(uint64_t address, const std::string& processName) {
    if (const int* known = m_vmspaces.find(address))
        return *known;
    m_vmspaces.set(address, none);
    std::vector<uint8_t> scratch;
    const uint8_t* bytes = fetch(address, m_fields.vmspace.size, scratch);
    if (!bytes) {
        report(0, address, "process " + processName, "there is no memory at its vmspace " + hex(address));
        return none;
    }
    Vmspace vmspace;
    vmspace.address = address;
    vmspace.id = uint32_t(fieldValue(bytes, m_fields.vmspace.id));
    vmspace.refs = uint32_t(fieldValue(bytes, m_fields.vmspace.refs));
    if (auto const pm = decodeMap(address + m_fields.vmspace.map.offset, processName, vmspace.map))
        decodePageTables(*pm, processName, vmspace.pageTables);
    int const index = int(m_out.vmspaces.size());
    m_vmspaces.set(address, index);
    m_out.vmspaces.push_back(std::move(vmspace));
    return index;
}

} // namespace gdbbridge
