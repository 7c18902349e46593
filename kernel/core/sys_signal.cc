// System calls on signals.
#include "kernel/core/signal.h"
#include "kernel/core/system_calls.h"
#include "kernel/core/user_memory.h"

namespace uvm {

call_result sys_kill(call_arguments& call) {
    uint32_t const signal = call.number(1);
    if (signal >= abi::sig_count)
        return errno_t::einval;
    mutex_guard const guard(user_process_lock);
    user_process* const target = user_process_find(call.number(0));
    if (!target)
        return errno_t::esrch;
    if (signal != 0)
        signal_process(*target,
                       {.signal = signal, .code = abi::code_user, .pid = current_user_process().pid});
    return uintptr_t{0};
}

call_result sys_sigaction(call_arguments& call) {
    uint32_t const signal = call.number(0);
    if (signal == 0 || signal >= abi::sig_count || signal == abi::sig_kill)
        return errno_t::einval;
    bool const set = call.word(1) != 0;
    abi::signal_action action{}, old;
    if (set) {
        if (errno_t const error = copy_in(call.address(1), action); error != errno_t::ok)
            return error;
        if (action.flags & ~abi::action_flags)
            return errno_t::einval;
    }
    {
        mutex_guard const guard(user_process_lock);
        abi::signal_action& own = current_user_process().actions[signal];
        old = own;
        if (set)
            own = action;
    }
    return call.word(2) == 0 ? call_result(uintptr_t{0}) : done(copy_out(old, call.address(2)));
}

call_result sys_sigprocmask(call_arguments& call) {
    user_thread& self = current_user_thread();
    uint32_t const how = call.number(0), old = self.blocked;
    if (call.word(1) != 0) {
        uint32_t mask = 0;
        if (errno_t const error = copy_in(call.address(1), mask); error != errno_t::ok)
            return error;
        mask &= ~abi::sig_bit(abi::sig_kill);
        switch (how) {
        case abi::sig_block:
            self.blocked |= mask;
            break;
        case abi::sig_unblock:
            self.blocked &= ~mask;
            break;
        case abi::sig_set_mask:
            self.blocked = mask;
            break;
        default:
            return errno_t::einval;
        }
    }
    return call.word(2) == 0 ? call_result(uintptr_t{0}) : done(copy_out(old, call.address(2)));
}

call_result sys_sigreturn(call_arguments& call) {
    errno_t const error = signal_return(call.address(0), call.frame);
    return error == errno_t::ok ? errno_t::restart : error;
}

} // namespace uvm
