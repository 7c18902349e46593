// What the kernel runs once it is up: a scenario (the core knows the call; kernel/scenario answers it) or a
// user program.
#pragma once

#include <cstdint>
#include <string_view>

namespace uvm {

// Where the transcript goes: to the line of its own, or to the console.
enum class program_output : uint8_t { transcript, console };
// Runs a scenario to its end and returns its exit status. Thread context, VM initialised.
int kernel_program(std::string_view text, std::string_view file_name, program_output output);

// Every invariant of the machine as it stands: 0, or the number of one that does not hold, which is told on
// the console. Needs: nobody changes anything meanwhile.
[[nodiscard]] uint32_t kernel_check();

// Runs a user program of the boot archive and waits for its end. Returns its exit status, or 64 and the
// signal that ended it; 2 when it is not there. Whoever watches sees a scenario of one command, `run NAME`.
// Thread context.
int kernel_user_program(std::string_view name);

// For all of these: text to the kernel's console / to the transcript, exactly as given.
void console_put(std::string_view text);
void transcript_put(std::string_view text);

} // namespace uvm
