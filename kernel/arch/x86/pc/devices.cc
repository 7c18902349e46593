// Interrupt controller (two 8259), interval timer (8254) and the exit port of the emulator.
#include "kernel/arch/x86/pc/devices.h"

#include <machine/cpu.h>

#include "kernel/arch/x86/pc/ports.h"
#include "kernel/core/machine_calls.h"

namespace uvm::machine {

namespace {

constexpr uint16_t master = 0x20, slave = 0xa0;
constexpr uint8_t end_of_interrupt = 0x20, read_in_service = 0x0b;
constexpr uint8_t slave_line = 2, spurious_line = 7;
constexpr uint16_t timer_channel0 = 0x40, timer_control = 0x43;
constexpr uint32_t timer_input_hertz = 1193182;
constexpr uint16_t exit_port = 0xf4;
constexpr uint8_t line_count = 16;
constinit interrupt_handler handlers[line_count]{};

} // namespace

void interrupt_controller_init() {
    for (uint16_t port : {master, slave}) {
        out8(port, 0x11); // start; a fourth word follows
        out8(port + 1, uint8_t(port == master ? irq_base : irq_base + 8));
        out8(port + 1, uint8_t(port == master ? 1 << slave_line : slave_line));
        out8(port + 1, 1); // 8086 mode
    }
    out8(master + 1, uint8_t(~(1u << timer_irq)));
    out8(slave + 1, 0xff);
}

bool interrupt_acknowledge(uint8_t irq) {
    if (irq % 8 == spurious_line) {
        uint16_t const port = irq < 8 ? master : slave;
        out8(port, read_in_service);
        if (!(in8(port) & (1u << spurious_line))) {
            if (irq >= 8)
                out8(master, end_of_interrupt);
            return false;
        }
    }
    if (irq >= 8)
        out8(slave, end_of_interrupt);
    out8(master, end_of_interrupt);
    return true;
}

bool interrupt_attach(uint8_t irq, interrupt_handler handler) {
    if (irq >= line_count || irq == timer_irq || irq == slave_line || handlers[irq])
        return false;
    handlers[irq] = handler;
    uint16_t const port = irq < 8 ? master : slave;
    out8(port + 1, uint8_t(in8(port + 1) & ~(1u << irq % 8)));
    if (irq >= 8)
        out8(master + 1, uint8_t(in8(master + 1) & ~(1u << slave_line)));
    return true;
}

void interrupt_serve(uint8_t irq) {
    if (!interrupt_acknowledge(irq))
        return;
    if (irq == timer_irq)
        timer_tick();
    else if (irq < line_count && handlers[irq])
        handlers[irq]();
}

void timer_init() {
    constexpr uint32_t divisor = timer_input_hertz / timer_hertz;
    out8(timer_control, 0x34); // channel 0, both bytes, rate generator
    out8(timer_channel0, uint8_t(divisor));
    out8(timer_channel0, uint8_t(divisor >> 8));
}

void coprocessor_off() {
    constexpr uintptr_t emulate = 4;
    uintptr_t control;
    asm volatile("mov %%cr0, %0" : "=r"(control));
    asm volatile("mov %0, %%cr0" : : "r"(control | emulate) : "memory");
}

void halt_forever() {
    for (;;)
        asm volatile("cli; hlt" : : : "memory");
}

void debug_exit(uint8_t value) {
    out8(exit_port, value);
    halt_forever();
}

void reboot() {
    constexpr uint16_t keyboard_controller = 0x64;
    constexpr uint8_t pulse_reset = 0xfe;
    out8(keyboard_controller, pulse_reset);
    halt_forever();
}

void triple_fault() {
    struct [[gnu::packed]] {
        uint16_t limit;
        uintptr_t base;
    } const nothing{0, 0};
    asm volatile("lidt %0; int3" : : "m"(nothing));
    halt_forever();
}

} // namespace uvm::machine
