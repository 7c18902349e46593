#include "gdbbridge/layout/layout_request.h"

#include <charconv>

#include "gdbbridge/layout/names.h"

namespace gdbbridge {

namespace {

std::string typeExpression(std::string_view type) {
    return type == "void*" ? "sizeof(void*)" : "sizeof(uvm::" + std::string(type) + ")";
}

// "vm_map_entry.rb.left" -> "((uvm::vm_map_entry*)0)->rb.left".
std::string memberExpression(std::string_view path) {
    size_t const dot = path.find('.');
    return "((uvm::" + std::string(path.substr(0, dot)) + "*)0)->" + std::string(path.substr(dot + 1));
}

// "uvm_etype.object" -> "uvm::uvm_etype::object".
std::string enumeratorExpression(std::string_view name) {
    size_t const dot = name.find('.');
    return "uvm::" + std::string(name.substr(0, dot)) + "::" + std::string(name.substr(dot + 1));
}

bool isName(std::string_view text) {
    if (text.empty() || (text[0] >= '0' && text[0] <= '9'))
        return false;
    for (char c : text)
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    return true;
}

} // namespace

std::optional<uint64_t> parseGdbNumber(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    if (!text.empty() && text.front() == '(') { // "(unsigned long) 108"
        size_t const close = text.find(')');
        if (close == std::string_view::npos)
            return std::nullopt;
        return parseGdbNumber(text.substr(close + 1));
    }
    int base = 10;
    if (text.starts_with("0x")) {
        base = 16;
        text.remove_prefix(2);
    }
    uint64_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc() || end == text.data())
        return std::nullopt;
    // Behind it GDB may add a symbol or a character: "0xc0123000 <uvm::allproc>", "40 '('".
    if (end != text.data() + text.size() && *end != ' ')
        return std::nullopt;
    return value;
}

LayoutRequest::LayoutRequest() {
    using Kind = LayoutQuery::Kind;
    for (std::string_view type : requiredTypes())
        add(Kind::TypeSize, type, typeExpression(type));
    for (std::string_view path : requiredFields()) {
        add(Kind::FieldOffset, path, "(unsigned long)&" + memberExpression(path));
        add(Kind::FieldSize, path, "sizeof(" + memberExpression(path) + ")");
    }
    for (std::string_view name : requiredSymbols())
        add(Kind::SymbolAddress, name, "(unsigned long)&uvm::" + std::string(name));
    for (std::string_view name : requiredEnumerators())
        add(Kind::EnumeratorValue, name, "(unsigned long)" + enumeratorExpression(name));
    for (uint16_t number = 0; number < eventNumberLimit; ++number)
        add(Kind::EventName, "uvm_event", "(uvm::uvm_event)" + std::to_string(number), number);
    m_answered.resize(m_queries.size());
    m_open = m_queries.size();
}

void LayoutRequest::add(LayoutQuery::Kind kind, std::string_view name, std::string expression,
                        uint16_t number) {
    m_queries.push_back({kind, std::string(name), number, std::move(expression)});
}

void LayoutRequest::close(size_t index) {
    if (index >= m_queries.size() || m_answered[index])
        return;
    m_answered[index] = true;
    --m_open;
}

void LayoutRequest::refuse(size_t index) { close(index); }

void LayoutRequest::setFieldPart(const LayoutQuery& query, uint32_t value) {
    Parts& parts = m_parts[query.name];
    (query.kind == LayoutQuery::Kind::FieldOffset ? parts.offset : parts.size) = value;
    if (parts.offset && parts.size)
        m_layout.setField(query.name, {*parts.offset, *parts.size});
}

void LayoutRequest::answer(size_t index, std::string_view value) {
    if (index >= m_queries.size())
        return;
    close(index);
    LayoutQuery const& query = m_queries[index];
    if (query.kind == LayoutQuery::Kind::EventName) {
        // "uvm::uvm_event::fault_begin"; a number without a name comes as "97" or "(unknown: 0x61)".
        size_t const colons = value.rfind("::");
        std::string_view const name = colons == std::string_view::npos ? value : value.substr(colons + 2);
        if (isName(name))
            m_layout.setEventName(query.number, name);
        return;
    }
    auto const number = parseGdbNumber(value);
    if (!number)
        return;
    switch (query.kind) {
    case LayoutQuery::Kind::TypeSize:
        m_layout.setSize(query.name, *number);
        break;
    case LayoutQuery::Kind::FieldOffset:
    case LayoutQuery::Kind::FieldSize:
        if (*number <= UINT32_MAX)
            setFieldPart(query, uint32_t(*number));
        break;
    case LayoutQuery::Kind::SymbolAddress:
        m_layout.setSymbol(query.name, *number);
        break;
    case LayoutQuery::Kind::EnumeratorValue:
        m_layout.setEnumerator(query.name, *number);
        break;
    case LayoutQuery::Kind::EventName:
        break;
    }
}

} // namespace gdbbridge
