// How programs' processes and threads end, and who waits for that.
#include "kernel/core/open_file.h"
#include "kernel/core/signal.h"
#include "kernel/core/user_process_impl.h"

namespace uvm {

namespace {

constinit uint32_t joined_ends = 0; // [P] who joins sleeps on it

// The last thread of a process has left its space.
void finish(user_process& p) {
    files_close_all(p);
    process* const proc = p.proc;
    {
        mutex_guard const guard(user_process_lock);
        p.proc = nullptr;
    }
    process_exit(*proc);
    mutex_guard const guard(user_process_lock);
    user_process_return_space(p);
    for (user_process* child = all_user_processes; child;) {
        user_process* const next = child->all_next;
        if (child->parent == &p) {
            child->parent = nullptr;
            if (child->zombie)
                user_process_forget(*child);
        }
        child = next;
    }
    p.zombie = true;
    if (p.joined) {
        ++joined_ends;
        wakeup(joined_ends);
        return;
    }
    if (!p.parent) {
        user_process_forget(p);
        return;
    }
    ++p.parent->children_changed;
    wakeup(p.parent->children_changed);
    signal_process(*p.parent, {.signal = abi::sig_chld, .code = abi::code_kernel, .pid = p.pid});
}

} // namespace

int user_process_join(uint32_t pid, join_watch watch) {
    for (;;) {
        uint32_t seen;
        {
            mutex_guard const guard(user_process_lock);
            user_process* const p = user_process_find(pid);
            kassert(p && p->joined, "user process: joined, but not started by the kernel");
            if (p->zombie) {
                int const status = p->status;
                user_process_forget(*p);
                return status;
            }
            seen = joined_ends;
        }
        (watch == join_watch::console ? thread_rest : sleep_for_program)(joined_ends, seen,
                                                                         "the end of a program");
    }
}

void user_thread_exit() {
    thread& kernel = thread_running();
    user_thread& self = *kernel.user;
    user_process& p = *self.owner;
    pmap_deactivate(*p.proc->p_vmspace->vm_map.pm);
    bool last;
    {
        mutex_guard const guard(user_process_lock);
        unlink_from(all_user_threads, self);
        kernel.user = nullptr;
        last = --p.nthreads == 0;
        ++p.threads_changed;
        wakeup(p.threads_changed);
    }
    user_thread_pool.destroy(self);
    if (last)
        finish(p);
    thread_exit();
}

void user_process_kill(user_process& p, int status) {
    if (p.ending || p.zombie)
        return;
    p.ending = true;
    p.status = status;
    for (user_thread* t = all_user_threads; t; t = t->all_next)
        if (t->owner == &p && t->kernel)
            thread_interrupt(*t->kernel);
}

void user_process_exit(int status) {
    {
        mutex_guard const guard(user_process_lock);
        user_process_kill(current_user_process(), status);
    }
    user_thread_exit();
}

bool user_process_end_others() {
    user_thread& self = current_user_thread();
    user_process& p = *self.owner;
    {
        mutex_guard const guard(user_process_lock);
        if (p.only && p.only != &self)
            return false;
        p.only = &self;
        for (user_thread* t = all_user_threads; t; t = t->all_next)
            if (t->owner == &p && t != &self && t->kernel)
                thread_interrupt(*t->kernel);
    }
    for (;;) {
        uint32_t seen;
        {
            mutex_guard const guard(user_process_lock);
            if (p.nthreads == 1) {
                p.only = nullptr;
                return true;
            }
            seen = p.threads_changed;
        }
        sleep_while(p.threads_changed, seen, "the end of the other threads");
    }
}

result<uint32_t> user_process_wait(int32_t pid, bool no_hang, int* status) {
    user_process& self = current_user_process();
    for (;;) {
        uint32_t seen;
        {
            mutex_guard const guard(user_process_lock);
            bool any = false;
            for (user_process* p = all_user_processes; p; p = p->all_next) {
                if (p->parent != &self || (pid != -1 && p->pid != uint32_t(pid)))
                    continue;
                any = true;
                if (!p->zombie)
                    continue;
                uint32_t const ended = p->pid;
                *status = p->status;
                user_process_forget(*p);
                return ended;
            }
            if (!any)
                return errno_t::echild;
            seen = self.children_changed;
        }
        if (no_hang)
            return 0u;
        if (sleep_interruptibly(self.children_changed, seen, "the end of a child", 0) ==
            sleep_end::interrupted)
            return errno_t::eintr;
    }
}

} // namespace uvm
