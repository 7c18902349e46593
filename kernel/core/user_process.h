// What the kernel knows about a running program beyond its address space: relatives, threads, files, signals,
// limits. `process` (process.h) stands for the address space and is what viewers see.
//
//   life of a user_process: running -> (last thread ended) -> zombie -> (waited for, or nobody will) -> freed
//
// Field tags: [P] user_process_lock, [I] set once, [-] the process's own threads, one at a time, [p] process
// itself.
#pragma once

#include <machine/user_frame.h>

#include "kernel/core/process.h"
#include "kernel/core/system_call_abi.h"
#include "kernel/core/thread.h"
#include "kernel/sync/lock.h"

namespace uvm {

struct open_file;

inline constexpr uint32_t descriptor_limit = 32;
inline constexpr uint32_t user_process_limit = 64;
inline constexpr vsize_t user_stack_size{1u << 20}; // the most; see user_stack.h
inline constexpr vaddr_t user_stack_top{machine::user_max & ~page_mask};

struct user_process {
    uint32_t pid{};              // [I]
    process* proc{};             // [P] null in a zombie
    user_process* parent{};      // [P] null: nobody waits for it
    user_process* all_next{};    // [P] all of them
    uint32_t nthreads{};         // [P]
    bool ending{};               // [P] every thread ends as soon as it can
    bool zombie{};               // [P]
    bool joined{};               // [I] the kernel waits for its end
    bool borrows_space{};        // [P] a vfork child that has neither executed nor ended
    int status{};                // [P] as wait gives it
    user_thread* only{};         // [P] it ends all the others, to execute a new program
    uint32_t threads_changed{};  // [P] counts ends of its threads
    uint32_t pending{};          // [P] signals for any of its threads
    uint32_t children_changed{}; // [P] counts ends of children: a parent sleeps on it
    uint32_t space_given_back{}; // [P] counts ends of borrowing: the parent of a vfork child sleeps on it
    abi::signal_action actions[abi::sig_count]{}; // [P]
    abi::rlimit limits[abi::limit_count]{};       // [P]
    open_file* files[descriptor_limit]{};         // [files lock] each holds a reference
    vaddr_t break_start;                          // [map of the process]
    vaddr_t break_end;                            // [P] where the heap ends, in bytes
    vaddr_t stack_bottom;                         // [I] per program
    uint32_t policy{};                            // [mapping lock] abi::policy_…; only ever more
};

struct user_thread {
    user_process* owner{};       // [I]
    thread* kernel{};            // [I]
    user_thread* all_next{};     // [P]
    uint32_t number{};           // [I] of the kernel thread
    uint32_t blocked{};          // [-] signals that wait
    uint32_t pending{};          // [P] signals for this thread alone
    abi::signal_info fault{};    // [-] of the last fault
    machine::user_frame start{}; // [I] the registers with which it begins
};

// Guards relations, signals and limits of all. Lock order: before process_list_lock; no user memory is
// touched while it is held.
extern mutex user_process_lock;
extern user_process* all_user_processes;
extern user_thread* all_user_threads;

// The running thread's. Needs: a thread of a program.
inline user_thread& current_user_thread() { return *thread_running().user; }
inline user_process& current_user_process() { return *current_user_thread().owner; }
inline vmspace& current_vmspace() { return *current_user_process().proc->p_vmspace; }

// Starts a program of the boot archive in a process of its own, with the console as its files 0, 1 and 2.
// Returns its number. Fails: ENOENT, ENOEXEC, ENOMEM, EAGAIN (too many).
[[nodiscard]] result<uint32_t> user_process_start(std::string_view path);
// Who sees to a process that never ends: somebody at the console, with the interrupt key, or nobody, so that
// it is a deadlock when no thread can go on.
enum class join_watch : uint8_t { console, nobody };
// Sleeps until a process that nobody else waits for has ended; its status as wait gives it.
[[nodiscard]] int user_process_join(uint32_t pid, join_watch watch);
// A copy of the calling process that goes on at `frame`, where the call's result is 0 / one that borrows the
// space, while the caller sleeps until it is given back. Returns the child's number. Fails: EAGAIN, ENOMEM.
[[nodiscard]] result<uint32_t> user_process_fork(const machine::user_frame& frame);
[[nodiscard]] result<uint32_t> user_process_vfork(const machine::user_frame& frame);
// Another thread of the calling process. Fails: EAGAIN.
[[nodiscard]] result<uint32_t> user_thread_create(const machine::user_frame& start);

// Ends the running thread / the whole process with that status: its other threads end as soon as they can.
[[noreturn]] void user_thread_exit();
[[noreturn]] void user_process_exit(int status);
// Waits for the end of a child (pid, or any for -1). Fails: ECHILD, EINTR. 0 with no_hang and none ended.
[[nodiscard]] result<uint32_t> user_process_wait(int32_t pid, bool no_hang, int* status);
// Ends a process without its own doing; SIGKILL. Locks: needs user_process_lock.
void user_process_kill(user_process& p, int status);
[[nodiscard]] user_process* user_process_find(uint32_t pid);

// The process borrows no more: its vfork parent goes on. Locks: needs user_process_lock.
void user_process_return_space(user_process& p);

// Ends the other threads of the calling process, and returns when they are gone. False: another one does the
// same.
[[nodiscard]] bool user_process_end_others();

// Puts a program into an empty space: its segments and its stack with `arguments`; tells p's heap and stack,
// and with which registers it begins. Fails: ENOENT, ENOEXEC (said on the console), E2BIG, ENOMEM; what was
// mapped stays.
[[nodiscard]] errno_t user_process_load(vmspace& vm, std::string_view path, std::string_view arguments,
                                        uint32_t count, user_process& p, machine::user_frame& start);

// Replaces the program of the calling process: `frame` is where the new one begins. On an error the old one
// is as it was; ENOEXEC is told on the console. `arguments`: `count` words that end with NUL each.
[[nodiscard]] errno_t user_process_exec(std::string_view path, std::string_view arguments, uint32_t count,
                                        machine::user_frame& frame);

} // namespace uvm
