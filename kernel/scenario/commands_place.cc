// Commands that find, take or give back room in a map.
#include "kernel/scenario/commands.h"

namespace uvm {

namespace {

constexpr choice<uvm_extract> extract_words[] = {{"remove", uvm_extract::remove},
                                                 {"contig", uvm_extract::contig},
                                                 {"qref", uvm_extract::qref},
                                                 {"fixprot", uvm_extract::fixprot}};

// What `any` stands for: the map's minimum, or the highest address that leaves room for `size` below the
// maximum. Fails: ENOMEM, the size is larger than the map.
result<vaddr_t> address_of_any(const vm_map& map, vsize_t size) {
    if (size > map.max() - map.min())
        return errno_t::enomem;
    return has(map.flags, vm_map_flag::topdown) ? map.max() - size : map.min();
}

result<vaddr_t> resolve(address_or_any hint, const vm_map& map, vsize_t size) {
    return hint.any ? address_of_any(map, size) : result<vaddr_t>(hint.va);
}

// Where a range is wanted: the arguments and options that map, reserve and findspace share.
struct placement {
    process* space{};
    address_or_any hint;
    vsize_t size;
    vsize_t align;
    uvm_flag flags{uvm_flag::none};
};

placement take_placement(arguments& args, const char* hint_name) {
    placement where;
    where.space = args.space();
    where.hint = args.hint(hint_name);
    where.size = args.size();
    return where;
}

// Takes `align=N` or `fixed`; false when the word is neither.
bool take_placement_option(arguments& args, std::string_view word, placement& where) {
    std::string_view value;
    if (word == "fixed") {
        where.flags |= uvm_flag::fixed;
        return true;
    }
    if (!take_key(word, "align=", &value))
        return false;
    where.align = vsize_t(args.address_value(value));
    return true;
}

bool is_allowed(const arguments& args, const placement& where) {
    if (args.invalid())
        return false;
    if (!where.align)
        return true;
    return is_power_of_two(where.align.value) && where.align.value >= page_size &&
           !has(where.flags, uvm_flag::fixed);
}

// All words of reserve and findspace; false when the line does not parse.
bool take_all(arguments& args, const char* hint_name, placement& where) {
    where = take_placement(args, hint_name);
    for (std::string_view word = args.option(); !word.empty(); word = args.option())
        if (!take_placement_option(args, word, where))
            args.complain("not understood", word);
    return args.finished();
}

struct map_request {
    placement where;
    uvm_mapping how{.prot = vm_prot_t::read | vm_prot_t::write, .max = vm_prot_t::all};
    uvm_object* obj{};
    voff_t offset{uvm_unknown_offset};
};

// obj=O or obj=O+OFF
void take_object(arguments& args, std::string_view value, map_request& request) {
    size_t const plus = value.find('+');
    request.obj = args.object(value.substr(0, plus));
    request.offset = voff_t(plus == std::string_view::npos ? 0 : args.number_value(value.substr(plus + 1)));
    if ((request.offset.value & page_mask) != 0)
        args.mark_invalid();
}

void take_map_option(arguments& args, std::string_view word, map_request& request) {
    constexpr choice<uvm_flag> flags[] = {{"cow", uvm_flag::copyonw},
                                          {"overlay", uvm_flag::overlay},
                                          {"nomerge", uvm_flag::nomerge},
                                          {"amappad", uvm_flag::amappad},
                                          {"replace", uvm_flag::unmap}};
    std::string_view value;
    if (take_placement_option(args, word, request.where))
        return;
    if (take_key(word, "obj=", &value))
        take_object(args, value, request);
    else if (take_key(word, "prot=", &value))
        request.how.prot = args.prot_value(value);
    else if (take_key(word, "max=", &value))
        request.how.max = args.prot_value(value);
    else if (take_key(word, "inh=", &value))
        request.how.inherit = choose(args, value, inherit_words);
    else if (take_key(word, "adv=", &value))
        request.how.advice = choose(args, value, advice_words);
    else
        request.how.flags |= choose(args, word, flags);
}

} // namespace

outcome run_map(interpreter& in, arguments& args) {
    map_request request;
    request.where = take_placement(args, "ADDR");
    for (std::string_view word = args.option(); !word.empty(); word = args.option())
        take_map_option(args, word, request);
    if (!args.finished())
        return outcome::unparsed();
    placement& where = request.where;
    if (has(request.how.flags, uvm_flag::unmap))
        where.flags |= uvm_flag::fixed; // only what has its place can replace
    if (!is_allowed(args, where))
        return outcome::failed(errno_t::einval);
    vm_map& map = where.space->p_vmspace->vm_map;
    result<vaddr_t> const hint = resolve(where.hint, map, where.size);
    if (!hint)
        return outcome::failed(hint.error());
    request.how.flags |= where.flags;
    if (request.obj)
        request.obj->pgops->reference(*request.obj);
    vaddr_t start = *hint;
    errno_t const error =
        uvm_map(map, start, where.size, request.obj, request.offset, where.align, request.how);
    if (error == errno_t::ok)
        return in.value(start);
    if (request.obj)
        request.obj->pgops->detach(*request.obj);
    return outcome::failed(error);
}

outcome run_unmap(interpreter&, arguments& args) {
    process* const p = args.space();
    vaddr_t const start = args.address();
    vsize_t const size = args.size();
    if (!args.finished())
        return outcome::unparsed();
    if (args.invalid())
        return outcome::failed(errno_t::einval);
    errno_t const error = uvm_unmap(p->p_vmspace->vm_map, start, range_end(start, size));
    return error == errno_t::ok ? outcome::ok() : outcome::failed(error);
}

outcome run_extract(interpreter& in, arguments& args) {
    process* const source = args.space("S");
    vaddr_t const start = args.address();
    vsize_t const size = args.size();
    process* const destination = args.space("D");
    uvm_extract flags = uvm_extract::none;
    for (std::string_view word = args.option(); !word.empty(); word = args.option())
        flags |= choose(args, word, extract_words);
    if (!args.finished())
        return outcome::unparsed();
    if (args.invalid() ||
        (has(flags, uvm_extract::remove) && has(flags, uvm_extract::contig | uvm_extract::qref)))
        return outcome::failed(errno_t::einval);
    vm_map& into = destination->p_vmspace->vm_map;
    result<vaddr_t> const hint = address_of_any(into, size);
    if (!hint)
        return outcome::failed(hint.error());
    vaddr_t at = *hint;
    errno_t const error = uvm_map_extract(source->p_vmspace->vm_map, start, size, into, at, flags);
    return error == errno_t::ok ? in.value(at) : outcome::failed(error);
}

outcome run_reserve(interpreter& in, arguments& args) {
    placement where;
    if (!take_all(args, "ADDR", where))
        return outcome::unparsed();
    if (!is_allowed(args, where))
        return outcome::failed(errno_t::einval);
    vm_map& map = where.space->p_vmspace->vm_map;
    result<vaddr_t> const hint = resolve(where.hint, map, where.size);
    vaddr_t start;
    if (!hint || !uvm_map_reserve(map, where.size, *hint, where.align, start, where.flags))
        return outcome::failed(errno_t::enomem);
    return in.value(start);
}

outcome run_findspace(interpreter& in, arguments& args) {
    placement where;
    if (!take_all(args, "HINT", where))
        return outcome::unparsed();
    if (!is_allowed(args, where))
        return outcome::failed(errno_t::einval);
    vm_map& map = where.space->p_vmspace->vm_map;
    result<vaddr_t> const hint = resolve(where.hint, map, where.size);
    if (!hint)
        return outcome::failed(hint.error());
    vaddr_t found;
    vm_map_lock_read(map);
    bool const is_found =
        uvm_map_findspace(map, *hint, where.size, &found, where.align, where.flags) != nullptr;
    vm_map_unlock_read(map);
    return is_found ? in.value(found) : outcome::failed(errno_t::enomem);
}

} // namespace uvm
