#include "kernel/core/options.h"

#include <algorithm>

#include "kernel/core/console.h"

namespace uvm {

constinit kernel_options_t kernel_options;

namespace {

void parse_word(std::string_view word) {
    constexpr std::string_view scenario = "scenario=", test = "test=", run = "run=";
    if (word.starts_with(scenario))
        kernel_options.scenario = word.substr(scenario.size());
    else if (word.starts_with(test))
        kernel_options.test = word.substr(test.size());
    else if (word.starts_with(run))
        kernel_options.run = word.substr(run.size());
    else if (word == "halt")
        kernel_options.halt = true;
    else if (word == "debugger")
        kernel_options.debugger = true;
    else if (word == "times")
        kernel_options.times = true;
    else if (word == "nofaultahead")
        kernel_options.nofaultahead = true;
    else if (word == "probes")
        kernel_options.probes = true;
    else
        console().text("kernel: warning: unknown word '").text(word).text("' on the command line\n");
}

} // namespace

void parse_options(std::string_view command_line) {
    while (!command_line.empty()) {
        size_t const length = std::min(command_line.find(' '), command_line.size());
        if (length > 0)
            parse_word(command_line.substr(0, length));
        command_line.remove_prefix(std::min(length + 1, command_line.size()));
    }
}

} // namespace uvm
