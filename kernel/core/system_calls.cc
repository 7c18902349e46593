#include "kernel/core/system_calls.h"

#include <algorithm>
#include <array>

namespace uvm {

namespace {

using call_function = call_result (*)(call_arguments&);

constexpr auto table = [] {
    std::array<call_function, size_t(abi::call::count)> t{};
    auto const set = [&](abi::call number, call_function function) { t[size_t(number)] = function; };
    using enum abi::call;
    set(exit, sys_exit);
    set(fork, sys_fork);
    set(vfork, sys_vfork);
    set(exec, sys_exec);
    set(wait, sys_wait);
    set(getpid, sys_getpid);
    set(getppid, sys_getppid);
    set(sched_yield, sys_sched_yield);
    set(getrlimit, sys_getrlimit);
    set(setrlimit, sys_setrlimit);
    set(mmap, sys_mmap);
    set(munmap, sys_munmap);
    set(mprotect, sys_mprotect);
    set(minherit, sys_minherit);
    set(brk, sys_brk);
    set(madvise, sys_madvise);
    set(mincore, sys_mincore);
    set(msync, sys_msync);
    set(mlock, sys_mlock);
    set(munlock, sys_munlock);
    set(mlockall, sys_mlockall);
    set(munlockall, sys_munlockall);
    set(shmget, sys_shmget);
    set(shmat, sys_shmat);
    set(shmdt, sys_shmdt);
    set(shmctl, sys_shmctl);
    set(open, sys_open);
    set(close, sys_close);
    set(read, sys_read);
    set(write, sys_write);
    set(lseek, sys_lseek);
    set(ftruncate, sys_ftruncate);
    set(unlink, sys_unlink);
    set(pipe, sys_pipe);
    set(file_info, sys_file_info);
    set(kill, sys_kill);
    set(sigaction, sys_sigaction);
    set(sigprocmask, sys_sigprocmask);
    set(sigreturn, sys_sigreturn);
    set(nanosleep, sys_nanosleep);
    set(thread_create, sys_thread_create);
    set(thread_exit, sys_thread_exit);
    set(word_wait, sys_word_wait);
    set(word_wake, sys_word_wake);
    set(process_info, sys_process_info);
    set(memory_info, sys_memory_info);
    set(scenario, sys_scenario);
    set(halt, sys_halt);
    set(mremap, sys_mremap);
    set(process_memory, sys_process_memory);
    set(policy, sys_policy);
    set(check, sys_check);
    return t;
}();

static_assert(!table[0] && std::ranges::find(table.begin() + 1, table.end(), nullptr) == table.end(),
              "each number but 0 has its function");

} // namespace

call_result system_call(machine::user_frame& frame) {
    uintptr_t const number = frame.call_number();
    if (number >= table.size() || !table[number])
        return errno_t::enosys;
    call_arguments arguments{frame};
    return table[number](arguments);
}

} // namespace uvm
