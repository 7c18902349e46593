// A disk: virtio-blk over PCI, through its legacy interface (Virtual I/O Device specification 1.1, 4.1.4.8
// and 5.2), which QEMU's virtio-blk-pci offers on a PC.
//
// This file finds it and brings it up; virtio_blk_transfer.cc has it work.
#include <machine/disk.h>

#include "kernel/arch/x86/pc/devices.h"
#include "kernel/arch/x86/pc/ports.h"
#include "kernel/arch/x86/virtio/pci.h"
#include "kernel/arch/x86/virtio/virtio_blk.h"
#include "kernel/base/kassert.h"

namespace uvm::machine {

namespace {

constexpr uint16_t virtio_vendor = 0x1af4, legacy_block = 0x1001, modern_block = 0x1042;

constexpr uint8_t status_acknowledge = 1, status_driver = 2, status_ready = 4, status_failed = 128;
constexpr uint32_t feature_read_only = 1u << 5;

uint64_t sectors() {
    uint64_t const low = in32(uint16_t(virtio_disk.ports + capacity));
    return low | uint64_t{in32(uint16_t(virtio_disk.ports + capacity + 4))} << 32;
}

// Brings the device up; what is wrong with it, or null.
const char* start(const pci_device& device) {
    virtio_disk.ports = pci_ports(device, 0);
    if (device.id == modern_block || virtio_disk.ports == 0)
        return "has no legacy interface";
    pci_enable(device);
    auto const set_status = [](uint8_t status) { out8(uint16_t(virtio_disk.ports + device_status), status); };
    auto const refuse = [&](const char* why) {
        set_status(status_failed);
        return why;
    };
    set_status(0); // reset
    set_status(status_acknowledge);
    set_status(status_acknowledge | status_driver);
    uint32_t const features = in32(uint16_t(virtio_disk.ports + device_features));
    out32(uint16_t(virtio_disk.ports + guest_features), 0); // plain reads and writes are all that is needed
    if (features & feature_read_only)
        return refuse("cannot be written");
    uint64_t const size = sectors();
    if (size == 0)
        return refuse("has no size");
    if (size % sectors_per_page != 0)
        return refuse("has a size that is no whole number of pages");
    if (size / sectors_per_page > 0x7fffffff)
        return refuse("is too large");
    out16(uint16_t(virtio_disk.ports + queue_select), 0);
    if (!virtio_disk.ring.setup(in16(uint16_t(virtio_disk.ports + queue_size))))
        return refuse("has a queue of a size that the driver cannot use");
    out32(uint16_t(virtio_disk.ports + queue_frame), virtio_disk.ring.frame());
    if (!interrupt_attach(pci_interrupt_line(device), &virtio_blk_interrupted))
        return refuse("has no interrupt line of its own");
    set_status(status_acknowledge | status_driver | status_ready);
    virtio_disk.dev = {"virtio disk", &virtio_blk_ops, uint32_t(size / sectors_per_page)};
    return nullptr;
}

} // namespace

constinit virtio_blk virtio_disk{};

disk_search disk_find() {
    kassert(!virtio_disk.dev.ops, "disk: looked for twice");
    pci_device device;
    if (!pci_find(
            virtio_vendor, [](uint16_t id) { return id == legacy_block || id == modern_block; }, &device))
        return {};
    if (const char* const complaint = start(device))
        return {nullptr, complaint};
    return {&virtio_disk.dev, nullptr};
}

} // namespace uvm::machine
