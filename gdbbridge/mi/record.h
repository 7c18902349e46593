// The records of GDB/MI: what one line of GDB's output means.
//
// The grammar, as GDB's manual has it:
//   result-record  [token] "^" class ( "," result )*
//   async-record   [token] ( "*" exec | "+" status | "=" notify ) class ( "," result )*
//   stream-record  ( "~" console | "@" target | "&" log ) c-string
//   prompt         "(gdb)" with or without a blank behind it
//   result         name "=" value
//   value          c-string | "{" [ result ( "," result )* ] "}" | "[" [ … ] "]"
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "gdbbridge/mi/value.h"

namespace gdbbridge::mi {

enum class ResultClass : uint8_t { Done, Running, Connected, Error, Exit };

// The answer to a command.
struct ResultRecord {
    std::optional<uint64_t> token;
    ResultClass resultClass = ResultClass::Done;
    Value results; // a tuple
};

enum class AsyncKind : uint8_t { Exec, Status, Notify };

// Something happened: "stopped", "running", "thread-created", …
struct AsyncRecord {
    std::optional<uint64_t> token;
    AsyncKind kind = AsyncKind::Exec;
    std::string asyncClass;
    Value results; // a tuple
};

enum class StreamKind : uint8_t { Console, Target, Log };

// Text meant for a person.
struct StreamRecord {
    StreamKind kind = StreamKind::Console;
    std::string text;
};

struct Prompt {};

// A line that is not MI: what, where, why.
struct Unparsed {
    std::string line;
    size_t position = 0; // of the byte where sense ended
    std::string problem;
};

using Record = std::variant<ResultRecord, AsyncRecord, StreamRecord, Prompt, Unparsed>;

} // namespace gdbbridge::mi
