#include "kernel/arch/x86/pc/boot.h"

#include <algorithm>
#include <cstring>

#include "kernel/arch/x86/pc/devices.h"
#include "kernel/arch/x86/pc/paging.h"
#include "kernel/base/kassert.h"

extern "C" {
extern void (*init_array_start[])();
extern void (*init_array_end[])();
}

namespace uvm::machine {

namespace {

constinit physical_range free_memory{};
char command_line[512];

} // namespace

std::span<const physical_range> physical_memory() { return {&free_memory, 1}; }

void boot_early() {
    segments_init();
    serial_init();
    traps_init();
    for (auto constructor = init_array_start; constructor < init_array_end; ++constructor)
        (*constructor)();
}

std::string_view keep_command_line(std::string_view line) {
    size_t const length = std::min(line.size(), sizeof(command_line));
    memcpy(command_line, line.data(), length);
    return {command_line, length};
}

void boot_finish(const boot_info& boot, physical_range free, paddr_t end) {
    kassert(free.start < free.end, "boot: no memory left behind the kernel and its modules");
    free_memory = free;
    paging_init(end);
    coprocessor_off();
    interrupt_controller_init();
    timer_init();
    kernel_main(boot);
}

} // namespace uvm::machine
