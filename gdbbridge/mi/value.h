// A value of the GDB/MI language: a string, a tuple of named values, or a list.
//
// Values own what they hold. Asking for a field that is not there gives an invalid value, so that
// `frame["func"].text()` is safe whatever GDB answered; who must know asks isValid().
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gdbbridge::mi {

class Value {
public:
    enum class Kind : uint8_t { Invalid, String, Tuple, List };

    Value() = default;
    static Value string(std::string text);
    static Value tuple();
    static Value list();

    Kind kind() const { return m_kind; }
    bool isValid() const { return m_kind != Kind::Invalid; }

    // The name under which it stands in its tuple (or list of results); "" for an element of a list of
    // values.
    const std::string& name() const { return m_name; }
    // Of a string; "" for everything else.
    const std::string& text() const { return m_text; }
    // Of a string that is a whole decimal or 0x number within 64 bits.
    std::optional<uint64_t> number() const;

    // Of a tuple or list; 0 for everything else.
    size_t size() const { return m_children.size(); }
    // The element; invalid beyond the end.
    const Value& operator[](size_t index) const;
    // The first child of that name (GDB repeats names in places); invalid when there is none.
    const Value& operator[](std::string_view name) const;
    const std::vector<Value>& children() const { return m_children; }

    void append(std::string name, Value child);

    bool operator==(const Value&) const = default;

private:
    Kind m_kind = Kind::Invalid;
    std::string m_name;
    std::string m_text;
    std::vector<Value> m_children;
};

// A decimal or 0x number that fills the text and fits into 64 bits.
std::optional<uint64_t> parseNumber(std::string_view text);

} // namespace gdbbridge::mi
