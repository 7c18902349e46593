#include "kernel/arch/x86/virtio/pci.h"

#include "kernel/arch/x86/pc/ports.h"

namespace uvm::machine {

namespace {

constexpr uint16_t address_port = 0xcf8, data_port = 0xcfc;
constexpr uint16_t no_vendor = 0xffff;
constexpr uint8_t devices = 32, functions = 8;
// Registers, by their first byte.
constexpr uint8_t identity = 0x00, command = 0x04, header = 0x0c, base_address = 0x10, interrupt = 0x3c;
constexpr uint32_t command_ports = 1, command_master = 4, command_no_interrupt = 0x400, command_bits = 0xffff;
constexpr uint32_t header_many_functions = 0x800000;
constexpr uint32_t base_is_ports = 1;

void select(const pci_device& d, uint8_t offset) {
    out32(address_port, 0x80000000 | uint32_t{d.device} << 11 | uint32_t{d.function} << 8 | offset);
}
uint32_t read(const pci_device& d, uint8_t offset) {
    select(d, offset);
    return in32(data_port);
}

} // namespace

bool pci_find(uint16_t vendor, bool (*wanted)(uint16_t id), pci_device* found) {
    for (uint8_t device = 0; device < devices; ++device) {
        for (uint8_t function = 0; function < functions; ++function) {
            pci_device at{device, function, 0, 0};
            uint32_t const who = read(at, identity);
            at.vendor = uint16_t(who);
            at.id = uint16_t(who >> 16);
            if (at.vendor == vendor && wanted(at.id)) {
                *found = at;
                return true;
            }
            // Function 0 is always there, and says whether there are others.
            if (function == 0 && (at.vendor == no_vendor || !(read(at, header) & header_many_functions)))
                break;
        }
    }
    return false;
}

uint16_t pci_ports(const pci_device& device, uint32_t number) {
    uint32_t const base = read(device, uint8_t(base_address + 4 * number));
    return base & base_is_ports ? uint16_t(base & ~uint32_t{3}) : 0;
}

uint8_t pci_interrupt_line(const pci_device& device) { return uint8_t(read(device, interrupt)); }

void pci_enable(const pci_device& device) {
    uint32_t const now = read(device, command) & command_bits;
    // The upper half of the register is the status: a 0 leaves it alone.
    uint32_t const wanted = (now | command_ports | command_master) & ~command_no_interrupt;
    select(device, command);
    out32(data_port, wanted);
}

} // namespace uvm::machine
