#include "kernel/core/self_test.h"

#include <cstddef>

#include <machine/cpu.h>

#include "kernel/base/kassert.h"
#include "kernel/core/console.h"
#include "kernel/core/process.h"
#include "kernel/core/thread.h"
#include "kernel/sync/lock.h"
#include "kernel/vm/uvm_swap.h"

namespace uvm {

namespace {

// Hides from the compiler what a number is.
uintptr_t opaque(uintptr_t value) {
    asm volatile("" : "+r"(value));
    return value;
}

void store_at(uintptr_t address) { *reinterpret_cast<volatile uint32_t*>(opaque(address)) = 1; }

[[gnu::noinline]] uintptr_t dig(uintptr_t depth) { // NOLINT: endless on purpose
    volatile uintptr_t here[64];
    here[depth % 64] = depth;
    return opaque(1) ? dig(depth + 1) + here[depth % 64] : 0;
}

[[gnu::noinline]] void do_nothing() { asm volatile(""); }

// Copies the code of a function to where data lies, and calls it there.
int execute_data() {
    alignas(16) static std::byte code[64];
    __builtin_memcpy(code, reinterpret_cast<const void*>(opaque(reinterpret_cast<uintptr_t>(&do_nothing))),
                     sizeof(code));
    reinterpret_cast<void (*)()>(opaque(reinterpret_cast<uintptr_t>(code)))();
    console().text("kernel: data was executed\n");
    return 0;
}

[[noreturn]] void hang() {
    for (;;)
        asm volatile("" : : : "memory");
}

// --- threads
// -----------------------------------------------------------------------------------------------------

constinit mutex counter_mutex{"self test"};
constinit condvar counter_changed{"self test"};
constinit uint32_t counter = 0, guarded_counter = 0;
constinit volatile uint32_t spinning[2] = {0, 0};
constinit volatile bool stop_spinning = false;

constexpr uint32_t rounds = 20000, workers = 3;

// Counts with the lock held across a look, a pause and a store: without exclusion, counts are lost.
void count_guarded(void*) {
    for (uint32_t i = 0; i < rounds; ++i) {
        mutex_guard const guard(counter_mutex);
        uint32_t const seen = guarded_counter;
        if (i % 64 == 0)
            thread_yield();
        guarded_counter = seen + 1;
    }
    mutex_guard const guard(counter_mutex);
    ++counter;
    counter_changed.wake_all();
}

// Never yields: only preemption lets the other one run.
void spin(void* argument) {
    auto const me = reinterpret_cast<uintptr_t>(argument);
    while (!stop_spinning)
        spinning[me] = spinning[me] + 1;
}

bool preemption_works() {
    uint32_t const first = thread_create("spin 0", &spin, nullptr);
    uint32_t const second = thread_create("spin 1", &spin, reinterpret_cast<void*>(1));
    if (!first || !second)
        return false;
    while (spinning[0] == 0 || spinning[1] == 0)
        thread_yield();
    uint32_t const before[2] = {spinning[0], spinning[1]};
    while (spinning[0] == before[0] || spinning[1] == before[1])
        asm volatile("" : : : "memory");
    stop_spinning = true;
    thread_join(first);
    thread_join(second);
    return true;
}

int test_threads() {
    for (uint32_t i = 0; i < workers; ++i)
        kassert(thread_create("counter", &count_guarded, nullptr) != 0, "self test: no thread");
    {
        mutex_guard const guard(counter_mutex);
        while (counter < workers)
            counter_changed.wait(counter_mutex);
    }
    console().text("threads: counted ").dec(guarded_counter).text(" of ").dec(rounds * workers).text("\n");
    bool const preempted = preemption_works();
    console().text(preempted ? "threads: preemption works\n" : "threads: no preemption\n");
    return guarded_counter == rounds * workers && preempted ? 0 : 1;
}

void wait_for_ever(void*) {
    uint32_t const never = 0;
    for (;;)
        sleep_while(never, 0, "what never comes");
}

int test_deadlock() {
    thread_join(thread_create("waiter", &wait_for_ever, nullptr));
    return 1;
}

} // namespace

int self_test(std::string_view name) {
    console().text("kernel: test ").text(name).text("\n");
    if (name == "panic")
        panic("test: a panic on purpose");
    if (name == "damaged") {
        mutex_guard const held(uvm_swap.lock); // something for `locks` to find
        static process wild{};
        wild.p_next = reinterpret_cast<process*>(opaque(0x10));
        wild.p_vmspace = reinterpret_cast<vmspace*>(opaque(0x10));
        allproc = &wild;
        panic("test: a panic in a damaged machine");
    }
    if (name == "pagefault")
        store_at(0x10);
    if (name == "readonly")
        store_at(reinterpret_cast<uintptr_t>(&self_test));
    if (name == "execdata")
        return execute_data();
    if (name == "doublefault")
        return int(dig(0));
    if (name == "triplefault")
        machine::triple_fault();
    if (name == "hang")
        hang();
    if (name == "threads")
        return test_threads();
    if (name == "deadlock")
        return test_deadlock();
    if (name == "useraccess")
        return self_test_user_access();
    if (name == "probes")
        return self_test_probes();
    console().text("kernel: error: no test of this name\n");
    return 2;
}

} // namespace uvm
