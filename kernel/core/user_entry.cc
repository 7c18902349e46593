// A program comes into the kernel: system calls, faults, and other things that a processor finds wrong.
#include "kernel/core/console.h"
#include "kernel/core/machine_calls.h"
#include "kernel/core/signal.h"
#include "kernel/core/system_calls.h"
#include "kernel/vm/uvm_fault.h"

namespace uvm {

namespace {

struct signal_and_code {
    uint32_t signal, code;
};

signal_and_code signal_of_fault(errno_t error) {
    switch (error) {
    case errno_t::eacces:
        return {abi::sig_segv, abi::segv_accerr};
    case errno_t::einval: // mapped, but nothing is behind it
        return {abi::sig_bus, abi::bus_adrerr};
    case errno_t::eio:
        return {abi::sig_bus, abi::bus_objerr};
    default:
        return {abi::sig_segv, abi::segv_maperr};
    }
}

void fault(const user_event& event) {
    vm_map& map = current_vmspace().vm_map;
    vaddr_t const page = trunc_page(vaddr_t(event.address));
    errno_t error =
        event.address >= machine::user_max ? errno_t::efault : user_page_fault(map, page, event.access);
    // A fetch that looks like a load.
    if (!machine::tells_fetches && error == errno_t::eacces && event.access == vm_prot_t::read)
        error = uvm_fault(map, page, uvm_fault_kind::normal, vm_prot_t::execute);
    if (error == errno_t::ok)
        return;
    if (error == errno_t::enomem) {
        user_process const& p = current_user_process();
        text_buffer<120> line;
        line.text(p.proc->p_name).text("[").dec(p.pid).text("]: killed: out of memory\n");
        console().text(line.view());
        user_process_exit(abi::sig_kill);
    }
    signal_and_code const what = signal_of_fault(error);
    signal_self({what.signal, what.code, event.address, 0, uint32_t(error)});
}

void call(machine::user_frame& frame) {
    result<uintptr_t> const outcome = system_call(frame);
    // sigreturn and exec have put another program state there.
    if (!outcome && outcome.error() == errno_t::restart)
        return;
    frame.set_result(outcome ? *outcome : ~uintptr_t(outcome.error()) + 1);
}

void trapped(machine::user_frame& frame, const user_event& event) {
    switch (event.cause) {
    case user_cause::call:
        return call(frame);
    case user_cause::fault:
        return fault(event);
    case user_cause::interrupt:
        return;
    case user_cause::arithmetic:
        return signal_self({abi::sig_fpe, abi::code_kernel, event.address, 0, 0});
    case user_cause::instruction:
        return signal_self({abi::sig_ill, abi::code_kernel, event.address, 0, 0});
    case user_cause::privilege:
        return signal_self({abi::sig_segv, abi::segv_accerr, event.address, 0, 0});
    case user_cause::alignment:
        return signal_self({abi::sig_bus, abi::bus_adraln, event.address, 0, 0});
    case user_cause::breakpoint:
        return signal_self({abi::sig_trap, abi::code_kernel, event.address, 0, 0});
    }
}

} // namespace

void user_entered(machine::user_frame& frame, const user_event& event) {
    machine::interrupts_restore(~machine::interrupt_state{0});
    trapped(frame, event);
    machine::interrupts_disable();
    user_leaves(frame);
}

} // namespace uvm
