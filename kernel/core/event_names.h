// Names of probe events as text, from the enum itself, so that the two cannot differ.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace event_names_detail {
// The compiler spells the value of E in the function's name: "… [with … E = uvm::uvm_event::NAME; …]".
template <uvm_event E>
constexpr std::string_view spelled() {
    std::string_view text = __PRETTY_FUNCTION__;
    text.remove_prefix(text.find("E = ") + 4);
    text = text.substr(0, text.find_first_of(";]"));
    size_t const colon = text.rfind(':');
    return text.starts_with('(') || colon == std::string_view::npos ? std::string_view()
                                                                    : text.substr(colon + 1);
}
template <size_t... I>
constexpr auto table(std::index_sequence<I...>) {
    return std::array<std::string_view, sizeof...(I)>{spelled<uvm_event(I)>()...};
}
} // namespace event_names_detail

// "event" for a number that names none.
inline std::string_view event_name(uvm_event event) {
    static constexpr auto names = event_names_detail::table(std::make_index_sequence<128>());
    auto const number = size_t(event);
    return number < names.size() && !names[number].empty() ? names[number] : "event";
}

} // namespace uvm
