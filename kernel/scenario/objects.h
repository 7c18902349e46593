// The memory objects that a scenario has named. The interpreter holds one reference on each, so that a name
// stays good when nothing maps the object any more.
#pragma once

#include <string_view>

#include "kernel/vm/uvm_object.h"

namespace uvm {

inline constexpr uint32_t scenario_object_limit = 256;

class named_objects {
public:
    [[nodiscard]] uvm_object* find(std::string_view name) const;
    // The name of an object, or an empty one.
    [[nodiscard]] std::string_view name_of(const uvm_object& obj) const;
    [[nodiscard]] bool full() const { return count_ == scenario_object_limit; }
    // Owns: takes over the caller's reference. Needs: not full.
    void add(std::string_view name, uvm_object& obj);
    // Gives every reference back and forgets the names.
    void clear();

private:
    struct named {
        char name[32]{};
        uvm_object* obj{};
    };
    named table_[scenario_object_limit];
    uint32_t count_{};
};

} // namespace uvm
