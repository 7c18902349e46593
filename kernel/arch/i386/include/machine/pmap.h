// The i386's page tables: two levels, no execute-disable.
#pragma once

#include "kernel/arch/x86/page_format.h"
#include "kernel/arch/x86/pmap_types.h"

namespace uvm::machine {

using pmap_format = x86::two_level;

} // namespace uvm::machine
