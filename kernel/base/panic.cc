#include "kernel/base/panic.h"

#include "kernel/base/kassert.h"

namespace uvm {

constinit panic_record uvm_panic_record{};

void panic(const char* message, const char* file, uint32_t line) {
    panic_invariant(0, message, 0, 0, nullptr, file, line);
}

void panic_invariant(uint32_t invariant, const char* message, uint64_t expected, uint64_t found,
                     const void* subject, const char* file, uint32_t line) {
    if (!uvm_panic_record.message) // the first panic is the one that tells something
        uvm_panic_record = {message, file, line, invariant, expected, found, subject};
    machine_panic();
}

} // namespace uvm
