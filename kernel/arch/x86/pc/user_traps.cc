// Traps out of user mode: what the processor says, in the kernel's words.
#include <machine/user_frame.h>

#include "kernel/arch/x86/pc/devices.h"
#include "kernel/arch/x86/pc/traps.h"

namespace uvm::machine {

namespace {

user_cause cause_of(uintptr_t vector) {
    switch (vector) {
    case system_call_vector:
        return user_cause::call;
    case page_fault_vector:
        return user_cause::fault;
    case 0:  // divide error
    case 4:  // overflow
    case 16: // coprocessor
    case 19: // SIMD
        return user_cause::arithmetic;
    case 1:
    case breakpoint_vector:
        return user_cause::breakpoint;
    case 6: // invalid opcode
    case 7: // no coprocessor
        return user_cause::instruction;
    case 17:
        return user_cause::alignment;
    default:
        return vector >= irq_base ? user_cause::interrupt : user_cause::privilege;
    }
}

vm_prot_t access_of(uintptr_t error) {
    constexpr uintptr_t store = 2, fetch = 16;
    return error & fetch ? vm_prot_t::execute : error & store ? vm_prot_t::write : vm_prot_t::read;
}

} // namespace

void trap_from_user(trap_frame& frame, uintptr_t address) {
    auto& user = static_cast<user_frame&>(frame);
    user_cause const cause = cause_of(frame.vector);
    if (cause == user_cause::interrupt)
        interrupt_serve(uint8_t(frame.vector - irq_base));
    bool const fault = cause == user_cause::fault;
    user_entered(user,
                 {cause, fault ? address : frame.ip(), fault ? access_of(frame.error) : vm_prot_t::none});
}

} // namespace uvm::machine
