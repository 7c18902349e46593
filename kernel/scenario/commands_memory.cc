// Memory pressure: a machine with few pages, swap, and the page daemon (docs/scenario-language.md).
#include "kernel/scenario/commands.h"

#include "kernel/vm/uvm_pdaemon.h"
#include "kernel/vm/uvm_swap.h"

namespace uvm {

namespace {

constexpr uint64_t count_limit = 1u << 20;

} // namespace

void scenario_memory_reset() {
    uvm_page_limit(0);
    uvm_pdpolicy_use(uvm_pdpolicy_clock);
    scenario_swap_reset();
}

outcome run_memory(interpreter&, arguments& args) {
    uint64_t const pages = args.number_value(args.word("PAGES"));
    uint64_t slots = 0;
    for (std::string_view word = args.option(); !word.empty(); word = args.option()) {
        std::string_view value;
        if (take_key(word, "swap=", &value))
            slots = args.number_value(value);
        else
            args.complain("not understood", word);
    }
    if (!args.finished())
        return outcome::unparsed();
    if (pages == 0 || pages > count_limit || slots > count_limit)
        return outcome::failed(errno_t::einval);
    errno_t const error = slots ? scenario_swap_on("ram", uint32_t(slots), 0) : errno_t::ok;
    if (error == errno_t::ok)
        uvm_page_limit(uint32_t(pages));
    return outcome::of(error);
}

outcome run_pagedaemon(interpreter& in, arguments& args) {
    std::string_view const word = args.option();
    constexpr choice<const uvm_pdpolicy*> policies[] = {
        {"clock", &uvm_pdpolicy_clock}, {"fifo", &uvm_pdpolicy_fifo}, {"clockpro", &uvm_pdpolicy_clockpro}};
    uvm_pdpolicy const* const policy = word.empty() ? nullptr : choose(args, word, policies);
    if (!args.finished())
        return outcome::unparsed();
    if (policy)
        return outcome::of(uvm_pdpolicy_use(*policy));
    in.out.text("  = freed ").dec(uvm_pagedaemon()).text("\n");
    return outcome::printed();
}

outcome run_uvmexp(interpreter& in, arguments& args) {
    if (!args.finished())
        return outcome::unparsed();
    in.out.text("  pages owned=").dec(uvmexp.owned).text(" active=").dec(uvm_pages.active.count);
    in.out.text(" inactive=").dec(uvm_pages.inactive.count).text(" wired=").dec(uvmexp.wired).text("\n");
    mutex_guard const guard(uvm_swap.lock);
    in.out.text("  swap swpages=").dec(uvm_swap.swpages).text(" swpginuse=").dec(uvm_swap.swpginuse);
    in.out.text(" swpgonly=").dec(uvm_swap.swpgonly).text(" bad=").dec(uvm_swap.swpgbad).text("\n");
    return outcome::printed();
}

outcome run_swapfail(interpreter&, arguments& args) {
    uint64_t const count = args.number_value(args.word("COUNT"));
    if (!args.finished())
        return outcome::unparsed();
    if (count > count_limit)
        return outcome::failed(errno_t::einval);
    mutex_guard const guard(uvm_swap.lock);
    uvm_swap.fail_next = uint32_t(count);
    return outcome::ok();
}

} // namespace uvm
