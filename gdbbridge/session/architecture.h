// The machines that a kernel can be built for, and what differs between them for the bridge.
#pragma once

#include <QString>
#include <QStringList>
#include <cstdint>
#include <span>

#include "gdbbridge/snapshot/page_walk.h"

namespace gdbbridge {

struct Architecture {
    const char* name;                       // "i386"
    const char* qemu;                       // the program that emulates it
    uint8_t elfClass;                       // in the kernel's ELF header: 1 with 32 bits, 2 with 64
    uint16_t elfMachine;                    // likewise
    PageTableFormat tables;                 // as the processor walks them
    std::span<const char* const> registers; // worth showing, by GDB's names
};

// Never null for the names in architectureNames().
const Architecture* findArchitecture(const QString& name);
// "i386" first, which is what runs when nobody says anything.
QStringList architectureNames();

} // namespace gdbbridge
