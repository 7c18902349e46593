// System calls on time and threads.
#include "kernel/core/system_calls.h"
#include "kernel/core/user_memory.h"

namespace uvm {

namespace {

constexpr uint32_t nanoseconds_per_tick = 1'000'000'000 / ticks_per_second;

// Threads that wait for a word of a program's memory share a few words of the kernel; who was not meant goes
// back to sleep in the program.
constinit uint32_t word_changes[16]{};

uint32_t& change_of(const vmspace& vm, vaddr_t word) {
    return word_changes[((word.value >> 2) ^ vm.vm_id) % 16];
}

} // namespace

call_result sys_nanosleep(call_arguments& call) {
    abi::time_span span{};
    if (errno_t const error = copy_in(call.address(0), span); error != errno_t::ok)
        return error;
    constexpr uint64_t longest = uint64_t{1} << 32;
    if (span.nanoseconds >= 1'000'000'000 || span.seconds > longest)
        return errno_t::einval;
    // At least as long as asked: the tick that runs now has begun already.
    uint64_t const ticks = span.seconds * ticks_per_second +
                           (span.nanoseconds + nanoseconds_per_tick - 1) / nanoseconds_per_tick;
    if (ticks == 0)
        return uintptr_t{0};
    uint64_t const until = timer_ticks() + ticks + 1;
    uint32_t const never = 0;
    bool const whole = sleep_interruptibly(never, 0, "time to pass", until) == sleep_end::timed_out;
    return whole ? call_result(uintptr_t{0}) : errno_t::eintr;
}

call_result sys_thread_create(call_arguments& call) {
    uintptr_t const entry = call.word(0), stack = call.word(2);
    if (entry >= machine::user_max || stack >= machine::user_max)
        return errno_t::einval;
    machine::user_frame start = machine::user_frame::start(entry, stack);
    uintptr_t const arguments[3] = {call.word(1), 0, 0};
    auto const words = start.set_call(entry, arguments, 0, stack);
    errno_t const error =
        copy_out_bytes(std::as_bytes(std::span(words.words, words.count)), vaddr_t(words.pointer));
    if (error != errno_t::ok)
        return error;
    result<uint32_t> const number = user_thread_create(start);
    return number ? call_result(*number) : number.error();
}

call_result sys_thread_exit(call_arguments&) { user_thread_exit(); }

call_result sys_word_wait(call_arguments& call) {
    vaddr_t const word = call.address(0);
    if (!is_aligned(word.value, sizeof(uint32_t)))
        return errno_t::einval;
    uint32_t const& change = change_of(current_vmspace(), word);
    uint32_t const seen = __atomic_load_n(&change, __ATOMIC_SEQ_CST);
    uint32_t value = 0;
    if (errno_t const error = copy_in(word, value); error != errno_t::ok)
        return error;
    if (value != call.number(1))
        return errno_t::eagain;
    uint64_t const deadline = call.number(2) == 0 ? 0 : timer_ticks() + call.number(2) + 1;
    switch (sleep_interruptibly(change, seen, "a word of a program", deadline)) {
    case sleep_end::interrupted:
        return errno_t::eintr;
    case sleep_end::timed_out:
        return errno_t::eagain;
    default:
        return uintptr_t{0};
    }
}

call_result sys_word_wake(call_arguments& call) {
    uint32_t& change = change_of(current_vmspace(), call.address(0));
    __atomic_add_fetch(&change, 1, __ATOMIC_SEQ_CST);
    wakeup(change);
    return uintptr_t{0};
}

} // namespace uvm
