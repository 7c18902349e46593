// The command that resizes and moves what is mapped.
#include "kernel/scenario/commands.h"
#include "kernel/vm/uvm_mremap.h"

namespace uvm {

namespace {

struct mremap_request {
    process* space{};
    vaddr_t start;
    vsize_t old_size, new_size, align;
    vaddr_t at;
    bool has_at{};
    uvm_remap flags{uvm_remap::none};
};

void take_option(arguments& args, std::string_view word, mremap_request& request) {
    constexpr choice<uvm_remap> flags[] = {{"fixed", uvm_remap::fixed}, {"keep", uvm_remap::keep}};
    std::string_view value;
    if (take_key(word, "at=", &value)) {
        request.at = vaddr_t(args.address_value(value));
        request.has_at = true;
    } else if (take_key(word, "align=", &value)) {
        request.align = vsize_t(args.address_value(value));
    } else {
        request.flags |= choose(args, word, flags);
    }
}

} // namespace

outcome run_mremap(interpreter& in, arguments& args) {
    mremap_request request;
    request.space = args.space();
    request.start = args.address();
    request.old_size = args.size("OLDSIZE");
    request.new_size = args.size("NEWSIZE");
    for (std::string_view word = args.option(); !word.empty(); word = args.option())
        take_option(args, word, request);
    if (!args.finished())
        return outcome::unparsed();
    if (args.invalid() || (has(request.flags, uvm_remap::fixed) && !request.has_at))
        return outcome::failed(errno_t::einval);
    vm_map& map = request.space->p_vmspace->vm_map;
    if (!request.has_at) {
        if (request.new_size > map.max() - map.min())
            return outcome::failed(errno_t::enomem);
        request.at = has(map.flags, vm_map_flag::topdown) ? map.max() - request.new_size : map.min();
    }
    errno_t const error = uvm_mremap(map, request.start, request.old_size, request.at, request.new_size,
                                     request.align, request.flags);
    return error == errno_t::ok ? in.value(request.at) : outcome::failed(error);
}

} // namespace uvm
