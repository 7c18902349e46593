#include "kernel/scenario/loans.h"

#include "kernel/vm/uvm_pool.h"

namespace uvm {

named_loan* named_loans::find(std::string_view name) {
    for (uint32_t i = 0; i < count_; ++i)
        if (table_[i].name == name)
            return &table_[i];
    return nullptr;
}

named_loan* named_loans::add(std::string_view name, uvm_loan_to to, uint32_t count) {
    kassert(!full(), "named_loans: full");
    auto* const pages = static_cast<uvm_loaned*>(uvm_kmem_alloc(count * sizeof(uvm_loaned)));
    if (!pages)
        return nullptr;
    named_loan& loan = table_[count_++];
    loan = {};
    name.substr(0, sizeof loan.name - 1).copy(loan.name, sizeof loan.name - 1);
    loan.to = to;
    loan.count = count;
    loan.pages = pages;
    return &loan;
}

void named_loans::forget(named_loan& loan) {
    uvm_kmem_free(loan.pages, loan.count * sizeof(uvm_loaned));
    for (named_loan* at = &loan; at + 1 < table_ + count_; ++at)
        *at = at[1];
    --count_;
}

void named_loans::clear() {
    while (count_ > 0) {
        named_loan& loan = table_[count_ - 1];
        uvm_unloan(loan.all(), loan.to);
        forget(loan);
    }
}

} // namespace uvm
