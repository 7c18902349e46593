// From a PVH loader to the shared part of boot: what memory there is, and what lies in it.
#include <algorithm>
#include <span>

#include "kernel/arch/x86/pc/boot.h"
#include "kernel/base/kassert.h"

extern "C" {
extern char image_end[];
[[noreturn]] void x86_64_start(uint32_t information);
}

namespace uvm::machine {

namespace {

// The information of a PVH loader, version 1.
struct pvh_information {
    uint32_t magic, version, flags, module_count;
    uint64_t modules, command_line, rsdp, memory_map;
    uint32_t memory_map_count, reserved;
};
struct pvh_module {
    uint64_t start, size, command_line, reserved;
};
struct pvh_memory {
    uint64_t start, size;
    uint32_t type, reserved;
};
constexpr uint32_t loader_magic = 0x336ec578, first_version_with_memory_map = 1, usable = 1;

constexpr uintptr_t page_above(uintptr_t address) { return (address + page_bytes - 1) & ~(page_bytes - 1); }

// The end of the usable memory that begins at or before the image's end; as far as the direct map goes.
uintptr_t end_of_memory(const pvh_information& info, uintptr_t image) {
    std::span const map(at_physical<const pvh_memory>(info.memory_map), info.memory_map_count);
    for (pvh_memory const& memory : map)
        if (memory.type == usable && memory.start <= image && image < memory.start + memory.size)
            return std::min(memory.start + memory.size, uint64_t{direct_map_size}) & ~(page_bytes - 1);
    return image;
}

[[noreturn]] void start(const pvh_information& info) {
    kassert(info.magic == loader_magic, "boot: not started by a PVH loader");
    kassert(info.version >= first_version_with_memory_map, "boot: the loader tells no memory map");
    boot_info boot{};
    if (info.command_line)
        boot.command_line = keep_command_line(at_physical<const char>(info.command_line));
    uintptr_t const image = page_above(ptr_to_phys(image_end).value);
    uintptr_t const end = end_of_memory(info, image);
    physical_range free{paddr_t(image), paddr_t(end)};
    if (info.module_count > 0) {
        pvh_module const module = *at_physical<const pvh_module>(info.modules);
        kassert(module.start >= image && module.start + module.size <= end,
                "boot: the boot archive lies outside of the memory");
        boot.archive = {at_physical<const std::byte>(module.start), size_t(module.size)};
        // The archive cuts the memory in two. The larger piece is used, so that frames are one run.
        uintptr_t const below = module.start & ~(page_bytes - 1),
                        above = page_above(module.start + module.size);
        if (below - image >= end - above)
            free.end = paddr_t(below);
        else
            free.start = paddr_t(above);
    }
    boot_finish(boot, free, paddr_t(end));
}

} // namespace

} // namespace uvm::machine

void x86_64_start(uint32_t information) {
    using namespace uvm::machine;
    boot_early();
    start(*at_physical<const pvh_information>(information));
}
