// Loans: memory used by somebody else without a copy (docs/scenario-language.md).
#include "kernel/scenario/commands.h"

#include <machine/memory.h>

#include "kernel/vm/uvm_anon.h"

namespace uvm {

namespace {

struct loan_request {
    uint64_t pages;
    std::string_view name;
    uvm_loan_to to;
};

// The arguments `L [page|anon]`; to what the range before them came.
loan_request take_loan(interpreter& in, arguments& args, uint64_t bytes) {
    constexpr choice<uvm_loan_to> borrowers[] = {
        {"", uvm_loan_to::page}, {"page", uvm_loan_to::page}, {"anon", uvm_loan_to::anon}};
    std::string_view const name = args.new_name("L");
    uvm_loan_to const to = choose(args, args.option(), borrowers);
    if (in.loans.full())
        args.complain("more than 64 loans");
    return {bytes >> machine::page_shift, name, to};
}

// Borrows with `borrow(pages)`.
template <class F>
outcome make_loan(interpreter& in, const arguments& args, const loan_request& request, F&& borrow) {
    if (args.invalid() || request.pages > scenario_loan_pages)
        return outcome::failed(errno_t::einval);
    if (in.loans.find(request.name))
        return outcome::failed(errno_t::eexist);
    named_loan* const loan = in.loans.add(request.name, request.to, uint32_t(request.pages));
    if (!loan)
        return outcome::failed(errno_t::enomem);
    errno_t const error = borrow(loan->all());
    if (error != errno_t::ok)
        in.loans.forget(*loan);
    return outcome::of(error);
}

named_loan* take_name(interpreter& in, arguments& args) {
    std::string_view const name = args.word("L");
    named_loan* const loan = args.failed() ? nullptr : in.loans.find(name);
    if (!loan)
        args.complain("unknown loan", name);
    return loan;
}

void print_owner(interpreter& in, const vm_page& page) {
    in.out.text(" owner=");
    if (page.uobject && in.objects.name_of(*page.uobject).empty())
        in.out.text("zeros");
    else if (page.uobject)
        in.out.text(in.objects.name_of(*page.uobject)).text("+").hex(page.offset.value);
    if (page.uobject && page.uanon)
        in.out.text(",anon");
    else if (!page.uobject)
        in.out.text(page.uanon ? "anon" : "nobody");
}

void print_page(interpreter& in, const vm_page& page) {
    in.out.text(" loans=").dec(page.loan_count);
    print_owner(in, page);
    in.out.text(" byte=").hex_byte(*static_cast<const uint8_t*>(machine::phys_to_ptr(page.phys_addr)));
}

void print_loan(interpreter& in, const named_loan& loan) {
    for (uint32_t i = 0; i < loan.count; ++i) {
        in.out.text("  ").text(loan.name).text(" ").dec(i);
        if (loan.to == uvm_loan_to::anon) {
            vm_anon& anon = *loan.pages[i].anon;
            mutex_guard const guard(anon.an_lock);
            in.out.text(" anon refs=").dec(uint32_t(anon.an_ref)).text(" borrowed=");
            in.out.dec(uint32_t(anon.an_loans));
            if (anon.an_page)
                print_page(in, *anon.an_page);
            else
                in.out.text(" not resident");
        } else {
            in.out.text(" page");
            print_page(in, *loan.pages[i].page);
        }
        in.out.text("\n");
    }
}

} // namespace

outcome run_loan(interpreter& in, arguments& args) {
    process* const p = args.space();
    vaddr_t const start = args.address();
    vsize_t const size = args.size();
    loan_request const request = take_loan(in, args, size.value);
    if (!args.finished())
        return outcome::unparsed();
    return make_loan(in, args, request, [&](std::span<uvm_loaned> pages) {
        return uvm_loan(p->p_vmspace->vm_map, start, pages, request.to);
    });
}

outcome run_loanpages(interpreter& in, arguments& args) {
    std::string_view const name = args.word("O");
    uvm_object* const obj = args.failed() ? nullptr : args.object(name);
    uint64_t const offset = args.number_value(args.word("OFFSET"));
    if ((offset & page_mask) != 0)
        args.mark_invalid();
    uint64_t const size = args.object_size();
    loan_request const request = take_loan(in, args, size);
    if (request.to != uvm_loan_to::page)
        args.complain("only to the kernel");
    if (!args.finished())
        return outcome::unparsed();
    return make_loan(in, args, request, [&](std::span<uvm_loaned> pages) {
        return uvm_loanuobjpages(*obj, voff_t(offset), pages);
    });
}

outcome run_loanmap(interpreter& in, arguments& args) {
    named_loan* const loan = take_name(in, args);
    process* const p = args.space("D");
    address_or_any const hint = args.hint();
    if (!args.finished())
        return outcome::unparsed();
    if (args.invalid() || loan->to != uvm_loan_to::anon)
        return outcome::failed(errno_t::einval);
    vm_map& map = p->p_vmspace->vm_map;
    vsize_t const size = pages_to_bytes(loan->count);
    if (hint.any && size > map.max() - map.min())
        return outcome::failed(errno_t::enomem);
    vaddr_t const any = has(map.flags, vm_map_flag::topdown) ? map.max() - size : map.min();
    vaddr_t start = hint.any ? any : hint.va;
    errno_t const error = uvm_loan_map(map, start, loan->all());
    if (error != errno_t::ok)
        return outcome::failed(error);
    in.loans.forget(*loan);
    return in.value(start);
}

outcome run_unloan(interpreter& in, arguments& args) {
    named_loan* const loan = take_name(in, args);
    if (!args.finished())
        return outcome::unparsed();
    uvm_unloan(loan->all(), loan->to);
    in.loans.forget(*loan);
    return outcome::ok();
}

outcome run_loans(interpreter& in, arguments& args) {
    if (!args.finished())
        return outcome::unparsed();
    for (named_loan const& loan : in.loans.all())
        print_loan(in, loan);
    return outcome::printed();
}

} // namespace uvm
