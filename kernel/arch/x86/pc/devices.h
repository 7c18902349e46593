// The devices that the kernel drives, and the order in which boot brings them up.
#pragma once

#include <cstdint>

namespace uvm::machine {

inline constexpr uint32_t timer_hertz = 100;
inline constexpr uint8_t irq_base = 32; // vector of IRQ 0
inline constexpr uint8_t timer_irq = 0;

void serial_init();
// Fills the interrupt table and loads it.
void traps_init();
// Moves the interrupts to irq_base and masks all but the timer's.
void interrupt_controller_init();
// What serves the interrupts of one device; runs with interrupts off. One device a line.
using interrupt_handler = void (*)();
// Sends the interrupts of a line to `handler`, and lets them through. False: the line does not exist or is
// taken.
[[nodiscard]] bool interrupt_attach(uint8_t irq, interrupt_handler handler);
// Serves an interrupt that came, whoever raised it. May switch to another thread and back. Needs: interrupts
// off.
void interrupt_serve(uint8_t irq);
// True for an interrupt that the controller really raised (IRQ 7 and 15 can be noise). Acknowledges it.
bool interrupt_acknowledge(uint8_t irq);
void timer_init();
// Neither kernel nor programs have floating point: such an instruction is a trap.
void coprocessor_off();

} // namespace uvm::machine
