#include "gdbbridge/session/architecture.h"

#include <algorithm>

namespace gdbbridge {

namespace {

constexpr const char* registers32[] = {"eip", "eflags", "eax", "ebx", "ecx", "edx", "esi",
                                       "edi", "ebp",    "esp", "cr0", "cr2", "cr3", "cr4"};
constexpr const char* registers64[] = {"rip", "eflags", "rax", "rbx", "rcx", "rdx", "rsi", "rdi",
                                       "rbp", "rsp",    "r8",  "r9",  "r10", "r11", "r12", "r13",
                                       "r14", "r15",    "cr0", "cr2", "cr3", "cr4", "efer"};

constexpr uint16_t machine386 = 3, machineX86_64 = 62;

std::span<const Architecture> all() {
    static const Architecture list[] = {
        {"i386", "qemu-system-i386", 1, machine386, twoLevelFormat, registers32},
        {"x86_64", "qemu-system-x86_64", 2, machineX86_64, fourLevelFormat, registers64},
    };
    return list;
}

} // namespace

const Architecture* findArchitecture(const QString& name) {
    auto const found = std::find_if(all().begin(), all().end(),
                                    [&](auto const& a) { return name == QLatin1String(a.name); });
    return found == all().end() ? nullptr : &*found;
}

QStringList architectureNames() {
    QStringList names;
    for (Architecture const& architecture : all())
        names << QString::fromLatin1(architecture.name);
    return names;
}

} // namespace gdbbridge
