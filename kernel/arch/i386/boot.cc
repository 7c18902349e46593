// From the loader to kernel_main: what memory there is, what lies in it, and the devices in order.
#include <algorithm>
#include <cstring>

#include <machine/cpu.h>
#include <machine/memory.h>
#include <machine/thread.h>

#include "kernel/arch/i386/devices.h"
#include "kernel/arch/i386/paging.h"
#include "kernel/arch/i386/segments.h"
#include "kernel/base/kassert.h"
#include "kernel/core/machine_calls.h"

extern "C" {
extern char image_end[];
extern void (*init_array_start[])();
extern void (*init_array_end[])();
void i386_start(uint32_t magic, uint32_t information);
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
constexpr uintptr_t mebibyte = 1u << 20, page_bytes = 4096;

constinit physical_range free_memory{};
char command_line[512];

template <class T>
T* at_physical(uintptr_t address) {
    return static_cast<T*>(phys_to_ptr(paddr_t(address)));
}

// Copies the command line away from memory that will be used for something else.
std::string_view keep_command_line(const multiboot_information& info) {
    if (!(info.flags & has_command_line))
        return {};
    std::string_view const line = at_physical<const char>(info.command_line);
    size_t const length = std::min(line.size(), sizeof(command_line));
    memcpy(command_line, line.data(), length);
    // The loader puts the kernel's path in front.
    std::string_view const all(command_line, length);
    size_t const blank = all.find(' ');
    return blank == std::string_view::npos ? std::string_view() : all.substr(blank + 1);
}

boot_info read_information(const multiboot_information& info) {
    boot_info boot{keep_command_line(info), {}};
    uintptr_t first_free = ptr_to_phys(image_end).value;
    if ((info.flags & has_modules) && info.module_count > 0) {
        auto const* module = at_physical<const multiboot_module>(info.modules);
        boot.archive = {at_physical<const std::byte>(module->start), module->end - module->start};
        for (uint32_t i = 0; i < info.module_count; ++i)
            first_free = std::max<uintptr_t>(first_free, module[i].end);
    }
    uintptr_t const upper = info.flags & has_memory ? uintptr_t(info.memory_upper) * 1024 : 0;
    uintptr_t const end = std::min(mebibyte + upper, direct_map_size) & ~(page_bytes - 1);
    free_memory = {paddr_t((first_free + page_bytes - 1) & ~(page_bytes - 1)), paddr_t(end)};
    return boot;
}

} // namespace

std::span<const physical_range> physical_memory() { return {&free_memory, 1}; }

} // namespace uvm::machine

void i386_start(uint32_t magic, uint32_t information) {
    using namespace uvm;
    using namespace uvm::machine;
    segments_init();
    serial_init();
    traps_init();
    for (auto constructor = init_array_start; constructor < init_array_end; ++constructor)
        (*constructor)();
    kassert(magic == loader_magic, "boot: not started by a multiboot loader");
    boot_info const boot = read_information(*at_physical<const multiboot_information>(information));
    kassert(free_memory.start < free_memory.end, "boot: no memory left behind the kernel and its modules");
    paging_init(free_memory.end);
    interrupt_controller_init();
    timer_init();
    kernel_main(boot);
}
