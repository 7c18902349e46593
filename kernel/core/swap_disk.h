// The machine's disk as the place where memory goes that does not fit.
#pragma once

namespace uvm {

// Swaps to the disk from now on, where there is one that will do; says on the console what has become of it.
// Once, at boot.
void swap_disk_init();

} // namespace uvm
