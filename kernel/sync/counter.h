// Counts that several threads keep without a lock: how often something happened, how many of something there
// are, the serial number of the last one made.
//
// Each is one atomic instruction and orders nothing else: who needs a count to agree with something has to
// stop the others first.
#pragma once

#include <cstdint>

namespace uvm {

// As wide as a register, since no 32-bit machine adds 64 bits at once; it wraps.
class counter {
public:
    constexpr counter() = default;
    void operator+=(uintptr_t more) { __atomic_fetch_add(&value, more, __ATOMIC_RELAXED); }
    void operator++() { __atomic_fetch_add(&value, 1, __ATOMIC_RELAXED); }
    void operator--() { __atomic_fetch_sub(&value, 1, __ATOMIC_RELAXED); }
    operator uintptr_t() const { return __atomic_load_n(&value, __ATOMIC_RELAXED); }

    uintptr_t value{}; // for debuggers
};

// Serial numbers from 1 on, none of them twice.
class serial_numbers {
public:
    constexpr serial_numbers() = default;
    uint32_t next() { return __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED); }

    uint32_t last{}; // for debuggers
};

} // namespace uvm
