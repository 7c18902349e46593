// Event counters of the map layer: what uvm_map came to, and by which way lookups found their entry. The
// names are those under which UVM's event counters are known.
//
// Each map counts in the counters of its kind, so that what the kernel maps for itself does not blur what
// programs do. A count is for looking at: threads that count at the same moment may lose one, none is torn.
// Compiled with UVM_COUNTERS=0 counting is nothing at all and every counter stays 0.
#pragma once

#include <cstdint>
#include <string_view>

#include <machine/memory.h>

#ifndef UVM_COUNTERS
#define UVM_COUNTERS 1
#endif

namespace uvm {

// As wide as a word, for the machines where a wider one is not written in one piece.
using uvm_counter = uintptr_t;

struct uvm_map_counters {
    uvm_counter backmerge{}; // uvm_map that ended as a merge with the entry before it,
    uvm_counter forwmerge{}; // with the one behind it,
    uvm_counter bimerge{};   // with both,
    uvm_counter nomerge{};   // as a new entry
    uvm_counter map_call{};  // calls of uvm_map
    // Calls of uvm_map_lookup_entry, which end in one of three ways: mlk_call is their sum.
    uvm_counter mlk_hint{};     // where the hint was the entry,
    uvm_counter mlk_list{};     // where the list was walked from the hint,
    uvm_counter mlk_listloop{}; // steps of all those walks
    uvm_counter mlk_tree{};     // where the tree was searched,
    uvm_counter mlk_treeloop{}; // nodes that all those searches looked at
};

// Of every map on a pmap of its own, and of those on the kernel's.
extern uvm_map_counters uvm_user_counters;
extern uvm_map_counters uvm_kernel_counters;

// A counter with its name, and what it stands at. Calls of lookups are not counted but added up: an
// instruction less in each of them.
class uvm_counter_name {
public:
    constexpr uvm_counter_name(std::string_view called, uvm_counter uvm_map_counters::*counter)
        : name(called), counter_(counter) {}
    [[nodiscard]] uvm_counter in(const uvm_map_counters& counts) const {
        return counter_ ? counts.*counter_ : counts.mlk_hint + counts.mlk_list + counts.mlk_tree;
    }
    std::string_view name;

private:
    uvm_counter uvm_map_counters::*counter_; // null: mlk_call
};
inline constexpr uvm_counter_name uvm_counter_names[] = {
    {"backmerge", &uvm_map_counters::backmerge},       {"forwmerge", &uvm_map_counters::forwmerge},
    {"bimerge", &uvm_map_counters::bimerge},           {"nomerge", &uvm_map_counters::nomerge},
    {"map_call", &uvm_map_counters::map_call},         {"mlk_call", nullptr},
    {"mlk_hint", &uvm_map_counters::mlk_hint},         {"mlk_list", &uvm_map_counters::mlk_list},
    {"mlk_listloop", &uvm_map_counters::mlk_listloop}, {"mlk_tree", &uvm_map_counters::mlk_tree},
    {"mlk_treeloop", &uvm_map_counters::mlk_treeloop},
};

// Counts `by` events. The map's lock may be held shared by others who count too.
inline void uvm_count(uvm_counter& counter, uvm_counter by = 1) {
#if UVM_COUNTERS
    machine::add_to(counter, by);
#else
    (void)counter, (void)by;
#endif
}

} // namespace uvm
