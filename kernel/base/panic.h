// What a machine does at a panic.
#pragma once

namespace uvm {

// Stops the machine for good after saying what uvm_panic_record says. Each machine has its own.
// A second panic, while the first is being reported, comes here again with the record of the first.
[[noreturn]] void machine_panic();

} // namespace uvm
