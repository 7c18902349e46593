// Words for the things in a snapshot, the same in transcripts, findings and sentences.
#pragma once

#include <cstdint>
#include <string>

#include "gdbbridge/snapshot/snapshot.h"

namespace gdbbridge {

// "0x10000": lower case, no leading zeros.
std::string hex(uint64_t value);
// "0x10000-0x14000".
std::string hexRange(uint64_t start, uint64_t end);
// "share", "copy", "none" / "normal", "random", "sequential".
std::string text(Inheritance inheritance);
std::string text(Advice advice);
// "amap a1", "anon n3", "object F" ("object o2" without a name).
std::string amapName(const Amap& amap);
std::string anonName(const Anon& anon);
std::string objectName(const Object& object);
// The name of the first process that uses the vmspace with this index, or "space 3" by its id.
std::string spaceName(const Snapshot& snapshot, int vmspace);
// "kernel (kmem)": what goes for the name of a space in words about the kernel's maps.
std::string kernelSpaceName(const KernelMap& map);
// "entry 0x10000 of parent".
std::string entryWhere(const Entry& entry, const std::string& space);

} // namespace gdbbridge
