// What the kernel runs once it is up. The core knows the call; kernel/scenario answers it.
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

// For it: text to the kernel's console / to the transcript, exactly as given.
void console_put(std::string_view text);
void transcript_put(std::string_view text);

} // namespace uvm
