#include "kernel/vm/uvm_init.h"

#include "kernel/vm/uvm_page.h"

namespace uvm {

void uvm_init() { uvm_page_init(); }

} // namespace uvm
