// The exit codes of the program, as --help lists them.
#pragma once

namespace gui {

enum class ExitCode : int {
    Ok = 0,
    CheckFailed = 1, // a `check` of the scenario failed; an invariant is broken; a command has no end
    BadInput = 2,    // arguments, or a scenario that does not parse or cannot be read
    TargetDied = 3,  // the kernel panicked, hung or gave up, or QEMU or GDB went away
    CannotStart = 4, // something is missing on this computer; `uvmscope doctor` says what
    CannotWrite = 5, // an output file
};

} // namespace gui
