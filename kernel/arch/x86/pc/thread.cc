// Contexts and stacks of kernel threads.
#include <machine/switch_frame.h>
#include <machine/thread.h>

#include "kernel/arch/x86/pc/paging.h"
#include "kernel/arch/x86/pc/traps.h"
#include "kernel/base/kassert.h"

extern "C" {
void context_switch_stacks(uintptr_t* save_stack_pointer, uintptr_t load_stack_pointer);
void context_start();
}

namespace uvm::machine {

namespace {

struct alignas(4096) guarded_stack {
    std::byte guard[4096]; // not mapped: running over the end is a double fault, not damage
    std::byte bytes[stack_size];
};

constinit guarded_stack stacks[max_threads]{};

// Until the scheduler has one for the boot thread.
constinit thread_context first_context{.thread_id = 1};

} // namespace

constinit thread_context* running_context = &first_context;
constinit uint32_t running_thread = 1;

void context_adopt(thread_context& context) {
    context = *running_context;
    running_context = &context;
}

std::span<std::byte> kernel_stack(uint32_t number) {
    kassert(number < max_threads, "thread: no such stack");
    return stacks[number].bytes;
}

void context_create(thread_context& context, std::span<std::byte> stack, void (*entry)(void*),
                    void* argument) {
    auto* const frame = reinterpret_cast<switch_frame*>(stack.data() + stack.size()) - 1;
    *frame = switch_frame{};
    frame->set_start(reinterpret_cast<uintptr_t>(&context_start), reinterpret_cast<uintptr_t>(entry),
                     reinterpret_cast<uintptr_t>(argument));
    context.stack_pointer = reinterpret_cast<uintptr_t>(frame);
    context.stack_top = reinterpret_cast<uintptr_t>(stack.data() + stack.size());
    context.root = kernel_root();
    context.user_map = nullptr;
}

context_place context_stopped_at(const thread_context& context) {
    auto const* const frame = reinterpret_cast<const switch_frame*>(context.stack_pointer);
    return {frame->return_address, frame->frame_pointer()};
}

void context_switch(thread_context& from, thread_context& to) {
    running_context = &to;
    running_thread = to.thread_id;
    set_kernel_stack(to.stack_top);
    if (from.root != to.root)
        load_root(to.root);
    context_switch_stacks(&from.stack_pointer, to.stack_pointer);
}

} // namespace uvm::machine

// Top of the boot thread's stack, for start.S.
extern "C" {
extern std::byte* const boot_stack_pointer;
constinit std::byte* const boot_stack_pointer = uvm::machine::stacks[0].bytes + uvm::machine::stack_size;
}
