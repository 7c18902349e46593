// Real loads and stores at user addresses: the processor walks the page tables, and what it cannot do comes
// back as a page fault, is handed to uvm_fault, and is tried again.
#include <machine/user_access.h>

#include <algorithm>

#include <machine/mmu.h>
#include <machine/param.h>
#include <machine/thread.h>

#include "kernel/arch/x86/pc/traps.h"
#include "kernel/vm/uvm_fault.h"
#include "kernel/vm/uvm_km.h"
#include "kernel/vm/uvm_vmspace.h"

extern "C" {
size_t user_copy(void* to, const void* from, size_t bytes);
extern const char user_copy_instruction[], user_copy_failed[];
}

namespace uvm::machine {

namespace {

// The page tables of a space are loaded, and faults go to its map, while one of these exists.
class user_window {
public:
    explicit user_window(vmspace& vm) : before_(mmu_current_root()) {
        running_context->user_map = &vm.vm_map;
        running_context->fault_error = 0;
        interrupt_state const before = interrupts_disable();
        pmap_activate(*vm.vm_map.pm);
        interrupts_restore(before);
    }
    ~user_window() {
        interrupt_state const before = interrupts_disable();
        if (mmu_current_root() != before_)
            mmu_activate(before_);
        interrupts_restore(before);
        running_context->user_map = nullptr;
    }
    user_window(const user_window&) = delete;
    user_window& operator=(const user_window&) = delete;

private:
    paddr_t before_; // a thread of a program has its own
};

enum class direction : uint8_t { from_user, to_user };

bool in_kernel_map(uintptr_t address) { return address - kernel_map_min < kernel_map_size; }

// The same for addresses of kernel_map, which are mapped in every space.
errno_t copy_kernel_pages(vaddr_t va, std::byte* memory, size_t bytes, direction which) {
    running_context->user_map = &kernel_map;
    errno_t error = errno_t::ok;
    while (bytes > 0 && error == errno_t::ok) {
        size_t const piece = std::min<size_t>(bytes, page_size - (va.value & page_mask));
        auto* mapped = reinterpret_cast<std::byte*>(va.value);
        if (!in_kernel_map(va.value))
            error = errno_t::efault;
        else if ((which == direction::to_user ? user_copy(mapped, memory, piece)
                                              : user_copy(memory, mapped, piece)) > 0)
            error = errno_t(running_context->fault_error);
        va += vsize_t(piece);
        memory += piece;
        bytes -= piece;
    }
    running_context->user_map = nullptr;
    return error;
}

errno_t copy_pages(vmspace& vm, vaddr_t va, std::byte* kernel, size_t bytes, direction which) {
    user_window const window(vm);
    while (bytes > 0) {
        // The kernel's part is no user memory, whatever the tables say about it.
        if (va.value >= user_max)
            return errno_t::efault;
        size_t const piece = std::min<size_t>(bytes, page_size - (va.value & page_mask));
        auto* user = reinterpret_cast<std::byte*>(va.value);
        size_t const left =
            which == direction::to_user ? user_copy(user, kernel, piece) : user_copy(kernel, user, piece);
        if (left > 0)
            return errno_t(running_context->fault_error);
        va += vsize_t(piece);
        kernel += piece;
        bytes -= piece;
    }
    return errno_t::ok;
}

} // namespace

errno_t user_read(vmspace& vm, vaddr_t va, std::span<std::byte> to) {
    return copy_pages(vm, va, to.data(), to.size(), direction::from_user);
}

errno_t user_write(vmspace& vm, vaddr_t va, std::span<const std::byte> from) {
    return copy_pages(vm, va, const_cast<std::byte*>(from.data()), from.size(), direction::to_user);
}

errno_t kernel_read(vaddr_t va, std::span<std::byte> to) {
    return copy_kernel_pages(va, to.data(), to.size(), direction::from_user);
}

errno_t kernel_write(vaddr_t va, std::span<const std::byte> from) {
    return copy_kernel_pages(va, const_cast<std::byte*>(from.data()), from.size(), direction::to_user);
}

bool user_fault(trap_frame& frame, uintptr_t address) {
    constexpr uintptr_t error_store = 2, interrupts_on = 0x200;
    thread_context& context = *running_context;
    bool const of_kernel = context.user_map == &kernel_map;
    if (!context.user_map || (of_kernel ? !in_kernel_map(address) : address >= user_max) ||
        frame.ip() != reinterpret_cast<uintptr_t>(user_copy_instruction))
        return false;
    // A fault inside uvm_fault is a fault of the kernel.
    vm_map* const map = context.user_map;
    context.user_map = nullptr;
    interrupts_restore(frame.flags() & interrupts_on);
    vm_prot_t const access = frame.error & error_store ? vm_prot_t::write : vm_prot_t::read;
    vaddr_t const page = trunc_page(vaddr_t(address));
    errno_t const error = of_kernel ? uvm_fault(*map, page, uvm_fault_kind::normal, access)
                                    : user_page_fault(*map, page, access);
    interrupts_disable();
    context.user_map = map;
    if (error != errno_t::ok) {
        context.fault_error = int(error);
        frame.set_ip(reinterpret_cast<uintptr_t>(user_copy_failed));
    }
    return true;
}

} // namespace uvm::machine
