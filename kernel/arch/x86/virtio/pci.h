// Looking for devices on the first PCI bus, through the two configuration ports.
#pragma once

#include <cstdint>

namespace uvm::machine {

struct pci_device {
    uint8_t device, function;
    uint16_t vendor, id;
};

// The first device of a vendor that `wanted` says yes to; false: there is none.
[[nodiscard]] bool pci_find(uint16_t vendor, bool (*wanted)(uint16_t id), pci_device* found);

// The ports of a base address register, 0 where it has none. `number` is 0 to 5.
uint16_t pci_ports(const pci_device& device, uint32_t number);
// The interrupt line that the firmware has given to the device; 0 or 255: none.
uint8_t pci_interrupt_line(const pci_device& device);
// Lets the device answer at its ports, read and write memory, and interrupt.
void pci_enable(const pci_device& device);

} // namespace uvm::machine
