// The page tables of x86-64: four levels, with an execute-disable bit.
#pragma once

#include "kernel/arch/x86/page_format.h"
#include "kernel/arch/x86/pmap_types.h"

namespace uvm::machine {

using pmap_format = x86::four_level;

} // namespace uvm::machine
