// The debugger's commands. Each gets the words of its line, prints on the console, and returns what is wrong
// with the line, or null. None changes anything but `record`.
#pragma once

#include <string_view>

#include "kernel/base/result.h"
#include "kernel/base/text_sink.h"
#include "kernel/core/debugger/debugger.h"
#include "kernel/core/process.h"

namespace uvm {

// A line, cut into words; the first is the command.
struct debug_line {
    static constexpr uint32_t limit = 6;
    std::string_view words[limit]{};
    uint32_t count{};
    // Empty behind the end.
    [[nodiscard]] std::string_view word(uint32_t number) const {
        return number < count ? words[number] : std::string_view();
    }
};

using debug_complaint = const char*;

// commands_memory.cc
debug_complaint debug_map(const debug_line& line);
debug_complaint debug_object(const debug_line& line);
debug_complaint debug_page(const debug_line& line);
debug_complaint debug_pages(const debug_line& line);
debug_complaint debug_whatis(const debug_line& line);
debug_complaint debug_uvmexp(const debug_line& line);

// commands_threads.cc
debug_complaint debug_ps(const debug_line& line);
debug_complaint debug_threads(const debug_line& line);
debug_complaint debug_locks(const debug_line& line);
debug_complaint debug_backtrace(const debug_line& line, debugger_place stopped);

// commands_events.cc
debug_complaint debug_events(const debug_line& line);
debug_complaint debug_history(const debug_line& line);
debug_complaint debug_record(const debug_line& line);

// words.cc

// A number, decimal or with 0x; false: it is none.
[[nodiscard]] bool debug_number(std::string_view word, uint64_t* number);
// The process with this number or name; without a word the one that runs, or the only one. Null: none.
[[nodiscard]] process* debug_process(std::string_view word);
// The console as a sink for the VM's printers.
[[nodiscard]] text_sink debug_sink();

} // namespace uvm
