// Threads as the locks see them. On the host they are threads of the process.
#pragma once

#include <cstdint>

namespace uvm::machine {

// Gives this thread the next number.
uint32_t host_number_thread();
inline constexpr uint32_t host_no_number = ~uint32_t{0};
inline thread_local uint32_t host_thread_number = host_no_number;

// The id of the running thread, never 0; 1 is the thread that booted.
inline uint32_t current_thread() {
    return host_thread_number != host_no_number ? host_thread_number : host_number_thread();
}
// Whether `id`, which may be 0 for none, is that of the running thread: a thread without a number is none of
// those that have an id.
inline bool is_current_thread(uint32_t id) { return id == host_thread_number; }

// Interrupts of this processor: there are none here.
using interrupt_state = uint32_t;
inline interrupt_state interrupts_disable() { return 0; }
inline void interrupts_restore(interrupt_state) {}

// One turn of a spin lock that is taken.
void spin_pause();

} // namespace uvm::machine
