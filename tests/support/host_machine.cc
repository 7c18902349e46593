#include "tests/support/host_machine.h"

#include <fstream>
#include <string>

#include <sys/uio.h>
#include <unistd.h>

#include <machine/memory.h>

#include "kernel/arch/host/host.h"
#include "kernel/core/process.h"
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_km.h"
#include "kernel/vm/uvm_page.h"

namespace testsupport {

void bootHost() {
    if (!uvm::machine::arena_base)
        uvm::host_boot();
}

gdbbridge::MemoryWindow hostWindow() {
    return {reinterpret_cast<uintptr_t>(uvm::machine::arena_base), 0, uvm::machine::arena_size.value};
}

std::vector<MemoryRange> hostVariables() {
    std::vector<MemoryRange> out;
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        size_t dash = 0, rest = 0;
        uint64_t const start = std::stoull(line, &dash, 16);
        uint64_t const end = std::stoull(line.substr(dash + 1), &rest, 16);
        auto const contains = [&](const void* p) {
            auto const at = reinterpret_cast<uintptr_t>(p);
            return at >= start && at < end;
        };
        if (contains(&uvm::allproc) || contains(&uvm::uvm_pages) || contains(&uvm::uvmexp) ||
            contains(&uvm::uvm_changes) || contains(&uvm::kernel_map) || contains(&uvm::uvm_kernel_maps) ||
            contains(uvm::uvm_kernel_maps[0].name) || contains(&uvm::uvm_probe_ring) ||
            contains(&uvm::uvm_probe_ring.records[uvm::uvm_probe_ring_size - 1]))
            out.push_back({start, end});
    }
    return out;
}

bool copyProcessMemory(uint64_t address, void* out, size_t size) {
    iovec const to{out, size}, from{reinterpret_cast<void*>(uintptr_t(address)), size};
    return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == ssize_t(size);
}

} // namespace testsupport
