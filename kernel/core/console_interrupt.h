// Control and C at the console: SIGINT for every program.
#pragma once

namespace uvm {

// Makes the thread that passes it on. Once, before the first program starts.
void console_interrupt_init();

} // namespace uvm
