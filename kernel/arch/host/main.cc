// uvmscope-host FILE: runs a scenario on the host machine and prints its transcript.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "kernel/arch/host/host.h"
#include "kernel/arch/host/scenario_file.h"
#include "kernel/scenario/scenario.h"

namespace {

constexpr int usage_error = 2, cannot_write = 5;

const char* const usage =
    "usage: uvmscope-host FILE\n"
    "Runs a scenario (.uvm) on the host and prints its transcript; - reads standard input.\n"
    "Exit status: 0 done, 1 a `check` failed, 2 the scenario does not parse or cannot be read,\n"
    "3 the kernel panicked, 5 the transcript cannot be written.\n"
    "Example: uvmscope-host scenarios/fork-cow.uvm\n";

uvm::scenario_output output_to(FILE* file) {
    return {[](void* context, std::string_view text) {
                fwrite(text.data(), 1, text.size(), static_cast<FILE*>(context));
            },
            file};
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    if (argc != 2) {
        fputs(usage, stderr);
        return usage_error;
    }
    std::string text;
    if (!uvm::read_scenario_file(argv[1], text)) {
        fprintf(stderr, "uvmscope-host: cannot read %s: %s\n", argv[1], strerror(errno));
        return usage_error;
    }
    uvm::host_set_panic(uvm::host_panic::exit_3);
    uvm::host_boot();
    int const status = uvm::scenario_run(text, argv[1], output_to(stdout), output_to(stderr));
    if (fflush(stdout) != 0) {
        fprintf(stderr, "uvmscope-host: cannot write the transcript: %s\n", strerror(errno));
        return cannot_write;
    }
    return status;
}
