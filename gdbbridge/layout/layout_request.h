// The questions that make a Layout out of debug information, as GDB expressions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gdbbridge/layout/layout.h"

namespace gdbbridge {

struct LayoutQuery {
    enum class Kind : uint8_t { TypeSize, FieldOffset, FieldSize, SymbolAddress, EnumeratorValue, EventName };
    Kind kind = Kind::TypeSize;
    std::string name;       // of what is asked, as in Layout
    uint16_t number = 0;    // of the event
    std::string expression; // for -data-evaluate-expression
};

// Holds all questions; feed each answer by its index, in any order, then take the layout. An answer that GDB
// refuses or that is no number stays out of the layout, which then says what is missing.
class LayoutRequest {
public:
    LayoutRequest();

    [[nodiscard]] const std::vector<LayoutQuery>& queries() const { return m_queries; }
    // GDB's text for the value: "108", "0x6c", "(unsigned long) 108", "uvm::uvm_event::fault_begin", ….
    void answer(size_t index, std::string_view value);
    // GDB answered ^error.
    void refuse(size_t index);
    [[nodiscard]] bool complete() const { return m_open == 0; }
    // What the answers so far say; Layout::missing() tells what they lack.
    [[nodiscard]] const Layout& layout() const { return m_layout; }

private:
    void add(LayoutQuery::Kind kind, std::string_view name, std::string expression, uint16_t number = 0);
    void close(size_t index);
    void setFieldPart(const LayoutQuery& query, uint32_t value);

    std::vector<LayoutQuery> m_queries;
    std::vector<bool> m_answered;
    size_t m_open = 0;
    // Offset and size of a field come separately; it enters the layout when both are there.
    struct Parts {
        std::optional<uint32_t> offset, size;
    };
    std::map<std::string, Parts, std::less<>> m_parts;
    Layout m_layout;
};

// The value in a number as GDB prints it, or nothing.
std::optional<uint64_t> parseGdbNumber(std::string_view text);

} // namespace gdbbridge
