// The two serial lines, polled: COM1 is the console, COM2 the transcript.
#include <machine/cpu.h>

#include "kernel/arch/i386/devices.h"
#include "kernel/arch/i386/ports.h"

namespace uvm::machine {

namespace {

constexpr uint16_t com1 = 0x3f8, com2 = 0x2f8;
constexpr uint8_t transmitter_empty = 0x20;

void line_init(uint16_t port) {
    out8(port + 1, 0);    // no interrupts
    out8(port + 3, 0x80); // divisor follows
    out8(port + 0, 1);    // 115200 baud
    out8(port + 1, 0);
    out8(port + 3, 0x03); // 8 bits, no parity, one stop bit
    out8(port + 2, 0xc7); // FIFOs on and empty
    out8(port + 4, 0x03); // ready
}

// A line without a device reads as 0xff, so this ends; a device that never gets ready loses the character.
void line_put(uint16_t port, char c) {
    for (uint32_t tries = 0; tries < 1000000; ++tries) {
        if (in8(port + 5) & transmitter_empty) {
            out8(port, uint8_t(c));
            return;
        }
    }
}

} // namespace

void serial_init() {
    line_init(com1);
    line_init(com2);
}

void console_write(std::string_view text) {
    for (char c : text)
        line_put(com1, c);
}

void transcript_write(std::string_view text) {
    for (char c : text)
        line_put(com2, c);
}

} // namespace uvm::machine
