#include "kernel/core/signal.h"

#include "kernel/core/console.h"
#include "kernel/core/user_memory.h"

namespace uvm {

namespace {

constexpr uint32_t cannot_be_caught = abi::sig_bit(abi::sig_kill);

bool is_ignored(const user_process& p, uint32_t signal) {
    uintptr_t const handler = p.actions[signal].handler;
    return handler == abi::sig_ignore || (handler == abi::sig_default && signal == abi::sig_chld);
}

void interrupt_threads(const user_process& p) {
    for (user_thread* t = all_user_threads; t; t = t->all_next)
        if (t->owner == &p && t->kernel)
            thread_interrupt(*t->kernel);
}

// The next signal to deliver to this thread, taken off; 0 for none.
uint32_t take_signal(user_thread& self, abi::signal_action* action) {
    mutex_guard const guard(user_process_lock);
    user_process& p = *self.owner;
    for (;;) {
        uint32_t const waiting = (self.pending | p.pending) & ~self.blocked;
        if (waiting == 0)
            return 0;
        auto const signal = uint32_t(__builtin_ctz(waiting));
        self.pending &= ~abi::sig_bit(signal);
        p.pending &= ~abi::sig_bit(signal);
        if (is_ignored(p, signal))
            continue;
        *action = p.actions[signal];
        if ((action->flags & abi::action_reset) != 0)
            p.actions[signal] = {};
        return signal;
    }
}

// Says why a program ended that did not want to.
void tell_end(const user_process& p, uint32_t signal, const abi::signal_info& info) {
    text_buffer<160> line;
    line.text(p.proc->p_name).text("[").dec(p.pid).text("]: ended by signal ").dec(signal);
    if (info.signal == signal && info.code != abi::code_user)
        line.text(" at ").hex(info.address);
    line.text("\n");
    console().text(line.view());
}

// Puts the call of the handler on the program's stack. False: there is no room.
bool call_handler(user_thread& self, const abi::signal_action& action, uint32_t signal,
                  machine::user_frame& frame) {
    signal_block block{{}, self.blocked, frame};
    if (self.fault.signal == signal)
        block.info = self.fault;
    block.info.signal = signal;
    self.fault = {};
    constexpr uintptr_t red_zone = 128, alignment = 16;
    uintptr_t const place = (frame.stack_pointer() - red_zone - sizeof block) & ~(alignment - 1);
    vaddr_t const at(place);
    if (copy_out(block, at) != errno_t::ok)
        return false;
    uintptr_t const arguments[3] = {signal, place, place};
    auto const stack = frame.set_call(action.handler, arguments, action.restorer, place);
    std::span const words(stack.words, stack.count);
    if (copy_out_bytes(std::as_bytes(words), vaddr_t(stack.pointer)) != errno_t::ok)
        return false;
    self.blocked |= action.mask & ~cannot_be_caught;
    if ((action.flags & abi::action_no_defer) == 0)
        self.blocked |= abi::sig_bit(signal) & ~cannot_be_caught;
    return true;
}

bool must_end(const user_thread& self) {
    user_process const& p = *self.owner;
    return p.ending || (p.only && p.only != &self);
}

// Delivers what there is. Interrupts are on.
void deliver(user_thread& self, machine::user_frame& frame) {
    abi::signal_action action{};
    uint32_t const signal = take_signal(self, &action);
    if (signal == 0)
        return;
    bool const handled = action.handler != abi::sig_default && signal != abi::sig_kill;
    abi::signal_info const info = self.fault;
    if (handled && call_handler(self, action, signal, frame))
        return;
    tell_end(*self.owner, signal, info);
    user_process_exit(int(signal));
}

bool something_to_do(const user_thread& self) {
    return must_end(self) || ((self.pending | self.owner->pending) & ~self.blocked) != 0;
}

} // namespace

void signal_process(user_process& p, const abi::signal_info& info) {
    if (p.zombie || p.ending || is_ignored(p, info.signal))
        return;
    p.pending |= abi::sig_bit(info.signal);
    interrupt_threads(p);
}

void signal_self(const abi::signal_info& info) {
    user_thread& self = current_user_thread();
    mutex_guard const guard(user_process_lock);
    user_process& p = *self.owner;
    uint32_t const bit = abi::sig_bit(info.signal);
    if ((self.blocked & bit) || is_ignored(p, info.signal)) {
        self.blocked &= ~bit;
        p.actions[info.signal] = {};
    }
    self.fault = info;
    self.pending |= bit;
}

void user_leaves(machine::user_frame& frame) {
    user_thread& self = current_user_thread();
    while (something_to_do(self)) {
        machine::interrupts_restore(~machine::interrupt_state{0});
        thread_uninterrupt(thread_running());
        if (must_end(self))
            user_thread_exit();
        deliver(self, frame);
        machine::interrupts_disable();
    }
    thread_uninterrupt(thread_running());
    // An address that no program can have would be a fault of the kernel on its way out.
    if (frame.ip() >= machine::user_max) {
        machine::interrupts_restore(~machine::interrupt_state{0});
        tell_end(*self.owner, abi::sig_segv, {abi::sig_segv, abi::segv_maperr, frame.ip(), 0, 0});
        user_process_exit(abi::sig_segv);
    }
}

errno_t signal_return(vaddr_t at, machine::user_frame& frame) {
    signal_block block{};
    if (errno_t const error = copy_in(at, block); error != errno_t::ok)
        return error;
    frame = block.frame;
    frame.make_safe();
    current_user_thread().blocked = block.blocked & ~cannot_be_caught;
    return errno_t::ok;
}

} // namespace uvm
