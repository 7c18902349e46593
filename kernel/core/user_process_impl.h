// Between the beginning of processes and threads (user_process.cc) and their end (user_process_end.cc).
#pragma once

#include "kernel/core/user_process.h"
#include "kernel/vm/uvm_pool.h"

namespace uvm {

extern object_pool<user_process> user_process_pool;
extern object_pool<user_thread> user_thread_pool;

// Takes one out of the list of all. Locks: needs user_process_lock.
template <class T>
void unlink_from(T*& list, const T& gone) {
    for (T** at = &list; *at; at = &(*at)->all_next) {
        if (*at == &gone) {
            *at = gone.all_next;
            return;
        }
    }
}

// Locks: needs user_process_lock; the process must have ended.
inline void user_process_forget(user_process& p) {
    unlink_from(all_user_processes, p);
    user_process_pool.destroy(p);
}

} // namespace uvm
