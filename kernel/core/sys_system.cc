// System calls on the machine: what runs, what is free, scenarios, the end.
#include <algorithm>

#include <machine/cpu.h>

#include "kernel/core/console.h"
#include "kernel/core/open_file.h"
#include "kernel/core/program.h"
#include "kernel/core/system_calls.h"
#include "kernel/core/user_memory.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_pdthread.h"
#include "kernel/vm/uvm_pool.h"
#include "kernel/vm/uvm_swap.h"

namespace uvm {

namespace {

constexpr uint64_t scenario_limit = 256 << 10;

char state_of(const user_process& p) {
    if (p.zombie || !p.proc)
        return 'Z';
    for (user_thread const* t = all_user_threads; t; t = t->all_next)
        if (t->owner == &p && (!t->kernel || t->kernel->state != thread_state::sleeping))
            return 'R';
    return 'S';
}

// Locks: needs user_process_lock.
void describe(const user_process& p, abi::process_info& info) {
    info.pid = p.pid;
    info.parent = p.parent ? p.parent->pid : 0;
    info.threads = p.nthreads;
    info.state = state_of(p);
    if (!p.proc)
        return;
    std::string_view(p.proc->p_name).copy(info.name, sizeof info.name - 1);
    vm_map const& map = p.proc->p_vmspace->vm_map;
    info.map_size = map.size.value;
    info.entries = map.nentries;
    info.resident = uint64_t{pmap_resident_count(*map.pm)} << machine::page_shift;
}

// True for a process of one thread: nobody can have it do something else meanwhile.
bool is_alone(const user_process& p) {
    mutex_guard const guard(user_process_lock);
    return p.nthreads == 1;
}

call_result run_scenario(ram_file& file) {
    uint64_t const size = ram_file_size(file);
    if (size == 0 || size > scenario_limit)
        return errno_t::efbig;
    std::span const text(static_cast<std::byte*>(uvm_kmem_alloc(size_t(size))), size_t(size));
    if (!text.data())
        return errno_t::enomem;
    call_result outcome = errno_t::ebusy;
    user_process const& self = current_user_process();
    process& own = *self.proc;
    result<size_t> const got = ram_file_read(file, 0, text);
    if (!got) {
        outcome = got.error();
    } else if (is_alone(self) && process_set_aside(own)) {
        outcome = uintptr_t(kernel_program({reinterpret_cast<const char*>(text.data()), *got}, file.name,
                                           program_output::console));
        process_return(own);
    }
    uvm_kmem_free(text.data(), text.size());
    return outcome;
}

} // namespace

call_result sys_process_info(call_arguments& call) {
    abi::process_info info{};
    {
        mutex_guard const guard(user_process_lock);
        user_process const* p = all_user_processes;
        for (uint32_t index = call.number(0); p && index > 0; --index)
            p = p->all_next;
        if (!p)
            return errno_t::esrch;
        describe(*p, info);
    }
    return done(copy_out(info, call.address(1)));
}

call_result sys_memory_info(call_arguments& call) {
    abi::memory_info const info{.pages = uvmexp.npages,
                                .free = uvmexp.free,
                                .faults = uvmexp.faults,
                                .wired = uvmexp.wired,
                                .swap = uvm_swap.swpages,
                                .swap_used = uvm_swap.swpginuse,
                                .daemon_woken = uvmexp.pdwoke,
                                .daemon_scans = uvmexp.pdrevs,
                                .daemon_freed = uvmexp.pdfreed,
                                .daemon_at_work = uvm_pagedaemon_at_work(),
                                .writes = uvmexp.cluster_writes,
                                .written = uvmexp.cluster_pages,
                                .waits = uvmexp.pgwait,
                                .waiting = atomic::load(uvm_daemon.waiters),
                                .ticks = timer_ticks()};
    return done(copy_out(info, call.address(0)));
}

// A scenario makes processes of its own, and takes every process that there is for one of them: it runs while
// there is only the caller, of one thread, which is set aside.
call_result sys_scenario(call_arguments& call) {
    char path[abi::path_limit];
    size_t length = 0;
    errno_t const error = copy_in_string(call.address(0), path, sizeof path, &length);
    if (error != errno_t::ok)
        return error == errno_t::e2big ? errno_t::enoent : error;
    ram_file* const file = directory_find({path, length});
    if (!file)
        return errno_t::enoent;
    call_result const outcome = run_scenario(*file);
    ram_file_release(*file);
    return outcome;
}

// In the middle of somebody's change nothing needs to hold.
call_result sys_check(call_arguments&) {
    machine::interrupt_state const before = machine::interrupts_disable();
    call_result const outcome = threads_are_at_rest() ? call_result(kernel_check()) : errno_t::ebusy;
    machine::interrupts_restore(before);
    return outcome;
}

call_result sys_halt(call_arguments& call) {
    if (!current_user_process().joined)
        return errno_t::eperm;
    console().text("kernel: done, status ").dec(call.number(0) & 0x7f).text("\n");
    machine::debug_exit(uint8_t(call.number(0) & 0x7f));
}

} // namespace uvm
