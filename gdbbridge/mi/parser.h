// One line of GDB's output in, one record out.
#pragma once

#include <cstddef>
#include <string_view>

#include "gdbbridge/mi/record.h"

namespace gdbbridge::mi {

// What a line may cost at most; beyond it the record is Unparsed.
struct Limits {
    size_t depth = 64;         // of nested tuples and lists
    size_t values = 1'000'000; // in one record
};

// The record that the line (without its line feed; a carriage return at its end is dropped) stands for. Never
// fails: a line that breaks the grammar or a limit gives Unparsed with the position where it broke.
Record parseLine(std::string_view line, Limits limits = {});

} // namespace gdbbridge::mi
