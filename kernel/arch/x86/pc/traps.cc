// Exceptions and interrupts, behind the entry code of each width.
#include "kernel/arch/x86/pc/traps.h"

#include <machine/cpu.h>
#include <machine/memory.h>
#include <machine/thread.h>

#include "kernel/arch/x86/pc/devices.h"
#include "kernel/arch/x86/pc/paging.h"
#include "kernel/vm/uvm_probe_ring.h"

extern "C" {
void trap_dispatch(uvm::machine::trap_frame* frame);

// From the first instruction of a record that is being written to the one behind which it is seen
// (<machine/probe.h>).
struct probe_window {
    uintptr_t begin, end;
};
extern const probe_window probe_windows_start[], probe_windows_end[];
}

namespace uvm::machine {

namespace {

constexpr const char* exception_names[32] = {"divide error",
                                             "debug",
                                             "non-maskable interrupt",
                                             "breakpoint",
                                             "overflow",
                                             "bound exceeded",
                                             "invalid opcode",
                                             "no coprocessor",
                                             "double fault",
                                             "coprocessor overrun",
                                             "invalid task state",
                                             "segment not present",
                                             "stack segment fault",
                                             "general protection fault",
                                             "page fault",
                                             "reserved",
                                             "coprocessor error",
                                             "alignment check",
                                             "machine check",
                                             "SIMD error",
                                             "virtualization",
                                             "control protection"};

[[noreturn]] void fatal(const trap_frame& frame, uintptr_t address) {
    trap_report report{};
    report.what =
        frame.vector < 32 && exception_names[frame.vector] ? exception_names[frame.vector] : "unknown trap";
    report.pc = frame.ip();
    report.frame = frame.frame_pointer();
    machine_word words[max_trap_words];
    report.registers = trap_words(frame, address, words);
    if (frame.vector == page_fault_vector) {
        report.address = address;
        report.detail = frame.error & 16 ? "instruction fetch" : frame.error & 2 ? "store" : "load";
        report.walk_count = page_walk(loaded_root(), address, report.walk);
    }
    machine_died(report);
}

// Where code goes on that was interrupted: a record that is being written is begun anew, for meanwhile others
// may write to its place.
uintptr_t probe_window_begin(uintptr_t ip) {
    if (uvm_probe_control.record_mask == uvm_event_class::none)
        return ip;
    for (probe_window const* each = probe_windows_start; each != probe_windows_end; ++each)
        if (ip > each->begin && ip < each->end)
            return each->begin;
    return ip;
}

void page_fault(trap_frame& frame) {
    uintptr_t const address = fault_address(); // before anything else can fault
    if (user_fault(frame, address))
        return;
    fatal(frame, address);
}

} // namespace

void double_fault_died(const double_fault& fault) {
    trap_report report{};
    report.what = "double fault";
    report.detail = "an exception could not be delivered";
    for (uint32_t number = 0; number < max_threads; ++number) {
        auto const bottom = reinterpret_cast<uintptr_t>(kernel_stack(number).data());
        if (fault.address >= bottom - 4096 && fault.address < bottom)
            report.detail = "the kernel stack ran over its end";
    }
    report.pc = fault.ip;
    report.frame = fault.frame_pointer;
    report.address = fault.address;
    report.registers = fault.registers;
    report.walk_count = page_walk(running_context->root, fault.address, report.walk);
    machine_died(report);
}

} // namespace uvm::machine

void trap_dispatch(uvm::machine::trap_frame* frame) {
    using namespace uvm;
    using namespace uvm::machine;
    if (frame->from_user()) {
        trap_from_user(*frame, fault_address());
    } else if (frame->vector == page_fault_vector) {
        page_fault(*frame);
    } else if (frame->vector >= irq_base) {
        frame->set_ip(probe_window_begin(frame->ip())); // before anything here passes a probe
        interrupt_serve(uint8_t(frame->vector - irq_base));
    } else if (frame->vector == double_fault_vector) {
        // On i386 a task of its own takes these.
        uintptr_t const address = fault_address();
        machine_word words[max_trap_words];
        double_fault_died({frame->ip(), frame->frame_pointer(), address, trap_words(*frame, address, words)});
    } else {
        fatal(*frame, fault_address());
    }
}
