// A copy of the host kernel's memory that a test may spoil: the decoder reads it instead of the real one.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/support/host_machine.h"

namespace testsupport {

// The lower part of the arena, where all structures lie, and the kernel's variables, as they are now.
// Anything else is no memory.
class FrozenMemory final : public gdbbridge::MemoryReader {
public:
    // In place or by copies: the decoder must see the same.
    enum class Access : uint8_t { InPlace, Copies };

    explicit FrozenMemory(uint64_t arenaBytes = uint64_t{16} << 20);
    void setAccess(Access access) { m_access = access; }

    [[nodiscard]] bool read(uint64_t address, void* out, size_t size) override;
    [[nodiscard]] const uint8_t* span(uint64_t address, size_t size) override;

    // Overwrites `size` bytes (up to 8) / any number; false where there is no memory. restore() undoes all of
    // it.
    bool write(uint64_t address, uint64_t value, size_t size);
    bool writeBytes(uint64_t address, const void* bytes, size_t size);
    [[nodiscard]] uint64_t value(uint64_t address, size_t size);
    // From now on there is no memory at these bytes; restore() brings it back. One range at a time.
    void hide(uint64_t address, size_t size) { m_hidden = {address, size}; }
    void restore();

private:
    struct Region {
        uint64_t start;
        std::vector<uint8_t> bytes;
    };
    struct Undo {
        uint8_t* at;
        uint8_t old;
    };
    struct Hidden {
        uint64_t start;
        size_t size;
    };
    uint8_t* find(uint64_t address, size_t size);

    std::vector<Region> m_regions;
    std::vector<Undo> m_undo;
    Hidden m_hidden{};
    Access m_access = Access::InPlace;
};

} // namespace testsupport
