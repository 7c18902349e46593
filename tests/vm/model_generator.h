// Random programs of the scenario language for the model. A new command is a function and a row in the table.
#pragma once

#include <string>
#include <vector>

#include "tests/vm/model_machine.h"
#include "tests/vm/vm_fixture.h"

namespace uvm::test {

// The program of this seed, the same on every machine.
std::vector<std::string> model_program(uint32_t seed, size_t commands);

} // namespace uvm::test
