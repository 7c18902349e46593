// Guest memory → Snapshot.
//
// Nothing in memory is trusted: each pointer is followed through the reader, lists and trees are walked with
// visited sets, counts are bounded. What cannot be followed becomes a Finding and the snapshot holds the
// rest. Invariants that a snapshot can show are checked in gdbbridge/check; those about raw pointers (prev,
// children that are no entries) are found here, since a snapshot has none.
#pragma once

#include <memory>

#include "gdbbridge/layout/layout.h"
#include "gdbbridge/snapshot/memory_reader.h"
#include "gdbbridge/snapshot/snapshot.h"

namespace gdbbridge {

struct DecoderFields;

// Bounds over a whole snapshot; what lies beyond is left out, with a Finding.
struct DecodeLimits {
    uint32_t processes = 4096;
    uint32_t entries = 1u << 20;
    uint32_t amapSlots = 1u << 22;
    uint32_t objectPages = 1u << 22;
    uint32_t queuedPages = 1u << 22;
    uint32_t mappings = 1u << 20;
    uint32_t findings = 200;
};

class Decoder {
public:
    explicit Decoder(const Layout& layout, DecodeLimits limits = {});
    ~Decoder();
    Decoder(Decoder&&) noexcept;
    Decoder& operator=(Decoder&&) noexcept;

    // What the layout lacks; decode() is then a snapshot with these as findings and nothing else.
    [[nodiscard]] const std::vector<std::string>& missing() const { return m_missing; }
    [[nodiscard]] Snapshot decode(MemoryReader& memory) const;

private:
    std::vector<std::string> m_missing;
    std::unique_ptr<const DecoderFields> m_fields; // null while something is missing
    DecodeLimits m_limits;
};

} // namespace gdbbridge
