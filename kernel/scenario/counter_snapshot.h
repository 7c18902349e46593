// The event counters that are the same on every machine, counted from a moment on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uvm {

class counter_snapshot {
public:
    // Counts from now on.
    void reset();
    [[nodiscard]] static size_t count();
    [[nodiscard]] static std::string_view name(size_t index);
    // How often the event has happened since the reset.
    [[nodiscard]] uint64_t since_reset(size_t index) const;

private:
    static constexpr size_t limit = 48;
    uint64_t at_reset_[limit]{};
};

} // namespace uvm
