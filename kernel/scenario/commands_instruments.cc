// Commands that disturb the machine on purpose, or read its instruments.
#include "kernel/scenario/commands.h"
#include "kernel/vm/uvm_pool.h"

namespace uvm {

namespace {

// The words of the language, and what the VM calls the same.
constexpr choice<std::string_view> allocation_kinds[] = {{"", ""},
                                                         {"page", "page"},
                                                         {"entry", "map entry"},
                                                         {"amap", "amap"},
                                                         {"chunk", "amap chunk"},
                                                         {"anon", "anon"},
                                                         {"space", "vmspace"},
                                                         {"aobj", "anonymous object"},
                                                         {"file", "file object"},
                                                         {"pmap", "pmap"},
                                                         {"table", "page table"},
                                                         {"mapping", "pv_entry"},
                                                         {"array", "array"}};

} // namespace

// failalloc: how many allocations until one fails. failalloc off. failalloc N [KIND].
outcome run_failalloc(interpreter& in, arguments& args) {
    if (args.at_end()) {
        if (uint32_t const left = uvm_fail_allocation_left())
            in.out.text("  = ").dec(left).text("\n");
        else
            in.out.text("  = off\n");
        return outcome::printed();
    }
    std::string_view const which = args.option();
    bool const off = which == "off";
    uint64_t const number = off ? 0 : args.number_value(which);
    std::string_view const kind = off ? "" : choose(args, args.option(), allocation_kinds);
    if (!args.finished())
        return outcome::unparsed();
    if (!off && (number == 0 || number > UINT32_MAX))
        return outcome::failed(errno_t::einval);
    uvm_fail_allocation(uint32_t(number), kind);
    return outcome::ok();
}

} // namespace uvm
