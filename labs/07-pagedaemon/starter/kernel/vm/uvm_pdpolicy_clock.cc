// Lab 7. Yours: balance, select.
//
// The page daemon's usual policy: a clock with two hands, as two queues.
#include "kernel/vm/uvm_pdpolicy.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

[[maybe_unused]] constexpr uint32_t inactive_percent = 33;

void balance() { panic("lab 7: balance is not written yet"); }

vm_page* select() { panic("lab 7: select is not written yet"); }

} // namespace

constinit const uvm_pdpolicy uvm_pdpolicy_clock{"clock", select, balance};

} // namespace uvm
