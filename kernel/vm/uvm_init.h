// Bringing the VM up.
#pragma once

namespace uvm {

// Sets up pages, the kernel's pmap and the pagers. Once, before anything else of the VM; the machine's memory
// must be known (machine::physical_memory).
void uvm_init();

} // namespace uvm
