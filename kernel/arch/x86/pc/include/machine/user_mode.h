// The way into user mode.
#pragma once

#include <machine/user_frame.h>

// Leaves the kernel with these registers; the frame lies on the thread's own stack. Needs: interrupts off.
extern "C" [[noreturn]] void enter_user(const uvm::machine::user_frame* frame);

namespace uvm::machine {

using ::enter_user;

// What an ELF file for this machine says in its header: its class and its machine.
#if defined(__x86_64__)
inline constexpr uint8_t elf_class = 2;
inline constexpr uint16_t elf_machine = 62;
#else
inline constexpr uint8_t elf_class = 1;
inline constexpr uint16_t elf_machine = 3;
#endif

} // namespace uvm::machine
