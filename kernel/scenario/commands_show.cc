// show and whatis: the printers of the VM's debugger, as commands.
#include "kernel/scenario/commands.h"
#include "kernel/vm/uvm_print.h"

namespace uvm {

namespace {

text_sink sink_of(interpreter& in) {
    return {[](void* context, std::string_view words) { static_cast<text_writer*>(context)->put(words); },
            &in.out};
}

uvm_print_detail take_detail(arguments& args) {
    constexpr choice<uvm_print_detail> details[] = {{"", uvm_print_detail::brief},
                                                    {"full", uvm_print_detail::full}};
    return choose(args, args.option(), details);
}

outcome show_map(interpreter& in, arguments& args) {
    process* const p = args.space();
    uvm_print_detail const detail = take_detail(args);
    if (!args.finished())
        return outcome::unparsed();
    text_sink out = sink_of(in);
    uvm_map_printit(p->p_vmspace->vm_map, detail, out);
    return outcome::printed();
}

outcome show_object(interpreter& in, arguments& args) {
    std::string_view const name = args.word("O");
    uvm_object* const obj = args.failed() ? nullptr : args.object(name);
    uvm_print_detail const detail = take_detail(args);
    if (!args.finished())
        return outcome::unparsed();
    mutex_guard const guard(obj->vmobjlock);
    text_sink out = sink_of(in);
    uvm_object_printit(*obj, detail, out);
    return outcome::printed();
}

outcome show_page(interpreter& in, arguments& args) {
    process* const p = args.space();
    vaddr_t const va = args.byte_address();
    if (!args.finished())
        return outcome::unparsed();
    paddr_t pa;
    vm_page* page = nullptr;
    if (pmap_extract(*p->p_vmspace->vm_map.pm, trunc_page(va), &pa))
        page = phys_to_vm_page(pa);
    if (!page)
        return outcome::failed(errno_t::efault);
    text_sink out = sink_of(in);
    uvm_page_printit(*page, out);
    return outcome::printed();
}

outcome show_uvmexp(interpreter& in, arguments& args) {
    if (!args.finished())
        return outcome::unparsed();
    text_sink out = sink_of(in);
    uvmexp_print(out);
    return outcome::printed();
}

using show = outcome (*)(interpreter& in, arguments& args);
constexpr choice<show> subjects[] = {{"map", show_map},
                                     {"object", show_object},
                                     {"page", show_page},
                                     {"uvmexp", show_uvmexp},
                                     {"history", show_history}};

} // namespace

outcome run_show(interpreter& in, arguments& args) {
    show const run = choose(args, args.word("map, object, page, uvmexp or history"), subjects);
    return args.failed() ? outcome::unparsed() : run(in, args);
}

outcome run_whatis(interpreter& in, arguments& args) {
    process* const p = args.space();
    vaddr_t const va = args.byte_address();
    if (!args.finished())
        return outcome::unparsed();
    text_sink out = sink_of(in);
    vm_map& map = p->p_vmspace->vm_map;
    vm_map_lock_read(map);
    uvm_whatis(map, va, out);
    vm_map_unlock_read(map);
    return outcome::printed();
}

} // namespace uvm
