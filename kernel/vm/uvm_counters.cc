#include "kernel/vm/uvm_counters.h"

namespace uvm {

constinit uvm_map_counters uvm_user_counters{};
constinit uvm_map_counters uvm_kernel_counters{};

} // namespace uvm
