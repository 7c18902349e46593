// What clockpro knows of each page, and how that changes. Internal to the policy. See uvm_clockpro.h.
#pragma once

#include "kernel/vm/uvm_clockpro.h"

namespace uvm {

enum class clockpro_standing : uint8_t { unknown, newcomer, hot, cold, speculative };

// What is known of a frame's page.
struct clockpro_record {
    uvm_page_name name;
    uint32_t stamp{};   // its place on the clock
    uint32_t offered{}; // the scan that it was last offered to
    clockpro_standing is{clockpro_standing::unknown};
    bool in_test{}; // cold: since `stamp`
};

// Field tags: [I] while the policy is in use; the others under pageqlock, as all functions below.
struct clockpro_state {
    vm_page* memory{};          // [I] of the records and the history; null: not in use
    clockpro_record* records{}; // of all frames, as uvm_pages.pages
    uvm_clockpro_history history;
    uint32_t size{}, cold_target{};
    uint32_t hot{}, newcomers{}; // as far as scans know
    uint32_t scan{}, now{};      // number of the scan; the latest stamp
    uint32_t hand_hot{};         // the latest stamp that the hand has passed
};
extern clockpro_state clockpro;

// The size of the clock and what the cold target may be with it, as things are now.
void clockpro_set_size();
void clockpro_target_shrinks();
// Whether hand hot has been at that place of the clock. Stamps go round.
inline bool clockpro_passed(uint32_t stamp) { return int32_t(clockpro.hand_hot - stamp) > 0; }

inline clockpro_record& clockpro_record_of(const vm_page& page) {
    return clockpro.records[&page - uvm_pages.pages];
}
// The record of a page on a queue, begun anew when another page was in its frame.
clockpro_record& clockpro_know(const vm_page& page);

// Hot, behind the others. / Cold, behind the others. / A cold or speculative page was referenced. Each clears
// the reference.
void clockpro_make_hot(vm_page& page, clockpro_record& rec);
void clockpro_make_cold(vm_page& page, clockpro_record& rec, bool in_test);
void clockpro_touch(vm_page& page, clockpro_record& rec);
// Takes note of who came in, and of what others have done with the page: faults move pages to the active
// queue, hints to the inactive one. A page that is not new and where it belongs stays there.
void clockpro_settle(vm_page& page);

} // namespace uvm
