// The host's page tables: the code and the format of x86, in the arena.
#pragma once

#include <type_traits>

#include "kernel/arch/x86/page_format.h"
#include "kernel/arch/x86/pmap_types.h"

namespace uvm::machine {

using pmap_format = std::conditional_t<sizeof(uintptr_t) == 8, x86::four_level, x86::two_level>;

} // namespace uvm::machine
