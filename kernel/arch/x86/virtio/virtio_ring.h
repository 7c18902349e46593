// The ring through which a virtio device is given work (Virtual I/O Device specification 1.1, 2.6: split
// virtqueues, in the layout that a legacy device wants: one piece of memory, the used ring on a page of its
// own).
//
// Descriptors are not handed out one by one: the ring is cut into chains of equal length once, and the owner
// of a chain fills it in. A chain's number is what is given to the device and comes back from it.
//
// Locks: none of its own; the owner guards it against itself and its interrupt.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/base/address.h"

namespace uvm::machine {

enum class ring_access : uint8_t { device_reads, device_writes };

class virtio_ring {
public:
    static constexpr uint32_t largest = 256; // descriptors
    static constexpr uint32_t chain_length = 18;
    static constexpr uint32_t most_chains = largest / chain_length;

    // Lays out a ring of `size` descriptors, which the device dictates: a power of two, up to `largest`.
    // False: no other size will do.
    [[nodiscard]] bool setup(uint32_t size);
    // The page frame number of its memory, as the device wants it.
    [[nodiscard]] uint32_t frame() const;
    // Chains that fit.
    [[nodiscard]] uint32_t chains() const { return size_ / chain_length; }

    // Piece `place` of a chain: `bytes` bytes of memory. `last`: the chain ends here.
    void put(uint32_t chain, uint32_t place, paddr_t memory, uint32_t bytes, ring_access access, bool last);
    // Gives a chain to the device, which is to be notified after it.
    void offer(uint32_t chain);
    // The next chain that the device is done with; false: none.
    [[nodiscard]] bool take(uint32_t* chain);

private:
    struct descriptor {
        uint64_t address;
        uint32_t length;
        uint16_t flags, next;
    };
    struct used_element {
        uint32_t id, length;
    };
    static constexpr uint32_t available_header = 2, used_header = 4; // of 16-bit words, of bytes

    [[nodiscard]] descriptor* descriptors() const;
    // flags, index, then a number a place.
    [[nodiscard]] volatile uint16_t* available() const;
    [[nodiscard]] volatile std::byte* used() const;

    uint32_t size_{};
    uint16_t offered_{}, taken_{}; // count up for ever
};

} // namespace uvm::machine
