// The kernel's command line.
#pragma once

#include <string_view>

namespace uvm {

// scenario=NAME  runs NAME or NAME.uvm of the boot archive
// run=NAME       runs a program of the boot archive; without that and without a scenario, `sh` where there is
//                one
// halt           ends the emulated machine after the scenario, or at a panic
// debugger       a panic ends in the debugger on the console (core/debugger), also with halt
// probes         records all events from the start
// times          says when the first line was out and when somebody first waits for input, by the time stamp
//                counter: instructions since power-on, on an emulator that counts them
// nofaultahead   what programs map has advice random until they say otherwise, so that a fault maps one page
// test=NAME      breaks or tests something on purpose, see self_test.h
struct kernel_options_t {
    std::string_view scenario;
    std::string_view run;
    std::string_view test;
    bool halt{};
    bool debugger{};
    bool probes{};
    bool times{};
    bool nofaultahead{};
};
extern kernel_options_t kernel_options;

// Reads the command line; says on the console which words it does not know.
void parse_options(std::string_view command_line);

} // namespace uvm
