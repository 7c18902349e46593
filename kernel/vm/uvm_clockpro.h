// CLOCK-Pro: which page goes, by how soon pages are used again and not by when they were used last.
//
// Idea: S. Jiang, F. Chen, X. Zhang, "CLOCK-Pro: An Effective Improvement of the CLOCK Replacement", USENIX
// Annual Technical Conference 2005. There one clock holds all pages and three hands go round; here each page
// has a stamp that says where on that clock it is, and the queues that every policy has hold
//
//     active      hot pages, and newcomers    hand hot at the head: not referenced -> cold
//     inactive    cold pages                  hand cold at the head: not referenced -> out
//     history     cold pages that are out, for as long as their test period lasts
//
//   a page ...                          becomes
//   ----------------------------------  ---------------------------------------------------------------
//   comes in, in the history            hot: it was used again soon; the cold target grows by 1
//   comes in, not there                 newcomer: what references it meanwhile is the same use still
//   is no newcomer any more             cold, in its test period
//   cold, referenced in the period      hot; the cold target grows by 1
//   cold, referenced, no period         cold, in a new test period
//   cold, taken in its period           remembered in the history
//   hot, passed by hand hot             cold, without a test period
//   comes in by read-ahead              speculative: on the inactive queue; its first reference is what the
//                                       coming in is to others
//
// A test period lasts until hand hot comes by: until it has passed a hot page with a later stamp. When
// nothing came of it, the cold target shrinks by 1. The target says how many pages are to be cold at least: a
// tenth at first, nine tenths at most, a page at least; hand hot goes when more than the others are hot.
//
// Nothing is told when a page comes in. Each scan begins with a look at all pages, and knows by its record
// (one for each frame, with the name of what it held) which of them are new.
#pragma once

#include "kernel/vm/uvm_clockpro_history.h"

namespace uvm {

// Newcomers are no more than 1 MiB, and an eighth of all pages.
inline constexpr uint32_t uvm_clockpro_newcomers = (1u << 20) / uint32_t(page_size);

struct uvm_clockpro_counts {
    uint32_t size;                 // pages that there could be on the queues
    uint32_t cold_target;          // of them
    uint32_t hot, newcomers, cold; // cold: with speculative ones
    uint32_t history;
};
// As the last scan left them; all 0 while another policy is in use. Locks: takes pageqlock. Cost: O(pages).
[[nodiscard]] uvm_clockpro_counts uvm_clockpro_count();

} // namespace uvm
