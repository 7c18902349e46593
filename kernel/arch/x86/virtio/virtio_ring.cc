#include "kernel/arch/x86/virtio/virtio_ring.h"

#include <cstring>

#include <machine/memory.h>

#include "kernel/base/kassert.h"

namespace uvm::machine {

namespace {

constexpr uint32_t ring_page = 4096;
constexpr uint16_t flag_next = 1, flag_device_writes = 2;
// Descriptors and the available ring, rounded up to a page; then the used ring.
constexpr uint32_t used_offset(uint32_t size) {
    return (16 * size + 2 * (3 + size) + ring_page - 1) & ~(ring_page - 1);
}
constexpr uint32_t ring_bytes = used_offset(virtio_ring::largest) + ring_page;
static_assert(6 + 8 * virtio_ring::largest <= ring_page);

// The kernel's image is one piece of physical memory too. There is one ring.
alignas(ring_page) constinit std::byte memory[ring_bytes]{};

} // namespace

bool virtio_ring::setup(uint32_t size) {
    if (size < chain_length || size > largest || (size & (size - 1)) != 0)
        return false;
    memset(memory, 0, sizeof memory);
    size_ = size;
    offered_ = taken_ = 0;
    return true;
}

uint32_t virtio_ring::frame() const { return uint32_t(ptr_to_phys(memory).value / ring_page); }

virtio_ring::descriptor* virtio_ring::descriptors() const { return reinterpret_cast<descriptor*>(memory); }
volatile uint16_t* virtio_ring::available() const {
    return reinterpret_cast<volatile uint16_t*>(memory + sizeof(descriptor) * size_);
}
volatile std::byte* virtio_ring::used() const { return memory + used_offset(size_); }

void virtio_ring::put(uint32_t chain, uint32_t place, paddr_t at, uint32_t bytes, ring_access access,
                      bool last) {
    kassert(chain < chains() && place < chain_length, "virtio: no such descriptor");
    uint32_t const number = chain * chain_length + place;
    auto const flags =
        uint16_t((access == ring_access::device_writes ? flag_device_writes : 0) | (last ? 0 : flag_next));
    descriptors()[number] = {at.value, bytes, flags, uint16_t(last ? 0 : number + 1)};
}

void virtio_ring::offer(uint32_t chain) {
    volatile uint16_t* const ring = available();
    ring[available_header + offered_ % size_] = uint16_t(chain * chain_length);
    ++offered_;
    // The device may see the new index only with the chain behind it complete.
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    ring[1] = offered_;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

bool virtio_ring::take(uint32_t* chain) {
    volatile std::byte* const ring = used();
    uint16_t const done = reinterpret_cast<volatile uint16_t*>(ring)[1];
    if (done == taken_)
        return false;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    auto const* const elements = reinterpret_cast<volatile used_element*>(ring + used_header);
    uint32_t const head = elements[taken_ % size_].id;
    ++taken_;
    kassert(head % chain_length == 0 && head / chain_length < chains(),
            "virtio: the device returned what it was not given");
    *chain = head / chain_length;
    return true;
}

} // namespace uvm::machine
