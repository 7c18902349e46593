#include "kernel/vm/uvm_init.h"

#include "kernel/vm/uvm_km.h"
#include "kernel/vm/uvm_page.h"

namespace uvm {

void uvm_init() {
    uvm_page_init();
    pmap_kernel();
    uvm_km_init();
}

} // namespace uvm
