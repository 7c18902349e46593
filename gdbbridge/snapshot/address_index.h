// Which index belongs to an address: what the decoder asks most. A table with open addressing, since a tree
// or buckets of nodes take more time than all the rest of decoding.
//
// Where an address goes depends on a number that is drawn when the program starts: a guest cannot choose
// addresses that all fall into one place.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace gdbbridge {

class AddressIndex {
public:
    // Room for so many without growing.
    void reserve(size_t count) {
        if (2 * count > m_slots.size())
            rehash(std::bit_ceil(2 * count + 1));
    }
    // The index that was set, or null. Valid until the next set().
    [[nodiscard]] const int* find(uint64_t address) const {
        if (m_slots.empty())
            return nullptr;
        Slot const& slot = m_slots[place(address)];
        return slot.used ? &slot.index : nullptr;
    }
    // Says that the address will be looked for soon: its place is on the way into the cache meanwhile.
    void expect(uint64_t address) const {
        if (!m_slots.empty())
            __builtin_prefetch(&m_slots[firstPlace(address)], 1);
    }
    void set(uint64_t address, int index) {
        if (2 * (m_count + 1) > m_slots.size())
            rehash(m_slots.empty() ? 64 : 4 * m_slots.size());
        Slot& slot = m_slots[place(address)];
        m_count += slot.used ? 0 : 1;
        slot = {address, index, true};
    }
    void clear() {
        m_slots.clear();
        m_count = 0;
    }

private:
    struct Slot {
        uint64_t address = 0;
        int index = 0;
        bool used = false;
    };
    static uint64_t multiplier() {
        static const uint64_t drawn = (uint64_t{std::random_device()()} << 32 | std::random_device()()) | 1;
        return drawn;
    }
    [[nodiscard]] size_t firstPlace(uint64_t address) const {
        uint64_t const mixed = (address ^ address >> 29) * m_multiplier;
        return size_t(mixed >> 32) & (m_slots.size() - 1);
    }
    // Where the address is, or would be. The table is never full.
    [[nodiscard]] size_t place(uint64_t address) const {
        size_t const mask = m_slots.size() - 1;
        for (size_t at = firstPlace(address);; at = (at + 1) & mask)
            if (!m_slots[at].used || m_slots[at].address == address)
                return at;
    }
    void rehash(size_t size) {
        std::vector<Slot> old(size);
        old.swap(m_slots);
        for (Slot const& slot : old)
            if (slot.used)
                m_slots[place(slot.address)] = slot;
    }

    std::vector<Slot> m_slots; // a power of two, at least half of them free
    size_t m_count = 0;
    uint64_t m_multiplier = multiplier();
};

} // namespace gdbbridge
