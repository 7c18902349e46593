// How programs' processes and threads begin: started by the kernel, forked, created.
#include "kernel/core/user_process.h"

#include <machine/user_mode.h>

#include "kernel/base/format.h"
#include "kernel/core/open_file.h"
#include "kernel/core/signal.h"
#include "kernel/core/user_process_impl.h"
#include "kernel/vm/uvm_change.h"

namespace uvm {

constinit mutex user_process_lock{"user processes"};
constinit user_process* all_user_processes = nullptr;
constinit user_thread* all_user_threads = nullptr;
constinit object_pool<user_process> user_process_pool{"user process"};
constinit object_pool<user_thread> user_thread_pool{"user thread"};

namespace {

// Where every thread of a program begins in the kernel.
void begin(void* argument) {
    auto& self = *static_cast<user_thread*>(argument);
    {
        mutex_guard const guard(user_process_lock);
        self.kernel = &thread_running();
    }
    pmap_activate(*self.owner->proc->p_vmspace->vm_map.pm);
    machine::user_frame frame = self.start;
    machine::interrupts_disable();
    user_leaves(frame);
    machine::enter_user(&frame);
}

// Links a thread of `p` and lets it begin. Locks: needs user_process_lock. Fails: false, nothing has changed.
bool start_thread(user_process& p, const machine::user_frame& start, uint32_t blocked) {
    user_thread* const t = user_thread_pool.create();
    if (!t)
        return false;
    t->owner = &p;
    t->start = start;
    t->blocked = blocked;
    t->all_next = all_user_threads;
    all_user_threads = t;
    ++p.nthreads;
    t->number = thread_create(p.proc->p_name, &begin, t, t);
    if (t->number != 0)
        return true;
    unlink_from(all_user_threads, *t);
    --p.nthreads;
    user_thread_pool.destroy(*t);
    return false;
}

uint32_t process_count() {
    uint32_t count = 0;
    for (user_process const* p = all_user_processes; p; p = p->all_next)
        ++count;
    return count;
}

uint32_t children_of(const user_process& parent) {
    uint32_t count = 0;
    for (user_process const* p = all_user_processes; p; p = p->all_next)
        count += p->parent == &parent;
    return count;
}

// A process without threads on a space of `vm`, whose reference it takes over. Locks: needs
// user_process_lock.
user_process* create(std::string_view name, vmspace& vm, user_process* parent) {
    if (process_count() >= user_process_limit)
        return nullptr;
    user_process* const p = user_process_pool.create();
    if (!p)
        return nullptr;
    p->proc = process_create(name, &vm);
    if (!p->proc) {
        user_process_pool.destroy(*p);
        return nullptr;
    }
    p->pid = p->proc->p_pid;
    p->parent = parent;
    p->all_next = all_user_processes;
    all_user_processes = p;
    return p;
}

// Takes back what create did, but for the reference on the space.
void discard(user_process& p) {
    uvmspace_addref(*p.proc->p_vmspace);
    process_exit(*p.proc);
    user_process_forget(p);
}

enum class fork_space : uint8_t { copied, borrowed };

result<uint32_t> fork_process(const machine::user_frame& frame, fork_space how) {
    user_process& self = current_user_process();
    vmspace& own = current_vmspace();
    uvm_change const change; // until the child's space, which shares memory, is a process's or gone
    vmspace* const vm = how == fork_space::copied ? uvmspace_fork(own) : &own;
    if (!vm)
        return errno_t::enomem;
    if (how == fork_space::borrowed)
        uvmspace_addref(own);
    machine::user_frame start = frame;
    start.set_result(0);
    uint32_t pid = 0;
    {
        mutex_guard const guard(user_process_lock);
        user_process* const child = children_of(self) < self.limits[abi::limit_processes].current
                                        ? create(self.proc->p_name, *vm, &self)
                                        : nullptr;
        if (child) {
            for (uint32_t s = 0; s < abi::sig_count; ++s)
                child->actions[s] = self.actions[s];
            for (uint32_t l = 0; l < abi::limit_count; ++l)
                child->limits[l] = self.limits[l];
            child->break_start = self.break_start;
            child->break_end = self.break_end;
            child->stack_bottom = self.stack_bottom;
            child->policy = self.policy;
            child->borrows_space = how == fork_space::borrowed;
            files_share(self, *child);
            pid = child->pid;
            if (!start_thread(*child, start, current_user_thread().blocked)) {
                files_close_all(*child);
                discard(*child);
                pid = 0;
            }
        }
    }
    if (pid == 0) {
        uvmspace_free(*vm);
        return errno_t::eagain;
    }
    return pid;
}

} // namespace

user_process* user_process_find(uint32_t pid) {
    for (user_process* p = all_user_processes; p; p = p->all_next)
        if (p->pid == pid)
            return p;
    return nullptr;
}

void user_process_return_space(user_process& p) {
    if (!p.borrows_space)
        return;
    p.borrows_space = false;
    if (p.parent) {
        ++p.parent->space_given_back;
        wakeup(p.parent->space_given_back);
    }
}

result<uint32_t> user_process_start(std::string_view path) {
    vmspace* const vm =
        uvmspace_alloc(vaddr_t(machine::user_min), vaddr_t(machine::user_max), vmspace_direction::top_down);
    if (!vm)
        return errno_t::enomem;
    user_process scratch;
    machine::user_frame start{};
    text_buffer<abi::path_limit> name;
    name.text(path).text({"", 1});
    errno_t error =
        name.cut() ? errno_t::enoent : user_process_load(*vm, path, name.view(), 1, scratch, start);
    if (error == errno_t::ok) {
        mutex_guard const guard(user_process_lock);
        user_process* const p = create(path, *vm, nullptr);
        if (p) {
            p->joined = true;
            p->break_start = scratch.break_start;
            p->break_end = scratch.break_end;
            p->stack_bottom = scratch.stack_bottom;
            for (abi::rlimit& limit : p->limits)
                limit = {abi::limit_infinite, abi::limit_infinite};
            p->limits[abi::limit_processes] = {user_process_limit / 2, user_process_limit / 2};
            p->limits[abi::limit_files] = {descriptor_limit, descriptor_limit};
            p->limits[abi::limit_stack] = {user_stack_size.value, user_stack_size.value};
            error = files_open_console(*p);
            if (error == errno_t::ok && !start_thread(*p, start, 0))
                error = errno_t::eagain;
            if (error == errno_t::ok)
                return p->pid;
            files_close_all(*p);
            discard(*p);
        } else {
            error = errno_t::eagain;
        }
    }
    uvmspace_free(*vm);
    return error;
}

result<uint32_t> user_process_fork(const machine::user_frame& frame) {
    return fork_process(frame, fork_space::copied);
}

result<uint32_t> user_process_vfork(const machine::user_frame& frame) {
    user_process& self = current_user_process();
    result<uint32_t> const child = fork_process(frame, fork_space::borrowed);
    if (!child)
        return child;
    for (;;) {
        uint32_t seen;
        {
            mutex_guard const guard(user_process_lock);
            user_process const* const p = user_process_find(*child);
            if (!p || !p->borrows_space)
                return child;
            seen = self.space_given_back;
        }
        sleep_while(self.space_given_back, seen, "a child that borrows the space");
    }
}

result<uint32_t> user_thread_create(const machine::user_frame& start) {
    user_process& self = current_user_process();
    mutex_guard const guard(user_process_lock);
    if (!start_thread(self, start, current_user_thread().blocked))
        return errno_t::eagain;
    return all_user_threads->number;
}

} // namespace uvm
