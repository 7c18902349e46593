// Real loads and stores at user addresses: the processor walks the page tables, and what it cannot do comes
// back as a page fault, is handed to uvm_fault, and is tried again.
#include <machine/user_access.h>

#include <algorithm>

#include <machine/mmu.h>
#include <machine/param.h>
#include <machine/thread.h>

#include "kernel/arch/x86/pc/traps.h"
#include "kernel/vm/uvm_fault.h"
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

bool user_fault(trap_frame& frame, uintptr_t address) {
    constexpr uintptr_t error_store = 2, interrupts_on = 0x200;
    thread_context& context = *running_context;
    if (address >= user_max || !context.user_map ||
        frame.ip() != reinterpret_cast<uintptr_t>(user_copy_instruction))
        return false;
    // A fault inside uvm_fault is a fault of the kernel.
    vm_map* const map = context.user_map;
    context.user_map = nullptr;
    interrupts_restore(frame.flags() & interrupts_on);
    vm_prot_t const access = frame.error & error_store ? vm_prot_t::write : vm_prot_t::read;
    errno_t const error = user_page_fault(*map, trunc_page(vaddr_t(address)), access);
    interrupts_disable();
    context.user_map = map;
    if (error != errno_t::ok) {
        context.fault_error = int(error);
        frame.set_ip(reinterpret_cast<uintptr_t>(user_copy_failed));
    }
    return true;
}

} // namespace uvm::machine
