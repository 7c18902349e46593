// The host machine inside this process, as memory. Knows no Qt.
#pragma once

#include <cstdint>
#include <vector>

#include "gdbbridge/snapshot/memory_reader.h"

namespace testsupport {

// Brings the host machine up, once for the process; harmless when repeated.
void bootHost();
// The window of the decoder onto the host's physical memory. Needs: booted.
gdbbridge::MemoryWindow hostWindow();

// [start, end) of this process's memory.
struct MemoryRange {
    uint64_t start, end;
};
// The parts of this process's memory that hold the kernel's variables.
std::vector<MemoryRange> hostVariables();
// Copies memory of this process as the system sees it, whatever lies there; a sanitizer has no say in it.
// false where there is none.
bool copyProcessMemory(uint64_t address, void* out, size_t size);

} // namespace testsupport
