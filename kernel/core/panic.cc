// The end of the machine: what broke, where, how it got there, what happened last.
#include "kernel/base/panic.h"

#include <machine/cpu.h>
#include <machine/thread.h>

#include "kernel/base/kassert.h"
#include "kernel/core/console.h"
#include "kernel/core/debugger/debugger.h"
#include "kernel/core/event_print.h"
#include "kernel/core/machine_calls.h"
#include "kernel/core/options.h"
#include "kernel/core/symbols.h"
#include "kernel/vm/uvm_probe.h"

// Where a debugger can wait for the end: everything has been printed.
extern "C" [[gnu::noinline, gnu::section(".debugger_stops")]] void uvm_machine_stopped() {
    asm volatile("" : : : "memory");
}

namespace uvm {

namespace {

constexpr uint8_t exit_value_panic = 3;
constexpr uint64_t events_shown = 20;
constinit bool reporting = false, debugging = false;

[[noreturn]] void stop(debugger_place place) {
    uvm_machine_stopped();
    if (kernel_options.debugger && !debugging) {
        debugging = true;
        debugger_after_panic(place);
    }
    if (kernel_options.halt)
        machine::debug_exit(exit_value_panic);
    machine::halt_forever();
}

// True for the first who comes; a fault while reporting must not start over.
bool begin_report() {
    machine::interrupts_disable();
    if (reporting) {
        console().text("panic: another one while reporting the first\n");
        stop({});
    }
    return reporting = true;
}

void print_thread() { console().text("thread: ").dec(machine::current_thread()).text("\n"); }

void print_events() {
    if (uvm_probe_last() <= 1)
        return;
    console().text("last events:\n");
    print_last_events(events_shown);
    if (uvm_probe_command[0])
        console().text("command: ").text(uvm_probe_command).text("\n");
}

void print_walk(const trap_report& report) {
    if (report.walk_count == 0)
        return;
    console().text("page walk of ").hex(report.address).text(":\n");
    for (int i = 0; i < report.walk_count; ++i) {
        machine_walk const& step = report.walk[i];
        console().text("  ").text(step.table).text("[").dec(step.index).text("] = ").hex(step.entry);
        console().text(!step.present ? " (not present)\n" : step.writable ? "\n" : " (read-only)\n");
    }
}

} // namespace

void machine_panic() {
    debugger_command_failed(uvm_panic_record.message);
    begin_report();
    panic_record const& record = uvm_panic_record;
    console()
        .text("\npanic: ")
        .text(record.message)
        .text(" at ")
        .text(record.file)
        .text(":")
        .dec(record.line);
    console().text("\n");
    if (record.invariant != 0) {
        console().text("invariant ").dec(record.invariant).text(": expected ").hex(record.expected);
        console()
            .text(", found ")
            .hex(record.found)
            .text(", at ")
            .hex(reinterpret_cast<uintptr_t>(record.subject));
        console().text("\n");
    }
    print_thread();
    auto const* frame = static_cast<const uintptr_t*>(__builtin_frame_address(0));
    print_backtrace(frame[1], frame[0]);
    print_events();
    stop({frame[1], frame[0]});
}

void machine_died(const trap_report& report) {
    debugger_command_failed(report.what);
    begin_report();
    uvm_panic_record = {report.what, "", 0, 0, 0, report.address, reinterpret_cast<const void*>(report.pc)};
    symbol const where = symbol_at(report.pc);
    console().text("\npanic: ").text(report.what);
    if (report.detail)
        console().text(" (").text(report.detail).text(")");
    if (report.walk_count > 0)
        console().text(", address ").hex(report.address);
    console().text(" at ").text(where.name).text("+").hex(where.offset).text("\n");
    print_thread();
    int column = 0;
    for (machine_word const& word : report.registers) {
        console().text("  ").text(word.name).text("=").hex(word.value);
        if (++column % 4 == 0 || column == int(report.registers.size()))
            console().text("\n");
    }
    print_walk(report);
    print_backtrace(report.pc, report.frame);
    print_events();
    stop({report.pc, report.frame});
}

} // namespace uvm
