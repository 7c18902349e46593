// The two serial lines, polled: COM1 is the console, COM2 the transcript.
#include <machine/cpu.h>

#include "kernel/arch/x86/pc/devices.h"
#include "kernel/arch/x86/pc/ports.h"

namespace uvm::machine {

namespace {

constexpr uint16_t com1 = 0x3f8, com2 = 0x2f8;
constexpr uint8_t line_status = 5;
constexpr uint8_t received = 0x01;
constexpr uint8_t room = 0x20; // the holding register takes a byte
constexpr uint8_t idle = 0x40; // and nothing is on its way any more

struct line {
    uint16_t port;
    bool present;
};
constinit line console_line{com1, false}, transcript_line{com2, false};

void line_init(line& l) {
    uint16_t const port = l.port;
    // A device has a register that keeps what is written to it; an empty port reads as 0xff.
    constexpr uint8_t pattern = 0x5a;
    out8(port + 7, pattern);
    l.present = in8(port + 7) == pattern;
    out8(port + 1, 0);    // no interrupts
    out8(port + 3, 0x80); // divisor follows
    out8(port + 0, 1);    // 115200 baud
    out8(port + 1, 0);
    out8(port + 3, 0x03); // 8 bits, no parity, one stop bit
    out8(port + 2, 0xc7); // FIFOs on and empty
    out8(port + 4, 0x03); // ready
}

// Waits for as long as it takes: whoever reads the line may be slow, and a transcript with a gap is a wrong
// one.
void line_put(const line& l, char c) {
    if (!l.present)
        return;
    while (!(in8(l.port + line_status) & room))
        asm volatile("pause");
    out8(l.port, uint8_t(c));
}

// Returns when every byte has left: a debugger that stops the machine right behind this has them all.
void line_write(const line& l, std::string_view text) {
    for (char c : text)
        line_put(l, c);
    while (l.present && !(in8(l.port + line_status) & idle))
        asm volatile("pause");
}

} // namespace

void serial_init() {
    line_init(console_line);
    line_init(transcript_line);
}

void console_write(std::string_view text) { line_write(console_line, text); }
int console_read() {
    if (!console_line.present || !(in8(console_line.port + line_status) & received))
        return -1;
    return in8(console_line.port);
}
void transcript_write(std::string_view text) { line_write(transcript_line, text); }

} // namespace uvm::machine
