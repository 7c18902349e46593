// The scenario interpreter as the program of a kernel.
#include "kernel/core/open_file.h"
#include "kernel/core/program.h"
#include "kernel/scenario/scenario.h"

namespace uvm {

int kernel_program(std::string_view text, std::string_view file_name, program_output output) {
    scenario_lent_elsewhere(pipe_pages_lent());
    scenario_output const own_line{[](void*, std::string_view words) { transcript_put(words); }, nullptr};
    scenario_output const errors{[](void*, std::string_view words) { console_put(words); }, nullptr};
    return scenario_run(text, file_name, output == program_output::console ? errors : own_line, errors);
}

uint32_t kernel_check() {
    scenario_lent_elsewhere(pipe_pages_lent());
    return scenario_check({[](void*, std::string_view words) { console_put(words); }, nullptr});
}

} // namespace uvm
