// Bit operations for enum classes that are sets of flags. An enum opts in by specialising is_flag_enum.
#pragma once

#include <type_traits>

namespace uvm {

template <class E>
inline constexpr bool is_flag_enum = false;

template <class E>
concept flag_enum = std::is_enum_v<E> && is_flag_enum<E>;

template <flag_enum E>
constexpr E operator|(E a, E b) {
    using U = std::underlying_type_t<E>;
    return E(U(U(a) | U(b)));
}
template <flag_enum E>
constexpr E operator&(E a, E b) {
    using U = std::underlying_type_t<E>;
    return E(U(U(a) & U(b)));
}
template <flag_enum E>
constexpr E operator~(E a) {
    using U = std::underlying_type_t<E>;
    return E(U(~U(a)));
}
template <flag_enum E>
constexpr E& operator|=(E& a, E b) {
    return a = a | b;
}
template <flag_enum E>
constexpr E& operator&=(E& a, E b) {
    return a = a & b;
}
// True when any bit of `bits` is set in `set`.
template <flag_enum E>
constexpr bool has(E set, E bits) {
    return (set & bits) != E{};
}
// True when every bit of `bits` is set in `set`.
template <flag_enum E>
constexpr bool has_all(E set, E bits) {
    return (set & bits) == bits;
}
// `set` with `bits` taken out.
template <flag_enum E>
constexpr E without(E set, E bits) {
    return set & ~bits;
}

} // namespace uvm
