// The loans that a scenario has named and not ended yet.
#pragma once

#include <string_view>

#include "kernel/vm/uvm_loan.h"

namespace uvm {

inline constexpr uint32_t scenario_loan_limit = 64;
inline constexpr uint32_t scenario_loan_pages = 1u << 14; // the most of one loan

struct named_loan {
    char name[32]{};
    uvm_loan_to to{uvm_loan_to::page};
    uint32_t count{};
    uvm_loaned* pages{}; // owned; count long
    [[nodiscard]] std::span<uvm_loaned> all() const { return {pages, count}; }
};

// Kept in the order in which they were made.
class named_loans {
public:
    [[nodiscard]] named_loan* find(std::string_view name);
    [[nodiscard]] bool full() const { return count_ == scenario_loan_limit; }
    // A loan of `count` pages, to be filled in, or null without memory. Needs: not full.
    [[nodiscard]] named_loan* add(std::string_view name, uvm_loan_to to, uint32_t count);
    // Forgets the name; what was borrowed is the caller's affair.
    void forget(named_loan& loan);
    // Ends every loan.
    void clear();
    [[nodiscard]] std::span<const named_loan> all() const { return {table_, count_}; }

private:
    named_loan table_[scenario_loan_limit];
    uint32_t count_{};
};

} // namespace uvm
