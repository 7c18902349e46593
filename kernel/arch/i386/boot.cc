// From a multiboot loader to the shared part of boot: what memory there is, and what lies in it.
#include <algorithm>
#include <string_view>

#include "kernel/arch/x86/pc/boot.h"
#include "kernel/base/kassert.h"

extern "C" {
extern char image_end[];
[[noreturn]] void i386_start(uint32_t magic, uint32_t information);
}

namespace uvm::machine {

namespace {

// The information of a multiboot 1 loader, as far as it is used.
struct multiboot_information {
    uint32_t flags, memory_lower, memory_upper /* KiB from 1 MiB */, boot_device, command_line, module_count,
        modules;
};
struct multiboot_module {
    uint32_t start, end, name, reserved;
};
constexpr uint32_t loader_magic = 0x2badb002;
constexpr uint32_t has_memory = 1, has_command_line = 4, has_modules = 8;
constexpr uintptr_t mebibyte = 1u << 20;

std::string_view read_command_line(const multiboot_information& info) {
    if (!(info.flags & has_command_line))
        return {};
    std::string_view const all = keep_command_line(at_physical<const char>(info.command_line));
    // The loader puts the kernel's path in front.
    size_t const blank = all.find(' ');
    return blank == std::string_view::npos ? std::string_view() : all.substr(blank + 1);
}

[[noreturn]] void start(const multiboot_information& info) {
    boot_info boot{read_command_line(info), {}};
    uintptr_t first_free = ptr_to_phys(image_end).value;
    if ((info.flags & has_modules) && info.module_count > 0) {
        auto const* module = at_physical<const multiboot_module>(info.modules);
        boot.archive = {at_physical<const std::byte>(module->start), module->end - module->start};
        for (uint32_t i = 0; i < info.module_count; ++i)
            first_free = std::max<uintptr_t>(first_free, module[i].end);
    }
    uintptr_t const upper = info.flags & has_memory ? uintptr_t(info.memory_upper) * 1024 : 0;
    uintptr_t const end = std::min(mebibyte + upper, direct_map_size) & ~(page_bytes - 1);
    boot_finish(boot, {paddr_t((first_free + page_bytes - 1) & ~(page_bytes - 1)), paddr_t(end)},
                paddr_t(end));
}

} // namespace

} // namespace uvm::machine

void i386_start(uint32_t magic, uint32_t information) {
    using namespace uvm::machine;
    boot_early();
    uvm::kassert(magic == loader_magic, "boot: not started by a multiboot loader");
    start(*at_physical<const multiboot_information>(information));
}
