// Processes: a name and a number for an address space. Several may share one vmspace.
//
// Field tags: [P] process_list_lock, [I] set once, [-] the thread that runs the process.
#pragma once

#include <string_view>

#include "kernel/vm/uvm_vmspace.h"

namespace uvm {

inline constexpr uint32_t process_limit = 256;
inline constexpr uint32_t process_name_limit = 31;

struct process {
    uint32_t p_pid{};                      // [I] serial number, never used again
    char p_name[process_name_limit + 1]{}; // [P] what it runs
    vmspace* p_vmspace{};                  // [-] one reference
    process* p_prev{};                     // [P] older
    process* p_next{};                     // [P] younger
};

extern mutex process_list_lock;
// All processes in the order of their creation: the head is the oldest.
extern process* allproc;
// The process that process_set_aside took out of the list, or null.
extern process* process_aside;

// All processes one by one, also the one that is set aside: the first / the one behind `p`, or null. Locks:
// as for the list.
inline process* process_first() { return process_aside ? process_aside : allproc; }
inline process* process_after(const process& p) { return &p == process_aside ? allproc : p.p_next; }

// A new process on `vm`, or null when there are process_limit already. The name is cut to what fits.
// Owns: on success takes over the caller's reference on vm. Locks: takes process_list_lock.
[[nodiscard]] process* process_create(std::string_view name, vmspace* vm);
// Ends a process: it leaves the list and gives its reference on the vmspace back. Locks: takes
// process_list_lock. Sleeps: as uvmspace_free.
void process_exit(process& p);
// The process runs another program now. Locks: takes process_list_lock.
void process_rename(process& p, std::string_view name);
// Takes the process out of the list for a while, when it is the only one and has its space for itself; else
// false. / Puts it back. Locks: take process_list_lock.
[[nodiscard]] bool process_set_aside(process& p);
void process_return(process& p);
// The oldest process of this name, or null. Locks: takes process_list_lock.
[[nodiscard]] process* process_find(std::string_view name);

} // namespace uvm
