// Commands that make, copy and end spaces, and make objects.
#include "kernel/scenario/commands.h"
#include "kernel/vm/uvm_change.h"

namespace uvm {

namespace {

constexpr uintptr_t user_max = machine::user_max;

// Makes a process of `vm`, whose reference it takes over in any case.
outcome start_process(arguments& args, std::string_view name, vmspace* vm) {
    if (!vm)
        return outcome::failed(errno_t::enomem);
    if (process_create(name, vm))
        return outcome::ok();
    uvmspace_free(*vm);
    args.complain("more than 256 spaces");
    return outcome::unparsed();
}

bool are_bounds(vaddr_t min, vaddr_t max) { return min < max && max.value <= user_max; }

// The arguments `S D` of fork and share.
struct parent_and_child {
    process* parent;
    std::string_view child;
};

parent_and_child take_parent_and_child(arguments& args) {
    process* const parent = args.space("S");
    return {parent, args.new_name("D")};
}

} // namespace

outcome run_space(interpreter&, arguments& args) {
    std::string_view const name = args.new_name("S");
    vaddr_t const min = args.address("MIN");
    vaddr_t const max = args.address("MAX");
    auto direction = vmspace_direction::bottom_up;
    for (std::string_view word = args.option(); !word.empty(); word = args.option()) {
        if (word == "topdown")
            direction = vmspace_direction::top_down;
        else
            args.complain("not understood", word);
    }
    if (!args.finished())
        return outcome::unparsed();
    if (args.invalid() || !are_bounds(min, max))
        return outcome::failed(errno_t::einval);
    if (process_find(name))
        return outcome::failed(errno_t::eexist);
    return start_process(args, name, uvmspace_alloc(min, max, direction));
}

outcome run_object(interpreter& in, arguments& args) {
    constexpr choice<uvm_object_kind> kinds[] = {
        {"", uvm_object_kind::file}, {"file", uvm_object_kind::file}, {"anon", uvm_object_kind::anonymous}};
    std::string_view const name = args.new_name("O");
    uint64_t const size = args.object_size("SIZE");
    uvm_object_kind const kind = choose(args, args.option(), kinds);
    if (in.objects.full())
        args.complain("more than 256 objects");
    if (!args.finished())
        return outcome::unparsed();
    if (args.invalid())
        return outcome::failed(errno_t::einval);
    if (in.objects.find(name))
        return outcome::failed(errno_t::eexist);
    text_buffer<31> ended; // the name as a C string
    ended.text(name);
    uvm_object* const obj =
        kind == uvm_object_kind::file ? ufile_create(size, ended.c_str()) : uao_create(size, ended.c_str());
    if (!obj)
        return outcome::failed(errno_t::enomem);
    in.objects.add(name, *obj);
    return outcome::ok();
}

outcome run_fork(interpreter&, arguments& args) {
    auto const [parent, child] = take_parent_and_child(args);
    if (!args.finished())
        return outcome::unparsed();
    if (process_find(child))
        return outcome::failed(errno_t::eexist);
    uvm_change const change;
    return start_process(args, child, uvmspace_fork(*parent->p_vmspace));
}

outcome run_share(interpreter&, arguments& args) {
    auto const [parent, child] = take_parent_and_child(args);
    if (!args.finished())
        return outcome::unparsed();
    if (process_find(child))
        return outcome::failed(errno_t::eexist);
    uvmspace_addref(*parent->p_vmspace);
    return start_process(args, child, parent->p_vmspace);
}

outcome run_unshare(interpreter&, arguments& args) {
    process* const p = args.space();
    if (!args.finished())
        return outcome::unparsed();
    uvm_change const change;
    vmspace* const own = uvmspace_unshare(*p->p_vmspace);
    if (!own)
        return outcome::failed(errno_t::enomem);
    p->p_vmspace = own;
    return outcome::ok();
}

outcome run_exec(interpreter&, arguments& args) {
    process* const p = args.space();
    vaddr_t const min = args.address("MIN");
    vaddr_t const max = args.address("MAX");
    if (!args.finished())
        return outcome::unparsed();
    if (args.invalid() || !are_bounds(min, max))
        return outcome::failed(errno_t::einval);
    uvm_change const change;
    vmspace* const fresh = uvmspace_exec(*p->p_vmspace, min, max);
    if (!fresh)
        return outcome::failed(errno_t::enomem);
    p->p_vmspace = fresh;
    return outcome::ok();
}

outcome run_exit(interpreter&, arguments& args) {
    process* const p = args.space();
    if (!args.finished())
        return outcome::unparsed();
    process_exit(*p);
    return outcome::ok();
}

} // namespace uvm
