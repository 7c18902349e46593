// From a machine that is up to a scenario that has run.
#include <machine/cpu.h>
#include <machine/memory.h>

#include "kernel/base/kassert.h"
#include "kernel/core/boot_archive.h"
#include "kernel/core/console.h"
#include "kernel/core/console_interrupt.h"
#include "kernel/core/daemon_thread.h"
#include "kernel/core/event_print.h"
#include "kernel/core/machine_calls.h"
#include "kernel/core/open_file.h"
#include "kernel/core/options.h"
#include "kernel/core/program.h"
#include "kernel/core/self_test.h"
#include "kernel/core/swap_disk.h"
#include "kernel/core/thread.h"
#include "kernel/core/user_process.h"
#include "kernel/vm/uvm_init.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

constexpr int status_bad_start = 2; // like a scenario that does not parse
constinit boot_info boot;

// A name of the archive, with or without its suffix.
result<archive_file> find_scenario(std::string_view name) {
    result<archive_file> const exact = archive_find(boot.archive, name);
    if (exact || exact.error() != errno_t::enoent)
        return exact;
    text_buffer<128> longer;
    longer.text(name).text(".uvm");
    return archive_find(boot.archive, longer.view());
}

int run_scenario(std::string_view name) {
    result<archive_file> const file = find_scenario(name);
    if (!file) {
        console().text("kernel: error: scenario ").text(name);
        console().text(boot.archive.empty()              ? ": there is no boot archive\n"
                       : file.error() == errno_t::enoent ? ": not in the boot archive\n"
                                                         : ": the boot archive is damaged\n");
        return status_bad_start;
    }
    std::span<const std::byte> const content = (*file).content;
    return kernel_program({reinterpret_cast<const char*>(content.data()), content.size()}, (*file).name,
                          program_output::transcript);
}

constexpr std::string_view shell = "sh";

int wait_for_program(uint32_t pid, std::string_view name) {
    int const status = user_process_join(pid, name == shell ? join_watch::console : join_watch::nobody);
    return abi::exited(status) ? abi::exit_status(status) : abi::end_signal(status) | 0x40;
}

bool has_shell() {
    ram_file* const file = directory_find(shell);
    if (file)
        ram_file_release(*file);
    return file != nullptr;
}

void run(void*) {
    int status = 0;
    if (!kernel_options.test.empty())
        status = self_test(kernel_options.test);
    else if (!kernel_options.scenario.empty())
        status = run_scenario(kernel_options.scenario);
    else if (!kernel_options.run.empty())
        status = kernel_user_program(kernel_options.run);
    else if (has_shell())
        status = kernel_user_program(shell);
    else
        console().text("kernel: nothing to run; give scenario=NAME or run=NAME\n");
    console().text("kernel: done, status ").dec(unsigned(status)).text("\n");
    if (kernel_options.halt)
        machine::debug_exit(uint8_t(status));
}

} // namespace

[[gnu::noinline]] int kernel_user_program(std::string_view name) {
    constexpr uint32_t line = 1;
    text_buffer<sizeof uvm_probe_command - 1> shown;
    shown.text("run ").text(name);
    uvm_probe_command[shown.view().copy(uvm_probe_command, shown.size())] = '\0';
    uvm_probe(uvm_event::command_begin, line);
    console_interrupt_init();
    result<uint32_t> const pid = user_process_start(name);
    int const status = pid ? wait_for_program(*pid, name) : status_bad_start;
    errno_t const error = pid ? errno_t::ok : pid.error();
    if (!pid)
        console().text("kernel: error: program ").text(name).text(": ").text(errno_name(error)).text("\n");
    uvm_probe(uvm_event::command_end, line, uint32_t(error));
    uvm_probe_command[0] = '\0';
    uvm_probe(uvm_event::scenario_end, uint32_t(status));
    return status;
}

void console_put(std::string_view text) { machine::console_write(text); }
void transcript_put(std::string_view text) { machine::transcript_write(text); }

void kernel_main(const boot_info& from_loader) {
    boot = from_loader;
    console().text("uvmscope kernel, ").text(machine::name).text("\n");
    uint64_t const first_line = machine::cycle_count();
    threads_init();
    parse_options(boot.command_line);
    if (kernel_options.times)
        console().text("time: ").dec(first_line).text(" at the first line\n");
    uvm_init();
    console().text("memory: ").dec(uvmexp.free).text(" of ").dec(uvmexp.npages).text(" pages free\n");
    // A scenario makes its own swap, of the size that it names.
    if (kernel_options.scenario.empty() && kernel_options.test.empty()) {
        directory_init(boot.archive);
        swap_disk_init();
    }
    if (kernel_options.probes)
        uvm_probe_control.record_mask = all_event_classes;
    kassert(thread_create("scenario", &run, nullptr) != 0, "boot: no thread");
    daemon_thread_init();
    thread_idle();
}

} // namespace uvm
