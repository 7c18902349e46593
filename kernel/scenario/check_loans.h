// The part of `check` that is about pages on loan.
#pragma once

#include "kernel/scenario/interpreter.h"

namespace uvm {

inline constexpr uint32_t loan_invariant = 10;

// Calls f(anon) for each reference to an anon that a loan of the scenario holds.
template <class F>
void for_each_borrowed_anon(const interpreter& in, F&& f) {
    for (named_loan const& loan : in.loans.all())
        for (uvm_loaned const& loaned : loan.all())
            if (loan.to == uvm_loan_to::anon)
                f(*loaned.anon);
}

// Every page's loans against its borrowers, its owners, its wires and its mappings, the orphans against their
// count. True when they agree. Cost: O(pages
// and mappings) while a page is on loan.
[[nodiscard]] bool loans_agree(const interpreter& in, uvm_map_violation* violation);

} // namespace uvm
