// What must be true between the structures of the VM at any time, counted anew from the entries of all maps.
#pragma once

#include <QString>
#include <vector>

#include "kernel/vm/uvm_vmspace.h"

namespace uvm::test {

// The first thing that is wrong in these spaces, which are all there are; or "". Checked are: the invariants
// of each map; references of amaps and anons, exactly; how often each page is wired; and every hardware
// mapping: it shows the page that the map says, with no right that the map does not give, and no right to
// write what is shared to be copied.
QString judge_memory(const std::vector<vmspace*>& spaces);

} // namespace uvm::test
