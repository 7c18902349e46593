// Commands that disturb the machine on purpose, or read its instruments.
#include "kernel/scenario/commands.h"
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_map_lock.h"
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
                                                         {"device", "device"},
                                                         {"pmap", "pmap"},
                                                         {"table", "page table"},
                                                         {"mapping", "pv_entry"},
                                                         {"array", "array"},
                                                         {"kentry", "kernel entry chunk"},
                                                         {"kpage", "kernel page"}};

// What a node of a map's tree knows of free room.
constexpr choice<vsize_t vm_map_entry::*> tree_numbers[] = {{"gap", &vm_map_entry::gap},
                                                            {"maxgap", &vm_map_entry::maxgap}};

// The index of a counter, or counter_snapshot::count().
size_t index_of(std::string_view name) {
    size_t i = 0;
    while (i < counter_snapshot::count() && counter_snapshot::name(i) != name)
        ++i;
    return i;
}

void print_counter(interpreter& in, size_t index) {
    in.out.text("  ").text(counter_snapshot::name(index)).text(" ");
    in.out.dec(in.counters.since_reset(index)).text("\n");
}

} // namespace

// counters: all. counters NAME…: these. counters reset.
outcome run_counters(interpreter& in, arguments& args) {
    arguments names = args; // once to see that all are known, once to print
    std::string_view word = args.option();
    if (word == "reset") {
        if (!args.finished())
            return outcome::unparsed();
        in.counters.reset();
        return outcome::ok();
    }
    bool const all = word.empty();
    for (; !word.empty(); word = args.option())
        if (index_of(word) == counter_snapshot::count())
            args.complain("unknown counter", word);
    if (!args.finished())
        return outcome::unparsed();
    for (size_t i = 0; all && i < counter_snapshot::count(); ++i)
        print_counter(in, i);
    while (!names.at_end())
        print_counter(in, index_of(names.option()));
    return outcome::printed();
}

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

// damage S ADDR gap|maxgap SIZE: the number in the tree's node is SIZE from now on, whatever is true.
outcome run_damage(interpreter& in, arguments& args) {
    process* const p = args.space();
    vaddr_t const va = args.byte_address();
    vsize_t vm_map_entry::*const field = choose(args, args.option(), tree_numbers);
    vsize_t const size(args.address_value(args.option()));
    if (!args.finished())
        return outcome::unparsed();
    if (in.rights != scenario_rights::all)
        return outcome::failed(errno_t::eperm);
    vm_map& map = p->p_vmspace->vm_map;
    map_exclusive_guard const guard(map);
    uvm_change const change;
    vm_map_entry* entry;
    if (!uvm_map_lookup_entry(map, va, &entry))
        return outcome::failed(errno_t::efault);
    in.out.text("  = ").hex((entry->*field).value).text("\n");
    entry->*field = size;
    return outcome::printed();
}

} // namespace uvm
