// Where the guest's structures have their fields, as the debug information of its kernel says.
//
// Names are the kernel's own without namespace: types "vm_map_entry", field paths "vm_map_entry.rb.left",
// symbols "allproc", enumerators "uvm_etype.needs_copy". A student may add or move fields: nothing here is
// known beforehand but the names.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gdbbridge {

struct FieldLayout {
    uint32_t offset = 0;
    uint32_t size = 0;
    bool operator==(const FieldLayout&) const = default;
};

class Layout {
public:
    void setSize(std::string_view type, uint64_t bytes);
    void setField(std::string_view path, FieldLayout field);
    void setSymbol(std::string_view name, uint64_t address);
    void setEnumerator(std::string_view name, uint64_t value);
    // The name of the event with this number ("fault_begin").
    void setEventName(uint16_t number, std::string_view name);

    [[nodiscard]] std::optional<uint64_t> size(std::string_view type) const;
    [[nodiscard]] std::optional<FieldLayout> field(std::string_view path) const;
    [[nodiscard]] std::optional<uint64_t> symbol(std::string_view name) const;
    [[nodiscard]] std::optional<uint64_t> enumerator(std::string_view name) const;
    // By number; "" where the kernel has no such event.
    [[nodiscard]] const std::vector<std::string>& eventNames() const { return m_eventNames; }

    // What the decoder needs and this layout lacks or has in a form that cannot be, one sentence each
    // ("kernel has no field vm_map_entry.maxgap"). Empty: the layout is complete.
    [[nodiscard]] std::vector<std::string> missing() const;

    bool operator==(const Layout&) const = default;

private:
    std::map<std::string, uint64_t, std::less<>> m_sizes;
    std::map<std::string, FieldLayout, std::less<>> m_fields;
    std::map<std::string, uint64_t, std::less<>> m_symbols;
    std::map<std::string, uint64_t, std::less<>> m_enumerators;
    std::vector<std::string> m_eventNames;
};

} // namespace gdbbridge
