// The layout of the kernel as it is built into this process, from the compiler instead of from debug
// information.
#pragma once

#include "gdbbridge/layout/layout.h"

namespace testsupport {

// Complete: missing() is empty, else it panics with what is missing. Made once.
const gdbbridge::Layout& hostLayout();

} // namespace testsupport
