// Things that go wrong, or are tried out, on purpose: `test=NAME` on the command line.
#pragma once

#include <string_view>

namespace uvm {

// damaged      a process list that leads nowhere, then a panic: what the debugger makes of it
// panic        a failed assertion
// pagefault    a store to an address that nothing is mapped at
// readonly     a store into the kernel's own code
// execdata     a call of code that was copied to where data lies; comes back where nothing can refuse it
// doublefault  a recursion that runs over the end of the kernel stack
// triplefault  no interrupt table, then an exception: the processor gives up
// hang         never ends
// threads      preemption, mutexes and condition variables between kernel threads; prints what it found
// deadlock     a thread that waits for what never comes
// useraccess   loads and stores at user addresses go through the page tables; prints what did not
// probes       two threads pass probes, and are interrupted in the midst of it; prints what is wrong
//
// Returns 0 when a test went well, 1 when not, 2 for an unknown name.
int self_test(std::string_view name);

// The test `useraccess` (self_test_user_access.cc).
int self_test_user_access();
// The test `probes` (self_test_probes.cc).
int self_test_probes();

} // namespace uvm
