#include "gdbbridge/layout/layout.h"

#include "gdbbridge/layout/names.h"

namespace gdbbridge {

namespace {

template <class T>
std::optional<T> find(const std::map<std::string, T, std::less<>>& in, std::string_view name) {
    auto const at = in.find(name);
    if (at == in.end())
        return std::nullopt;
    return at->second;
}

// "vm_map_entry.rb.left" -> "vm_map_entry".
std::string_view typeOf(std::string_view path) { return path.substr(0, path.find('.')); }

// Fields that hold arrays; any other must fit a 64-bit value.
bool isArray(std::string_view path) {
    return path == "process.p_name" || path == "uvm_object.uo_name" || path == "amap_chunk.anon" ||
           path == "uvm_probe_ring_t.records" || path == "uvm_probe_record.args" ||
           path == "vmspace.vm_map" || path == "vm_map.header" || path == "uvm_kmapent_chunk.entries";
}

std::string quoted(const char* before, std::string_view name, const char* after = "") {
    return std::string(before) + std::string(name) + after;
}

} // namespace

void Layout::setSize(std::string_view type, uint64_t bytes) { m_sizes[std::string(type)] = bytes; }
void Layout::setField(std::string_view path, FieldLayout field) { m_fields[std::string(path)] = field; }
void Layout::setSymbol(std::string_view name, uint64_t address) { m_symbols[std::string(name)] = address; }
void Layout::setEnumerator(std::string_view name, uint64_t value) {
    m_enumerators[std::string(name)] = value;
}
void Layout::setEventName(uint16_t number, std::string_view name) {
    if (m_eventNames.size() <= number)
        m_eventNames.resize(size_t{number} + 1);
    m_eventNames[number] = name;
}

std::optional<uint64_t> Layout::size(std::string_view type) const { return find(m_sizes, type); }
std::optional<FieldLayout> Layout::field(std::string_view path) const { return find(m_fields, path); }
std::optional<uint64_t> Layout::symbol(std::string_view name) const { return find(m_symbols, name); }
std::optional<uint64_t> Layout::enumerator(std::string_view name) const { return find(m_enumerators, name); }

std::vector<std::string> Layout::missing() const {
    std::vector<std::string> out;
    // A structure beyond this is not one of ours; the probe ring is the only large one.
    constexpr uint64_t largestType = uint64_t{1} << 28;
    constexpr uint64_t smallestEntry = 8; // its fields are loaded eight bytes at a time
    for (std::string_view type : requiredTypes()) {
        auto const bytes = size(type);
        if (!bytes)
            out.push_back(quoted("kernel has no type ", type));
        else if (*bytes == 0 || *bytes > largestType || (type == "vm_map_entry" && *bytes < smallestEntry))
            out.push_back(quoted("kernel's type ", type, " has an impossible size"));
    }
    if (auto const pointer = size("void*"); pointer && *pointer != 4 && *pointer != 8)
        out.push_back("kernel's pointers have neither 4 nor 8 bytes");
    for (std::string_view path : requiredFields()) {
        auto const at = field(path);
        if (!at) {
            out.push_back(quoted("kernel has no field ", path));
            continue;
        }
        auto const whole = size(typeOf(path));
        bool const inside = !whole || uint64_t{at->offset} + at->size <= *whole;
        if (at->size == 0 || !inside || (!isArray(path) && at->size > 8))
            out.push_back(quoted("kernel's field ", path, " has an impossible place or size"));
    }
    for (std::string_view name : requiredSymbols())
        if (!symbol(name).value_or(0))
            out.push_back(quoted("kernel has no variable ", name));
    for (std::string_view name : requiredEnumerators())
        if (!enumerator(name))
            out.push_back(quoted("kernel has no enumerator ", name));
    if (m_eventNames.empty())
        out.push_back("kernel has no names in enum uvm_event");
    return out;
}

} // namespace gdbbridge
