// The system calls: one function each, in one file a family (sys_*.cc), one table (system_calls.cc).
//
// Nothing that a program passes is believed: addresses go through user_memory.h, lengths are checked before
// any arithmetic, and a wrong argument gives the errno of the contract and changes nothing.
#pragma once

#include "kernel/core/user_process.h"

namespace uvm {

struct call_arguments {
    machine::user_frame& frame;
    [[nodiscard]] uintptr_t word(uint32_t n) const { return frame.argument(n); }
    [[nodiscard]] uint32_t number(uint32_t n) const { return uint32_t(frame.argument(n)); }
    [[nodiscard]] vaddr_t address(uint32_t n) const { return vaddr_t(frame.argument(n)); }
    // Two words, the low 32 bits first.
    [[nodiscard]] uint64_t offset(uint32_t n) const { return number(n) | uint64_t(number(n + 1)) << 32; }
};

// errno_t::restart: `frame` is what the program goes on with, there is no result.
using call_result = result<uintptr_t>;

// Runs the call that the frame asks for. Fails: ENOSYS for an unknown number, else as the call says.
[[nodiscard]] call_result system_call(machine::user_frame& frame);

// A result that is no value.
inline call_result done(errno_t error) { return error == errno_t::ok ? call_result(uintptr_t{0}) : error; }

// clang-format off
call_result sys_exit(call_arguments&);        call_result sys_fork(call_arguments&);
call_result sys_vfork(call_arguments&);       call_result sys_exec(call_arguments&);
call_result sys_wait(call_arguments&);        call_result sys_getpid(call_arguments&);
call_result sys_getppid(call_arguments&);     call_result sys_sched_yield(call_arguments&);
call_result sys_getrlimit(call_arguments&);   call_result sys_setrlimit(call_arguments&);
call_result sys_mmap(call_arguments&);        call_result sys_munmap(call_arguments&);
call_result sys_mprotect(call_arguments&);    call_result sys_minherit(call_arguments&);
call_result sys_brk(call_arguments&);         call_result sys_mremap(call_arguments&);
call_result sys_madvise(call_arguments&);     call_result sys_mincore(call_arguments&);
call_result sys_msync(call_arguments&);       call_result sys_mlock(call_arguments&);
call_result sys_munlock(call_arguments&);     call_result sys_mlockall(call_arguments&);
call_result sys_munlockall(call_arguments&);  call_result sys_shmget(call_arguments&);
call_result sys_shmat(call_arguments&);       call_result sys_shmdt(call_arguments&);
call_result sys_shmctl(call_arguments&);      call_result sys_open(call_arguments&);
call_result sys_close(call_arguments&);       call_result sys_read(call_arguments&);
call_result sys_write(call_arguments&);       call_result sys_lseek(call_arguments&);
call_result sys_ftruncate(call_arguments&);   call_result sys_unlink(call_arguments&);
call_result sys_pipe(call_arguments&);        call_result sys_file_info(call_arguments&);
call_result sys_kill(call_arguments&);        call_result sys_sigaction(call_arguments&);
call_result sys_sigprocmask(call_arguments&); call_result sys_sigreturn(call_arguments&);
call_result sys_nanosleep(call_arguments&);   call_result sys_thread_create(call_arguments&);
call_result sys_thread_exit(call_arguments&); call_result sys_word_wait(call_arguments&);
call_result sys_word_wake(call_arguments&);   call_result sys_process_info(call_arguments&);
call_result sys_memory_info(call_arguments&); call_result sys_scenario(call_arguments&);
call_result sys_halt(call_arguments&);        call_result sys_process_memory(call_arguments&);
call_result sys_policy(call_arguments&);      call_result sys_check(call_arguments&);
// clang-format on

} // namespace uvm
