// Ends, signals, time, threads.
#include "kernel/user/lib/libc.h"

extern "C" void signal_trampoline();

static_assert(SIGRETURN == int(call::sigreturn) && VFORK == int(call::vfork));

namespace {

constexpr int thread_limit = 32;
constexpr size_t thread_stack = 1 << 20; // the most: it grows

struct thread_place {
    uint32_t running; // 0: free; changes to 0 at its end
    void (*f)(void*);
    void* argument;
    char* stack;
};
thread_place threads[thread_limit];

void thread_main(void* argument) {
    auto* const self = static_cast<thread_place*>(argument);
    self->f(self->argument);
    __atomic_store_n(&self->running, 2, __ATOMIC_SEQ_CST);
    ask(call::word_wake, &self->running);
    ask(call::thread_exit);
}

} // namespace

void exit(int status) {
    for (;;)
        ask(call::exit, status);
}

int on_signal(uint32_t signal, handler what, uint32_t flags) {
    abi::signal_action const action{uintptr_t(what), uintptr_t(&signal_trampoline), 0, flags};
    return int(ask(call::sigaction, signal, &action, nullptr));
}

void sleep_milliseconds(uint32_t milliseconds) {
    abi::time_span const span{milliseconds / 1000, milliseconds % 1000 * 1'000'000, 0};
    ask(call::nanosleep, &span);
}

int thread_start(void (*f)(void*), void* argument) {
    for (int i = 0; i < thread_limit; ++i) {
        uint32_t expected = 0;
        if (!__atomic_compare_exchange_n(&threads[i].running, &expected, 1, false, __ATOMIC_SEQ_CST,
                                         __ATOMIC_SEQ_CST))
            continue;
        thread_place& t = threads[i];
        t.f = f;
        t.argument = argument;
        if (!t.stack)
            t.stack =
                map_anon(thread_stack, abi::prot_read | abi::prot_write, abi::map_private | abi::map_stack);
        long const result =
            failed(t.stack) ? -ENOMEM : ask(call::thread_create, &thread_main, &t, t.stack + thread_stack);
        if (result >= 0)
            return i;
        if (failed(t.stack))
            t.stack = nullptr;
        t.running = 0;
        return int(result);
    }
    return -EAGAIN;
}

void thread_join(int handle) {
    uint32_t& word = threads[handle].running;
    while (__atomic_load_n(&word, __ATOMIC_SEQ_CST) == 1)
        ask(call::word_wait, &word, 1, 0);
    __atomic_store_n(&word, 0, __ATOMIC_SEQ_CST);
}
