// The page daemon as a thread of the kernel.
#pragma once

namespace uvm {

// Makes the thread. Once, at boot, after uvm_init.
void daemon_thread_init();

} // namespace uvm
