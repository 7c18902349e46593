// What is left of a machine that will not run again, in lines for a person: registers, the page walk of the
// address that was accessed last beside what the map says about it, the last events.
#pragma once

#include <QStringList>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "gdbbridge/event/event.h"
#include "gdbbridge/session/architecture.h"
#include "gdbbridge/snapshot/memory_reader.h"
#include "gdbbridge/snapshot/snapshot.h"

namespace gdbbridge {

inline constexpr size_t eventsInAutopsy = 20;

// Expressions whose values an autopsy wants, as GDB takes them.
std::vector<std::string> autopsyExpressions(const Architecture& architecture);
// What the kernel's panic_record says, read from its fields among these values.
struct PanicWords {
    bool panicked = false;
    QString message, place, invariant; // the last two may be ""
};
PanicWords panicWords(const std::map<std::string, uint64_t>& values, MemoryReader& memory);

// The lines. `snapshot` may be empty of spaces; `events` are the last ones, ascending.
QStringList autopsyLines(const Architecture& architecture, const std::map<std::string, uint64_t>& values,
                         MemoryReader& memory, const Snapshot& snapshot, std::span<const Event> events);

// What repeats at the end of these: "does again and again: fault_begin, fault_end"; the last ones where none
// does.
QString repeatedWords(std::span<const Event> events);

// "  41 fault_begin 0xc0301000 0x10000 0x2 0x0": an event without looking anything up.
QString eventLine(const Event& event);

} // namespace gdbbridge
