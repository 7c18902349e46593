// Part of the checks: what a map of the kernel's has that a program's has not.
#pragma once

#include "gdbbridge/check/finding_list.h"

namespace gdbbridge {

// Findings without invariant: its submaps lie where its entries say, and its chunks, the entries in them and
// those that merged away are as many as it counts.
void checkKernelMap(const Snapshot& snapshot, const KernelMap& kernel, FindingList& out);

} // namespace gdbbridge
