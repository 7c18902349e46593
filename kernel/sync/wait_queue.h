// Sleeping until a word changes: what the sleeping locks are built on.
//
// There is no queue object. A thread sleeps on the address of a 32-bit word, and is woken through the same
// address, so a lock is a few words that a viewer can decode, and every machine can supply these two
// functions: the guest by its scheduler, the host by the C++ library.
//
// The look at the word and falling asleep are one step against wakeups: a thread that changes the word and
// then calls wakeup never misses a sleeper who saw the old value.
#pragma once

#include <cstdint>

namespace uvm {

// Sleeps until a wakeup on `word`, but returns at once when *word != value. May return for no reason: the
// caller looks again. `why` names the lock for viewers. Locks: no spin lock may be held. Sleeps: yes.
void sleep_while(const uint32_t& word, uint32_t value, const char* why);

// Wakes every thread that sleeps on `word`. Sleeps: never.
void wakeup(const uint32_t& word);

} // namespace uvm
