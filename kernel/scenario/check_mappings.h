// The part of `check` that is about what the page tables have entered.
#pragma once

#include "kernel/scenario/interpreter.h"

namespace uvm {

inline constexpr uint32_t mapping_invariant = 11;

// Every page that the space of `p` has entered is the one that its map has at that address: its anon's, else
// its object's. True when it is so; else *violation has the frame that the map has there (0: none) and the
// one that is entered, and *place names space and address until the next call. Locks: takes the map shared,
// and the locks of amaps, anons and objects. Cost: O(entries + mappings · log pages of an object).
[[nodiscard]] bool mappings_agree(const process& p, uvm_map_violation* violation, const char** place);

} // namespace uvm
