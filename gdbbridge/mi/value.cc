#include "gdbbridge/mi/value.h"

#include <charconv>

namespace gdbbridge::mi {

namespace {
const Value invalidValue;
}

Value Value::string(std::string text) {
    Value v;
    v.m_kind = Kind::String;
    v.m_text = std::move(text);
    return v;
}

Value Value::tuple() {
    Value v;
    v.m_kind = Kind::Tuple;
    return v;
}

Value Value::list() {
    Value v;
    v.m_kind = Kind::List;
    return v;
}

std::optional<uint64_t> Value::number() const {
    if (m_kind != Kind::String)
        return std::nullopt;
    return parseNumber(m_text);
}

const Value& Value::operator[](size_t index) const {
    return index < m_children.size() ? m_children[index] : invalidValue;
}

const Value& Value::operator[](std::string_view name) const {
    for (const Value& child : m_children) {
        if (child.m_name == name)
            return child;
    }
    return invalidValue;
}

void Value::append(std::string name, Value child) {
    child.m_name = std::move(name);
    m_children.push_back(std::move(child));
}

std::optional<uint64_t> parseNumber(std::string_view text) {
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        base = 16;
        text.remove_prefix(2);
    }
    uint64_t number = 0;
    auto const [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc{} || rest != text.data() + text.size() || text.empty())
        return std::nullopt;
    return number;
}

} // namespace gdbbridge::mi
