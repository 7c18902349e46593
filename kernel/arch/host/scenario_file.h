// Scenarios as files of the machine that the host runs on.
#pragma once

#include <string>

namespace uvm {

// The whole file, or of "-" standard input. False: it could not be read, errno says why.
[[nodiscard]] bool read_scenario_file(const char* name, std::string& text);

} // namespace uvm
