#include "kernel/scenario/counter_snapshot.h"

#include <iterator>

#include "kernel/vm/uvm_counters.h"
#include "kernel/vm/uvm_page.h"

namespace uvm {

namespace {

// Of the machine as a whole; what the kernel's own needs of memory move is not here.
struct machine_counter {
    std::string_view name;
    counter uvmexp_t::*count;
};
constexpr machine_counter machine_counters[] = {
    {"faults", &uvmexp_t::faults},
    {"fault_anon", &uvmexp_t::fault_anon},
    {"fault_anon_copy", &uvmexp_t::fault_anon_copy},
    {"fault_object", &uvmexp_t::fault_object},
    {"fault_object_copy", &uvmexp_t::fault_object_copy},
    {"fault_zero", &uvmexp_t::fault_zero},
    {"fault_needs_copy", &uvmexp_t::fault_needs_copy},
    {"fault_ahead_anon", &uvmexp_t::fault_ahead_anon},
    {"fault_ahead_object", &uvmexp_t::fault_ahead_object},
    {"fault_lget", &uvmexp_t::fault_lget},
    {"fault_get", &uvmexp_t::fault_get},
    {"fault_anget", &uvmexp_t::fault_anget},
    {"fault_anretry", &uvmexp_t::fault_anretry},
    {"fault_relck", &uvmexp_t::fault_relck},
    {"fault_relckok", &uvmexp_t::fault_relckok},
    {"fault_noram", &uvmexp_t::fault_noram},
    {"fault_noanon", &uvmexp_t::fault_noanon},
    {"read_ahead_asked", &uvmexp_t::read_ahead_asked},
    {"read_ahead", &uvmexp_t::read_ahead},
};

constexpr size_t map_count = std::size(uvm_counter_names);

uint64_t value(size_t index) {
    if (index < map_count)
        return uvm_counter_names[index].in(uvm_user_counters);
    return uvmexp.*machine_counters[index - map_count].count;
}

} // namespace

size_t counter_snapshot::count() {
    constexpr size_t all = map_count + std::size(machine_counters);
    static_assert(all <= limit);
    return all;
}

std::string_view counter_snapshot::name(size_t index) {
    return index < map_count ? uvm_counter_names[index].name : machine_counters[index - map_count].name;
}

void counter_snapshot::reset() {
    for (size_t i = 0; i < count(); ++i)
        at_reset_[i] = value(i);
}

uint64_t counter_snapshot::since_reset(size_t index) const {
    return uintptr_t(value(index) - at_reset_[index]); // a count of one word may have wrapped
}

} // namespace uvm
