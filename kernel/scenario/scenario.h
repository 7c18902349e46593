// Scenarios: scripts of virtual-memory operations, and the canonical transcript of running one.
//
// One source for the host and the guest: no heap, no streams, no exceptions. The text is run line by line;
// output leaves a line at a time through plain function pointers.
#pragma once

#include <cstdint>
#include <string_view>

namespace uvm {

// Where text goes: a function and its context. The text passed is not kept.
struct scenario_output {
    void (*write)(void* context, std::string_view text);
    void* context;
};

inline constexpr int scenario_ok = 0;
inline constexpr int scenario_check_failed = 1; // a `check` did not hold; the run went on to the end
inline constexpr int scenario_parse_error = 2;  // a line did not parse; the run ended there

// What a scenario may do: everything, or nothing that breaks the kernel on purpose (`damage`), for those that
// a program asks for.
enum class scenario_rights : uint8_t { all, harmless };

// Runs a scenario from its first to its last command and returns one of the statuses above. The transcript
// goes to `transcript`; a line that does not parse goes to `errors` as "FILE:LINE: error: TEXT\n". Owns: at
// the end every space and object of the scenario is given back, also after a parse error; probes of that come
// after scenario_end. `lent_elsewhere`: so many pages are on loan to the kernel by others, for as long as it
// runs; `check` counts them. Needs: uvm initialised; one run at a time.
// Sleeps: as the VM does.
int scenario_run(std::string_view text, std::string_view file_name, scenario_output transcript,
                 scenario_output errors, scenario_rights rights = scenario_rights::all,
                 uint64_t lent_elsewhere = 0);

// The command `check` on the machine as it stands: 0, or the number of an invariant that does not hold, which
// is then told in a line. `lent_elsewhere`: as above. Needs: nobody changes anything meanwhile, nor runs a
// scenario.
[[nodiscard]] uint32_t scenario_check(scenario_output out, uint64_t lent_elsewhere);

} // namespace uvm
