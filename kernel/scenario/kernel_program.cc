// The scenario interpreter as the program of a kernel.
#include "kernel/core/open_file.h"
#include "kernel/core/program.h"
#include "kernel/scenario/scenario.h"

namespace uvm {

int kernel_program(std::string_view text, std::string_view file_name, program_output output) {
    scenario_output const own_line{[](void*, std::string_view words) { transcript_put(words); }, nullptr};
    scenario_output const errors{[](void*, std::string_view words) { console_put(words); }, nullptr};
    bool const for_a_program = output == program_output::console;
    return scenario_run(text, file_name, for_a_program ? errors : own_line, errors,
                        for_a_program ? scenario_rights::harmless : scenario_rights::all, pipe_pages_lent());
}

uint32_t kernel_check() {
    return scenario_check({[](void*, std::string_view words) { console_put(words); }, nullptr},
                          pipe_pages_lent());
}

} // namespace uvm
