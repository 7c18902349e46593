#include "gdbbridge/snapshot/text.h"

#include <charconv>

namespace gdbbridge {

std::string Protection::text() const {
    std::string out = "---";
    if (bits & 1)
        out[0] = 'r';
    if (bits & 2)
        out[1] = 'w';
    if (bits & 4)
        out[2] = 'x';
    return out;
}

std::string hex(uint64_t value) {
    char digits[18] = {'0', 'x'};
    auto const end = std::to_chars(digits + 2, digits + sizeof digits, value, 16).ptr;
    return std::string(digits, end);
}

std::string hexRange(uint64_t start, uint64_t end) { return hex(start) + "-" + hex(end); }

std::string text(Inheritance inheritance) {
    switch (inheritance) {
    case Inheritance::Share:
        return "share";
    case Inheritance::Copy:
        return "copy";
    case Inheritance::None:
        return "none";
    case Inheritance::Zero:
        return "zero";
    }
    return "?";
}

std::string text(Advice advice) {
    switch (advice) {
    case Advice::Normal:
        return "normal";
    case Advice::Random:
        return "random";
    case Advice::Sequential:
        return "sequential";
    }
    return "?";
}

std::string amapName(const Amap& amap) { return "amap a" + std::to_string(amap.id); }
std::string anonName(const Anon& anon) { return "anon n" + std::to_string(anon.id); }
std::string objectName(const Object& object) {
    return "object " + (object.name.empty() ? "o" + std::to_string(object.id) : object.name);
}

std::string spaceName(const Snapshot& snapshot, int vmspace) {
    for (Process const& process : snapshot.processes)
        if (process.vmspace == vmspace)
            return process.name;
    bool const known = vmspace >= 0 && size_t(vmspace) < snapshot.vmspaces.size();
    return "space " + (known ? std::to_string(snapshot.vmspaces[size_t(vmspace)].id) : std::string("?"));
}

std::string kernelSpaceName(const KernelMap& map) { return "kernel (" + map.name + ")"; }

std::string entryWhere(const Entry& entry, const std::string& space) {
    return "entry " + hex(entry.start) + " of " + space;
}

} // namespace gdbbridge
