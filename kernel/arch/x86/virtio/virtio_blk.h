// The virtio disk, of which there is one: what its two files share.
#pragma once

#include <machine/param.h>

#include "kernel/arch/x86/virtio/virtio_ring.h"
#include "kernel/sync/lock.h"
#include "kernel/vm/uvm_blockdev.h"

namespace uvm::machine {

// Registers, as distances from the first port.
inline constexpr uint16_t device_features = 0, guest_features = 4, queue_frame = 8, queue_size = 12,
                          queue_select = 14, queue_notify = 16, device_status = 18, interrupt_status = 19,
                          capacity = 20;

inline constexpr uint32_t sector_bytes = 512, sectors_per_page = (1u << page_shift) / sector_bytes;

struct virtio_blk_header {
    uint32_t type, reserved;
    uint64_t sector;
};
struct virtio_blk_request {
    virtio_blk_header header{};
    uint8_t outcome{}; // written by the device
    bool in_use{};     // [d]
    bool abandoned{};  // [d] nobody waits for it any more: it is free once the device is done with it
    uint32_t done{};   // [d] who transfers sleeps on it
};

// Field tags: [d] the disk's lock, [I] set by disk_find.
struct virtio_blk {
    spinlock lock{"disk"};
    uvm_blockdev dev;
    uint16_t ports{}; // [I]
    virtio_ring ring; // [d]
    virtio_blk_request requests[virtio_ring::most_chains]{};
    uint32_t given_back{}; // [d] counts requests given back: who wants one sleeps on it
    bool silent{};         // [d] it has not answered in time, and nothing since
};
extern virtio_blk virtio_disk;

// Its transfers. Sleep. Fail: EIO, ENOMEM.
extern const uvm_blockdev_ops virtio_blk_ops;
// The device's interrupt. Interrupts off.
void virtio_blk_interrupted();

} // namespace uvm::machine
