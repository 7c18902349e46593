// What user programs and the kernel agree on: numbers of system calls, flags, signals, structures.
//
// A call passes its number and up to six words in registers and gets a word back: the result, or minus an
// error number. Offsets in files are two words, the low 32 bits first. Values are BSD's where BSD has them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace uvm::abi {

enum class call : uint32_t {
    none,
    // sys_process.cc
    exit,        // status
    fork,        //
    vfork,       //
    exec,        // path, argv (null-terminated)
    wait,        // pid or -1, int* status, flags
    getpid,      //
    getppid,     //
    sched_yield, //
    getrlimit,   // which, rlimit*
    setrlimit,   // which, const rlimit*
    // sys_mmap.cc, sys_memory.cc
    mmap,     // address, length, protection, flags, descriptor, offset in pages
    munmap,   // address, length
    mprotect, // address, length, protection
    minherit, // address, length, inheritance
    brk,      // new break, 0 to ask; returns the break
    // sys_memory_advice.cc
    madvise, // address, length, advice
    mincore, // address, length, char* vector
    msync,   // address, length, flags
    // sys_memory_lock.cc
    mlock,      // address, length
    munlock,    // address, length
    mlockall,   // flags
    munlockall, //
    // sys_shm.cc
    shmget, // key, size, flags
    shmat,  // id, address, flags
    shmdt,  // address
    shmctl, // id, command, shm_info*
    // sys_file.cc
    open,      // path, flags
    close,     // descriptor
    read,      // descriptor, buffer, length
    write,     // descriptor, buffer, length
    lseek,     // descriptor, offset low, offset high, whence, uint64_t* result
    ftruncate, // descriptor, length low, length high
    unlink,    // path
    pipe,      // int[2]
    file_info, // index in the directory, file_info*
    // sys_signal.cc
    kill,        // pid, signal
    sigaction,   // signal, const signal_action*, signal_action* old
    sigprocmask, // how, const uint32_t*, uint32_t* old
    sigreturn,   // signal_block*
    // sys_thread.cc
    nanosleep,     // const time_span*
    thread_create, // entry, argument, stack pointer; returns the thread's number
    thread_exit,   //
    word_wait,     // const uint32_t*, value, ticks or 0: sleeps while the word has the value
    word_wake,     // const uint32_t*
    // sys_system.cc
    process_info, // index, process_info*
    memory_info,  // memory_info*
    scenario,     // name
    halt,         // status; of the program that the kernel has started alone
    // sys_memory_remap.cc
    mremap, // old address, old length, new address, new length, flags; returns the new address
    // sys_debug.cc
    process_memory, // pid (itself or a child), address, buffer, length, 0 to read and 1 to write
    // sys_memory.cc
    policy, // policies to follow from now on, besides those before; returns all
    // sys_system.cc
    check, // the kernel's invariants: 0, or the number of one that is broken, told on the console
    count
};

// Protection, as bits. / mmap's flags.
inline constexpr uint32_t prot_none = 0, prot_read = 1, prot_write = 2, prot_exec = 4;
inline constexpr uint32_t map_shared = 1, map_private = 2, map_fixed = 0x10, map_anon = 0x1000,
                          map_stack = 0x400, map_wired = 0x800, map_excl = 0x4000;
// policy: no memory is there that was written and can be executed. What can be executed can never be written
// from now on, and the other way round.
inline constexpr uint32_t policy_write_or_execute = 1;
// mremap's flags, besides map_fixed: what was there stays mapped, and shares its pages with the new place.
inline constexpr uint32_t remap_keep = 4;
inline constexpr uint32_t inherit_share = 0, inherit_copy = 1, inherit_none = 2, inherit_zero = 3;
inline constexpr uint32_t adv_normal = 0, adv_random = 1, adv_sequential = 2, adv_willneed = 3,
                          adv_dontneed = 4, adv_spaceavail = 5, adv_free = 6;
inline constexpr uint32_t sync_async = 1, sync_invalidate = 2, sync_sync = 4;
inline constexpr uint32_t lock_current = 1, lock_future = 2;

inline constexpr uint32_t open_read = 0, open_write = 1, open_read_write = 2, open_access = 3,
                          open_append = 8, open_create = 0x200, open_truncate = 0x400, open_exclusive = 0x800;
inline constexpr uint32_t seek_set = 0, seek_current = 1, seek_end = 2;

inline constexpr uint32_t limit_data = 2, limit_stack = 3, limit_memlock = 6, limit_processes = 7,
                          limit_files = 8, limit_space = 10, limit_count = 11;
inline constexpr uint64_t limit_infinite = ~uint64_t{0} >> 1;
struct rlimit {
    uint64_t current, maximum;
};

inline constexpr uint32_t shm_create = 0x200, shm_exclusive = 0x400, shm_read_only = 0x1000, shm_remove = 0,
                          shm_stat = 2, shm_private = 0;
struct shm_info {
    uint64_t size;
    uint32_t attached; // mappings of it, in all processes
    uint32_t removed;
};

inline constexpr uint32_t wait_no_hang = 1;
// wait's status: exit status << 8, or the signal that ended it.
constexpr bool exited(int status) { return (status & 0x7f) == 0; }
constexpr int exit_status(int status) { return status >> 8 & 0xff; }
constexpr int end_signal(int status) { return status & 0x7f; }

inline constexpr uint32_t sig_hup = 1, sig_int = 2, sig_ill = 4, sig_trap = 5, sig_abrt = 6, sig_fpe = 8,
                          sig_kill = 9, sig_bus = 10, sig_segv = 11, sig_pipe = 13, sig_alrm = 14,
                          sig_term = 15, sig_chld = 20, sig_usr1 = 30, sig_usr2 = 31, sig_count = 32;
constexpr uint32_t sig_bit(uint32_t signal) { return 1u << signal; }
inline constexpr uintptr_t sig_default = 0, sig_ignore = 1;
inline constexpr uint32_t sig_block = 1, sig_unblock = 2, sig_set_mask = 3;
// Codes of SIGSEGV (not mapped, not allowed), SIGBUS (beyond the object's end, read error) and others.
inline constexpr uint32_t segv_maperr = 1, segv_accerr = 2, bus_adraln = 1, bus_adrerr = 2, bus_objerr = 3,
                          code_user = 0x10001, code_kernel = 0x10002;
struct signal_action {
    uintptr_t handler;  // sig_default, sig_ignore, or void (*)(int, signal_info*, signal_block*)
    uintptr_t restorer; // where the handler returns to: it calls sigreturn
    uint32_t mask;      // further signals that wait while it runs
    uint32_t flags;
};
inline constexpr uint32_t action_no_defer = 1, action_reset = 2, action_flags = 3;
struct signal_info {
    uint32_t signal{}, code{};
    uintptr_t address{};
    uint32_t pid{}; // of the sender
    uint32_t errno_value{};
};

struct time_span {
    uint64_t seconds;
    uint32_t nanoseconds;
    uint32_t reserved;
};

struct file_info {
    uint64_t size;
    char name[64];
};
struct process_info {
    uint32_t pid, parent, threads;
    char state; // 'R' has a thread that can run, 'S' all sleep, 'Z' ended and not waited for
    char name[31];
    uint64_t map_size, resident; // bytes
    uint64_t entries;            // of its map
};
struct memory_info {
    uint64_t pages, free, faults, wired;
    uint64_t swap, swap_used; // pages
    // The page daemon: times it was woken, scans, pages that these freed; 1 while it works or is to.
    uint64_t daemon_woken, daemon_scans, daemon_freed, daemon_at_work;
    uint64_t writes, written; // transfers to swap, pages that they wrote
    uint64_t waits, waiting;  // times that somebody waited for a free page; threads that do so now
    uint64_t ticks;           // since the machine was switched on, a hundred a second
};

inline constexpr size_t path_limit = 64, argument_bytes_limit = 4096, argument_limit = 32;

} // namespace uvm::abi
