// Snapshots of a machine that runs: memory copied between two equal readings of the kernel's counts of
// changes.
//
// The kernel counts changes that have begun and that have ended (kernel/vm/uvm_change.h): between changes all
// invariants hold. What is copied while no change begins is of one moment; anything else is torn and thrown
// away.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "gdbbridge/snapshot/address_index.h"
#include "gdbbridge/snapshot/decoder.h"
#include "gdbbridge/snapshot/probe_ring.h"

namespace gdbbridge {

// A copy of the parts of memory that were looked at the last time, made at once; what is wanted beyond them
// is copied when it is wanted.
class CopyingReader final : public MemoryReader {
public:
    // `ram` is read in place and must outlive this.
    explicit CopyingReader(MemoryReader& ram) : MemoryReader(ram.window()), m_ram(ram) {}
    [[nodiscard]] bool read(uint64_t address, void* out, size_t size) override;
    // In place only where the bytes lie in one page.
    [[nodiscard]] const uint8_t* span(uint64_t address, size_t size) override;

    // Copies anew what is known to be wanted, in pieces. false: `goesOn`, which is asked between them, has
    // said no, and the copy is of no use.
    [[nodiscard]] bool refresh(const std::function<bool()>& goesOn);
    // Forgets what was not looked at since the last refresh, so that the next copy is no larger than it must
    // be.
    void forgetUnused();
    // Whether something was copied after the refresh.
    [[nodiscard]] bool grew() const { return m_grew; }
    [[nodiscard]] size_t copiedBytes() const;

private:
    static constexpr unsigned granule = 256, granules = 16; // of a page
    struct Page {
        uint64_t address = 0;
        uint16_t have = 0, used = 0; // granules
        std::array<uint8_t, size_t{granule} * granules> bytes;
    };
    Page& page(uint64_t address);
    bool copy(Page& page, uint16_t wanted);

    MemoryReader& m_ram;
    std::vector<std::unique_ptr<Page>> m_pages;
    AddressIndex m_index;   // into m_pages
    Page* m_last = nullptr; // looked at last: neighbours are asked for together
    bool m_grew = false;
};

class LiveReader {
public:
    enum class Attempt : uint8_t {
        Whole, // the snapshot is of one moment, and between changes
        Torn,  // a change began while it was read
        Busy,  // a change was under way
        Blind, // the counts cannot be read
    };
    // Of a complete layout; `ram` must be guest memory in place.
    LiveReader(const Layout& layout, MemoryReader& ram);

    // One attempt; `out` is set when it is Whole. Takes as long as copying, and decoding, what the snapshot
    // shows. Between the two it calls `copied`: a guest that waits for the reader may go on. What is wanted
    // beyond the copy then makes the attempt Torn, but is copied by the next one.
    [[nodiscard]] Attempt attempt(const Decoder& decoder, Snapshot& out,
                                  const std::function<void()>& copied = {});
    // Whether somebody is in a change now.
    [[nodiscard]] bool isQuiet() const;
    // Where the guest looks before it begins a change: not 0, and it waits.
    [[nodiscard]] uint64_t holdAddress() const { return m_changes + m_hold.offset; }
    // Events of changes that had not been begun: the kernel lacks a uvm_change somewhere. And the last one's
    // number.
    [[nodiscard]] uint32_t strayEvents() const { return word(m_stray).value_or(0); }
    [[nodiscard]] uint16_t lastStray() const { return uint16_t(word(m_strayEvent).value_or(0)); }
    [[nodiscard]] size_t copiedBytes() const { return m_copy.copiedBytes(); }

private:
    struct Counts {
        uint32_t begun, stray;
        bool operator==(const Counts&) const = default;
    };
    [[nodiscard]] std::optional<uint32_t> word(FieldLayout field) const;
    // Nothing while a change is under way.
    [[nodiscard]] std::optional<Counts> quiet() const;

    MemoryReader& m_ram;
    CopyingReader m_copy;
    ProbeRing m_ring;
    uint64_t m_changes;
    FieldLayout m_begun, m_ended, m_hold, m_stray, m_strayEvent;
};

} // namespace gdbbridge
