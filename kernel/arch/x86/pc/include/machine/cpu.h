// The processor, as the scheduler and panic see it.
#pragma once

#include <cstdint>
#include <string_view>

#include <machine/param.h>

namespace uvm::machine {

// Turns interrupts on and waits for one; returns with interrupts off. No interrupt is lost in between.
inline void wait_for_interrupt() { asm volatile("sti; hlt; cli" : : : "memory"); }

// Stops for good, with interrupts off.
[[noreturn]] void halt_forever();
// Ends the emulated machine with status (value << 1) | 1; halts where there is no such device.
[[noreturn]] void debug_exit(uint8_t value);
// Starts the machine anew, by the keyboard controller's reset line; halts where that is not wired.
[[noreturn]] void reboot();
// Makes the processor give up: breaks the interrupt table and raises an exception.
[[noreturn]] void triple_fault();

// The frame pointer of the caller.
[[gnu::always_inline]] inline uintptr_t frame_pointer() {
    return reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
}
// True when a word can be read at this kernel address.
bool kernel_readable(uintptr_t address);

// The serial lines: the kernel's console and the scenario's transcript. Polling; any context.
void console_write(std::string_view text);
// The next byte that the console received, or -1.
int console_read();
void transcript_write(std::string_view text);

} // namespace uvm::machine
